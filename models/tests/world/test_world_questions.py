"""Questions about scenes laid out by hand, and the only answers that are right."""

import random
import re

import pytest
from lab.world.classes import object_classes
from lab.world.compose import Placed
from lab.world.grammar import Group
from lab.world.plan import Item, Plan
from lab.world.presets import SHAPES_ONLY
from lab.world.questions import question

SHAPE = {c.noun: c for c in object_classes() if c.is_shape}
ABSENT = ("square", "triangle", "heart", "diamond", "cross", "arrow")


def at(noun: str, colour: str, x: float, y: float) -> Placed:
    return Placed(SHAPE[noun], colour, (x - 0.1, y - 0.1, x + 0.1, y + 0.1), None, (0, 0, 0), False)


def asked(groups: list[list[Placed]], position: str | None = None, wish: str = "") -> set[tuple[str, str]]:
    """Questions with answers about these things, in many draws, without what does not change their meaning; the first thing is the arranged one."""
    items = [Item(group[0].cls, group[0].colour, len(group)) for group in groups]
    items[0].position = position
    plan = Plan("object", items, [0], None, items[0], 0 if wish else None, wish)
    found = set()
    for seed in range(1500):
        q = question(SHAPES_ONLY, plan, [Group(tuple(group)) for group in groups], 2, "seen", random.Random(seed))
        if q:
            text = " ".join(word.text for word in q.words).removesuffix(" ?")
            text = re.sub(r" (in|of) the picture$", "", text)
            text = re.sub(r"\b(yellow|blue) (star|circle)", r"\2", text)
            text = re.sub(r"(to the|on the) (left|right) of", r"\2 of", text)
            found.add((text, q.answer))
    return found


def every(forms: str, answer: str) -> set[tuple[str, str]]:
    return {(form.strip(), answer) for form in forms.split("|")}


STAR_COLOUR = "what colour is the star|which colour is the star|what is the colour of the star|what colour does the star have"
COLOURS = every(STAR_COLOUR, "yellow") | every(STAR_COLOUR.replace("star", "circle"), "blue")
SHAPES = every("which shape is yellow|what shape is yellow", "star") | every("which shape is blue|what shape is blue", "circle")
EXIST = every("is there a star|is there a circle|can you see a star|can you see a circle|does the picture have a star|does the picture have a circle", "yes")
NONE = {(f"{form} {'an' if noun == 'arrow' else 'a'} {noun}", "no") for form in ("is there", "can you see", "does the picture have") for noun in ABSENT}
ARE_YELLOW = every("is the star yellow|is the colour of the star yellow|is the circle blue|is the colour of the circle blue", "yes")
FALSE_COLOUR = re.compile(r"is (the colour of )?the (star|circle) (\w+)$")
BESIDE = every("what is left of the circle", "star") | every("what is right of the star", "circle")
BESIDE |= every("is the star left of the circle|is the circle right of the star", "yes")
BESIDE |= every("is the star right of the circle|is the circle left of the star", "no")


def split(found: set[tuple[str, str]]) -> tuple[set[tuple[str, str]], set[tuple[str, str]]]:
    """Questions after a colour that is false, and the others."""
    false = {(text, answer) for text, answer in found if (m := FALSE_COLOUR.match(text)) and m[3] != {"star": "yellow", "circle": "blue"}[m[2]]}
    return false, found - false


@pytest.fixture
def two() -> list[list[Placed]]:
    return [[at("star", "yellow", 0.2, 0.5)], [at("circle", "blue", 0.75, 0.5)]]


def test_two_things_side_by_side(two: list[list[Placed]]) -> None:
    false, others = split(asked(two))
    assert others - NONE == COLOURS | SHAPES | EXIST | ARE_YELLOW | BESIDE
    assert {text.split()[-1] for text, _ in others & NONE} == set(ABSENT)
    assert {answer for _, answer in false} == {"no"}
    assert not any(text.endswith(held) for text, _ in false for held in ("star red", "circle purple"))  # pairs that training never shows


def test_what_was_put_on_the_left(two: list[list[Placed]]) -> None:
    found = asked(two, position="left") - asked(two) - NONE
    where = every("where is the star|where in the picture is the star", "left") | every("what is on the left|what can you see on the left", "star")
    yes = every("is the star on the left|can you see the star on the left", "yes")
    assert found == where | yes | every("is the star on the right|can you see the star on the right", "no")


def test_nothing_is_asked_that_has_two_answers(two: list[list[Placed]]) -> None:
    two.append([at("cross", "yellow", 0.3, 0.4)])
    texts = {text for text, _ in asked(two, position="left")}
    assert not texts & {"what is left of the circle", "what is on the left", "which shape is yellow", "what is this"}
    assert "where is the star" in texts


def test_numbers() -> None:
    group = [at("star", "yellow", 0.2, 0.2), at("star", "yellow", 0.8, 0.2), at("star", "yellow", 0.5, 0.8)]
    found = asked([group], wish="count")
    assert every("how many stars are there|how many stars can you see|how many stars are", "three") <= found
    assert every("are there three stars|can you see three stars", "yes") | every("are there two stars|can you see two stars", "no") <= found
    assert not any(text.startswith(("where", "what colour")) for text, _ in found)


def test_one_thing_alone() -> None:
    found = asked([[at("star", "yellow", 0.5, 0.5)]])
    assert every("what is|what is this|what can you see|what shape is yellow", "star") - {("what is", "star")} <= found
    assert not any("circle" in text and answer == "yes" for text, answer in found)

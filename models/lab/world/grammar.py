"""Captions: phrases, templates and frames. What is said is decided by the plan, and every choice made here is blind to which text is true."""

import random
from dataclasses import dataclass

from .compose import Placed
from .facts import NEAR_GAP, gap
from .plan import Item, Plan
from .words import NUMBERS, PLURAL_FORM, PREPOSITION, SOME, article, plural

FRAMES = (
    "{}", "{}", "a photo of {}", "a picture of {}", "an image of {}", "i see {}", "we can see {}", "the picture shows {}", "the photo shows {}",
    "an image with {}",
)
SINGULAR = ("there is {}", "this is {}", "here is {}")
SEVERAL = ("there are {}", "here are {}")
INSIDE = ("{} in the picture",)
PLAIN = ("{}", "i see {}", "we can see {}")
PLACE_FIRST = ("i see {}", "we can see {}", "{}")
PLACE_FIRST_SINGULAR = ("is {}", "there is {}")
PAIRS = ("{} and {}", "{} and {}", "{} with {}", "{} beside {}", "{} next to {}", "{} near {}")
APART = ("{} and {}", "{} with {}")
TRIPLES = ("{} , {} and {}", "{} and {} and {}", "{} with {} and {}", "{} , {} , {}")
NEAR = ("beside", "next", "near")
RELATIONS = {
    "left": ("{} to the left of {}", "{} left of {}", "{} on the left of {}", "{} is to the left of {}"),
    "right": ("{} to the right of {}", "{} right of {}", "{} on the right of {}", "{} is to the right of {}"),
    "above": ("{} above {}", "{} above {}", "{} above {}", "{} is above {}"),
    "below": ("{} below {}", "{} below {}", "{} below {}", "{} is below {}"),
}


@dataclass(frozen=True)
class Word:
    """One word of a text: its role ("noun", "colour", "number", "relation", "size", "position"; "article" and "preposition" agree with what
    follows; "" else) and the object group it speaks of (-1: none)."""

    text: str
    role: str = ""
    of: int = -1


@dataclass(frozen=True)
class Group:
    """Instances of one class in a scene; more than one when they are counted."""

    members: tuple[Placed, ...]

    @property
    def first(self) -> Placed:
        return self.members[0]


def plain(text: str) -> list[Word]:
    """Function words."""
    return [Word(word) for word in text.split()]


def noun_phrase(item: Item, index: int, definite: bool) -> list[Word]:
    """`a red circle`, `the small dog`, `three cats`."""
    size = [Word(item.size, "size", index)] if item.size else []
    colour = [Word(item.colour, "colour", index)] if item.colour and item.coloured else []
    if item.number > 1:
        return [Word(NUMBERS[item.number - 1], "number", index), *size, *colour, Word(plural(item.cls.noun), "noun", index)]
    return agree([Word("the") if definite else Word("a", "article"), *size, *colour, Word(item.cls.noun, "noun", index)])


def place_phrase(position: str, index: int) -> list[Word]:
    """`on the left`, `at the top`, `in the centre`."""
    return [Word(PREPOSITION[position], "preposition", index), Word("the"), Word(position, "position", index)]


def agree(words: list[Word]) -> list[Word]:
    """Indefinite articles put in agreement with the word that follows them, or with a noun that takes "some"; prepositions with their place."""
    out = list(words)
    for i, word in enumerate(words):
        if word.role == "article":
            noun = next(later.text for later in words[i:] if later.role == "noun")
            out[i] = Word("some" if noun in SOME else article(words[i + 1].text), "article")
        elif word.role == "preposition":
            out[i] = Word(PREPOSITION[words[i + 2].text], "preposition", word.of)
    return out


def fill(template: str, phrases: list[list[Word]], relation: str | None = None) -> list[Word]:
    """A template's words with phrases in its gaps, `relation` marked among them."""
    words, remaining = [], iter(phrases)
    for token in template.split():
        words += next(remaining) if token == "{}" else [Word(token, "relation" if token == relation else "")]
    return words


def caption(plan: Plan, groups: list[Group], rng: random.Random) -> list[Word]:
    """The caption of a plan; the layout only decides whether things may be called near each other."""
    definite = rng.random() < 0.12
    named = [plan.items[index] for index in plan.named]
    verbless = any(item.cls.noun in PLURAL_FORM for item in (*named, plan.false))
    if plan.relation:
        phrases = [noun_phrase(item, index, definite) for item, index in zip(named, plan.named, strict=True)]
        templates = RELATIONS[plan.relation]
        words = fill(rng.choice(templates[:-1] if verbless else templates), phrases, plan.relation)
    elif len(named) == 1 and named[0].placed and rng.random() < 0.3:
        index, item = plan.named[0], named[0]
        words = [*place_phrase(item.position or "", index), *fill(_place_first(verbless, rng), [noun_phrase(item, index, definite)])]
    else:
        words = _list(plan, groups, definite, verbless, rng)
    return [*words, Word(".")] if rng.random() < 0.15 else words


def _place_first(verbless: bool, rng: random.Random) -> str:
    return rng.choice(PLACE_FIRST if verbless else (*PLACE_FIRST, *PLACE_FIRST_SINGULAR))


def _list(plan: Plan, groups: list[Group], definite: bool, verbless: bool, rng: random.Random) -> list[Word]:
    order = sorted(plan.named, key=lambda index: not plan.items[index].placed)  # "a cat and a dog on the left" would speak of both
    items = [plan.items[index] for index in order]
    placed = any(item.placed for item in items)
    closing = plain("of the picture") if placed and rng.random() < 0.25 else []
    phrases = []
    for item, index in zip(items, order, strict=True):
        words = noun_phrase(item, index, definite)
        phrases.append([*words, *place_phrase(item.position or "", index), *closing] if item.placed else words)
    frames = [*(PLAIN if closing else FRAMES), *(() if placed else INSIDE)]
    if not verbless:
        frames += SEVERAL if items[0].number > 1 else SINGULAR
    if len(phrases) == 3:
        template = rng.choice(TRIPLES)
    elif len(phrases) == 2:
        template = rng.choice(APART if placed else PAIRS)
        if any(near in template.split() for near in NEAR) and gap(groups[order[0]].first, groups[order[1]].first) > NEAR_GAP:
            template = "{} and {}"
    else:
        template = "{}"
    return fill(rng.choice(frames), [fill(template, phrases)])

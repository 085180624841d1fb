"""Captions and their one-edit foils. Every choice made here is symmetric between truth and foil, so that text alone cannot tell them apart."""

import random
from dataclasses import dataclass, replace

from .compose import Placed
from .words import OPPOSITE, article, plural

FRAMES = (
    "{}", "{}", "a photo of {}", "a picture of {}", "an image of {}", "there is {}", "this is {}", "here is {}", "i see {}", "we can see {}",
    "the picture shows {}", "the photo shows {}", "{} in the picture", "an image with {}",
)
PAIRS = ("{} and {}", "{} and {}", "{} with {}", "{} beside {}", "{} next to {}", "{} near {}")
TRIPLES = ("{} , {} and {}", "{} and {} and {}", "{} with {} and {}", "{} , {} , {}")
NEAR = ("beside", "next to", "near")
NEAR_GAP = 0.2  # of the image side, between two boxes
RELATION_MARGIN = 0.18  # of the image side, between two centres
RELATIONS = {
    "left": ("{} to the left of {}", "{} left of {}", "{} on the left of {}", "{} is to the left of {}"),
    "right": ("{} to the right of {}", "{} right of {}", "{} on the right of {}", "{} is to the right of {}"),
    "above": ("{} above {}", "{} is above {}"),
    "below": ("{} below {}", "{} is below {}"),
}


@dataclass(frozen=True)
class Word:
    """One word of a caption: its role ("" for function words, "noun", "colour", "number", "relation") and the object group it speaks of (-1: none)."""

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


def noun_phrase(groups: list[Group], index: int, definite: bool) -> list[Word]:
    """`a red circle`, `the dog`, `three cats`."""
    group = groups[index]
    placed, count = group.first, len(group.members)
    colour = [Word(placed.colour, "colour", index)] if placed.colour else []
    if count > 1:
        number = Word(("one", "two", "three", "four", "five")[count - 1], "number", index)
        return [number, *colour, Word(plural(placed.cls.noun), "noun", index)]
    words = [*colour, Word(placed.cls.noun, "noun", index)]
    return [Word("the" if definite else article(words[0].text), "article" if not definite else ""), *words]


def _fill(template: str, phrases: list[list[Word]], relation: str | None = None) -> list[Word]:
    words, remaining = [], iter(phrases)
    for token in template.split():
        words += next(remaining) if token == "{}" else [Word(token, "relation" if token == relation else "")]
    return words


def relation_between(a: Placed, b: Placed) -> str | None:
    """Where `a` is as seen from `b`: left, right, above or below, if one direction clearly dominates."""
    (ax, ay), (bx, by) = a.centre, b.centre
    dx, dy = ax - bx, ay - by
    if max(abs(dx), abs(dy)) < RELATION_MARGIN or not (abs(dx) > 1.5 * abs(dy) or abs(dy) > 1.5 * abs(dx)):
        return None
    if abs(dx) > abs(dy):
        return "left" if dx < 0 else "right"
    return "above" if dy < 0 else "below"


def gap(a: Placed, b: Placed) -> float:
    """Distance between two boxes in image sides, 0 where they touch or overlap."""
    dx = max(a.box[0] - b.box[2], b.box[0] - a.box[2], 0.0)
    dy = max(a.box[1] - b.box[3], b.box[1] - a.box[3], 0.0)
    return (dx * dx + dy * dy) ** 0.5


def caption(groups: list[Group], named: list[int], kind: str, rng: random.Random) -> list[Word] | None:
    """A true caption naming the groups `named` in that order; None where the kind of foil needs a relation that the scene does not show."""
    definite = rng.random() < 0.12
    phrases = [noun_phrase(groups, index, definite) for index in named]
    if kind in ("relation", "roles"):
        relation = relation_between(groups[named[0]].first, groups[named[1]].first)
        if relation is None:
            return None
        words = _fill(rng.choice(RELATIONS[relation]), phrases, relation)
        return _end(words, rng)
    if len(named) == 1:
        words = phrases[0]
    elif len(named) == 2:
        template = rng.choice(PAIRS)
        if any(near in template for near in NEAR) and gap(groups[named[0]].first, groups[named[1]].first) > NEAR_GAP:
            template = "{} and {}"
        words = _fill(template, phrases)
    else:
        words = _fill(rng.choice(TRIPLES), phrases)
    frame = rng.choice(FRAMES)
    return _end(_fill(frame, [words]), rng)


def _end(words: list[Word], rng: random.Random) -> list[Word]:
    return [*words, Word(".")] if rng.random() < 0.15 else words


def edit(words: list[Word], role: str, of: int, text: str) -> list[Word]:
    """`words` with the word of that role and group replaced by `text`, the indefinite article before it agreeing."""
    out = [replace(word, text=text) if word.role == role and (of < 0 or word.of == of) else word for word in words]
    return agree(out)


def agree(words: list[Word]) -> list[Word]:
    """Indefinite articles put in agreement with the word that follows them."""
    return [
        replace(word, text=article(words[i + 1].text)) if word.role == "article" else word for i, word in enumerate(words)
    ]


def swap(words: list[Word], a: int, b: int) -> list[Word]:
    """`words` with the noun phrases' content of the groups `a` and `b` exchanged (both uncounted, both with or both without a colour)."""
    text = {(word.role, word.of): word.text for word in words if word.of in (a, b)}
    other = {a: b, b: a}
    return agree([replace(word, text=text[word.role, other[word.of]]) if word.of in other else word for word in words])


def opposite(words: list[Word]) -> list[Word]:
    """`words` with its relation word turned round."""
    return [replace(word, text=OPPOSITE[word.text]) if word.role == "relation" else word for word in words]

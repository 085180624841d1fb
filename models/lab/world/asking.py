"""What a question is made of: its words, and the scene that it is asked of."""

import random
from dataclasses import dataclass

from .facts import relation_between
from .grammar import Group, Word
from .holdout import triple_held_out
from .plan import Plan
from .presets import Preset
from .words import PLURAL_FORM


@dataclass(frozen=True)
class Question:
    """The words of a question, its one-word answer, and what it asks for: what, colour, count, where or yes/no."""

    words: tuple[Word, ...]
    answer: str
    kind: str


@dataclass(frozen=True)
class Asking:
    """A scene that something is asked of, and where it came from."""

    preset: Preset
    plan: Plan
    groups: list[Group]
    stage: int
    variant: str
    rng: random.Random

    def singles(self) -> list[int]:
        """Groups of one instance."""
        return [index for index, group in enumerate(self.groups) if len(group.members) == 1]

    def the(self, index: int, coloured: bool = True) -> list[Word]:
        """`the dog`, `the red star`, `the star`."""
        placed = self.groups[index].first
        colour = [Word(placed.colour, "colour", index)] if placed.colour and coloured and self.rng.random() < 0.3 else []
        return [Word("the"), *colour, Word(placed.cls.noun, "noun", index)]

    def pair(self) -> tuple[int, int, str] | None:
        """Two single things in a clear relation that the variant may put into words."""
        singles = self.singles()
        if len(singles) < 2:
            return None
        one, two = self.rng.sample(singles, 2)
        first, second = self.groups[one].first, self.groups[two].first
        relation = relation_between(first, second)
        if relation is None or triple_held_out(first.cls.noun, relation, second.cls.noun) != (self.variant == "triples"):
            return None
        return one, two, relation


def be(template: str, noun: str) -> str:
    """A template with the verb that its subject takes."""
    return template.replace("{be}", "are" if noun in PLURAL_FORM else "is")

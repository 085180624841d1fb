"""The object classes of the composed world. Class 0 is the background, then the drawn shapes, then the emoji classes of classes.tsv."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from .words import SHAPES

BACKGROUND = "background"


@dataclass(frozen=True)
class ObjectClass:
    """One class. `codes` are the emoji (hexadecimal code points) that picture it, empty for a drawn shape; `also` are other nouns true of it."""

    id: int
    noun: str
    preset: str
    also: frozenset[str]
    codes: tuple[str, ...]

    @property
    def is_shape(self) -> bool:
        return not self.codes


@cache
def object_classes() -> tuple[ObjectClass, ...]:
    """All classes in id order, id 0 (background) excluded: `object_classes()[i].id == i + 1`."""
    rows = [(noun, "cpu", frozenset(), ()) for noun in SHAPES]
    for line in (Path(__file__).parent / "data" / "classes.tsv").read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            continue
        noun, preset, also, codes = line.split("\t")
        rows.append((noun, preset, frozenset() if also == "-" else frozenset(also.split(",")), tuple(codes.split())))
    return tuple(ObjectClass(i + 1, *row) for i, row in enumerate(rows))


@cache
def class_nouns() -> tuple[str, ...]:
    """Noun of every class id, the background's first."""
    return (BACKGROUND, *(c.noun for c in object_classes()))


def same_or_also(a: ObjectClass, b: ObjectClass) -> bool:
    """True where one noun may be said of the other's picture (a hamburger is a sandwich): such classes never meet in a scene or a foil."""
    return a.id == b.id or a.noun in b.also or b.noun in a.also

"""Which cells of the matrix are made: every family meets every exporter and every precision, and over all families every pair of two choices occurs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from .. import cells, kinds
from ..cells import Cell
from .further import FURTHER

ATTENTIONS = ("eager", "sdpa")
EXPORTERS = {"torchscript-14": (False, 14), "torchscript-17": (False, 17), "dynamo-18": (True, 18), "dynamo-23": (True, 23)}
PRECISIONS = ("fp32", "fp16", "int8", "q4")
TREATED = ("plain", "fused")

LEFT_OUT = ("video", "tiles", "x_clip", "in_one_piece", "florence2", "embedded")
"""Kinds that are a case of one fault, and no architecture; one that is too large to be made in seconds."""

FAMILIES: dict[str, Callable[[], Cell]] = {
    build.__name__.replace("_", "-"): build
    for build in (*cells.CELLS, *(kind for kind in kinds.KINDS if kind.__name__ not in LEFT_OUT), *FURTHER)
}


EAGER_ONLY = {
    "vilt", "visual-bert", "lxmert", "blip", "bridgetower", "flava", "align", "git", "detr", "grounding-dino",
    "lead-word", "picture-first", "linear-patches", "mixed-mask", "pooled", "resampled",
}  # fmt: skip
"""Families that have no other way of writing attention; BLIP and some others take the word and write the same."""


@dataclass(frozen=True)
class Choice:
    """A cell: a family and how it is written, exported, rounded and treated."""

    family: str
    attention: str
    exporter: str
    precision: str
    treated: str

    @property
    def name(self) -> str:
        return "_".join((self.family, self.attention, self.exporter, self.precision, self.treated))


def covering() -> Iterator[Choice]:
    """Four cells of each family, turned by its place."""
    for i, family in enumerate(FAMILIES):
        for j, exporter in enumerate(EXPORTERS):
            attention = "eager" if family in EAGER_ONLY else ATTENTIONS[(j + i // 8) % 2]
            yield Choice(family, attention, exporter, PRECISIONS[(j + i) % 4], TREATED[(j // 2 + i // 4) % 2])

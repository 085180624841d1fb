"""The sets of scenes on which models are measured: training draws from none of them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..world.batches import Batch, batch

SIZE, SEED = 50, 7
APART = 10_000  # between the numbers of batches drawn for one kind of foil and for the next


def held_out(preset: str, split: str, scenes: int, variant: str = "seen", kind: str | None = None, start: int = 0) -> list[Batch]:
    """``scenes`` scenes of a split, in batches of at most 50 numbered from ``start``; ``kind`` fixes the kind of foil."""
    count = -(-scenes // SIZE)
    sizes = [(scenes + number) // count for number in range(count)]
    return [batch(preset, SEED, start + number, size, 0.0, split=split, variant=variant, kind=kind) for number, size in enumerate(sizes)]


@dataclass(frozen=True)
class Drawn:
    """``mixed`` scenes have foils in the preset's own mix; ``more`` brings every kind to a quarter as many."""

    mixed: list[Batch]
    more: list[Batch]

    @property
    def batches(self) -> list[Batch]:
        return [*self.mixed, *self.more]

    @property
    def is_mixed(self) -> np.ndarray:
        """Which scenes of ``batches`` are of the mix, bool [N]."""
        counts = [sum(len(item.ids) for item in part) for part in (self.mixed, self.more)]
        return np.repeat([True, False], counts)

    @property
    def kinds(self) -> np.ndarray:
        """The kind of every foil of ``batches``, [N]."""
        return np.array([kind for item in self.batches for kind in item.foil_kind])


def draw(preset: str, split: str, scenes: int, variant: str = "seen") -> Drawn:
    """``scenes`` scenes, and more of the kinds of foil that are rare among them."""
    mixed = held_out(preset, split, scenes, variant)
    seen = [kind for item in mixed for kind in item.foil_kind]
    more = []
    for number, kind in enumerate(sorted(set(seen)), start=1):
        missing = scenes // 4 - seen.count(kind)
        if missing > 0:
            more += held_out(preset, split, max(2, missing), variant, kind, number * APART)
    return Drawn(mixed, more)

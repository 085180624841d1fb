"""A figure with its 95 % interval over scenes."""

from __future__ import annotations

from dataclasses import asdict, dataclass

import numpy as np

DRAWS = 2000


@dataclass(frozen=True)
class Figure:
    """One measured share; ``n`` counts what was judged, the interval is over scenes."""

    name: str
    value: float
    low: float
    high: float
    n: int
    set: str
    chance: float | None

    def row(self) -> dict:
        """For JSON, to four decimals; without ``chance`` where there is none."""
        entry = {key: round(value, 4) if isinstance(value, float) else value for key, value in asdict(self).items()}
        return entry if self.chance is not None else {key: value for key, value in entry.items() if key != "chance"}


def figure(name: str, hits: np.ndarray, counts: np.ndarray, where: str, chance: float | None, seed: int = 0) -> Figure:
    """The ratio sum(hits) / sum(counts) over scenes [N] with a percentile bootstrap over them (Efron, 1979).

    Raises ValueError where nothing was judged."""
    hits, counts = np.asarray(hits, dtype=float), np.asarray(counts, dtype=float)
    if not counts.sum():
        raise ValueError(f"expected something to judge for {name!r}, got no scene that has any")
    draws = np.random.default_rng(seed).multinomial(len(hits), np.full(len(hits), 1 / len(hits)), size=DRAWS)
    ratios = (draws @ hits) / np.maximum(draws @ counts, 1e-9)
    low, high = np.percentile(ratios, [2.5, 97.5])
    return Figure(name, float(hits.sum() / counts.sum()), float(low), float(high), int(counts.sum()), where, chance)

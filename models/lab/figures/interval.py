"""Tallies over scenes, and figures with their 95 % intervals."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np

DRAWS = 2000


@dataclass(frozen=True)
class Tally:
    """What was judged for one figure: per scene [N], or other cluster, ``hits`` out of ``counts``.

    ``group`` says what it is for: "" for a figure of the model, else "control", "baseline", "dependence"
    or "ablation". ``unit`` is None for a share, else what it is in. ``n`` is what the figure tells of how much was
    judged, the sum of ``counts`` where not given."""

    name: str
    hits: np.ndarray
    counts: np.ndarray
    chance: float | None = None
    group: str = ""
    unit: str | None = None
    n: int | None = None


@dataclass(frozen=True)
class Figure:
    """One measured number; ``n`` counts what was judged, the interval is over scenes. ``seeds`` holds, where
    models of other seeds were measured too, every seed's value, their mean, and its interval over scenes and seeds."""

    name: str
    value: float
    low: float
    high: float
    n: int
    set: str
    chance: float | None = None
    group: str = ""
    unit: str | None = None
    seeds: dict = field(default_factory=dict)

    def row(self) -> dict:
        """For JSON, to four decimals; without what there is none of."""
        return {key: _rounded(value) for key, value in vars(self).items() if value is not None and value not in ("", {})}


def _rounded(value: object) -> object:
    if isinstance(value, dict):
        return {key: _rounded(part) for key, part in value.items()}
    if isinstance(value, list):
        return [_rounded(part) for part in value]
    return round(value, 4) if isinstance(value, float) else value


@lru_cache(maxsize=4)
def draws(scenes: int, seed: int = 0) -> np.ndarray:
    """How often each scene is drawn, [DRAWS, scenes]; the same for every figure on as many scenes."""
    return np.random.default_rng(seed).multinomial(scenes, np.full(scenes, 1 / scenes), size=DRAWS).astype(float)


def figure(tally: Tally, where: str, others: list[Tally] | None = None) -> Figure:
    """The ratio sum(hits) / sum(counts) with a percentile bootstrap over scenes (Efron, 1979).

    ``others`` are the same tally, on the same scenes, of models of other seeds: their interval draws scenes
    and seeds anew, crossed. Where all or none is right the bootstrap knows no doubt, and the interval is 3 / scenes wide
    (the rule of three: Hanley and Lippman-Hand, 1983). Raises ValueError where nothing was judged."""
    hits, counts = np.asarray(tally.hits, dtype=float), np.asarray(tally.counts, dtype=float)
    if not counts.sum():
        raise ValueError(f"expected something to judge for {tally.name!r}, got no scene that has any")
    drawn = draws(len(hits))
    low, high = _interval((drawn @ hits)[:, None], (drawn @ counts)[:, None], np.ones((DRAWS, 1)))
    value = float(hits.sum() / counts.sum())
    share = tally.unit is None and tally.group in ("", "control")
    if share:
        low, high = _doubted(value, low, high, counts)
    seeds = _over_seeds([tally, *others]) if others else {}
    if seeds and share:
        seeds["low"], seeds["high"] = _doubted(seeds["mean"], seeds["low"], seeds["high"], counts)
    n = int(counts.sum()) if tally.n is None else tally.n
    return Figure(tally.name, value, low, high, n, where, tally.chance, tally.group, tally.unit, seeds)


def _doubted(value: float, low: float, high: float, counts: np.ndarray) -> tuple[float, float]:
    """Bounds of a share: by the rule of three where all or none was right and the bootstrap found no doubt."""
    if value not in (0.0, 1.0) or low != high:
        return low, high
    low, high = sorted((value, abs(value - min(1.0, 3 / np.count_nonzero(counts)))))
    return low, high


def _over_seeds(tallies: list[Tally]) -> dict:
    hits, counts = (np.stack([getattr(tally, part) for tally in tallies], axis=1).astype(float) for part in ("hits", "counts"))
    drawn = draws(len(hits))
    seeds = np.random.default_rng(1).multinomial(len(tallies), np.full(len(tallies), 1 / len(tallies)), size=DRAWS)
    low, high = _interval(drawn @ hits, drawn @ counts, seeds)
    values = (hits.sum(axis=0) / np.maximum(counts.sum(axis=0), 1e-9)).tolist()
    return {"values": values, "mean": float(np.mean(values)), "low": low, "high": high}


def _interval(hits: np.ndarray, counts: np.ndarray, weights: np.ndarray) -> tuple[float, float]:
    """Bounds of the weighted mean over seeds of hits / counts, all [DRAWS, seeds]."""
    ratios = hits / np.maximum(counts, 1e-9)
    low, high = np.percentile((ratios * weights).sum(axis=1) / weights.sum(axis=1), [2.5, 97.5])
    return float(low), float(high)


def figures(tallies: list[Tally], where: str, others: list[list[Tally]] | None = None) -> list[Figure]:
    """A figure of every tally that judged anything; ``others`` are the tallies of other seeds' models."""
    named = [{tally.name: tally for tally in seed} for seed in others or []]
    judged = [tally for tally in tallies if np.sum(tally.counts)]
    return [figure(tally, where, [seed[tally.name] for seed in named if tally.name in seed]) for tally in judged]

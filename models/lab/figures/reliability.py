"""Is a match probability of 70 % right seven times in ten? A reliability curve and the expected calibration error."""

from __future__ import annotations

import numpy as np

from .interval import draws

BINS = 10


def reliability(scores: np.ndarray) -> dict:
    """From logits of captions and their foils [2, N], half of which are true: ten bins of equal width with the number of
    pairs, their mean probability and the share that is true; ``ece``, the mean distance between those two weighted
    by the number (Naeini, Cooper and Hauskrecht, 2015), with a 95 % interval over scenes."""
    probability = 1 / (1 + np.exp(-np.clip(np.asarray(scores, dtype=float), -60, 60)))
    index = np.minimum((probability * BINS).astype(int), BINS - 1)
    inside = index[None] == np.arange(BINS)[:, None, None]
    true = np.array([1.0, 0.0])[None, :, None]
    sums = [(inside * values).sum(axis=1) for values in (np.ones_like(probability), probability, true)]
    count, said, held = (part.sum(axis=1) for part in sums)
    low, high = np.percentile(_error(*(draws(scores.shape[1]) @ part.T for part in sums)), [2.5, 97.5])
    rows = [
        {
            "low": round(bin / BINS, 1),
            "high": round((bin + 1) / BINS, 1),
            "n": int(count[bin]),
            "probability": round(float(said[bin] / count[bin]), 4),
            "true": round(float(held[bin] / count[bin]), 4),
        }
        for bin in range(BINS)
        if count[bin]
    ]
    return {"ece": round(float(_error(count, said, held)), 4), "low": round(float(low), 4), "high": round(float(high), 4), "bins": rows}


def _error(count: np.ndarray, said: np.ndarray, held: np.ndarray) -> np.ndarray:
    """Sum over the last axis of |said - held|, by the number of all pairs."""
    return np.abs(said - held).sum(axis=-1) / count.sum(axis=-1)

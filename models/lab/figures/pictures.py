"""What a model is shown in place of a scene's own picture."""

from __future__ import annotations

import numpy as np

from ..world.batches import Batch

OTHER, GREY, MEAN = "another scene's picture", "a grey picture", "the mean picture"


def pictures(batch: Batch, instead: str | None, mean: np.ndarray | None = None) -> np.ndarray:
    """uint8 [N, 3, S, S]: the scenes' own pictures, or those of their neighbours in the batch, or a grey one, or ``mean``."""
    own = batch.images.numpy()
    if instead is None:
        return own
    if instead == OTHER:
        return np.roll(own, 1, axis=0)
    return np.broadcast_to(np.uint8(128) if instead == GREY else mean, own.shape)


def mean_picture(batches: list[Batch]) -> np.ndarray:
    """Mean over scenes, uint8 [3, S, S]."""
    total = sum(batch.images.numpy().sum(axis=0, dtype=np.int64) for batch in batches)
    return np.round(total / sum(len(batch.ids) for batch in batches)).astype(np.uint8)

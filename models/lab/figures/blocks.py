"""The cross-modal blocks of one attention: text queries to image keys, image queries to text keys."""

from __future__ import annotations

import numpy as np

from ..nets.base import Spot

STREAMS = ("text", "image")
WAYS = {"naming": ("image", "text"), "pointing": ("text", "image")}


def block(weights: np.ndarray, queries: tuple[str, ...], keys: tuple[str, ...], length: int, wanted: tuple[str, str]) -> np.ndarray | None:
    """The part of ``weights`` [..., Q, K] from one stream to another, e.g. ("text", "image"), or None
    where this attention has none. ``length`` is the number of text tokens, which come first."""
    query, key = wanted
    if query not in queries or key not in keys:
        return None
    rows, columns = (_part(axis, stream, length) for axis, stream in ((queries, query), (keys, key)))
    return weights[..., rows, columns]


def _part(axis: tuple[str, ...], stream: str, length: int) -> slice:
    if axis == (stream,):
        return slice(None)
    return slice(0, length) if stream == "text" else slice(length, None)


def crossing(spots: list[Spot], wanted: tuple[str, str]) -> list[int]:
    """Indices of the attentions that have this block."""
    return [k for k, spot in enumerate(spots) if wanted[0] in spot.queries and wanted[1] in spot.keys]

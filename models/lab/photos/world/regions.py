"""Boxes and the grid: shares, pooling, overlap, suppression. Boxes are left, top, right, bottom in shares of the picture."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

REGIONS = 20
"""Regions of a picture."""


def axis_share(low: Tensor, high: Tensor, grid: int) -> Tensor:
    """How much of each of ``grid`` strips lies between ``low`` and ``high`` [...]: [..., grid], 0 to 1."""
    edges = torch.arange(grid + 1, dtype=low.dtype, device=low.device) / grid
    inside = torch.minimum(high[..., None], edges[1:]) - torch.maximum(low[..., None], edges[:-1])
    return inside.clamp(min=0) * grid


def cell_share(boxes: Tensor, grid: int) -> Tensor:
    """Share of each cell, in raster order, that lies inside each box: boxes [..., 4] to [..., grid²]."""
    across = axis_share(boxes[..., 0], boxes[..., 2], grid)
    down = axis_share(boxes[..., 1], boxes[..., 3], grid)
    return (down[..., :, None] * across[..., None, :]).flatten(-2)


def pooling(boxes: Tensor, grid: int) -> Tensor:
    """Weights [..., grid²] that average a grid of features over boxes, each row's sum 1. A box of no size takes the cell it lies in."""
    share = cell_share(boxes, grid)
    total = share.sum(dim=-1, keepdim=True)
    column = (boxes[..., 0] * grid).floor().clamp(0, grid - 1)
    row = (boxes[..., 1] * grid).floor().clamp(0, grid - 1)
    own = (torch.arange(grid * grid, device=boxes.device) == (row * grid + column)[..., None]).to(share.dtype)
    return torch.where(total > 1e-6, share / total.clamp(min=1e-6), own)


def geometry(boxes: Tensor) -> Tensor:
    """Left, top, right, bottom, width, height, area of boxes [..., 4] as [..., 7] (UNITER's)."""
    size = boxes[..., 2:] - boxes[..., :2]
    return torch.cat([boxes, size, size.prod(dim=-1, keepdim=True)], dim=-1)


def overlap(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Intersection over union of boxes [N, 4] with boxes [M, 4]: [N, M]; 0 where both have no area."""
    low, high = np.maximum(a[:, None, :2], b[None, :, :2]), np.minimum(a[:, None, 2:], b[None, :, 2:])
    inside = np.clip(high - low, 0, None).prod(axis=2)
    areas = [(x[:, 2:] - x[:, :2]).prod(axis=1) for x in (a, b)]
    union = areas[0][:, None] + areas[1][None] - inside
    return np.divide(inside, union, out=np.zeros_like(inside), where=union > 0)


def suppress(boxes: np.ndarray, scores: np.ndarray, limit: float = 0.5, most: int = REGIONS) -> list[int]:
    """Non-maximum suppression: numbers of the boxes kept, best first; of equal scores the first comes first. A box goes where
    it overlaps a kept one by more than ``limit``."""
    order = np.argsort(-scores, kind="stable")
    shared = overlap(boxes, boxes)
    kept: list[int] = []
    for index in order:
        if len(kept) == most:
            break
        if not kept or shared[index, kept].max() <= limit:
            kept.append(int(index))
    return kept


def filling() -> np.ndarray:
    """Boxes that fill up where too few are found: the whole picture, its middle, its middle column, its halves, quarters and
    ninths, [20, 4]."""
    boxes = [(0.0, 0.0, 1.0, 1.0), (0.25, 0.25, 0.75, 0.75), (0.25, 0.0, 0.75, 1.0)]
    for across, down in ((2, 1), (1, 2), (2, 2), (3, 3)):
        boxes += [(x / across, y / down, (x + 1) / across, (y + 1) / down) for y in range(down) for x in range(across)]
    return np.array(boxes, dtype=np.float32)


def filled(boxes: np.ndarray, most: int = REGIONS) -> tuple[np.ndarray, int]:
    """Boxes [N, 4] filled up to ``most`` with those of ``filling``, and how many are the picture's own."""
    own = boxes[:most]
    return np.concatenate([own, filling()])[:most].astype(np.float32), len(own)

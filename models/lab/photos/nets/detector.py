"""`detector-mini`: a small anchor-free head on the backbone's features (after FCOS, Tian et al., 2019, and CenterNet, Zhou et al., 2019).

Every cell of the fine grid says how likely it is the middle of a thing, where that thing's four sides are, and which noun labels it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from ..world.regions import REGIONS, filled, suppress
from .backbone import COARSE_GRID, COARSE_WIDTH, FINE_GRID, FINE_WIDTH

WIDTH = 96
NAME = "detector-mini"


class Detector(nn.Module):
    """Coarse [N, 81, 1280] and fine [N, 324, 120] features to boxes [N, 324, 4] (left, top, right, bottom in shares of the picture),
    logits of being a thing [N, 324], and logits of its noun [N, 324, nouns]."""

    def __init__(self, nouns: int) -> None:
        super().__init__()
        self.deep = nn.Sequential(nn.LayerNorm(COARSE_WIDTH), nn.Linear(COARSE_WIDTH, WIDTH))
        self.detail = nn.Sequential(nn.LayerNorm(FINE_WIDTH), nn.Linear(FINE_WIDTH, WIDTH))
        self.place = nn.Parameter(torch.randn(WIDTH, FINE_GRID, FINE_GRID) * 0.02)
        self.layers = nn.ModuleList(nn.Conv2d(WIDTH, WIDTH, 3, padding=1) for _ in range(3))
        self.norms = nn.ModuleList(nn.GroupNorm(8, WIDTH) for _ in range(3))
        self.thing, self.sides = nn.Conv2d(WIDTH, 1, 1), nn.Conv2d(WIDTH, 4, 1)
        self.noun = nn.Conv2d(WIDTH, nouns, 1)
        nn.init.constant_(self.thing.bias, -3.0)
        nn.init.constant_(self.sides.bias, math.log(0.15))
        centres = (torch.arange(FINE_GRID) + 0.5) / FINE_GRID
        self.register_buffer("middles", torch.stack([centres.repeat(FINE_GRID), centres.repeat_interleave(FINE_GRID)], dim=1), False)

    def forward(self, coarse: Tensor, fine: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        deep = self.deep(coarse).transpose(1, 2).unflatten(2, (COARSE_GRID, COARSE_GRID))
        x = deep.repeat_interleave(2, dim=2).repeat_interleave(2, dim=3)
        x = x + self.detail(fine).transpose(1, 2).unflatten(2, (FINE_GRID, FINE_GRID)) + self.place
        for layer, norm in zip(self.layers, self.norms, strict=True):
            x = x + F.gelu(norm(layer(x)))
        sides = self.sides(x).clamp(-6.0, 0.5).exp().flatten(2).transpose(1, 2)
        boxes = torch.cat([self.middles - sides[..., :2], self.middles + sides[..., 2:]], dim=-1).clamp(0.0, 1.0)
        return boxes, self.thing(x).flatten(1), self.noun(x).flatten(2).transpose(1, 2)


@dataclass
class Targets:
    """Per fine cell: which thing's middle it is near, as ``heat`` [N, 324] 0 to 1, ``boxes`` [N, 324, 4] and ``nouns`` [N, 324] (0 for
    unknown) where ``chosen`` [N, 324]."""

    heat: Tensor
    boxes: Tensor
    nouns: Tensor
    chosen: Tensor


def targets(things: list[list[tuple[int, tuple[float, float, float, float]]]]) -> Targets:
    """What cells should say: those in the middle third of a box stand for it, of several boxes the smallest; ``heat`` falls from 1 at
    the box's middle."""
    n, cells = len(things), FINE_GRID**2
    heat, chosen = torch.zeros(n, cells), torch.zeros(n, cells, dtype=torch.bool)
    boxes, nouns = torch.zeros(n, cells, 4), torch.zeros(n, cells, dtype=torch.int64)
    centres = (np.arange(FINE_GRID) + 0.5) / FINE_GRID
    x, y = np.tile(centres, FINE_GRID), np.repeat(centres, FINE_GRID)
    for row, some in enumerate(things):
        for noun, (left, top, right, bottom) in sorted(some, key=lambda t: -(t[1][2] - t[1][0]) * (t[1][3] - t[1][1])):
            cx, cy = (left + right) / 2, (top + bottom) / 2
            half = [max((high - low) / 6, 0.5 / FINE_GRID) for low, high in ((left, right), (top, bottom))]
            away = np.maximum(np.abs(x - cx) / half[0], np.abs(y - cy) / half[1])
            inside = torch.from_numpy(away <= 1.0)
            chosen[row] |= inside
            boxes[row, inside] = torch.tensor((left, top, right, bottom), dtype=torch.float32)
            nouns[row, inside] = noun
            heat[row] = torch.maximum(heat[row], torch.from_numpy(np.clip(1.5 - away, 0.0, 1.0)).float())
    return Targets(heat, boxes, nouns, chosen)


def box_loss(found: Tensor, wanted: Tensor) -> Tensor:
    """1 - generalised IoU (Rezatofighi et al., 2019) of boxes [M, 4]: [M]."""
    low, high = torch.maximum(found[:, :2], wanted[:, :2]), torch.minimum(found[:, 2:], wanted[:, 2:])
    inside = (high - low).clamp(min=0).prod(dim=1)
    area = (found[:, 2:] - found[:, :2]).prod(dim=1) + (wanted[:, 2:] - wanted[:, :2]).prod(dim=1)
    union = (area - inside).clamp(min=1e-6)
    around = (torch.maximum(found[:, 2:], wanted[:, 2:]) - torch.minimum(found[:, :2], wanted[:, :2])).prod(dim=1).clamp(min=1e-6)
    return 1 - inside / union + (around - union) / around


def detector_losses(model: Detector, coarse: Tensor, fine: Tensor, wanted: Targets) -> dict[str, Tensor]:
    """Unweighted losses: things (focal, Lin et al., 2017, on soft targets as in "Generalized Focal Loss", Li et al., 2020), boxes, nouns."""
    boxes, thing, noun = model(coarse, fine)
    thing, boxes, noun = thing.float(), boxes.float(), noun.float()
    focal = (thing.sigmoid() - wanted.heat).abs().square() * F.binary_cross_entropy_with_logits(thing, wanted.heat, reduction="none")
    chosen = wanted.chosen
    known = chosen & (wanted.nouns > 0)
    return {
        "thing": focal.sum() / chosen.sum().clamp(min=1),
        "box": box_loss(boxes[chosen], wanted.boxes[chosen]).mean(),
        "noun": F.cross_entropy(noun[known], wanted.nouns[known] - 1) if known.any() else noun.sum() * 0.0,
    }


def detected(boxes: np.ndarray, thing: np.ndarray, most: int = REGIONS, limit: float = 0.55, least: float = 0.05) -> list[int]:
    """Cells whose boxes are kept: suppressed over all classes, best first, with a confidence of ``least`` or more."""
    confidence = 1 / (1 + np.exp(-thing.astype(np.float64)))
    strong = np.flatnonzero(confidence >= least)
    return [int(strong[i]) for i in suppress(boxes[strong], confidence[strong], limit, most)] if len(strong) else []


def regions_of(boxes: np.ndarray, thing: np.ndarray) -> np.ndarray:
    """Regions [N, 20, 4] of N pictures from the detector's answers, filled up where too few are found."""
    return np.stack([filled(b[detected(b, t)])[0] for b, t in zip(boxes, thing, strict=True)])


def recall(regions: np.ndarray, wanted: list[np.ndarray], at: float = 0.5) -> tuple[int, int]:
    """How many of the boxes wanted of each picture some region overlaps by ``at`` or more, and of how many."""
    from ..world.regions import overlap

    pairs = [(region, some) for region, some in zip(regions, wanted, strict=True) if len(some)]
    return sum(int((overlap(some, region).max(axis=1) >= at).sum()) for region, some in pairs), sum(len(some) for _, some in pairs)


def regions_path(cache: Path, split: str) -> Path:
    """Where the regions of a split are kept."""
    return cache / "regions" / f"{split}.npy"

"""Captions and pictures as sequences of vectors."""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn


class TextEmbedding(nn.Module):
    """Word pieces [N, T] to vectors [N, T, D], with learned positions."""

    def __init__(self, vocabulary: int, length: int, width: int) -> None:
        super().__init__()
        self.pieces = nn.Embedding(vocabulary, width)
        self.positions = nn.Parameter(torch.randn(length, width) * 0.02)
        self.norm = nn.LayerNorm(width)

    def forward(self, ids: Tensor) -> Tensor:
        return self.norm(self.pieces(ids) + self.positions[: ids.shape[1]])


def waves(grid: int, width: int) -> Tensor:
    """Sines and cosines of rows and columns [grid * grid, width], wavelengths from 2.5 to 4 * grid
    patches (after Vaswani et al., 2017, in two dimensions): neighbours are alike."""
    lengths = torch.logspace(math.log2(2.5), math.log2(4 * grid), width // 4, base=2.0)
    angles = torch.arange(grid)[:, None] * (2 * math.pi / lengths)
    axis = torch.cat([angles.sin(), angles.cos()], dim=1)
    return torch.cat([axis.repeat_interleave(grid, dim=0), axis.repeat(grid, 1)], dim=1)


class PatchEmbedding(nn.Module):
    """Normalised pixels [N, 3, S, S] to patches [N, P, D] in raster order, with learned positions
    that start as waves, as strong as the stem's output: from small noise no word learns where it looks.

    Three small convolutions (strides 2, 2 and a quarter of the patch) stand where ViLT has one linear
    projection: after Xiao et al. (2021), "Early convolutions help transformers see better".
    """

    def __init__(self, size: int, grid: int, width: int) -> None:
        super().__init__()
        if size % (4 * grid):
            raise ValueError(f"expected patches whose side is a multiple of 4 px in a {grid} x {grid} grid, got pictures of {size} px")
        last = size // (4 * grid)
        self.stem = nn.Sequential(
            nn.Conv2d(3, 32, 4, stride=2, padding=1),
            nn.GELU(),
            nn.Conv2d(32, 64, 4, stride=2, padding=1),
            nn.GELU(),
            nn.Conv2d(64, width, last, stride=last),
        )
        self.positions = nn.Parameter(0.35 * waves(grid, width))
        self.norm = nn.LayerNorm(width)

    def forward(self, pixels: Tensor) -> Tensor:
        patches = self.stem(pixels).flatten(2).transpose(1, 2)
        return self.norm(patches + self.positions)

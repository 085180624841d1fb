"""Captions and pictures as sequences of vectors."""

from __future__ import annotations

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


class PatchEmbedding(nn.Module):
    """Normalised pixels [N, 3, S, S] to patches [N, P, D] in raster order, with learned positions.

    Three small convolutions (strides 2, 2, 3) stand where ViLT has one linear projection of
    12 x 12 pixels: after Xiao et al. (2021), "Early convolutions help transformers see better".
    """

    def __init__(self, size: int, grid: int, width: int) -> None:
        super().__init__()
        if size != 12 * grid:
            raise ValueError(f"expected pictures of {12 * grid} px for a {grid} x {grid} grid, got {size}")
        self.stem = nn.Sequential(
            nn.Conv2d(3, 32, 4, stride=2, padding=1),
            nn.GELU(),
            nn.Conv2d(32, 64, 4, stride=2, padding=1),
            nn.GELU(),
            nn.Conv2d(64, width, 3, stride=3),
        )
        self.positions = nn.Parameter(torch.randn(grid * grid, width) * 0.02)
        self.norm = nn.LayerNorm(width)

    def forward(self, pixels: Tensor) -> Tensor:
        patches = self.stem(pixels).flatten(2).transpose(1, 2)
        return self.norm(patches + self.positions)

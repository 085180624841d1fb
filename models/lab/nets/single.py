"""After ViLT (Kim et al., 2021): one transformer over text and patches."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from .base import Model, Shape, Spot, States, initialise
from .layers import SelfLayer, Weights, additive


class SingleStream(Model):
    """Joint self-attention over [text; patches], types added to both; read out at the text's [CLS]."""

    def __init__(self, shape: Shape) -> None:
        super().__init__(shape)
        (depth,) = shape.layers
        self.types = nn.Parameter(torch.randn(2, shape.width) * 0.02)
        self.layers = nn.ModuleList(SelfLayer(shape.width, shape.heads) for _ in range(depth))
        self.pool = nn.Sequential(nn.Linear(shape.width, shape.width), nn.Tanh())
        initialise(self, depth)

    def spots(self) -> list[Spot]:
        both, last = ("text", "image"), max(1, len(self.layers) - 1)
        return [
            Spot(f"joint {i + 1}", i, round(i / last, 4), "fusion", both, both, self.shape.heads)
            for i in range(len(self.layers))
        ]

    def see(self, pixels: Tensor, seen: Weights | None = None) -> Tensor:
        return self.patches(pixels) + self.types[1]

    def fuse(self, ids: Tensor, mask: Tensor, picture: Tensor, seen: Weights | None = None) -> States:
        text = self.words(ids) + self.types[0]
        length = ids.shape[1]
        x = torch.cat([text, picture], dim=1)
        hidden = additive(torch.cat([mask, torch.ones_like(picture[:, :, 0], dtype=mask.dtype)], dim=1))
        early = found = x
        for index, layer in enumerate(self.layers):
            x = layer(x, hidden, seen)
            if index + 1 == len(self.layers) // 2:
                early = x
            if index + 1 == 2 * len(self.layers) // 3:
                found = x
        text, image = self.text_norm(x[:, :length]), self.image_norm(x[:, length:])
        return States(text, image, self.pool(text[:, 0]), early[:, length:], found[:, :length], found[:, length:])

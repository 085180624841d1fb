"""After METER (Dou et al., 2022): an encoder for each stream, then co-attention in both directions."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from .base import Model, Shape, Spot, States, initialise
from .layers import CoLayer, SelfLayer, Weights, additive


class DualStream(Model):
    """``shape.layers`` is (text, image, fusion); read out at the text's [CLS] and the mean patch."""

    def __init__(self, shape: Shape) -> None:
        super().__init__(shape)
        text, image, fusion = shape.layers
        if text != image:
            raise ValueError(f"expected as many text as image layers, got {text} and {image}")
        size = (shape.width, shape.heads)
        self.text_layers = nn.ModuleList(SelfLayer(*size) for _ in range(text))
        self.image_layers = nn.ModuleList(SelfLayer(*size) for _ in range(image))
        self.fusion = nn.ModuleList(CoLayer(*size) for _ in range(fusion))
        self.pool = nn.Sequential(nn.Linear(2 * shape.width, shape.width), nn.Tanh())
        initialise(self, text + fusion)

    def spots(self) -> list[Spot]:
        heads, alone = self.shape.heads, len(self.text_layers)
        last = alone + 2 * len(self.fusion) - 1
        spots = [
            Spot(f"{stream} {i + 1}", i, round(i / last, 4), stream, (stream,), (stream,), heads)
            for stream in ("image", "text")
            for i in range(alone)
        ]
        for i in range(len(self.fusion)):
            own, across = (round((alone + 2 * i + step) / last, 4) for step in (0, 1))
            for query, key, depth in (
                ("text", "text", own),
                ("image", "image", own),
                ("text", "image", across),
                ("image", "text", across),
            ):
                name = f"{query} → {key} {i + 1}" if query != key else f"fusion {query} {i + 1}"
                spots.append(Spot(name, i, depth, "fusion", (query,), (key,), heads))
        return spots

    def see(self, pixels: Tensor, seen: Weights | None = None) -> Tensor:
        image = self.patches(pixels)
        for layer in self.image_layers:
            image = layer(image, None, seen)
        return image

    def fuse(self, ids: Tensor, mask: Tensor, picture: Tensor, seen: Weights | None = None) -> States:
        hidden = additive(mask)
        text, image = self.words(ids), picture
        for layer in self.text_layers:
            text = layer(text, hidden, seen)
        found, parted = text, image
        for index, layer in enumerate(self.fusion):
            text, image = layer(text, image, hidden, seen)
            if index + 1 == max(1, len(self.fusion) // 2):
                found, parted = text, image
        text, image = self.text_norm(text), self.image_norm(image)
        pooled = self.pool(torch.cat([text[:, 0], image.mean(dim=1)], dim=-1))
        return States(text, image, pooled, picture, found, parted)

"""After CLIP (Radford et al., 2021): an encoder for each stream, which meet in one similarity only."""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from .base import Shape, Spot, initialise, instance_head
from .embed import PatchEmbedding, TextEmbedding
from .layers import SelfLayer, Weights, additive


class DualEncoder(nn.Module):
    """``shape.layers`` is (text, image). Tokens and patches are projected and averaged, so that the score
    is a sum over pairs of a token and a patch."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        text, image = shape.layers
        width = shape.width
        self.shape = shape
        self.words = TextEmbedding(shape.vocabulary, shape.length, width)
        self.patches = PatchEmbedding(shape.size, shape.grid, width)
        self.text_layers = nn.ModuleList(SelfLayer(width, shape.heads) for _ in range(text))
        self.image_layers = nn.ModuleList(SelfLayer(width, shape.heads) for _ in range(image))
        self.text_out = nn.Sequential(nn.LayerNorm(width), nn.Linear(width, width, bias=False))
        self.image_out = nn.Sequential(nn.LayerNorm(width), nn.Linear(width, width, bias=False))
        self.log_scale = nn.Parameter(torch.tensor(math.log(1 / 0.07)))
        self.extra = nn.ModuleDict({"label": nn.LayerNorm(width), "instance": instance_head(width)})
        initialise(self, max(text, image))

    def spots(self) -> list[Spot]:
        """Every attention module, the text encoder's first; each encoder counts its depth from 0 to 1."""
        return [
            Spot(f"{stream} {i + 1}", i, round(i / max(1, len(layers) - 1), 4), stream, (stream,), (stream,), self.shape.heads)
            for stream, layers in (("text", self.text_layers), ("image", self.image_layers))
            for i in range(len(layers))
        ]

    @property
    def scale(self) -> Tensor:
        """What the cosine is multiplied by: learnt, at most 100 as CLIP's."""
        return self.log_scale.clamp(max=math.log(100)).exp()

    def read(self, ids: Tensor, mask: Tensor, seen: Weights | None = None) -> Tensor:
        """Captions [N, T] with their 0/1 mask to token features [N, T, D]."""
        text, hidden = self.words(ids), additive(mask)
        for layer in self.text_layers:
            text = layer(text, hidden, seen)
        return self.text_out(text)

    def look(self, pixels: Tensor, seen: Weights | None = None) -> tuple[Tensor, Tensor]:
        """Normalised pixels [N, 3, S, S] to patch features [N, P, D], and the states half-way up on which
        object labels are read."""
        image = early = self.patches(pixels)
        for index, layer in enumerate(self.image_layers):
            image = layer(image, None, seen)
            if index + 1 == len(self.image_layers) // 2:
                early = image
        return self.image_out(image), early


def pooled(features: Tensor, mask: Tensor | None = None) -> Tensor:
    """Unit vectors [N, D] of the mean feature, over positions where ``mask`` is 1."""
    if mask is None:
        return F.normalize(features.float().mean(dim=1), dim=-1)
    weight = mask.unsqueeze(-1).float()
    return F.normalize((features.float() * weight).sum(dim=1) / weight.sum(dim=1), dim=-1)


def similarity_map(text: Tensor, image: Tensor, scale: float) -> Tensor:
    """Token features [T, D] and patch features [P, D] to the parts [T, P] whose sum is the score: scale
    times the cosine of their means."""
    whole = text.mean(dim=0).norm() * image.mean(dim=0).norm()
    return scale * (text @ image.T) / (len(text) * len(image) * whole)

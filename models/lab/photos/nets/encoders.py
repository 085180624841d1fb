"""After CLIP (Radford et al., 2021) and LightningDOT (Sun et al., 2021): an encoder a stream, which meet in one similarity only."""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn

from ...nets.base import Spot, initialise
from ...nets.embed import TextEmbedding
from ...nets.layers import SelfLayer, Weights, additive
from .base import DROPOUT, Grid, Picture, Shape


class ClipPhoto(nn.Module):
    """``shape.layers`` is (text, image). Pieces and cells are projected and averaged, so that the score is a sum over pairs of a
    piece and a cell."""

    regions = False

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        text, image = shape.layers
        width = shape.width
        self.shape = shape
        self.words = TextEmbedding(shape.vocabulary, shape.length, width)
        self.sight = Grid(width)
        self.drop = nn.Dropout(DROPOUT)
        self.text_layers = nn.ModuleList(SelfLayer(width, shape.heads) for _ in range(text))
        self.image_layers = nn.ModuleList(SelfLayer(width, shape.heads) for _ in range(image))
        self.text_out = nn.Sequential(nn.LayerNorm(width), nn.Linear(width, width, bias=False))
        self.image_out = nn.Sequential(nn.LayerNorm(width), nn.Linear(width, width, bias=False))
        self.log_scale = nn.Parameter(torch.tensor(math.log(1 / 0.07)))
        self.extra = nn.ModuleDict({"label": nn.LayerNorm(width)})
        self.log_sharp = nn.Parameter(torch.tensor(math.log(10.0)))
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
        """Captions [N, T] with their 0/1 mask to features of pieces [N, T, D]."""
        text, hidden = self.drop(self.words(ids)), additive(mask)
        for layer in self.text_layers:
            text = layer(text, hidden, seen)
        return self.text_out(text)

    def look(self, picture: Picture, seen: Weights | None = None) -> tuple[Tensor, Tensor]:
        """Pictures to features of cells [N, P, D], and the states half-way up on which labels are read."""
        image = early = self.drop(self.sight(picture))
        for index, layer in enumerate(self.image_layers):
            image = layer(image, None, seen)
            if index + 1 == max(1, len(self.image_layers) // 2):
                early = image
        return self.image_out(image), early

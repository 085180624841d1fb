"""The three models that fuse: one sequence over cells or regions, and two streams with cross-attention."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from ...nets.base import Spot, initialise
from ...nets.layers import Attention, SelfLayer, Weights, additive
from .base import PhotoModel, Shape, States, own_share


class SingleSequence(PhotoModel):
    """Joint self-attention over [text; picture], types added to both; read out at [CLS].

    Phrases train two heads of the last layer but one: in head 0 words look at what they name, in head 1 the picture at its words.
    """

    def __init__(self, shape: Shape) -> None:
        super().__init__(shape)
        (depth,) = shape.layers
        self.types = nn.Parameter(torch.randn(2, shape.width) * 0.02)
        self.layers = nn.ModuleList(SelfLayer(shape.width, shape.heads) for _ in range(depth))
        initialise(self, depth)

    def spots(self) -> list[Spot]:
        both, last = ("text", "image"), max(1, len(self.layers) - 1)
        return [
            Spot(f"joint {i + 1}", i, round(i / last, 4), "fusion", both, both, self.shape.heads)
            for i in range(len(self.layers))
        ]

    def grounded(self) -> dict[str, tuple[str, int]]:
        name = f"joint {max(1, len(self.layers) - 1)}"
        return {"looks": (name, 0), "named": (name, 1)}

    def fuse(self, ids: Tensor, mask: Tensor, image: Tensor, seen: Weights | None = None) -> States:
        text, image = self.words(ids) + self.types[0], image + self.types[1]
        length, count = ids.shape[1], len(self.layers)
        x = self.drop(torch.cat([text, image], dim=1))
        hidden = additive(torch.cat([mask, torch.ones_like(image[:, :, 0], dtype=mask.dtype)], dim=1))
        early, trained = x, []
        for index, layer in enumerate(self.layers):
            chosen: Weights | None = trained if index == max(0, count - 2) else None
            own: Weights = []
            x = layer(x, hidden, own)
            if seen is not None:
                seen += own
            if chosen is not None:
                chosen += own
            if index + 1 == count // 2:
                early = x
        (heads,) = trained
        text, image = self.text_norm(x[:, :length]), self.image_norm(x[:, length:])
        looks, named = own_share(heads[:, 0, :length, length:]), own_share(heads[:, 1, length:, :length])
        return States(text, image, self.pool(text[:, 0]), early[:, length:], looks, named)


class PixelBert(SingleSequence):
    """After Pixel-BERT (Huang et al., 2020): cells of a convolutional grid."""


class Uniter(SingleSequence):
    """After UNITER (Chen et al., 2020): regions of a detector."""

    regions = True


class CrossLayer(nn.Module):
    """A cross-modality layer of LXMERT (Tan and Bansal, 2019): cross-attention whose weights both directions share, run in parallel,
    then self-attention and feed-forward in each stream."""

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(width)
        self.cross = Attention(width, heads)
        self.text = SelfLayer(width, heads)
        self.image = SelfLayer(width, heads)

    def forward(self, text: Tensor, image: Tensor, mask: Tensor, seen: Weights) -> tuple[Tensor, Tensor]:
        said, shown = self.norm(text), self.norm(image)
        text = text + self.cross(said, shown, None, seen)
        image = image + self.cross(shown, said, mask, seen)
        return self.text(text, mask, seen), self.image(image, None, seen)


class Lxmert(PhotoModel):
    """After LXMERT: ``shape.layers`` is (text, image, cross); read out at the text's [CLS], labels on the last image states.

    Phrases train two heads of the last cross layer: head 0 of text → image, head 1 of image → text.
    """

    regions = True

    def __init__(self, shape: Shape) -> None:
        super().__init__(shape)
        text, image, cross = shape.layers
        size = (shape.width, shape.heads)
        self.text_layers = nn.ModuleList(SelfLayer(*size) for _ in range(text))
        self.image_layers = nn.ModuleList(SelfLayer(*size) for _ in range(image))
        self.cross_layers = nn.ModuleList(CrossLayer(*size) for _ in range(cross))
        initialise(self, text + 2 * cross)

    def spots(self) -> list[Spot]:
        heads, alone = self.shape.heads, max(len(self.text_layers), len(self.image_layers))
        last = max(1, alone + 2 * len(self.cross_layers) - 1)
        spots = [
            Spot(f"{stream} {i + 1}", i, round(i / last, 4), stream, (stream,), (stream,), heads)
            for stream, layers in (("text", self.text_layers), ("image", self.image_layers))
            for i in range(len(layers))
        ]
        for i in range(len(self.cross_layers)):
            across, own = (round((alone + 2 * i + step) / last, 4) for step in (0, 1))
            for query, key, depth in (
                ("text", "image", across),
                ("image", "text", across),
                ("text", "text", own),
                ("image", "image", own),
            ):
                name = f"{query} → {key} {i + 1}" if query != key else f"fusion {query} {i + 1}"
                spots.append(Spot(name, i, depth, "fusion", (query,), (key,), heads))
        return spots

    def grounded(self) -> dict[str, tuple[str, int]]:
        last = len(self.cross_layers)
        return {"looks": (f"text → image {last}", 0), "named": (f"image → text {last}", 1)}

    def fuse(self, ids: Tensor, mask: Tensor, image: Tensor, seen: Weights | None = None) -> States:
        hidden = additive(mask)
        all_seen: Weights = []
        text, image = self.drop(self.words(ids)), self.drop(image)
        for layer in self.text_layers:
            text = layer(text, hidden, all_seen)
        for layer in self.image_layers:
            image = layer(image, None, all_seen)
        for layer in self.cross_layers:
            trained: Weights = []
            text, image = layer(text, image, hidden, trained)
            all_seen += trained
        if seen is not None:
            seen += all_seen
        text, image = self.text_norm(text), self.image_norm(image)
        looks, named = own_share(trained[0][:, 0]), own_share(trained[1][:, 1])
        return States(text, image, self.pool(text[:, 0]), image, looks, named)

"""Attention written out, and the three kinds of layer that are made of it."""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn

Weights = list[Tensor]


class Attention(nn.Module):
    """Multi-head attention (Vaswani et al., 2017) from queries [N, Q, D] to keys [N, K, D].

    ``mask`` is additive, [N, 1, 1, K], 0 or -1e4. The probabilities [N, heads, Q, K] are appended
    to ``seen`` where one is given. No fused kernel: it would hide the softmax from the exported
    graph, and on a CPU in bfloat16 its backward pass is slower than these three lines.
    """

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        if width % heads:
            raise ValueError(f"expected a width that {heads} heads divide, got {width}")
        self.heads, self.size = heads, width // heads
        self.query = nn.Linear(width, width)
        self.key = nn.Linear(width, width)
        self.value = nn.Linear(width, width)
        self.out = nn.Linear(width, width)

    def _split(self, x: Tensor) -> Tensor:
        return x.unflatten(-1, (self.heads, self.size)).transpose(1, 2)

    def forward(self, x: Tensor, keys: Tensor, mask: Tensor | None, seen: Weights | None) -> Tensor:
        query = self._split(self.query(x))
        key, value = self._split(self.key(keys)), self._split(self.value(keys))
        scores = (query / math.sqrt(self.size)) @ key.transpose(-1, -2)
        weights = (scores if mask is None else scores + mask).softmax(dim=-1)
        if seen is not None:
            seen.append(weights)
        mixed = weights @ value
        return self.out(mixed.transpose(1, 2).flatten(2))


def feed_forward(width: int) -> nn.Sequential:
    """The position-wise part of a layer, four times as wide inside."""
    return nn.Sequential(nn.LayerNorm(width), nn.Linear(width, 4 * width), nn.GELU(), nn.Linear(4 * width, width))


class SelfLayer(nn.Module):
    """Self-attention, then feed-forward, each behind a layer norm."""

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(width)
        self.attention = Attention(width, heads)
        self.feed = feed_forward(width)

    def forward(self, x: Tensor, mask: Tensor | None, seen: Weights | None) -> Tensor:
        inner = self.norm(x)
        x = x + self.attention(inner, inner, mask, seen)
        return x + self.feed(x)


class CrossStream(nn.Module):
    """One stream of a METER layer: self-attention, cross-attention to the other stream, feed-forward."""

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.self_norm, self.cross_norm, self.other_norm = (nn.LayerNorm(width) for _ in range(3))
        self.own = Attention(width, heads)
        self.cross = Attention(width, heads)
        self.feed = feed_forward(width)

    def look_inside(self, x: Tensor, mask: Tensor | None, seen: Weights | None) -> Tensor:
        """Self-attention and its residual."""
        inner = self.self_norm(x)
        return x + self.own(inner, inner, mask, seen)

    def look_across(self, x: Tensor, other: Tensor, mask: Tensor | None, seen: Weights | None) -> Tensor:
        """Cross-attention to ``other`` and feed-forward, with their residuals."""
        x = x + self.cross(self.cross_norm(x), self.other_norm(other), mask, seen)
        return x + self.feed(x)


class CoLayer(nn.Module):
    """Both streams of a METER layer (Dou et al., 2022): nothing shared, each reads the other's *input*."""

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.text = CrossStream(width, heads)
        self.image = CrossStream(width, heads)

    def forward(self, text: Tensor, image: Tensor, mask: Tensor | None, seen: Weights | None) -> tuple[Tensor, Tensor]:
        inner_text = self.text.look_inside(text, mask, seen)
        inner_image = self.image.look_inside(image, None, seen)
        return (
            self.text.look_across(inner_text, image, None, seen),
            self.image.look_across(inner_image, text, mask, seen),
        )


def additive(mask: Tensor) -> Tensor:
    """A 0/1 mask [N, K] as something to add to scores, [N, 1, 1, K]. Not -inf: WebGPU kernels differ there."""
    return (1.0 - mask.to(torch.float32))[:, None, None, :] * -1e4

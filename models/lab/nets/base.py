"""What every architecture of the lab has: the same inputs, states, heads and losses."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from .embed import PatchEmbedding, TextEmbedding
from .layers import Attention, Weights


@dataclass(frozen=True)
class Shape:
    """Sizes of a model; ``vocabulary`` and ``answers`` come from the world."""

    vocabulary: int
    width: int = 128
    heads: int = 4
    layers: tuple[int, ...] = (6,)
    length: int = 32
    answers: int = 2
    size: int = 96
    grid: int = 8


@dataclass
class States:
    """Final states text [N, T, D] and image [N, P, D], the pooled vector [N, D], and three from half-way up:
    ``early``, image states [N, P, D] on which object labels are read, ``found``, text states [N, T, D] on which the
    places of named objects are read, and ``parted``, image states on which instances are told apart, while layers
    remain to compare them."""

    text: Tensor
    image: Tensor
    pooled: Tensor
    early: Tensor
    found: Tensor
    parted: Tensor


@dataclass(frozen=True)
class Spot:
    """Where one attention module stands: the manifest's words for it."""

    name: str
    layer: int
    depth: float
    stage: str
    queries: tuple[str, ...]
    keys: tuple[str, ...]
    heads: int


COUNTS = 4
"""The most instances of one thing in a scene."""


def instance_head(width: int) -> nn.Sequential:
    """Of a patch state [..., D] where the middle of its instance is, and logits of how many there are, [..., 2 + COUNTS]."""
    return nn.Sequential(nn.LayerNorm(width), nn.Linear(width, 2 + COUNTS))


class WordHead(nn.Module):
    """Masked words (Devlin et al., 2019): logits tied to the word embeddings."""

    def __init__(self, width: int, vocabulary: int) -> None:
        super().__init__()
        self.inner = nn.Sequential(nn.Linear(width, width), nn.GELU(), nn.LayerNorm(width))
        self.bias = nn.Parameter(torch.zeros(vocabulary))

    def forward(self, states: Tensor, embedding: Tensor) -> Tensor:
        return F.linear(self.inner(states), embedding, self.bias)


class Model(nn.Module):
    """A vision-and-language model. Subclasses say how pictures are seen and how both are fused."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        width = shape.width
        self.shape = shape
        self.words = TextEmbedding(shape.vocabulary, shape.length, width)
        self.patches = PatchEmbedding(shape.size, shape.grid, width)
        self.text_norm, self.image_norm = nn.LayerNorm(width), nn.LayerNorm(width)
        self.word_head = WordHead(width, shape.vocabulary)
        self.match_head = nn.Linear(width, 1)
        self.answer_head = nn.Sequential(
            nn.Linear(width, width), nn.GELU(), nn.LayerNorm(width), nn.Linear(width, shape.answers)
        )
        self.extra = nn.ModuleDict(
            {
                "label": nn.LayerNorm(width),
                "wrong": nn.Linear(width, 1),
                "place": nn.Sequential(nn.LayerNorm(width), nn.Linear(width, shape.grid**2)),
                "instance": instance_head(width),
            }
        )

    def spots(self) -> list[Spot]:
        """Every attention module, in execution order."""
        raise NotImplementedError

    def see(self, pixels: Tensor, seen: Weights | None = None) -> Tensor:
        """Normalised pixels [N, 3, S, S] to what does not depend on any caption, [N, P, D]."""
        raise NotImplementedError

    def fuse(self, ids: Tensor, mask: Tensor, picture: Tensor, seen: Weights | None = None) -> States:
        """Captions [N, T] with their 0/1 mask and pictures from ``see`` [N, P, D] to states."""
        raise NotImplementedError

    def match(self, states: States) -> Tensor:
        """One logit a pair, [N]; its sigmoid is the probability that the caption is true."""
        return self.match_head(states.pooled)[:, 0]

    def masked_words(self, text: Tensor) -> Tensor:
        """Logits over the vocabulary for text states [..., D]."""
        return self.word_head(text, self.words.pieces.weight)

    def answer(self, states: States) -> Tensor:
        """Logits over the closed list of short answers to a question, [N, answers] (after VQA: Antol et al., 2015)."""
        return self.answer_head(states.pooled)

    def forward(
        self, pixels: Tensor, ids: Tensor, mask: Tensor, seen: Weights | None = None
    ) -> tuple[Tensor, Tensor, Tensor]:
        """match_logit [N], mask_logits [N, T, V] and answer_logits [N, answers]."""
        states = self.fuse(ids, mask, self.see(pixels, seen), seen)
        return self.match(states), self.masked_words(states.text), self.answer(states)


LIKENESS = 0.7


def initialise(model: nn.Module, depth: int) -> None:
    """Small weights; what is added to the residual stream shrinks with depth (GPT-2's rule); keys start
    correlated with queries, so that attention starts as likeness (after Trockman and Kolter, 2023,
    "Mimetic initialization of self-attention layers"): a word then finds a patch that has its code."""
    for name, part in model.named_modules():
        if isinstance(part, nn.Linear):
            nn.init.xavier_uniform_(part.weight)
            if part.bias is not None:
                nn.init.zeros_(part.bias)
            if name.endswith(("attention.out", "own.out", "cross.out", "feed.3")):
                with torch.no_grad():
                    part.weight.mul_((2 * depth) ** -0.5)
        elif isinstance(part, nn.Embedding):
            nn.init.normal_(part.weight, std=0.05)
    for part in model.modules():
        if isinstance(part, Attention):
            with torch.no_grad():
                part.key.weight.mul_((1 - LIKENESS**2) ** 0.5).add_(part.query.weight, alpha=LIKENESS)

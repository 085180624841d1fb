"""Parts that all photo models share: how captions, grids and regions become vectors, and what is read from them."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from ...nets.base import Spot, WordHead
from ...nets.embed import TextEmbedding, waves
from ...nets.layers import Weights
from ..world.regions import geometry, pooling
from .backbone import COARSE_GRID, COARSE_WIDTH, FINE_GRID, FINE_WIDTH

DROPOUT = 0.1


@dataclass(frozen=True)
class Shape:
    """Sizes of a photo model; what ``layers`` counts depends on the architecture."""

    vocabulary: int
    width: int = 192
    heads: int = 6
    layers: tuple[int, ...] = (4,)
    length: int = 28


@dataclass
class Picture:
    """What the backbone saw, [N, 81, 1280] and [N, 324, 120], with boxes [N, R, 4] for models of regions; ``cells`` [K] are the
    cells of the grid that are read, all where it is None."""

    coarse: Tensor
    fine: Tensor
    boxes: Tensor | None = None
    cells: Tensor | None = None


@dataclass
class States:
    """Final states text [N, T, D] and image [N, P, D], the pooled vector [N, D], the image states on which labels are read,
    and the two attentions that phrases train, text → image [N, T, P] and image → text [N, P, T], each row's sum 1."""

    text: Tensor
    image: Tensor
    pooled: Tensor
    early: Tensor
    looks: Tensor
    named: Tensor


class Grid(nn.Module):
    """Cells of the picture (Pixel-BERT, Huang et al., 2020): deep features and, for small things and colours, the four fine ones
    inside each; positions start as waves. Training may read a sample of cells, as Pixel-BERT's does."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.deep = nn.Sequential(nn.LayerNorm(COARSE_WIDTH), nn.Linear(COARSE_WIDTH, width))
        self.detail = nn.Sequential(nn.LayerNorm(4 * FINE_WIDTH), nn.Linear(4 * FINE_WIDTH, width))
        self.positions = nn.Parameter(0.35 * waves(COARSE_GRID, width))
        self.norm = nn.LayerNorm(width)

    def forward(self, picture: Picture) -> Tensor:
        fine = gathered(picture.fine)
        deep, positions = picture.coarse, self.positions
        if picture.cells is not None:
            deep, fine, positions = deep[:, picture.cells], fine[:, picture.cells], positions[picture.cells]
        return self.norm(self.deep(deep) + self.detail(fine) + positions)


def gathered(fine: Tensor) -> Tensor:
    """Fine cells [N, 324, C] as the four inside each coarse cell, [N, 81, 4C], both in raster order."""
    cells = fine.unflatten(1, (COARSE_GRID, 2, COARSE_GRID, 2)).permute(0, 1, 3, 2, 4, 5)
    return cells.flatten(3).flatten(1, 2)


class Regions(nn.Module):
    """Regions of the picture (UNITER, Chen et al., 2020): features averaged over the box, and its corners, sides and area."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.deep = nn.Sequential(nn.LayerNorm(COARSE_WIDTH), nn.Linear(COARSE_WIDTH, width))
        self.detail = nn.Sequential(nn.LayerNorm(FINE_WIDTH), nn.Linear(FINE_WIDTH, width))
        self.place = nn.Linear(7, width)
        self.norm = nn.LayerNorm(width)

    def forward(self, picture: Picture) -> Tensor:
        boxes = picture.boxes
        deep = pooling(boxes, COARSE_GRID).to(picture.coarse.dtype) @ picture.coarse
        fine = pooling(boxes, FINE_GRID).to(picture.fine.dtype) @ picture.fine
        return self.norm(self.deep(deep) + self.detail(fine) + self.place(geometry(boxes)))


class PhotoModel(nn.Module):
    """A model that fuses captions with pictures. Subclasses say how; ``regions`` says what a picture is to it."""

    regions = False

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        width = shape.width
        self.shape = shape
        self.words = TextEmbedding(shape.vocabulary, shape.length, width)
        self.sight = Regions(width) if self.regions else Grid(width)
        self.drop = nn.Dropout(DROPOUT)
        self.text_norm, self.image_norm = nn.LayerNorm(width), nn.LayerNorm(width)
        self.pool = nn.Sequential(nn.Linear(width, width), nn.Tanh())
        self.word_head = WordHead(width, shape.vocabulary)
        self.match_head = nn.Linear(width, 1)
        self.extra = nn.ModuleDict({"label": nn.LayerNorm(width), "wrong": nn.Linear(width, 1)})
        self.nouns = torch.zeros(0, dtype=torch.int64)
        """Pieces of the label words; not among the weights."""

    def spots(self) -> list[Spot]:
        """Every attention module, in execution order."""
        raise NotImplementedError

    def grounded(self) -> dict[str, tuple[str, int]]:
        """The name of the attention and the head that phrases train, by direction: ``looks`` (text → image) and ``named``."""
        raise NotImplementedError

    def fuse(self, ids: Tensor, mask: Tensor, image: Tensor, seen: Weights | None = None) -> States:
        """Captions [N, T] with their 0/1 mask and what ``sight`` made of N pictures, [N, P, D], to states."""
        raise NotImplementedError

    def match(self, states: States) -> Tensor:
        """One logit a pair, [N]."""
        return self.match_head(states.pooled)[:, 0]

    def masked_words(self, text: Tensor) -> Tensor:
        """Logits over the vocabulary for text states [..., D], tied to the word embeddings."""
        return self.word_head(text, self.words.pieces.weight)

    def labels(self, states: States) -> Tensor:
        """Logits of what each place shows, [N, P, 1 + nouns]: 0 for none, a normed state times the word's embedding for a noun."""
        logits = self.extra["label"](states.early) @ self.words.pieces.weight[self.nouns].T
        return torch.cat([torch.zeros_like(logits[..., :1]), logits], dim=-1)


def own_share(weights: Tensor) -> Tensor:
    """Attention to some of the keys [..., K], each row scaled to the sum 1."""
    weights = weights.float()
    return weights / weights.sum(dim=-1, keepdim=True).clamp(min=1e-6)


def parameters(model: nn.Module) -> int:
    """Weights of the model as shipped: what only training uses (``extra``) left out."""
    return sum(p.numel() for name, p in model.named_parameters() if not name.startswith("extra."))


def start_words(model: nn.Module, table: Tensor) -> None:
    """Put published embeddings into the model's word table, and zeros for padding."""
    with torch.no_grad():
        model.words.pieces.weight.copy_(table)

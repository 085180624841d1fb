"""The photo models by name."""

from __future__ import annotations

import torch
from tokenizers import Tokenizer
from torch import nn

from ..world.words import published_embeddings
from .base import Shape, start_words
from .encoders import ClipPhoto
from .fusing import Lxmert, PixelBert, Uniter

MODELS = ("clip-photo-mini", "pixelbert-mini", "uniter-mini", "lxmert-mini")
LAYERS = {"clip-photo-mini": (3, 2), "pixelbert-mini": (4,), "uniter-mini": (4,), "lxmert-mini": (0, 0, 2)}
KINDS = {"clip-photo-mini": ClipPhoto, "pixelbert-mini": PixelBert, "uniter-mini": Uniter, "lxmert-mini": Lxmert}


def shape_of(name: str, vocabulary: int) -> Shape:
    """Sizes of a model. Raises ValueError for a name that is not among ``MODELS``."""
    if name not in MODELS:
        raise ValueError(f"expected one of {', '.join(MODELS)}, got {name!r}")
    return Shape(vocabulary, layers=LAYERS[name])


def make(name: str, tokenizer: Tokenizer, seed: int = 0) -> nn.Module:
    """A model with its first weights: random from ``seed``, words from the published table."""
    shape = shape_of(name, tokenizer.get_vocab_size())
    torch.manual_seed(seed)
    model = KINDS[name](shape)
    start_words(model, published_embeddings(tokenizer, shape.width))
    return model

"""One way to ask any photo model, in PyTorch or exported: captions of pictures in, scores, words and attentions out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

from ...nets.encoders import pooled
from ..losses import word_maps
from ..nets.base import Picture, own_share
from ..nets.encoders import ClipPhoto
from ..world.store import Store
from ..world.words import PAD

BATCH = 32


@dataclass
class Reading:
    """For N pairs padded to T pieces: ``match`` [N] (or ``None``), ``words`` [N, T, V] (fusing models, where asked for), ``looks`` [N, H, T, P], every head
    whose queries are words and keys the picture, each row scaled to 1, ``named`` [N, H, P, T] the other way; ``heads`` names those."""

    match: np.ndarray
    words: np.ndarray | None
    looks: np.ndarray
    named: np.ndarray


class Reader(Protocol):
    """What figures are measured through."""

    looks: list[str]
    """Names of the heads in ``Reading.looks``: the attention's name and the head's number."""
    named: list[str]
    regions: bool

    def read(self, store: Store, rows: list[int], ids: list[tuple[int, ...]], heads: bool = True, words: bool = False) -> Reading:
        """Pairs of a picture and a caption, at most a batch of them; guesses at ``words`` only where asked for, they cost most."""
        ...


def arrays(store: Store, rows: list[int], ids: list[tuple[int, ...]]) -> dict[str, np.ndarray]:
    """The inputs of exported graphs by name, for one batch."""
    length = max(map(len, ids))
    text = np.array([[*one, *[PAD] * (length - len(one))] for one in ids], dtype=np.int64)
    found = {
        "coarse": store.coarse[rows].astype(np.float32),
        "fine": store.fine[rows].astype(np.float32),
        "input_ids": text,
        "attention_mask": (text != PAD).astype(np.int64),
    }
    if store.regions is not None:
        found["boxes"] = store.regions[rows]
    return found


def parted(seen: list[np.ndarray], spots: list, length: int) -> tuple[np.ndarray, np.ndarray]:
    """Of every attention [N, heads, Q, K] that crosses: text → image [N, H, T, P] and image → text [N, H, P, T], rows scaled to 1."""
    looks, named = [], []
    for weights, spot in zip(seen, spots, strict=True):
        if spot.queries == spot.keys == ("text", "image"):
            looks.append(weights[:, :, :length, length:])
            named.append(weights[:, :, length:, :length])
        elif spot.queries == ("text",) and spot.keys == ("image",):
            looks.append(weights)
        elif spot.queries == ("image",) and spot.keys == ("text",):
            named.append(weights)
    return tuple(own_share(torch.from_numpy(np.concatenate(part, axis=1))).numpy() for part in (looks, named))


def head_names(spots: list) -> tuple[list[str], list[str]]:
    """Names of the heads that ``parted`` returns, in its order."""
    looks = [spot for spot in spots if "text" in spot.queries and "image" in spot.keys]
    named = [spot for spot in spots if "image" in spot.queries and "text" in spot.keys]
    return tuple([f"{spot.name}, head {h}" for spot in part for h in range(spot.heads)] for part in (looks, named))


class TorchReader:
    """A model in PyTorch."""

    def __init__(self, model: nn.Module) -> None:
        self.model = model.eval()
        self.regions = model.regions
        self.dual = isinstance(model, ClipPhoto)
        self.looks, self.named = (["cosine"], ["cosine"]) if self.dual else head_names(model.spots())

    @torch.no_grad()
    def read(self, store: Store, rows: list[int], ids: list[tuple[int, ...]], heads: bool = True, words: bool = False) -> Reading:
        """See ``Reader``."""
        feeds = {name: torch.from_numpy(array) for name, array in arrays(store, rows, ids).items()}
        picture = Picture(feeds["coarse"], feeds["fine"], feeds.get("boxes") if self.regions else None)
        text, mask = feeds["input_ids"], feeds["attention_mask"]
        if self.dual:
            cells, pieces = self.model.look(picture)[0], self.model.read(text, mask)
            match = self.model.scale * (pooled(cells) * pooled(pieces, mask)).sum(dim=-1)
            looks, named = word_maps(pieces, cells, mask, self.model.log_sharp.exp())
            return Reading(match.float().numpy(), None, looks[:, None].numpy(), named[:, None].numpy())
        seen: list | None = [] if heads else None
        states = self.model.fuse(text, mask, self.model.sight(picture), seen)
        looks, named = parted([w.float().numpy() for w in seen], self.model.spots(), text.shape[1]) if heads else (np.empty(0), np.empty(0))
        guesses = self.model.masked_words(states.text).float().numpy() if words else None
        return Reading(self.model.match(states).float().numpy(), guesses, looks, named)


def encodings(reader: TorchReader, store: Store, rows: list[int], captions: list[tuple[int, ...]]) -> tuple[np.ndarray, np.ndarray]:
    """Of a dual encoder in PyTorch: unit vectors of pictures [N, D] and of captions [M, D]."""
    pictures, texts = [], []
    with torch.no_grad():
        for part in chunks(rows):
            feeds = arrays(store, part, [(0,)] * len(part))
            pictures.append(pooled(reader.model.look(Picture(*(torch.from_numpy(feeds[k]) for k in ("coarse", "fine"))))[0]))
        for part in chunks(captions):
            text = torch.nn.utils.rnn.pad_sequence([torch.tensor(one) for one in part], batch_first=True)
            mask = (text != PAD).long()
            texts.append(pooled(reader.model.read(text, mask), mask))
    return torch.cat(pictures).float().numpy(), F.normalize(torch.cat(texts).float(), dim=-1).numpy()


def chunks(items: list, size: int = BATCH) -> Iterator[list]:
    """A list in parts of ``size``."""
    for start in range(0, len(items), size):
        yield items[start : start + size]

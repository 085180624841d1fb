"""A split in memory: its photographs, their features, captions as pieces, and which boxes each phrase means."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from tokenizers import Tokenizer

from .data import Photograph
from .features import features, rows_of
from .lexicon import STOP, words
from .words import encode


@dataclass
class Store:
    """``coarse`` [N, 81, 1280] and ``fine`` [N, 324, 120] are mapped from disk, ``regions`` [N, 20, 4] where a detector has run."""

    photographs: list[Photograph]
    coarse: np.ndarray
    fine: np.ndarray
    tokenizer: Tokenizer
    regions: np.ndarray | None = None
    near: np.ndarray | None = None
    folder: Path = field(default_factory=Path)


def open_store(split: str, data: Path, cache: Path, tokenizer: Tokenizer, outside: Path | None = None) -> Store:
    """A split with its features. Raises where they are not computed or are of other pictures."""
    photographs, folder = rows_of(split, data, outside)
    coarse, fine = features(cache, split, "coarse"), features(cache, split, "fine")
    if len(coarse) != len(photographs):
        raise ValueError(f"expected features of {len(photographs)} pictures of {split}, got {len(coarse)}: other data; give another --cache")
    path = cache / "regions" / f"{split}.npy"
    return Store(photographs, coarse, fine, tokenizer, np.load(path) if path.exists() else None, None, folder)


def neighbours(coarse: np.ndarray, first: int = 8, last: int = 160) -> np.ndarray:
    """Pictures whose mean features are close to each picture's, [N, last - first], the very closest left out: they may share captions."""
    means = np.stack([part.astype(np.float32).mean(axis=0) for part in coarse])
    means = (means - means.mean(axis=0)) / (means.std(axis=0) + 1e-3)
    means /= np.linalg.norm(means, axis=1, keepdims=True)
    found = [np.argsort(-(means[start : start + 512] @ means.T), axis=1)[:, first + 1 : last + 1] for start in range(0, len(means), 512)]
    return np.concatenate(found).astype(np.int32)


@dataclass(frozen=True)
class Said:
    """A caption as pieces: ids, and for each content word the numbers of its pieces, with the word."""

    ids: list[int]
    content: list[tuple[str, list[int]]]
    linked: list[tuple[list[int], tuple[int, ...], str]]
    """Pieces of the content words of a phrase, the numbers of its boxes, its kind."""


def said(tokenizer: Tokenizer, photograph: Photograph, number: int) -> Said:
    """Caption ``number`` of a photograph."""
    text = photograph.captions[number]
    ((ids, spans),) = encode(tokenizer, [text])
    pieces = {start: i for i, (start, stop) in enumerate(spans) if stop > start}
    content = []
    for word, start, stop in words(text):
        own = [i for at, i in pieces.items() if start <= at < stop]
        if own and word not in STOP:
            content.append((word, own, start))
    linked = []
    for phrase in photograph.phrases:
        if phrase.caption == number and phrase.boxes:
            own = [i for _, parts, start in content if phrase.start <= start < phrase.stop for i in parts]
            if own:
                linked.append((own, phrase.boxes, phrase.kind))
    return Said(ids, [(word, parts) for word, parts, _ in content], linked)

"""Batches of scenes as tensors. A batch is a function of preset, seed, split, variant, stage and step alone, so a run resumes from its step."""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import torch

from .grammar import Word
from .presets import Preset, preset_named
from .scenes import Scene, scene
from .tokenizer import CLS, PAD, SEP, class_tokens, pieces

__all__ = ["Batch", "batch", "batches", "class_tokens", "collate", "scene"]

SPLITS = ("train", "select", "test")
CONTENT_ROLES = frozenset({"noun", "colour", "number", "relation"})


@dataclass
class Batch:
    """N scenes, texts of up to T pieces, P patches in raster order.

    images uint8 [N,3,S,S]; ids and foil_ids int64 [N,T] with [CLS] ... [SEP] and pad 0; foil_wrong bool [N,T], pieces of the foil that differ
    from the caption; content bool [N,T], caption pieces of nouns, colours, numbers and relation words; word int64 [N,T], the word of each caption
    piece, -1 for specials and pads; noun_box float32 [N,T,4], for pieces of a noun the box x0,y0,x1,y1 in [0,1] of its object (of all its instances
    together when counted), NaN elsewhere; patch_labels int64 [N,P], the class that shows in at least half of a patch, else 0;
    truths[n][w]: token ids (last piece of the word left out when it is a plural's) that keep caption n true in place of word w.
    """

    images: torch.Tensor
    ids: torch.Tensor
    foil_ids: torch.Tensor
    foil_wrong: torch.Tensor
    content: torch.Tensor
    word: torch.Tensor
    noun_box: torch.Tensor
    patch_labels: torch.Tensor
    foil_kind: list[str]
    scenes: list[Scene]

    @property
    def truths(self) -> list[dict[int, set[int]]]:
        return [{i: {pieces(text)[0] for text in texts} for i, texts in s.truths.items()} for s in self.scenes]


def text_ids(words: list[Word]) -> list[int]:
    """Token ids of a caption with [CLS] and [SEP]."""
    return [CLS, *(piece for word in words for piece in pieces(word.text)), SEP]


def patch_labels(item: Scene, preset: Preset) -> np.ndarray:
    """Class id of the object that shows in at least half of each patch's pixels, 0 where none does; int64 [grid * grid]."""
    patches = item.owner.reshape(preset.grid, preset.patch, preset.grid, preset.patch).transpose(0, 2, 1, 3).reshape(preset.grid**2, -1)
    labels = np.zeros(len(patches), np.int64)
    for index, placed in enumerate(item.objects):
        labels[(patches == index + 1).sum(1) * 2 >= preset.patch**2] = placed.cls.id
    return labels


def collate(scenes: list[Scene], preset: Preset) -> Batch:
    """Scenes as one batch, texts padded to the longest of it."""
    true_ids, foil_ids = [text_ids(s.caption) for s in scenes], [text_ids(s.foil) for s in scenes]
    shape = len(scenes), max(map(len, true_ids + foil_ids))
    ids, foils, word = np.full(shape, PAD), np.full(shape, PAD), np.full(shape, -1)
    content, box = np.zeros(shape, bool), np.full((*shape, 4), np.nan, np.float32)
    for n, item in enumerate(scenes):
        ids[n, : len(true_ids[n])] = true_ids[n]
        foils[n, : len(foil_ids[n])] = foil_ids[n]
        at = 1
        for index, spoken in enumerate(item.caption):
            end = at + len(pieces(spoken.text))
            word[n, at:end] = index
            if spoken.role in CONTENT_ROLES:
                content[n, at:end] = True
            if spoken.role == "noun":
                corners = np.array([placed.box for placed in item.groups[spoken.of].members])
                box[n, at:end] = (*corners[:, :2].min(0), *corners[:, 2:].max(0))
            at = end
    images = np.stack([s.image for s in scenes]).transpose(0, 3, 1, 2)
    labels = np.stack([patch_labels(s, preset) for s in scenes])
    return Batch(
        torch.from_numpy(np.ascontiguousarray(images)), torch.from_numpy(ids), torch.from_numpy(foils), torch.from_numpy((ids != foils) & (foils != PAD)),
        torch.from_numpy(content), torch.from_numpy(word), torch.from_numpy(box), torch.from_numpy(labels), [s.foil_kind for s in scenes], scenes,
    )


def batch(
    preset: Preset | str, seed: int, step: int, size: int, easy_share: float = 0.2, stage: int = 2, split: str = "train", variant: str = "seen",
    kind: str | None = None,
) -> Batch:
    """Batch number `step`: `size` scenes, a share of them at stage 0. `kind` fixes the kind of foil. Raises ValueError for an unknown split."""
    preset = preset_named(preset) if isinstance(preset, str) else preset
    if split not in SPLITS:
        raise ValueError(f"There is no split {split!r}: expected one of {', '.join(SPLITS)}.")
    rng = random.Random(f"{preset.name}/{split}/{variant}/{seed}/{step}")
    return collate([scene(preset, rng, 0 if rng.random() < easy_share and kind is None else stage, split, variant, kind) for _ in range(size)], preset)


def batches(
    preset: Preset | str, seed: int, size: int, easy_share: float = 0.2, stage: int | Callable[[int], int] = 2, split: str = "train", variant: str = "seen",
    start: int = 0, kind: str | None = None,
) -> Iterator[Batch]:
    """Endless batches from step `start` on; `stage` is a number or a function of the step."""
    step = start
    while True:
        yield batch(preset, seed, step, size, easy_share, stage(step) if callable(stage) else stage, split, variant, kind)
        step += 1

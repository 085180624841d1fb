"""Batches of scenes as tensors. A batch is a function of preset, seed, split, variant, stage and step alone, so a run resumes from its step."""

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch

from .grammar import Word
from .patches import patches_of
from .presets import Preset, preset_named
from .questions import answers
from .scenes import Scene, scene
from .tokenizer import CLS, PAD, SEP, class_tokens, pieces

__all__ = ["Batch", "batch", "batches", "class_tokens", "collate", "scene"]

SPLITS = ("train", "select", "test")
CONTENT_ROLES = frozenset({"noun", "colour", "number", "relation", "size", "position"})


@dataclass
class Batch:
    """N scenes, texts of up to T pieces, P patches in raster order.

    images uint8 [N,3,S,S]; ids and foil_ids int64 [N,T] with [CLS] ... [SEP] and pad 0; foil_wrong bool [N,T], pieces of the foil that differ
    from the caption; content bool [N,T], caption pieces of nouns, colours, numbers, sizes, places and relation words; word int64 [N,T], the word of each caption
    piece, -1 for specials and pads; noun_box float32 [N,T,4], for pieces of a noun the box x0,y0,x1,y1 in [0,1] of its object (of all its instances
    together when counted), NaN elsewhere; noun_share float32 [N,T,P], for pieces of a noun the part of each patch that shows what it names, 0 elsewhere;
    patch_labels int64 [N,P], patch_centre float32 [N,P,2] and patch_count int64 [N,P] as `Patches` has them;
    question_ids int64 [N,Tq] as ids, answer int64 [N] the index in answers(preset), question_kind, and question_share float32 [N,Tq,P] as noun_share
    for the nouns of the question that are in the picture; without a question pads, -1, "" and 0;
    truths[n][w]: token ids (last piece of the word left out when it is a plural's) that keep caption n true in place of word w.
    """

    images: torch.Tensor
    ids: torch.Tensor
    foil_ids: torch.Tensor
    foil_wrong: torch.Tensor
    content: torch.Tensor
    word: torch.Tensor
    noun_box: torch.Tensor
    noun_share: torch.Tensor
    patch_labels: torch.Tensor
    patch_centre: torch.Tensor
    patch_count: torch.Tensor
    question_ids: torch.Tensor
    question_share: torch.Tensor
    answer: torch.Tensor
    question_kind: list[str]
    foil_kind: list[str]
    scenes: list[Scene]

    @property
    def truths(self) -> list[dict[int, set[int]]]:
        return [{i: {pieces(text)[0] for text in texts} for i, texts in s.truths.items()} for s in self.scenes]


def text_ids(words: Sequence[Word]) -> list[int]:
    """Token ids of a caption with [CLS] and [SEP]."""
    return [CLS, *(piece for word in words for piece in pieces(word.text)), SEP]


def padded(rows: list[list[int]], length: int, pad: int = PAD) -> np.ndarray:
    """Rows as one int64 [N, length], filled up with `pad`."""
    out = np.full((len(rows), length), pad)
    for n, row in enumerate(rows):
        out[n, : len(row)] = row
    return out


def named_pieces(words: Sequence[Word]) -> Iterator[tuple[int, int, int]]:
    """For every noun of a text that names something in the picture: its first piece, the one after its last, and the group."""
    at = 1
    for spoken in words:
        end = at + len(pieces(spoken.text))
        if spoken.role == "noun" and spoken.of >= 0:
            yield at, end, spoken.of
        at = end


def noun_boxes(texts: list[Sequence[Word]], scenes: list[Scene], length: int) -> np.ndarray:
    """Box of what each piece of a noun names, all instances together, NaN for other pieces and absent things; float32 [N, length, 4]."""
    box = np.full((len(texts), length, 4), np.nan, np.float32)
    for n, (words, item) in enumerate(zip(texts, scenes, strict=True)):
        for at, end, group in named_pieces(words):
            corners = [placed.box for placed in item.groups[group].members]
            low, high = list(map(min, zip(*corners, strict=True))), list(map(max, zip(*corners, strict=True)))
            box[n, at:end] = (*low[:2], *high[2:])
    return box


def noun_shares(texts: list[Sequence[Word]], shares: list[np.ndarray], length: int) -> np.ndarray:
    """Part of each patch that shows what a piece of a noun names, 0 for other pieces and absent things; float32 [N, length, P], of
    `shares` [groups, P] per scene."""
    found = np.zeros((len(texts), length, shares[0].shape[1]), np.float32)
    for n, (words, share) in enumerate(zip(texts, shares, strict=True)):
        for at, end, group in named_pieces(words):
            found[n, at:end] = share[group]
    return found


def word_rows(words: list[Word]) -> list[int]:
    """For every piece of a caption with its specials the word it belongs to, -1 for [CLS] and [SEP]."""
    return [-1, *(index for index, spoken in enumerate(words) for _ in pieces(spoken.text)), -1]


def collate(scenes: list[Scene], preset: Preset) -> Batch:
    """Scenes as one batch, captions and foils padded to the longest of both, questions to the longest of their own."""
    true_ids, foil_ids = [text_ids(s.caption) for s in scenes], [text_ids(s.foil) for s in scenes]
    asked = [s.question.words if s.question else () for s in scenes]
    question_ids = [text_ids(words) if words else [] for words in asked]
    length, question_length = max(map(len, true_ids + foil_ids)), max(2, *map(len, question_ids))
    ids, foils = padded(true_ids, length), padded(foil_ids, length)
    word = padded([word_rows(s.caption) for s in scenes], length, -1)
    content = np.zeros(ids.shape, bool)
    for n, item in enumerate(scenes):
        roles = [spoken.role in CONTENT_ROLES for spoken in item.caption]
        content[n] = np.append(roles, False)[word[n]]
    shown = [patches_of(s, preset) for s in scenes]
    shares = [one.shares for one in shown]
    number = {text: index for index, text in enumerate(answers(preset))}
    return Batch(
        images=torch.from_numpy(np.ascontiguousarray(np.stack([s.image for s in scenes]).transpose(0, 3, 1, 2))),
        ids=torch.from_numpy(ids),
        foil_ids=torch.from_numpy(foils),
        foil_wrong=torch.from_numpy((ids != foils) & (foils != PAD)),
        content=torch.from_numpy(content),
        word=torch.from_numpy(word),
        noun_box=torch.from_numpy(noun_boxes([s.caption for s in scenes], scenes, length)),
        noun_share=torch.from_numpy(noun_shares([s.caption for s in scenes], shares, length)),
        patch_labels=torch.from_numpy(np.stack([one.labels for one in shown])),
        patch_centre=torch.from_numpy(np.stack([one.centres for one in shown])),
        patch_count=torch.from_numpy(np.stack([one.counts for one in shown])),
        question_ids=torch.from_numpy(padded(question_ids, question_length)),
        question_share=torch.from_numpy(noun_shares(asked, shares, question_length)),
        answer=torch.tensor([number[s.question.answer] if s.question else -1 for s in scenes]),
        question_kind=[s.question.kind if s.question else "" for s in scenes],
        foil_kind=[s.foil_kind for s in scenes],
        scenes=scenes,
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

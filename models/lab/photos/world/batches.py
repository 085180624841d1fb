"""Training batches: a function of their number alone, so that every model sees the same pictures, captions and foils."""

from __future__ import annotations

import random
from dataclasses import dataclass

import numpy as np
import torch
from tokenizers import Tokenizer
from torch import Tensor

from .data import Photograph
from .lexicon import Lexicon
from .pool import Pool
from .regions import cell_share, filled, overlap
from .store import Said, Store, said
from .words import PAD, encode

HIDE, SINGLE, KEEN = 0.4, 0.5, 3.0
LABEL_SHARE = 0.5
SIZE = 32
TRIES = 4
NEAR = 0.6
"""Share of swapped captions that are near pictures' at the end."""


@dataclass
class Batch:
    """Pictures and, for each, a true, a false and a swapped caption, padded to one length.

    Of the first half the fusing models read the true caption with words hidden, of the second the true, the false and the swapped one.
    ``true``, ``false``, ``swapped`` and ``hidden`` (pieces to hide) are [N, T]. ``wrong`` [N, T] marks the
    pieces of the false caption that are the edit, where it is one. ``kind`` [N] is 0 for another picture's caption, else 1.
    Swapped captions are other pictures': ``owner`` [N] is the row of the batch that says it, of the same half, or -1 for a near picture's.
    Of the ``links``, one row for each phrase: ``link_row`` [L] is the picture, ``link_pieces`` [L, T] its pieces, ``link_boxes``
    lists its boxes. ``labels`` lists each picture's boxes with a known noun.
    """

    rows: np.ndarray
    coarse: Tensor
    fine: Tensor
    true: Tensor
    false: Tensor
    swapped: Tensor
    owner: Tensor
    hidden: Tensor
    wrong: Tensor
    kind: Tensor
    link_row: Tensor
    link_pieces: Tensor
    link_boxes: list[np.ndarray]
    labels: list[list[tuple[int, tuple[float, float, float, float]]]]
    regions: Tensor


class Feed:
    """Batches of a store. ``nouns`` are the label words, in the order of their classes (class 0 is background), ``pool`` its foils."""

    def __init__(self, store: Store, lexicon: Lexicon, nouns: list[str], pool: Pool, size: int = SIZE) -> None:
        self.store, self.lexicon, self.pool, self.size = store, lexicon, pool, size
        self.classes = {noun: i for i, noun in enumerate(nouns, start=1)}
        self.cache: dict[tuple[int, int], Said] = {}

    def said(self, row: int, caption: int) -> Said:
        """A caption of a picture as pieces, remembered."""
        if (row, caption) not in self.cache:
            self.cache[row, caption] = said(self.store.tokenizer, self.store.photographs[row], caption)
        return self.cache[row, caption]

    def order(self, number: int, size: int) -> tuple[np.ndarray, list[random.Random]]:
        """Pictures of batch ``number`` and what decides over each: every epoch visits all in a new order, whatever the size of batches."""
        count = len(self.store.photographs)
        picked = []
        for at in range(number * size, (number + 1) * size):
            epoch, place = divmod(at, count)
            if not picked or place == 0:
                permutation = np.random.default_rng(1000 + epoch).permutation(count)
            picked.append(permutation[place])
        return np.array(picked), [random.Random(at) for at in range(number * size, (number + 1) * size)]

    def false_caption(self, row: int, number: int, draw: random.Random) -> tuple[str, int]:
        """An edit of a caption (1), or where few of those proposed are kept another picture's caption (0)."""
        proposed = self.pool[row][number]
        for _ in range(TRIES if proposed else 0):
            foil = draw.choice(proposed)
            if foil:
                return foil[0], 1
        return self.caption_of(draw.randrange(len(self.store.photographs)), row, draw), 0

    def caption_of(self, other: int, row: int, draw: random.Random) -> str:
        """A caption of picture ``other``, or of the next one where that is picture ``row`` itself."""
        photographs = self.store.photographs
        return draw.choice(photographs[other if other != row else (row + 1) % len(photographs)].captions)

    def swaps(self, rows: np.ndarray, numbers: list[int], draws: list[random.Random], late: float) -> tuple[list[list[int]], list[int]]:
        """For each row the pieces of a caption that is not its own, and the row of the batch whose true caption it is; the later, the
        more of them are a near picture's."""
        ids, owner, half = [], [], len(rows) // 2
        for i, (row, draw) in enumerate(zip(rows, draws, strict=True)):
            start, stop = (0, half) if i < half else (half, len(rows))
            other = start + (i - start + 1) % (stop - start)
            if draw.random() < NEAR * late and self.store.near is not None:
                near = int(draw.choice(self.store.near[row]))
                ids.append(self.said(near, draw.randrange(len(self.store.photographs[near].captions))).ids)
                owner.append(-1)
            else:
                ids.append(self.said(rows[other], numbers[other]).ids)
                owner.append(other)
        return ids, owner

    def batch(self, number: int, late: float = 0.0, size: int | None = None) -> Batch:
        """Training batch ``number``."""
        rows, draws = self.order(number, size or self.size)
        numbers = [draw.randrange(len(self.store.photographs[row].captions)) for row, draw in zip(rows, draws, strict=True)]
        spoken = [self.said(row, caption) for row, caption in zip(rows, numbers, strict=True)]
        false, kinds = zip(*(self.false_caption(*one) for one in zip(rows, numbers, draws, strict=True)), strict=True)
        false_ids = [ids for ids, _ in encode(self.store.tokenizer, list(false))]
        swapped, owner = self.swaps(rows, numbers, draws, late)
        length = max(len(ids) for ids in (*false_ids, *swapped, *(one.ids for one in spoken)))
        true, untrue = padded([one.ids for one in spoken], length), padded(false_ids, length)
        hidden = torch.zeros(len(rows), length, dtype=torch.bool)
        for i, one in enumerate(spoken):
            hidden[i, hide(one, draws[i], self.lexicon)] = True
        kind = torch.tensor(kinds)
        wrong = (true != untrue) & (kind == 1)[:, None]
        links = [(i, pieces, boxes) for i, one in enumerate(spoken) for pieces, boxes, _ in one.linked]
        link_pieces = torch.zeros(len(links), length)
        for k, (_, pieces, _) in enumerate(links):
            link_pieces[k, pieces] = 1.0 / len(pieces)
        pictures = [self.store.photographs[row] for row in rows]
        return Batch(
            rows,
            torch.from_numpy(self.store.coarse[rows]),
            torch.from_numpy(self.store.fine[rows]),
            true,
            untrue,
            padded(swapped, length),
            torch.tensor(owner),
            hidden,
            wrong,
            kind,
            torch.tensor([i for i, _, _ in links], dtype=torch.int64),
            link_pieces,
            [np.array([pictures[i].boxes[b] for b in boxes], dtype=np.float32) for i, _, boxes in links],
            [[(self.classes[n], box) for n, box in zip(p.labels, p.boxes, strict=True) if n in self.classes] for p in pictures],
            self.regions_of(rows),
        )

    def regions_of(self, rows: np.ndarray) -> Tensor:
        """Boxes [N, 20, 4] of the detector where it has run, else those of the annotation and a grid."""
        if self.store.regions is not None:
            return torch.from_numpy(self.store.regions[rows])
        boxes = [np.array(self.store.photographs[row].boxes, dtype=np.float32).reshape(-1, 4) for row in rows]
        return torch.from_numpy(np.stack([filled(one)[0] for one in boxes]))


def padded(ids: list[list[int]], length: int) -> Tensor:
    """Pieces as one int64 tensor [N, length]."""
    return torch.tensor([[*one, *[PAD] * (length - len(one))] for one in ids])


def hide(one: Said, draw: random.Random, lexicon: Lexicon) -> list[int]:
    """Pieces to hide: in half of the captions a single content word, a noun three times as often as another word, in the others two of
    five; of a word all pieces."""
    if not one.content:
        return []
    share = 0.0 if draw.random() < SINGLE else HIDE
    chosen = [parts for _, parts in one.content if draw.random() < share]
    chosen = chosen or [draw.choices([parts for _, parts in one.content], [KEEN if word in lexicon.kinds else 1.0 for word, _ in one.content])[0]]
    return [piece for parts in chosen for piece in parts]


def cell_labels(labels: list[list[tuple[int, tuple]]], grid: int) -> Tensor:
    """Class of each cell [N, grid²]: of the smallest box that covers at least half of it, 0 for none."""
    found = torch.zeros(len(labels), grid * grid, dtype=torch.int64)
    for row, boxes in enumerate(labels):
        order = sorted(boxes, key=lambda entry: -(entry[1][2] - entry[1][0]) * (entry[1][3] - entry[1][1]))
        if order:
            shares = cell_share(torch.tensor([box for _, box in order], dtype=torch.float32), grid)
            for (number, _), share in zip(order, shares, strict=True):
                found[row, share >= LABEL_SHARE] = number
    return found


def region_labels(labels: list[list[tuple[int, tuple]]], regions: Tensor) -> Tensor:
    """Class of each region [N, R]: of the annotated box that it overlaps most, by half at least, 0 for none."""
    found = torch.zeros(regions.shape[:2], dtype=torch.int64)
    for row, boxes in enumerate(labels):
        if boxes:
            shared = overlap(regions[row].numpy(), np.array([box for _, box in boxes], dtype=np.float32))
            best = shared.argmax(axis=1)
            for index, number in enumerate(best):
                if shared[index, number] >= 0.5:
                    found[row, index] = boxes[number][0]
    return found


def cell_targets(boxes: list[np.ndarray], grid: int) -> Tensor:
    """Where a phrase looks: the share of each cell inside its boxes, as a distribution [L, grid²]; zeros where no cell has any."""
    shares = torch.zeros(len(boxes), grid * grid)
    for index, some in enumerate(boxes):
        if len(some):
            shares[index] = cell_share(torch.from_numpy(some), grid).amax(dim=0)
    return shares / shares.sum(dim=1, keepdim=True).clamp(min=1e-6)


def region_targets(boxes: list[np.ndarray], rows: Tensor, regions: Tensor) -> Tensor:
    """The same over regions: in proportion to the overlap of those at IoU 0.5 or more with one of the boxes; else of the best one
    if that is above 0.3; else zeros."""
    found = torch.zeros(len(boxes), regions.shape[1])
    for index, some in enumerate(boxes):
        if len(some):
            best = overlap(regions[rows[index]].numpy(), some).max(axis=1)
            strong = best >= 0.5
            if not strong.any() and best.max() > 0.3:
                strong = best == best.max()
            found[index] = torch.from_numpy(np.where(strong, best, 0.0))
    return found / found.sum(dim=1, keepdim=True).clamp(min=1e-6)


def label_nouns(photographs: list[Photograph], tokenizer: Tokenizer, lexicon: Lexicon, least: int = 20) -> list[str]:
    """Nouns that label at least so many boxes, in alphabetical order, of those that the lexicon knows and one piece can say."""
    counts: dict[str, int] = {}
    for photograph in photographs:
        for label in photograph.labels:
            counts[label] = counts.get(label, 0) + 1
    known = tokenizer.get_vocab()
    return sorted(noun for noun, count in counts.items() if count >= least and noun in lexicon.kinds and noun in known)

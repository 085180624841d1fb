"""What is asked of a model about pictures it has not seen: fixed sets, made once from a split."""

from __future__ import annotations

import random
from dataclasses import dataclass

import numpy as np

from .foils import KINDS, edits, make, said_of
from .lexicon import Lexicon
from .pool import Judges
from .store import Store, said
from .words import MASK, encode


TRIES = 6


@dataclass(frozen=True)
class FoilQuestion:
    """Which of two captions of picture ``row`` is true."""

    row: int
    true: str
    false: str
    kind: str


@dataclass(frozen=True)
class WordQuestion:
    """A caption of picture ``row`` with one noun hidden at ``place``; ``answer`` is its piece, ``fine`` pieces of its kind said of the picture."""

    row: int
    ids: tuple[int, ...]
    place: int
    answer: int
    fine: frozenset[int]


@dataclass(frozen=True)
class PlaceQuestion:
    """Where picture ``row`` shows what ``pieces`` of caption ``caption`` name: any of ``boxes``."""

    row: int
    caption: int
    ids: tuple[int, ...]
    pieces: tuple[int, ...]
    boxes: tuple[tuple[float, float, float, float], ...]
    kind: str


def foil_questions(store: Store, lexicon: Lexicon, judges: Judges, rows: list[int], seed: int = 5) -> list[FoilQuestion]:
    """Of each picture at most one foil of each kind, of a caption drawn anew, that text alone does not tell."""
    found = []
    for row in rows:
        photograph, draw = store.photographs[row], random.Random(f"foil {seed} {row}")
        known = said_of(photograph)
        for kind in KINDS:
            captions = draw.sample(photograph.captions, len(photograph.captions))
            for caption in captions * TRIES:
                places = [edit for edit in edits(lexicon, caption) if edit.kind == kind]
                made = make(lexicon, caption, draw.choice(places), known, draw) if places else None
                if made and judges.keeps(caption, made, draw):
                    found.append(FoilQuestion(row, caption, made.text, kind))
                    break
    return found


def word_questions(store: Store, lexicon: Lexicon, rows: list[int], seed: int = 6) -> list[WordQuestion]:
    """Of each picture one noun that is one piece, of a caption drawn anew."""
    found = []
    for row in rows:
        photograph, draw = store.photographs[row], random.Random(f"noun {seed} {row}")
        for caption in draw.sample(range(len(photograph.captions)), len(photograph.captions)):
            one = said(store.tokenizer, photograph, caption)
            nouns = [(word, pieces[0]) for word, pieces in one.content if word in lexicon.kinds and len(pieces) == 1]
            if nouns:
                word, place = draw.choice(nouns)
                alike = {other for other in said_of(photograph) if lexicon.family(other) == lexicon.family(word)}
                fine = frozenset(i for i in map(store.tokenizer.token_to_id, alike) if i is not None)
                ids = [MASK if i == place else piece for i, piece in enumerate(one.ids)]
                found.append(WordQuestion(row, tuple(ids), place, one.ids[place], fine | {one.ids[place]}))
                break
    return found


def place_questions(store: Store, rows: list[int]) -> list[PlaceQuestion]:
    """Every phrase with boxes of every caption; of its pieces those of its last content word, where its noun is."""
    found = []
    for row in rows:
        photograph = store.photographs[row]
        for caption in range(len(photograph.captions)):
            one = said(store.tokenizer, photograph, caption)
            words = [pieces for _, pieces in one.content]
            for pieces, boxes, kind in one.linked:
                last = next((own for own in reversed(words) if set(own) <= set(pieces)), None)
                if last:
                    places = tuple(photograph.boxes[b] for b in boxes)
                    found.append(PlaceQuestion(row, caption, tuple(one.ids), tuple(last), places, kind))
    return found


def label_questions(store: Store) -> list[PlaceQuestion]:
    """For pictures without linked phrases: each label that stands as a word in a caption, with all its boxes."""
    found = []
    for row, photograph in enumerate(store.photographs):
        asked: set[str] = set()
        for caption, text in enumerate(photograph.captions):
            ((ids, _),) = encode(store.tokenizer, [text])
            one = said(store.tokenizer, photograph, caption)
            for word, pieces in one.content:
                boxes = tuple(b for label, b in zip(photograph.labels, photograph.boxes, strict=True) if label == word)
                if boxes and word not in asked:
                    asked.add(word)
                    found.append(PlaceQuestion(row, caption, tuple(ids), tuple(pieces), boxes, "label"))
    return found


def centre_inside(point: tuple[float, float], boxes: tuple, grid: int) -> bool:
    """Whether a cell's centre lies in one of the boxes; a box smaller than a cell counts where the cell holds its centre."""
    x, y = point
    side = 1 / grid
    for left, top, right, bottom in boxes:
        if left <= x <= right and top <= y <= bottom:
            return True
        if right - left < side and bottom - top < side:
            cx, cy = (left + right) / 2, (top + bottom) / 2
            if int(cx * grid) == int(x * grid) and int(cy * grid) == int(y * grid):
                return True
    return False


def hits(questions: list[PlaceQuestion], grid: int) -> np.ndarray:
    """bool [Q, grid²]: whether the centre of each cell answers each question."""
    centres = [((i % grid + 0.5) / grid, (i // grid + 0.5) / grid) for i in range(grid * grid)]
    return np.array([[centre_inside(point, question.boxes, grid) for point in centres] for question in questions])

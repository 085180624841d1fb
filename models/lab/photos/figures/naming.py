"""Which word a place of the picture looks at: the mirror of pointing."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..nets.backbone import COARSE_GRID
from ..world.questions import PlaceQuestion
from ..world.regions import overlap
from ..world.store import Store
from .readers import Reader, chunks


@dataclass(frozen=True)
class NameQuestion:
    """Of picture ``row`` the place numbered ``place`` shows what phrase ``own`` of a caption names, among ``phrases`` (their pieces)."""

    row: int
    ids: tuple[int, ...]
    place: int
    phrases: tuple[tuple[int, ...], ...]
    own: int


def name_questions(store: Store, places: list[PlaceQuestion], regions: bool) -> list[NameQuestion]:
    """One question a phrase with a single box, of captions with two phrases or more: the cell that holds the box's middle, if no
    smaller box of the caption does too, or the region that fits the box best, by half at least."""
    by_caption: dict[tuple[int, int], list[PlaceQuestion]] = {}
    for question in places:
        by_caption.setdefault((question.row, question.caption), []).append(question)
    found = []
    for group in by_caption.values():
        phrases = tuple(q.pieces for q in group)
        for own, q in enumerate(group):
            if len(group) < 2 or len(q.boxes) != 1:
                continue
            place = _region(store, q) if regions else _cell(q, [p for p in group if p is not q])
            if place is not None:
                found.append(NameQuestion(q.row, q.ids, place, phrases, own))
    return found


def _region(store: Store, question: PlaceQuestion) -> int | None:
    shared = overlap(store.regions[question.row], np.array(question.boxes, dtype=np.float32))[:, 0]
    return int(shared.argmax()) if shared.max() >= 0.5 else None


def _cell(question: PlaceQuestion, others: list[PlaceQuestion]) -> int | None:
    ((left, top, right, bottom),) = question.boxes
    x, y, area = (left + right) / 2, (top + bottom) / 2, (right - left) * (bottom - top)
    for other in others:
        if any(l <= x <= r and t <= y <= b and (r - l) * (b - t) <= area for l, t, r, b in other.boxes):  # noqa: E741
            return None
    return min(int(y * COARSE_GRID), COARSE_GRID - 1) * COARSE_GRID + min(int(x * COARSE_GRID), COARSE_GRID - 1)


def judge_names(reader: Reader, store: Store, questions: list[NameQuestion]) -> np.ndarray:
    """float [Q, H]: whether of the caption's phrases the place looks most at its own, for every head whose queries are the picture;
    a phrase is as strong as the mean of its noun's pieces."""
    found = []
    for part in chunks(questions):
        named = reader.read(store, [q.row for q in part], [q.ids for q in part]).named
        for index, q in enumerate(part):
            strength = np.stack([named[index][:, q.place, list(pieces)].mean(axis=1) for pieces in q.phrases])
            found.append(strength.argmax(axis=0) == q.own)
    return np.array(found, dtype=float)

"""Answers of a model to questions, right or wrong."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..nets.backbone import COARSE_GRID
from ..world.questions import FoilQuestion, PlaceQuestion, WordQuestion, hits
from ..world.regions import overlap
from ..world.store import Store
from ..world.words import encode
from .readers import Reader, chunks


@dataclass(frozen=True)
class Judged:
    """One answer: the picture's number (the cluster of intervals), whether it is right, and the question's kind."""

    row: int
    right: float
    kind: str


def scores(reader: Reader, store: Store, rows: list[int], captions: list[str]) -> np.ndarray:
    """The match logit of each pair."""
    ids = [tuple(one) for one, _ in encode(store.tokenizer, captions)]
    found = []
    for part in chunks(list(zip(rows, ids, strict=True))):
        found.append(reader.read(store, [row for row, _ in part], [one for _, one in part], heads=False).match)
    return np.concatenate(found)


def judge_foils(reader: Reader, store: Store, questions: list[FoilQuestion], shown: list[int] | None = None) -> list[Judged]:
    """Right where the true caption scores above the false one (half a point for a tie). ``shown`` are other pictures to show: a control."""
    if not questions:
        return []
    rows = shown or [q.row for q in questions]
    both = scores(reader, store, [*rows, *rows], [*(q.true for q in questions), *(q.false for q in questions)])
    true, false = np.split(both, 2)
    right = (true > false) + 0.5 * (true == false)
    return [Judged(q.row, float(r), q.kind) for q, r in zip(questions, right, strict=True)]


def judge_words(reader: Reader, store: Store, questions: list[WordQuestion], shown: list[int] | None = None) -> dict[str, list[Judged]]:
    """Of each hidden noun whether it is the first word guessed, one of the first five, and whether the first is said of the picture."""
    found: dict[str, list[Judged]] = {"top-1": [], "top-5": [], "true": []}
    rows = shown or [q.row for q in questions]
    for part in chunks(list(zip(questions, rows, strict=True))):
        words = reader.read(store, [row for _, row in part], [q.ids for q, _ in part], heads=False, words=True).words
        for (q, _), logits in zip(part, words, strict=True):
            order = np.argsort(-logits[q.place])[:5]
            found["top-1"].append(Judged(q.row, float(order[0] == q.answer), "noun"))
            found["top-5"].append(Judged(q.row, float(q.answer in order), "noun"))
            found["true"].append(Judged(q.row, float(int(order[0]) in q.fine), "noun"))
    return found


def right_places(store: Store, questions: list[PlaceQuestion], regions: bool) -> np.ndarray:
    """bool [Q, P]: which places answer each question: cells by their centre, regions by IoU 0.5."""
    if not regions:
        return hits(questions, COARSE_GRID)
    return np.stack([overlap(store.regions[q.row], np.array(q.boxes, dtype=np.float32)).max(axis=1) >= 0.5 for q in questions])


def looked_at(reader: Reader, store: Store, questions: list[PlaceQuestion]) -> np.ndarray:
    """int [Q, H]: the place that the noun looks at most, for every head that looks at the picture."""
    captions: dict[tuple[int, tuple[int, ...]], list[int]] = {}
    for index, question in enumerate(questions):
        captions.setdefault((question.row, question.ids), []).append(index)
    found = np.zeros((len(questions), len(reader.looks)), dtype=int)
    for part in chunks(list(captions)):
        looks = reader.read(store, [row for row, _ in part], [ids for _, ids in part]).looks
        for number, caption in enumerate(part):
            for index in captions[caption]:
                found[index] = looks[number][:, list(questions[index].pieces)].mean(axis=1).argmax(axis=-1)
    return found


def right_at(tops: np.ndarray, right: np.ndarray) -> np.ndarray:
    """float [Q, H]: whether the places [Q, H] are among those that answer, bool [Q, P]."""
    return np.take_along_axis(right, tops, axis=1).astype(float)


def judge_places(reader: Reader, store: Store, questions: list[PlaceQuestion]) -> np.ndarray:
    """float [Q, H]: whether the place that the noun looks at most answers the question, for every head that looks at the picture."""
    return right_at(looked_at(reader, store, questions), right_places(store, questions, reader.regions))


def baselines(store: Store, questions: list[PlaceQuestion], regions: bool) -> dict[str, np.ndarray]:
    """float [Q]: the centre (for regions: the one whose middle is nearest to it), uniform attention (the share of places that answer),
    for regions also the largest one, and the ceiling, whether any place answers."""
    right = right_places(store, questions, regions)
    found = {"uniform": right.mean(axis=1), "ceiling": right.any(axis=1).astype(float)}
    if not regions:
        return found | {"centre": right[:, COARSE_GRID**2 // 2].astype(float)}
    boxes = store.regions[[q.row for q in questions]]
    middle = (((boxes[..., :2] + boxes[..., 2:]) / 2 - 0.5) ** 2).sum(axis=-1).argmin(axis=1)
    largest = (boxes[..., 2:] - boxes[..., :2]).prod(axis=-1).argmax(axis=1)
    index = np.arange(len(questions))
    return found | {"centre": right[index, middle].astype(float), "largest box": right[index, largest].astype(float)}

"""Questions with short answers from a closed list."""

from __future__ import annotations

from collections import Counter

import numpy as np

from ..world.batches import Batch
from .exported import Fusion
from .interval import Tally
from .pictures import GREY, OTHER, pictures


def asked(batches: list[Batch]) -> tuple[np.ndarray, np.ndarray]:
    """Number of the right answer (-1 where nothing is asked) and kind of question of every scene, [N]."""
    return np.concatenate([batch.answer.numpy() for batch in batches]), np.array([kind for batch in batches for kind in batch.question_kind])


def answered(model: Fusion, batches: list[Batch], instead: str | None = None) -> np.ndarray:
    """Number of the likeliest answer of every scene, [N]."""
    logits = [model.answers(pictures(batch, instead), batch.question_ids.numpy()) for batch in batches]
    return np.concatenate(logits).argmax(axis=1)


def majority(right: np.ndarray, kinds: np.ndarray) -> dict[str, int]:
    """The answer that is right most often, per kind of question; the smaller number of two as frequent."""
    counts = {kind: Counter(right[(kinds == kind) & (right >= 0)].tolist()) for kind in set(kinds.tolist())}
    return {kind: min(count, key=lambda answer: (-count[answer], answer)) for kind, count in counts.items() if count}


def answer_tallies(right: np.ndarray, kinds: np.ndarray, found: np.ndarray, usual: dict[str, int], name: str = "", group: str = "") -> list[Tally]:
    """Share of questions answered right, over all and per kind. Chance is the majority answer of the kind,
    counted on other scenes (``usual``)."""
    guess = np.array([usual.get(kind, -2) for kind in kinds.tolist()])
    tallies = []
    for kind in ["", *sorted(set(kinds[right >= 0].tolist()))]:
        judged = (right >= 0) & ((kinds == kind) if kind else True)
        chance = float((guess == right)[judged].mean()) if judged.any() else None
        label = ", ".join(part for part in ("answers", kind, name) if part)
        tallies.append(Tally(label, (found == right) * judged.astype(float), judged.astype(float), chance, group))
    return tallies


def measured(model: Fusion, batches: list[Batch], select: list[Batch], controls: tuple[str, ...] = (OTHER, GREY)) -> list[Tally]:
    """Answers with the own picture, and as controls with something instead of it."""
    right, kinds = asked(batches)
    usual = majority(*asked(select))
    tallies = answer_tallies(right, kinds, answered(model, batches), usual)
    for instead in controls:
        tallies += answer_tallies(right, kinds, answered(model, batches, instead), usual, instead, "control")
    return tallies

"""What texts alone give away: nothing that tells a caption from its foil, or a yes from a no."""

import random
from collections import Counter, defaultdict
from functools import cache

import numpy as np
import pytest
from lab.world.grammar import Word
from lab.world.plan import KINDS
from lab.world.presets import SHAPES_ONLY
from lab.world.scenes import Scene, scene

SCENES = 2400


@cache
def drawn(kind: str | None) -> list[Scene]:
    rng = random.Random(f"texts of {kind}")
    return [scene("shapes", rng, kind=kind, painted=False) for _ in range(SCENES)]


def bags(texts: list[list[str]]) -> np.ndarray:
    """Which words and pairs of neighbours each text holds, float32 [N, features]."""
    columns: dict[str, int] = {}
    rows = [[columns.setdefault(f, len(columns)) for f in (*t, *map(" ".join, zip(t, t[1:], strict=False)))] for t in texts]
    bag = np.zeros((len(texts), len(columns)), np.float32)
    for row, found in zip(bag, rows, strict=True):
        row[found] = 1
    return bag


def said(words: list[Word]) -> list[str]:
    return ["^", *(word.text for word in words)]


def regression(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Weights of a logistic regression of y in {0, 1} on x, by gradient descent with a little decay."""
    weights = np.zeros(x.shape[1], np.float32)
    for _ in range(60):
        weights -= 2 * (x.T @ (1 / (1 + np.exp(-x @ weights)) - y) / len(y) + 3e-3 * weights)
    return weights


def told_apart(x: np.ndarray, y: np.ndarray) -> float:
    """Accuracy on one half after learning from the other, both ways round."""
    half = len(x) // 2
    parts = [(slice(half), slice(half, None)), (slice(half, None), slice(half))]
    return float(np.mean([((x[test] @ regression(x[train], y[train]) > 0) == (y[test] > 0)).mean() for train, test in parts]))


@pytest.mark.parametrize("kind", KINDS)
def test_a_bag_of_words_cannot_tell_captions_from_foils(kind: str) -> None:
    items, sign = drawn(kind), np.random.default_rng(0).choice([-1, 1], SCENES)
    bag = bags([said(item.caption) for item in items] + [said(item.foil) for item in items])
    assert told_apart((bag[:SCENES] - bag[SCENES:]) * sign[:, None], (sign > 0).astype(np.float32)) == pytest.approx(0.5, abs=0.025)


@pytest.mark.parametrize("kind", KINDS)
def test_every_word_is_as_frequent_in_foils_as_in_captions(kind: str) -> None:
    true, false = (Counter(w.text for item in drawn(kind) for w in words(item)) for words in (lambda i: i.caption, lambda i: i.foil))
    for word in true | false:
        # under equal rates the difference of two counts has a standard deviation below the root of their sum
        assert abs(true[word] - false[word]) <= 4.5 * (true[word] + false[word]) ** 0.5, word


def asked(kind: str) -> list[tuple[list[str], str]]:
    """Words and answers of the questions of a kind."""
    questions = [item.question for foil in (None, *KINDS) for item in drawn(foil) if item.question]
    return [(said(list(q.words)), q.answer) for q in questions if q.kind == kind]


def test_a_bag_of_words_cannot_answer_yes_or_no() -> None:
    questions = asked("yes/no")
    answers = np.array([answer == "yes" for _, answer in questions], np.float32)
    assert len(questions) > 3500
    assert told_apart(bags([words for words, _ in questions]), answers) == pytest.approx(0.5, abs=0.025)


@pytest.mark.parametrize(("kind", "answers"), [("count", "one two three"), ("where", "left right top bottom centre"), ("colour", " ".join(SHAPES_ONLY.colours))])
def test_answers_of_a_kind_are_equally_frequent(kind: str, answers: str) -> None:
    counts = Counter(answer for _, answer in asked(kind))
    assert set(counts) == set(answers.split())
    assert max(counts.values()) < 1.25 * min(counts.values())


def test_no_form_of_question_leans_to_yes_or_no() -> None:
    forms: defaultdict[str, Counter] = defaultdict(Counter)
    questions = (item.question for kind in (None, *KINDS) for item in drawn(kind))
    for q in questions:
        if q and q.kind == "yes/no":
            forms[" ".join(word.role if word.role in ("noun", "colour", "number") else word.text for word in q.words)][q.answer] += 1
    for form, counts in forms.items():
        assert abs(counts["yes"] - counts["no"]) <= 4 * (counts["yes"] + counts["no"]) ** 0.5, form

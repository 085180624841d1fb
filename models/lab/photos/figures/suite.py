"""All figures of one exported model on one set of pictures, as tallies by picture."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from ...figures.interval import Tally
from ..world.foils import KINDS
from ..world.lexicon import Lexicon
from ..world.pool import Judges
from ..world.questions import PlaceQuestion, foil_questions, label_questions, place_questions, word_questions
from ..world.regions import filling
from ..world.store import Store
from ..world.words import encode
from .judge import Judged, baselines, judge_foils, judge_places, judge_words
from .naming import judge_names, name_questions
from .readers import Reader, chunks
from .sessions import SessionReader

PHRASES = ("people", "clothing", "bodyparts", "animals", "vehicles", "instruments", "scene", "other", "label")
OFF_CENTRE = 0.2
SMALL = 0.03
"""Share of the picture that each box of a small object is below: some two cells of 81."""
TEST_SET, OUTSIDE_SET = "test", "photos"
"""What reports call the test split and the photographs of another origin."""


@dataclass(frozen=True)
class Ask:
    """How much is asked: pictures for foils, words and phrases, groups of 100 for retrieval, and whether fusing models retrieve among
    the photographs of another origin too (a pair at a time, which takes longest)."""

    pictures: int = 554
    groups: int = 1
    whole: bool = True


def tally(name: str, rows: list[int], right: np.ndarray, size: int, chance: float | None = None, group: str = "") -> Tally:
    """Answers by picture: ``rows`` [Q] say which of ``size`` pictures each of ``right`` [Q] is about."""
    hits, counts = np.zeros(size), np.zeros(size)
    np.add.at(hits, rows, right)
    np.add.at(counts, rows, 1)
    return Tally(name, hits, counts, chance, group)


def of_judged(name: str, judged: list[Judged], size: int, chance: float | None = None, group: str = "") -> Tally:
    """The tally of answers."""
    return tally(name, [j.row for j in judged], np.array([j.right for j in judged]), size, chance, group)


def mean_picture(store: Store) -> Store:
    """The same pictures, all replaced by their mean: a control in which only the text differs."""
    coarse, fine = (np.mean(array[:200], axis=0, dtype=np.float32).astype(np.float16) for array in (store.coarse, store.fine))
    count = len(store.photographs)
    same = {"coarse": np.broadcast_to(coarse, (count, *coarse.shape)), "fine": np.broadcast_to(fine, (count, *fine.shape))}
    return replace(store, **same, regions=None if store.regions is None else np.broadcast_to(filling(), (count, *filling().shape)))


def others(rows: list[int], size: int) -> list[int]:
    """Another picture for each: half of the set away."""
    return [(row + size // 2) % size for row in rows]


def foil_tallies(reader: SessionReader, store: Store, lexicon: Lexicon, judges: Judges, rows: list[int]) -> list[Tally]:
    """Pairwise accuracy over foils, by kind, with two controls."""
    questions, size = foil_questions(store, lexicon, judges, rows), len(store.photographs)
    judged = judge_foils(reader, store, questions)
    found = [of_judged("foils", judged, size, 0.5)]
    for kind in KINDS:
        some = [j for j in judged if j.kind == kind]
        if some:
            found.append(of_judged(f"foils, {kind}", some, size, 0.5))
    elsewhere = judge_foils(reader, store, questions, others([q.row for q in questions], size))
    found.append(of_judged("foils, another picture", elsewhere, size, 0.5, "control"))
    found.append(of_judged("foils, text only", judge_foils(reader, mean_picture(store), questions), size, 0.5, "control"))
    return found


def word_tallies(reader: SessionReader, store: Store, lexicon: Lexicon, rows: list[int]) -> list[Tally]:
    """Hidden nouns, and the same before another picture."""
    questions, size = word_questions(store, lexicon, rows), len(store.photographs)
    found = [of_judged(f"hidden nouns, {name}", judged, size) for name, judged in judge_words(reader, store, questions).items()]
    elsewhere = judge_words(reader, store, questions, others([q.row for q in questions], size))
    return found + [of_judged(f"hidden nouns, {name}, another picture", elsewhere[name], size, None, "control") for name in ("top-1", "top-5")]


def retrieval_tallies(reader: SessionReader, store: Store, groups: int) -> list[Tally]:
    """R@1 and R@5 of 100 candidates (or as many as there are), both ways, each picture with its first caption."""
    size = min(100, len(store.photographs))
    ids = [tuple(one) for one, _ in encode(store.tokenizer, [p.captions[0] for p in store.photographs])]
    ranks: dict[str, list[float]] = {"captions": [], "pictures": []}
    for start in range(0, min(groups * size, len(ids) - size + 1), size):
        rows = list(range(start, start + size))
        grid = similarity(reader, store, rows, ids)
        for way, table in (("captions", grid), ("pictures", grid.T)):
            ranks[way] += [float((line > line[i]).sum() + 0.5 * ((line == line[i]).sum() - 1)) for i, line in enumerate(table)]
    return [
        Tally(f"R@{top} of {size}, {way}", np.array([rank < top for rank in found], float), np.ones(len(found)), top / size)
        for way, found in ranks.items()
        for top in (1, 5)
    ]


def similarity(reader: SessionReader, store: Store, rows: list[int], ids: list[tuple[int, ...]]) -> np.ndarray:
    """Scores [pictures, captions] of all pairs of some pictures with their captions."""
    if reader.dual:
        return reader.pictures(store, rows) @ reader.captions(store, [ids[row] for row in rows]).T
    pairs = [(row, ids[other]) for row in rows for other in rows]
    scores = [reader.read(store, [r for r, _ in part], [i for _, i in part], heads=False).match for part in chunks(pairs, 64)]
    return np.concatenate(scores).reshape(len(rows), len(rows))


def asked_places(store: Store, rows: list[int]) -> list[PlaceQuestion]:
    """Phrases with boxes, or where pictures have none labels that captions say."""
    return place_questions(store, rows) or [q for q in label_questions(store) if q.row in set(rows)]


def off_centre(question: PlaceQuestion) -> bool:
    """Whether the middles of all boxes are far from the picture's."""
    return all(max(abs((box[0] + box[2]) / 2 - 0.5), abs((box[1] + box[3]) / 2 - 0.5)) > OFF_CENTRE for box in question.boxes)


def small(question: PlaceQuestion) -> bool:
    """Whether all boxes are small."""
    return all((box[2] - box[0]) * (box[3] - box[1]) < SMALL for box in question.boxes)


KINDS_OF_PLACE = {"off the centre": off_centre, "small objects": small}


def of_kind(question: PlaceQuestion, kind: str) -> bool:
    """Whether a phrase is of a kind: the one it was annotated with, or one by where its boxes are."""
    return KINDS_OF_PLACE[kind](question) if kind in KINDS_OF_PLACE else question.kind == kind


def pointing_tallies(store: Store, questions: list[PlaceQuestion], right: dict[str, np.ndarray], regions: bool) -> list[Tally]:
    """For every way of pointing in ``right`` (float [Q]) and every baseline: all phrases, by kind, those off the centre, small ones."""
    size, rows = len(store.photographs), [q.row for q in questions]
    floor = baselines(store, questions, regions)
    found = []
    for name, values in [*right.items(), *floor.items()]:
        group = "baseline" if name in floor else ""
        found.append(tally(f"pointing, {name}", rows, values, size, None, group))
        for kind in (*PHRASES, *KINDS_OF_PLACE):
            some = [i for i, q in enumerate(questions) if of_kind(q, kind)]
            if some and len(some) < len(questions):
                found.append(tally(f"pointing, {kind}, {name}", [rows[i] for i in some], values[some], size, None, group))
    return found


def best_heads(reader: Reader, store: Store, rows: list[int]) -> dict[str, int]:
    """The heads that point and name best, chosen on these pictures."""
    questions = asked_places(store, rows)
    names = name_questions(store, questions, reader.regions)
    if not questions or not names:
        raise ValueError("expected pictures with phrases to choose heads on, got none in the validation split")
    looks, named = judge_places(reader, store, questions).mean(axis=0), judge_names(reader, store, names).mean(axis=0)
    return {"looks": int(looks.argmax()), "named": int(named.argmax())}


def attention_tallies(reader: SessionReader, store: Store, rows: list[int], best: dict[str, int]) -> list[Tally]:
    """Pointing and naming of the chosen heads, of those that phrases trained, and of the mean head."""
    questions = asked_places(store, rows)
    if not questions:
        return []
    looks = judge_places(reader, store, questions)
    ways = {"best head": looks[:, best["looks"]], "mean of heads": looks.mean(axis=1)}
    if reader.grounded:
        ways["trained head"] = looks[:, reader.looks.index("{attention}, head {head}".format(**reader.grounded["looks"]))]
    found = pointing_tallies(store, questions, ways, reader.regions)
    names = name_questions(store, questions, reader.regions)
    if names:
        named, asked = judge_names(reader, store, names), [q.row for q in names]
        chance = float(np.mean([1 / len(q.phrases) for q in names]))
        found.append(tally("naming, best head", asked, named[:, best["named"]], len(store.photographs), chance))
        found.append(tally("naming, mean of heads", asked, named.mean(axis=1), len(store.photographs), chance))
    return found

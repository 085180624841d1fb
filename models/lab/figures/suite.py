"""All that is measured of one model on one set of scenes."""

from __future__ import annotations

from dataclasses import dataclass

from . import foils, questions, retrieval, switched, words
from .blocks import WAYS
from .exported import Exported
from .heads import Scores, best, head_scores, head_table, head_tallies
from .interval import Tally
from .reliability import reliability
from .sets import Drawn


@dataclass(frozen=True)
class Chosen:
    """Heads per way, chosen on scenes that nothing is reported on."""

    scenes: Drawn
    heads: dict[str, int]


def choose(model: Exported, select: Drawn) -> Chosen:
    """The best head per way on ``select``."""
    return Chosen(select, {way: best(scores) for way, scores in head_scores(model, select.mixed).items()})


@dataclass(frozen=True)
class Found:
    """Tallies of one set; ``heads`` a table per way; ``reliability`` where scores are probabilities' logits."""

    tallies: list[Tally]
    heads: dict[str, dict]
    reliability: dict | None


def core(model: Exported, drawn: Drawn, chosen: Chosen, candidates: int, galleries: int = 1) -> Found:
    """Foils, masked words, answers, retrieval, naming and pointing: what a model can do of these."""
    tallies, own = foils.measured(model, drawn)
    if "mask" in model.tasks:
        tallies += words.measured(model, drawn)
    if "answer" in model.tasks:
        tallies += questions.measured(model, drawn.mixed, chosen.scenes.mixed)
    tallies += retrieval.measured(model, drawn.mixed, candidates, galleries)
    scores = head_scores(model, drawn.mixed)
    for way in WAYS:
        tallies += head_tallies(way, model.heads(way), chosen.heads[way], scores[way])
    return Found(tallies, tables(model, chosen, scores), reliability(own[:, drawn.is_mixed]) if model.probable else None)


def tables(model: Exported, chosen: Chosen, scores: dict[str, Scores]) -> dict[str, dict]:
    """All heads, per way."""
    return {way: head_table(model.heads(way), chosen.heads[way], scores[way]) for way in WAYS}


def controls(model: Exported, drawn: Drawn, chosen: Chosen) -> list[Tally]:
    """Text only, picture only, and heads switched off; the last on a quarter of the scenes."""
    tallies = foils.one_sided(model, drawn.mixed)
    if "mask" in model.tasks:
        tallies.append(words.text_only(model, drawn.mixed))
        some = drawn.mixed[: max(1, len(drawn.mixed) // 4)]
        for way in WAYS:
            attention, head = model.heads(way)[chosen.heads[way]]
            tallies += switched.measured(model, some, way, attention, head)
    return tallies

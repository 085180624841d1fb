"""What a model loses without the head that finds things best, and without each other head of the same attention."""

from __future__ import annotations

import numpy as np

from ..world.batches import Batch
from .exported import Fusion
from .foils import above, foil_scores
from .interval import Tally
from .words import guesses, per_scene


def measured(model: Fusion, batches: list[Batch], way: str, attention: str, best: int) -> list[Tally]:
    """Falls in pairwise accuracy and in the log-probability of masked nouns: of the best head, and as mean over every other
    head of its attention."""
    whole = _answers(model, batches)
    heads = next(spot.heads for spot in model.spots if spot.name == attention)
    falls = {head: _falls(whole, _answers(model.without(attention, head), batches)) for head in range(heads)}
    tallies = []
    for index, (what, unit) in enumerate((("pairwise accuracy", None), ("log-probability of a masked noun", "nats"))):
        mine = falls[best][index]
        others = np.mean([fall[index].hits for head, fall in falls.items() if head != best], axis=0)
        for head, hits in ((f"the best {way} head", mine.hits), (f"another head of its attention ({way})", others)):
            tallies.append(Tally(f"fall in {what} without {head}", hits, mine.counts, 0.0, "ablation", unit))
    return tallies


def _answers(model: Fusion, batches: list[Batch]) -> tuple:
    return above(foil_scores(model, batches)), guesses(model, batches)


def _falls(whole: tuple, without: tuple) -> list[Tally]:
    found = whole[1]
    nouns = per_scene("", found, found.likelihood - without[1].likelihood, found.role == "noun", len(whole[0]))
    return [Tally("", whole[0] - without[0], np.ones(len(whole[0]))), nouns]

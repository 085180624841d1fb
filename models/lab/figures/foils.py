"""Foils: does a model prefer the caption to a version of it that one edit makes false?"""

from __future__ import annotations

import numpy as np

from ..world.batches import Batch
from ..world.tokenizer import CLS, MASK, PAD, SEP
from .exported import Exported
from .interval import Tally
from .pictures import GREY, MEAN, OTHER, mean_picture, pictures
from .sets import Drawn

HIDDEN = "all words hidden"


def foil_scores(model: Exported, batches: list[Batch], instead: str | None = None, mean: np.ndarray | None = None) -> np.ndarray:
    """Scores of captions and foils, [2, N], with the scenes' own pictures or something ``instead``."""
    hide = _hidden if instead == HIDDEN else lambda ids: ids
    shown = None if instead == HIDDEN else instead
    found = [[model.match(pictures(batch, shown, mean), hide(ids.numpy())) for ids in (batch.ids, batch.foil_ids)] for batch in batches]
    return np.concatenate(found, axis=1)


def _hidden(ids: np.ndarray) -> np.ndarray:
    return np.where(np.isin(ids, (PAD, CLS, SEP)), ids, MASK)


def above(scores: np.ndarray) -> np.ndarray:
    """1 where the caption scores above its foil, a half where they are equal, [N]."""
    return (scores[0] > scores[1]) + 0.5 * (scores[0] == scores[1])


def balanced(scores: np.ndarray) -> np.ndarray:
    """Half for a caption held true (a logit above 0), half for a foil held false, [N]."""
    return ((scores[0] > 0).astype(float) + (scores[1] <= 0)) / 2


def foil_tallies(own: np.ndarray, kinds: np.ndarray, mixed: np.ndarray, probable: bool) -> list[Tally]:
    """Pairwise and, where scores are logits of a probability, balanced accuracy: over the scenes of the mix,
    and of every kind over all scenes that have it. ``own`` [2, N]; ``kinds`` and ``mixed`` [N]."""
    measures = {"pairwise": above(own)} | ({"balanced": balanced(own)} if probable else {})
    tallies = [Tally(f"foils, {name}", values * mixed, mixed, 0.5) for name, values in measures.items()]
    for kind in sorted(set(kinds)):
        judged = (kinds == kind).astype(float)
        tallies += [Tally(f"{kind} foils, {name}", values * judged, judged, 0.5) for name, values in measures.items()]
    return tallies


def picture_tallies(own: np.ndarray, other: np.ndarray, kinds: np.ndarray, mixed: np.ndarray, probable: bool) -> list[Tally]:
    """What remains of the preference for captions when another scene's picture is shown, and how far it falls
    (after Frank, Bugliarello and Elliott, 2021). ``own`` and ``other`` [2, N]."""
    tallies = [Tally(f"foils, pairwise, {OTHER}", above(other) * mixed, mixed, 0.5, "control")]
    for kind in sorted(set(kinds)):
        judged = (kinds == kind).astype(float)
        tallies.append(Tally(f"{kind} foils, pairwise, {OTHER}", above(other) * judged, judged, 0.5, "control"))
    fall = "when the picture is replaced"
    tallies.append(Tally(f"fall in pairwise accuracy {fall}", (above(own) - above(other)) * mixed, mixed, 0.0, "dependence"))
    margin = (own[0] - own[1]) - (other[0] - other[1])
    unit = "logits" if probable else "score"
    return [*tallies, Tally(f"fall in the caption's lead over its foil {fall}", margin * mixed, mixed, 0.0, "dependence", unit)]


def measured(model: Exported, drawn: Drawn) -> tuple[list[Tally], np.ndarray]:
    """Tallies of foils with the own and with another scene's picture, and the own scores [2, N]."""
    own, other = foil_scores(model, drawn.batches), foil_scores(model, drawn.batches, OTHER)
    kinds, mixed = drawn.kinds, drawn.is_mixed.astype(float)
    return foil_tallies(own, kinds, mixed, model.probable) + picture_tallies(own, other, kinds, mixed, model.probable), own


def one_sided(model: Exported, batches: list[Batch]) -> list[Tally]:
    """Controls: text only, with a grey or a mean picture, and picture only, with all words hidden."""
    mean = mean_picture(batches)
    tallies = []
    for instead in (GREY, MEAN, HIDDEN):
        hits = above(foil_scores(model, batches, instead, mean))
        tallies.append(Tally(f"foils, pairwise, {instead}", hits, np.ones(len(hits)), 0.5, "control"))
    return tallies

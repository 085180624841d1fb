"""Masked words: one content word hidden at a time, and how likely the model finds it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..world.batches import Batch
from ..world.tokenizer import MASK
from .exported import Fusion
from .interval import Tally
from .pictures import GREY, OTHER, pictures
from .sets import Drawn


@dataclass(frozen=True)
class Guesses:
    """Per hidden word [K]: its scene, whether the likeliest piece keeps the caption true, and the
    log-probability of its own first piece, in nats."""

    scene: np.ndarray
    role: np.ndarray
    right: np.ndarray
    likelihood: np.ndarray


def guesses(model: Fusion, batches: list[Batch], instead: str | None = None) -> Guesses:
    """One content word hidden at a time with all its pieces, with the own picture or something ``instead``."""
    scene, role, right, likelihood, before = [], [], [], [], 0
    for batch in batches:
        ids, word, truths = batch.ids.numpy(), batch.word.numpy(), batch.truths
        hidden = [(n, w) for n, truth in enumerate(truths) for w in truth]
        rows, spoken = (np.array(part) for part in zip(*hidden, strict=True))
        gaps = word[rows] == spoken[:, None]
        at = gaps.argmax(axis=1)
        logits = model.words(pictures(batch, instead)[rows], np.where(gaps, MASK, ids[rows]), at)
        right += [top in truths[n][w] for top, (n, w) in zip(logits.argmax(axis=1).tolist(), hidden, strict=True)]
        likelihood.append(log_softmax(logits)[np.arange(len(rows)), ids[rows, at]])
        role += [batch.scenes[n].caption[w].role for n, w in hidden]
        scene.append(rows + before)
        before += len(ids)
    return Guesses(np.concatenate(scene), np.array(role), np.array(right, dtype=float), np.concatenate(likelihood))


def log_softmax(logits: np.ndarray) -> np.ndarray:
    """Along the last axis."""
    shifted = logits - logits.max(axis=-1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))


def per_scene(name: str, found: Guesses, values: np.ndarray, judged: np.ndarray, scenes: int, **more: object) -> Tally:
    """Values of hidden words [K], those that are ``judged`` bool [K], gathered by scene."""
    hits, counts = (np.bincount(found.scene, weights=weights, minlength=scenes) for weights in (values * judged, judged.astype(float)))
    return Tally(name, hits, counts, **more)


def word_tallies(own: Guesses, other: Guesses, mixed: np.ndarray) -> list[Tally]:
    """Accuracy over the scenes of the mix (``mixed`` bool [N]) and of every role over all scenes; the same
    with another scene's picture; and how far the hidden word's log-probability falls with it."""
    inside = mixed[own.scene]
    count = len(mixed)
    tallies = [per_scene("masked words", own, own.right, inside, count)]
    tallies += [per_scene(f"masked words, {role}", own, own.right, own.role == role, count) for role in sorted(set(own.role))]
    tallies.append(per_scene(f"masked words, {OTHER}", own, other.right, inside, count, group="control"))
    fall = own.likelihood - other.likelihood
    name = "fall in log-probability of a masked {} when the picture is replaced"
    dependence = {"chance": 0.0, "group": "dependence", "unit": "nats"}
    tallies.append(per_scene(name.format("word"), own, fall, inside, count, **dependence))
    return tallies + [per_scene(name.format(role), own, fall, own.role == role, count, **dependence) for role in sorted(set(own.role))]


def measured(model: Fusion, drawn: Drawn) -> list[Tally]:
    """Tallies of hidden words with the own and with another scene's picture."""
    return word_tallies(guesses(model, drawn.batches), guesses(model, drawn.batches, OTHER), drawn.is_mixed)


def text_only(model: Fusion, batches: list[Batch]) -> Tally:
    """Control: the words alone, with a grey picture."""
    found = guesses(model, batches, GREY)
    scenes = sum(len(batch.ids) for batch in batches)
    return per_scene(f"masked words, {GREY}", found, found.right, np.ones(len(found.right), bool), scenes, group="control")

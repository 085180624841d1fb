"""Foils and masked words: what an exported model answers on held-out scenes."""

from __future__ import annotations

import numpy as np

from ..world.batches import Batch
from ..world.tokenizer import MASK
from .exported import Exported
from .interval import Figure, figure

OTHER = "another scene's picture"


def foil_figures(model: Exported, batches: list[Batch], where: str) -> list[Figure]:
    """Pairwise accuracy (the caption scores above its foil) and balanced accuracy at 0.5, per kind of
    foil; as a control pairwise accuracy with another scene's picture, which must stay at chance."""
    true, foil, control = [], [], []
    for batch in batches:
        images, other = batch.images.numpy(), np.roll(batch.images.numpy(), 1, axis=0)
        own, false = (model.answers(images, ids.numpy())[0] for ids in (batch.ids, batch.foil_ids))
        blind = [model.answers(other, ids.numpy())[0] for ids in (batch.ids, batch.foil_ids)]
        true.append(own)
        foil.append(false)
        control.append(blind[0] > blind[1])
    above = np.concatenate(true) > np.concatenate(foil)
    balanced = ((np.concatenate(true) > 0).astype(float) + (np.concatenate(foil) <= 0)) / 2
    kinds = np.array([kind for batch in batches for kind in batch.foil_kind])
    ones = np.ones(len(kinds))
    figures = [
        figure("foils, pairwise", above, ones, where, 0.5),
        figure("foils, balanced", balanced, ones, where, 0.5),
    ]
    for kind in sorted(set(kinds)):
        chosen = kinds == kind
        figures.append(figure(f"{kind} foils, pairwise", above[chosen], ones[chosen], where, 0.5))
        figures.append(figure(f"{kind} foils, balanced", balanced[chosen], ones[chosen], where, 0.5))
    return [*figures, figure(f"foils, pairwise, {OTHER}", np.concatenate(control), ones, where, 0.5)]


def word_figures(model: Exported, batches: list[Batch], where: str) -> list[Figure]:
    """One content word hidden at a time with all its pieces; right if the likeliest piece makes the
    caption true of the scene. Control: the same with another scene's picture."""
    found: dict[str, list[tuple[float, float]]] = {}
    for batch in batches:
        images, ids, word = batch.images.numpy(), batch.ids.numpy(), batch.word.numpy()
        hidden = [(n, w) for n, truth in enumerate(batch.truths) for w in truth]
        rows = np.array([n for n, _ in hidden])
        gaps = word[rows] == np.array([w for _, w in hidden])[:, None]
        masked = np.where(gaps, MASK, ids[rows])
        at = gaps.argmax(axis=1)
        roles = [batch.scenes[n].caption[w].role for n, w in hidden]
        for control in (False, True):
            seen = np.roll(images, 1, axis=0) if control else images
            tops = _tops(model, seen[rows], masked, at)
            right = [top in batch.truths[n][w] for top, (n, w) in zip(tops, hidden, strict=True)]
            _count(found, len(ids), rows, right, None if control else roles)
    figures = [figure(f"masked {name}", *np.array(found.pop(name)).T, where, None) for name in ("words", "control")]
    renamed = [figures[0], Figure(**{**vars(figures[1]), "name": f"masked words, {OTHER}"})]
    return renamed + [figure(f"masked words, {role}", *np.array(pairs).T, where, None) for role, pairs in sorted(found.items())]


def _tops(model: Exported, images: np.ndarray, ids: np.ndarray, at: np.ndarray, batch: int = 64) -> list[int]:
    tops: list[int] = []
    for start in range(0, len(ids), batch):
        part = slice(start, start + batch)
        logits = model.answers(images[part], ids[part])[1]
        tops += logits[np.arange(len(logits)), at[part]].argmax(axis=-1).tolist()
    return tops


def _count(found: dict, scenes: int, rows: np.ndarray, right: list[bool], roles: list[str] | None) -> None:
    """Add (hits, counts) of every scene, under "words" and each role, or under "control"."""
    names = sorted(set(roles)) if roles is not None else []
    for name in ["words", *names] if roles is not None else ["control"]:
        pairs = [[0.0, 0.0] for _ in range(scenes)]
        for index, (row, hit) in enumerate(zip(rows, right, strict=True)):
            if roles is None or name in ("words", roles[index]):
                pairs[row][0] += hit
                pairs[row][1] += 1
        found.setdefault(name, []).extend(tuple(pair) for pair in pairs)

"""Retrieval: the caption of a picture, and the picture of a caption, among candidates that are false of it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from ..world.batches import Batch
from ..world.classes import same_or_also
from ..world.scenes import Scene
from ..world.tokenizer import PAD
from .exported import Exported
from .interval import Tally

SPARE = 15  # scenes more than candidates: some captions are true of some other picture too


def may_hold(scene: Scene, told: Scene) -> bool:
    """Whether the caption of ``told`` may be true of ``scene``: for each thing it names, something there of that
    class, or of one that goes by its noun, has the colour it says. Counts, sizes and places are not looked
    at: a pair in which only they differ is left out rather than called false."""
    claims = {word.of: told.groups[word.of].first for word in told.caption if word.role == "noun"}
    coloured = {word.of for word in told.caption if word.role == "colour"}
    return all(
        any(same_or_also(placed.cls, one.cls) and (of not in coloured or placed.colour == one.colour) for placed in scene.objects)
        for of, one in claims.items()
    )


def false_pairs(scenes: list[Scene]) -> np.ndarray:
    """bool [scenes, captions]: the caption is false of the scene."""
    return np.array([[not may_hold(scene, told) for told in scenes] for scene in scenes])


def ranks(scores: np.ndarray, false: np.ndarray, candidates: int) -> np.ndarray:
    """Rank of the diagonal of ``scores`` [queries, items] among itself and the first ``candidates`` - 1 items that are
    ``false`` of the query; ties count against it. NaN where a query has too few."""
    found = np.full(len(scores), np.nan)
    for query, (row, wrong) in enumerate(zip(scores, false, strict=True)):
        rivals = np.flatnonzero(wrong)[: candidates - 1]
        if len(rivals) == candidates - 1:
            found[query] = 1 + (row[rivals] >= row[query]).sum()
    return found


def retrieval_tallies(scores: np.ndarray, false: np.ndarray, candidates: int) -> list[Tally]:
    """R@1 and R@5 both ways; ``scores`` [pictures, captions] and ``false`` of one gallery."""
    tallies = []
    for way, ranked in (
        ("caption of a picture", ranks(scores, false, candidates)),
        ("picture of a caption", ranks(scores.T, false.T, candidates)),
    ):
        judged = ~np.isnan(ranked)
        for first in (1, 5):
            hits = judged & (np.nan_to_num(ranked, nan=np.inf) <= first)
            tallies.append(Tally(f"{way} among {candidates}, R@{first}", hits.astype(float), judged.astype(float), min(1.0, first / candidates)))
    return tallies


def measured(model: Exported, batches: list[Batch], candidates: int, galleries: int = 1) -> list[Tally]:
    """As many galleries, of scenes one after the other, as wanted and as the scenes suffice for: one at least."""
    size, total = candidates + SPARE, sum(len(batch.ids) for batch in batches)
    scenes = [scene for batch in batches for scene in batch.scenes]
    length = max(batch.ids.shape[1] for batch in batches)
    ids = np.concatenate([np.pad(batch.ids.numpy(), ((0, 0), (0, length - batch.ids.shape[1])), constant_values=PAD) for batch in batches])
    images = np.concatenate([batch.images.numpy() for batch in batches])
    parts = [slice(k * size, (k + 1) * size) for k in range(max(1, min(galleries, total // size)))]
    each = [retrieval_tallies(model.matrix(images[part], ids[part]), false_pairs(scenes[part]), candidates) for part in parts]
    return [joined(tallies) for tallies in zip(*each, strict=True)]


def joined(tallies: tuple[Tally, ...]) -> Tally:
    """The same tally of several galleries as one."""
    hits, counts = (np.concatenate([getattr(tally, name) for tally in tallies]) for name in ("hits", "counts"))
    return replace(tallies[0], hits=hits, counts=counts)

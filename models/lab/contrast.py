"""The losses of the dual encoder: pictures against all captions of a batch, foils among them."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import torch
from torch import Tensor
from torch.nn import functional as F

from .losses import instance_loss, label_loss, noun_codes, pixels
from .nets.encoders import DualEncoder, pooled
from .world.classes import object_classes
from .world.words import plural

if TYPE_CHECKING:
    from .world.batches import Batch
    from .world.grammar import Word
    from .world.scenes import Scene


@cache
def _class_of() -> dict[str, int]:
    return {word: c.id for c in object_classes() for word in (c.noun, plural(c.noun))}


def _nouns(words: list[Word]) -> set[int]:
    return {_class_of()[word.text] for word in words if word.role == "noun"}


def may_be_true(scenes: list[Scene], texts: list[list[Word]]) -> Tensor:
    """bool [scenes, texts]: every noun of the text is in the scene. Such a pair is no negative: colours, counts and
    places may fit too, so it is left out rather than called false."""
    count = max(_class_of().values()) + 1
    seen, said = torch.zeros(len(scenes), count), torch.zeros(len(texts), count)
    for row, scene in enumerate(scenes):
        seen[row, [placed.cls.id for placed in scene.objects]] = 1
    for row, words in enumerate(texts):
        said[row, list(_nouns(words))] = 1
    return seen @ said.T == said.sum(dim=1)


def contrast_loss(scores: Tensor, true: Tensor, foil: Tensor) -> Tensor:
    """Scores [N, 2N] of pictures with captions, then foils: each picture finds its caption among both, and each caption
    its picture (CLIP, Radford et al., 2021; foils as further negatives: NegCLIP, Yuksekgonul et al., 2023).

    ``true`` and ``foil`` [N, N] are pairs that ``may_be_true``; their diagonals, the pair itself and its own foil, always count.
    """
    n = len(scores)
    own = torch.eye(n, dtype=torch.bool, device=scores.device)
    left_out = torch.cat([true & ~own, foil & ~own], dim=1)
    scores = scores.masked_fill(left_out, float("-inf"))
    target = torch.arange(n, device=scores.device)
    return 0.5 * (F.cross_entropy(scores, target) + F.cross_entropy(scores[:, :n].T, target))


def encoder_losses(model: DualEncoder, batch: Batch, classes: Tensor) -> dict[str, Tensor]:
    """Unweighted losses of one batch; ``classes`` as for the fusion models."""
    n = len(batch.ids)
    ids = torch.cat([batch.ids, batch.foil_ids])
    mask = (ids != 0).long()
    patches, early = model.look(pixels(batch.images))
    scores = model.scale * pooled(patches) @ pooled(model.read(ids, mask), mask).T
    captions, foils = ([getattr(scene, name) for scene in batch.scenes] for name in ("caption", "foil"))
    doubtful = may_be_true(batch.scenes, captions + foils).to(scores.device)
    return {
        "contrast": contrast_loss(scores, doubtful[:, :n], doubtful[:, n:]),
        "label": label_loss(model, early, batch.patch_labels, noun_codes(model, classes)),
        "instance": instance_loss(model.extra["instance"](early).float(), batch.patch_centre, batch.patch_count),
    }

"""Losses of the photo models. Of half of the pictures the true caption is read with words hidden, of the others the true one, a false
one and one that another picture says; only those are matched, so no mask ever tells which is true."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from ..losses import label_loss, match_loss, wrong_loss
from ..nets.encoders import pooled
from .nets.backbone import COARSE_GRID
from .nets.base import PhotoModel, Picture
from .nets.encoders import ClipPhoto
from .world.batches import Batch, cell_labels, cell_targets, region_labels, region_targets
from .world.words import MASK

WEIGHTS = {"words": 1.0, "match": 1.0, "swap": 1.0, "looks": 0.5, "named": 0.25, "label": 0.5, "wrong": 0.5, "contrast": 1.0}
SAMPLED = 49
FEWEST = 12


def phrase_loss(looks: Tensor, rows: Tensor, pieces: Tensor, targets: Tensor) -> Tensor:
    """Cross-entropy of where words look, ``looks`` [N, T, P], with where their phrase is: ``rows`` [L] pictures, ``pieces`` [L, T]
    shares of the phrase's pieces, ``targets`` [L, P], zeros where the phrase is nowhere."""
    if not len(rows):
        return looks.sum() * 0.0
    each = -(targets[:, None] * looks[rows].clamp(min=1e-6).log()).sum(dim=-1)
    known = (targets.sum(dim=1) > 0).float()
    return ((each * pieces).sum(dim=1) * known).sum() / known.sum().clamp(min=1.0)


def naming_target(count: int, rows: Tensor, pieces: Tensor, targets: Tensor) -> Tensor:
    """For each place of each picture the words that name it, [N, P, T], each row's sum 1 or 0: of several phrases the smaller
    thing counts more, in proportion to one over its area."""
    found = torch.zeros(count, targets.shape[1], pieces.shape[1])
    found.index_add_(0, rows, targets[:, :, None] * pieces[:, None, :])
    return found / found.sum(dim=-1, keepdim=True).clamp(min=1e-6)


def naming_loss(named: Tensor, target: Tensor) -> Tensor:
    """Cross-entropy of the words that places look at, [N, P, T], with those that name them; places without a name do not count."""
    each = -(target * named.clamp(min=1e-6).log()).sum(dim=-1)
    known = target.sum(dim=-1)
    return (each * known).sum() / known.sum().clamp(min=1.0)


def seen_by(model: nn.Module, batch: Batch, sampled: bool) -> tuple[Picture, Tensor, Tensor]:
    """The picture as the model sees it while it trains, where each phrase is among its places [L, P], and its label classes [N, P]."""
    generator = torch.Generator().manual_seed(int(batch.rows[0]) * 7919 + int(batch.rows[-1]))
    coarse, fine = batch.coarse.float(), batch.fine.float()
    if model.regions:
        boxes = batch.regions
        if sampled:
            keep = torch.randint(FEWEST, boxes.shape[1] + 1, (1,), generator=generator).item()
            boxes = boxes[:, torch.randperm(boxes.shape[1], generator=generator)[:keep]]
        targets = region_targets(batch.link_boxes, batch.link_row, boxes)
        return Picture(coarse, fine, boxes), targets, region_labels(batch.labels, boxes)
    cells = torch.randperm(COARSE_GRID**2, generator=generator)[:SAMPLED].sort().values if sampled else torch.arange(COARSE_GRID**2)
    targets = cell_targets(batch.link_boxes, COARSE_GRID)[:, cells]
    targets = targets / targets.sum(dim=1, keepdim=True).clamp(min=1e-6)
    return Picture(coarse, fine, None, cells if sampled else None), targets, cell_labels(batch.labels, COARSE_GRID)[:, cells]


def fusing_losses(model: PhotoModel, batch: Batch, nouns: Tensor, sampled: bool) -> dict[str, Tensor]:
    """Unweighted losses of one batch; ``nouns`` [C] are the pieces of the label words. Some places only are read where ``sampled``."""
    n = len(batch.rows)
    half = n // 2
    picture, targets, labels = seen_by(model, batch, sampled)
    image = model.sight(picture)
    hidden = batch.hidden[:half]
    ids = torch.cat([batch.true[:half].masked_fill(hidden, MASK), batch.true[half:], batch.false[half:], batch.swapped[half:]])
    valid = ids != 0
    states = model.fuse(ids, valid.long(), torch.cat([image, image[half:], image[half:]]))
    true, false, swapped = model.match(states).float()[half:].chunk(3)
    edited = slice(half, 2 * n - half)
    told = model.extra["wrong"](states.text[edited])[..., 0].float()
    wrong, inner = batch.wrong[half:], valid[edited].clone()
    inner[:, 0] = False
    inner[len(wrong) :] &= (batch.kind[half:] == 1)[:, None]
    return {
        "words": F.cross_entropy(model.masked_words(states.text[:half][hidden]).float(), batch.true[:half][hidden]),
        "match": match_loss(true, false),
        "swap": swap_loss(true, swapped, batch.owner[half:] - half),
        "looks": phrase_loss(states.looks, batch.link_row, batch.link_pieces, targets),
        "named": naming_loss(states.named[:n], naming_target(n, batch.link_row, batch.link_pieces, targets)),
        "label": label_loss(model, states.early[:half], labels[:half], model.words.pieces.weight[nouns]),
        "wrong": wrong_loss(told, torch.cat([torch.zeros_like(wrong), wrong]), inner),
    }


def swap_loss(true: Tensor, swapped: Tensor, owner: Tensor) -> Tensor:
    """Each picture with another's caption [M] loses against its own; and each caption, where the batch has it, finds its picture:
    ``owner`` [M] is the row that says it, negative for none."""
    known = owner >= 0
    side = F.softplus(swapped[known] - true[owner[known]])
    return match_loss(true, swapped) + side.sum() / max(1, len(side))


def contrast_loss(scores: Tensor, edits: Tensor) -> Tensor:
    """Scores [N, 2N] of pictures with captions, then false ones: each picture finds its caption among all captions and the false ones
    that are edits (bool [N]), and each caption its picture (CLIP; edits as further negatives: NegCLIP, Yuksekgonul et al., 2023)."""
    n = len(scores)
    target = torch.arange(n)
    kept = torch.cat([torch.ones_like(edits), edits])
    return 0.5 * (F.cross_entropy(scores.masked_fill(~kept, -1e4), target) + F.cross_entropy(scores[:, :n].T, target))


def encoder_losses(model: ClipPhoto, batch: Batch, nouns: Tensor) -> dict[str, Tensor]:
    """Unweighted losses of one batch of the dual encoder. Phrases train the cosines of pieces with cells, for it has no cross-modal
    attention."""
    n = len(batch.rows)
    picture, targets, labels = seen_by(model, batch, sampled=False)
    cells, early = model.look(picture)
    ids = torch.cat([batch.true, batch.false])
    mask = (ids != 0).long()
    pieces = model.read(ids, mask)
    with torch.autocast(cells.device.type, enabled=False):
        scores = model.scale * pooled(cells) @ pooled(pieces, mask).T
    looks, named = word_maps(pieces[:n], cells, mask[:n], model.log_sharp.exp())
    return {
        "contrast": contrast_loss(scores, batch.kind == 1),
        "looks": phrase_loss(looks, batch.link_row, batch.link_pieces, targets),
        "named": naming_loss(named, naming_target(n, batch.link_row, batch.link_pieces, targets)),
        "label": label_loss(model, early, labels, model.words.pieces.weight[nouns]),
    }


def word_maps(pieces: Tensor, cells: Tensor, mask: Tensor, sharp: Tensor) -> tuple[Tensor, Tensor]:
    """Cosines of pieces [N, T, D] with cells [N, P, D], times ``sharp``, as distributions over cells [N, T, P] and over pieces [N, P, T]."""
    with torch.autocast(pieces.device.type, enabled=False):
        cosine = sharp * F.normalize(pieces.float(), dim=-1) @ F.normalize(cells.float(), dim=-1).transpose(1, 2)
    hidden = cosine.masked_fill(mask[:, :, None] == 0, -1e4)
    return cosine.softmax(dim=-1), hidden.transpose(1, 2).softmax(dim=-1)


def losses(model: nn.Module, batch: Batch, nouns: Tensor, sampled: bool) -> dict[str, Tensor]:
    """Unweighted losses of any photo model."""
    if isinstance(model, ClipPhoto):
        return encoder_losses(model, batch, nouns)
    return fusing_losses(model, batch, nouns, sampled)


def total(parts: dict[str, Tensor]) -> Tensor:
    """The weighted sum. Raises ValueError where it is not a number."""
    whole = sum(WEIGHTS[name] * part for name, part in parts.items())
    if not np.isfinite(whole.item()):
        raise ValueError(f"expected finite losses, got {({name: round(part.item(), 3) for name, part in parts.items()})}")
    return whole

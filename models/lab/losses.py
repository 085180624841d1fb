"""The losses of the fusion models. Per scene three sequences: the true caption with words hidden,
the true caption, its foil; only the last two are matched, so no mask ever tells which is true."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch import Tensor
from torch.nn import functional as F

from .config import Losses
from .nets.base import Model

if TYPE_CHECKING:
    from .world.batches import Batch

FOREGROUND, BACKGROUND = 1.0, 0.1
WRONG_WEIGHT = 4.0


def hide_words(content: Tensor, word: Tensor, share: float, generator: torch.Generator) -> Tensor:
    """Pieces to hide, bool [N, T]: ``share`` of the content words of each caption, one at least,
    and of a word all pieces (Bitton et al., 2021, on why content words)."""
    draws = torch.rand(content.shape, generator=generator)
    of_word = draws.gather(1, word.clamp(min=0)) * content
    best = of_word.amax(dim=1, keepdim=True)
    return content & ((of_word > 1 - share) | (of_word == best))


def coverage(boxes: Tensor, grid: int) -> Tensor:
    """Share of each patch that a box [..., 4] (x0, y0, x1, y1 in [0, 1]) covers, [..., grid * grid]."""
    low = torch.arange(grid, dtype=boxes.dtype, device=boxes.device)
    x0, y0, x1, y1 = (boxes * grid).unsqueeze(-1).unbind(dim=-2)
    across = (torch.minimum(x1, low + 1) - torch.maximum(x0, low)).clamp(min=0)
    down = (torch.minimum(y1, low + 1) - torch.maximum(y0, low)).clamp(min=0)
    return (down.unsqueeze(-1) * across.unsqueeze(-2)).flatten(-2)


def label_loss(model: Model, early: Tensor, labels: Tensor, classes: Tensor) -> Tensor:
    """Object labels on patches: early [N, P, D], labels [N, P] with 0 for background. The logit of a
    class is its normed patch times the mean word embedding of its noun, classes [C, D]: no projection
    stands between, so that word and patch come to share one code."""
    logits = model.extra["label"](early).float() @ classes.float().T
    logits = torch.cat([torch.zeros_like(logits[..., :1]), logits], dim=-1).flatten(0, 1)
    weight = torch.where(labels > 0, FOREGROUND, BACKGROUND).flatten()
    each = F.cross_entropy(logits, labels.flatten(), reduction="none")
    return (each * weight).sum() / weight.sum()


def match_loss(true: Tensor, foil: Tensor) -> Tensor:
    """Each caption's own truth (binary cross-entropy), and the pair's: a softmax between the two, [N]."""
    own = F.softplus(-true).mean() + F.softplus(foil).mean()
    return 0.5 * own + F.softplus(foil - true).mean()


def wrong_loss(logits: Tensor, wrong: Tensor, valid: Tensor) -> Tensor:
    """Which word is false (the foil-word detection of FOIL-it, Shekhar et al., 2017), all [M, T]."""
    weight = torch.where(wrong, WRONG_WEIGHT, 1.0) * valid
    each = F.binary_cross_entropy_with_logits(logits, wrong.to(logits.dtype), reduction="none")
    return (each * weight).sum() / weight.sum()


def place_loss(logits: Tensor, boxes: Tensor) -> Tensor:
    """Where the named object is, read from the noun's text state alone: cross-entropy of logits
    [K, P] with the share of boxes [K, 4] in each patch. The family of phrase grounding losses."""
    target = coverage(boxes, int(logits.shape[-1] ** 0.5))
    target = target / target.sum(dim=-1, keepdim=True).clamp(min=1e-6)
    return -(target * logits.log_softmax(dim=-1)).sum(dim=-1).mean()


def pixels(images: Tensor) -> Tensor:
    """uint8 [N, 3, S, S] to the models' [-1, 1]."""
    return images.float() / 127.5 - 1.0


def losses(
    model: Model, batch: Batch, mask_id: int, classes: Tensor, weights: Losses, generator: torch.Generator
) -> dict[str, Tensor]:
    """Unweighted losses of one batch. ``classes`` are the pieces of each class's noun, [C, L], 0-padded;
    ``generator`` (a CPU one) decides what is hidden."""
    n, length = batch.ids.shape
    hidden = hide_words(batch.content.cpu(), batch.word.cpu(), weights.hide, generator).to(batch.ids.device)
    ids = torch.cat([batch.ids.masked_fill(hidden, mask_id), batch.ids, batch.foil_ids])
    valid = ids != 0
    picture = model.see(pixels(batch.images))
    states = model.fuse(ids, valid.long(), picture.repeat(3, 1, 1))
    score = model.match(states).float()
    told = states.text[n:]
    inner = valid[n:].clone()
    inner[:, 0] = False
    wrong = torch.cat([torch.zeros_like(batch.foil_wrong), batch.foil_wrong])
    named = ~batch.noun_box[..., 0].isnan()
    embedding = model.words.pieces(classes) * (classes > 0).unsqueeze(-1)
    nouns = embedding.sum(dim=1) / (classes > 0).sum(dim=1, keepdim=True).clamp(min=1)
    return {
        "words": F.cross_entropy(model.masked_words(states.text[:n][hidden]).float(), batch.ids[hidden]),
        "match": match_loss(score[n : 2 * n], score[2 * n :]),
        "label": label_loss(model, states.early[:n], batch.patch_labels, nouns),
        "wrong": wrong_loss(model.extra["wrong"](told)[..., 0].float(), wrong, inner),
        "place": place_loss(model.extra["place"](states.text[n : 2 * n][named]).float(), batch.noun_box[named]),
    }

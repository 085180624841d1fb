"""The losses of the fusion models. Per scene four sequences: the true caption with words hidden, the true
caption, its foil, and a question; only the second and third are matched, so no mask ever tells which is true."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch import Tensor
from torch.nn import functional as F

from .config import Losses
from .nets.base import Model

if TYPE_CHECKING:
    from .nets.encoders import DualEncoder
    from .world.batches import Batch

FOREGROUND, BACKGROUND = 1.0, 0.1
WRONG_WEIGHT = 4.0


def hide_words(content: Tensor, word: Tensor, keen: Tensor, share: float, generator: torch.Generator) -> Tensor:
    """Pieces to hide, bool [N, T], and of a word all pieces (Bitton et al., 2021, on why content words). In half of the
    captions ``share`` of the content words, one at least; in the others a single word, a ``keen`` one where there is
    one: what a relation or a number is can only be told while its nouns can be read."""
    draws = torch.rand(content.shape, generator=generator)
    single = torch.rand(len(content), 1, generator=generator) < 0.5
    of_word = draws.gather(1, word.clamp(min=0)) * content
    best = of_word.amax(dim=1, keepdim=True)
    many = (of_word > 1 - share) | (of_word == best)
    eager = of_word + keen
    one = eager == eager.amax(dim=1, keepdim=True)
    return content & torch.where(single, one, many)


def keen_words(batch: Batch) -> Tensor:
    """Pieces of captions that say how things relate or how many they are, bool [N, T]."""
    keen = torch.zeros_like(batch.content, device="cpu")
    word = batch.word.cpu()
    for row, scene in enumerate(batch.scenes):
        for index, spoken in enumerate(scene.caption):
            if spoken.role in ("relation", "number"):
                keen[row] |= word[row] == index
    return keen


def label_loss(model: Model | DualEncoder, early: Tensor, labels: Tensor, classes: Tensor) -> Tensor:
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


def place_loss(logits: Tensor, share: Tensor) -> Tensor:
    """Where the named things are, all instances of them, read from the noun's text state alone: cross-entropy of logits
    [K, P] with ``share`` [K, P], the part of each patch that shows them. The family of phrase grounding losses."""
    target = share / share.sum(dim=-1, keepdim=True).clamp(min=1e-6)
    return -(target * logits.log_softmax(dim=-1)).sum(dim=-1).mean()


def instance_loss(logits: Tensor, centres: Tensor, counts: Tensor) -> Tensor:
    """What patches know of the instance they show: logits [N, P, 2 + COUNTS] of where its middle is (``centres`` [N, P, 2], in
    patches; after the centre offsets of Panoptic-DeepLab, Cheng et al., 2020), and of how many of its kind there are
    (``counts`` [N, P], 0 on the background, which does not count). To count, one must tell instances apart."""
    shown = counts > 0
    offset = F.smooth_l1_loss(logits[shown][:, :2], centres[shown])
    return offset + F.cross_entropy(logits[shown][:, 2:], counts[shown] - 1)


def pixels(images: Tensor) -> Tensor:
    """uint8 [N, 3, S, S] to the models' [-1, 1]."""
    return images.float() / 127.5 - 1.0


def noun_codes(model: Model | DualEncoder, classes: Tensor) -> Tensor:
    """Mean word embedding of each class's noun, [C, D], from its pieces ``classes`` [C, L], 0-padded."""
    embedding = model.words.pieces(classes) * (classes > 0).unsqueeze(-1)
    return embedding.sum(dim=1) / (classes > 0).sum(dim=1, keepdim=True).clamp(min=1)


def answer_loss(logits: Tensor, answer: Tensor) -> Tensor:
    """Cross-entropy over the closed list of answers [N, A]; scenes without a question (-1) do not count."""
    asked = (answer >= 0).sum().clamp(min=1)
    return F.cross_entropy(logits, answer, ignore_index=-1, reduction="sum") / asked


def lengthened(length: int, *texts: Tensor) -> list[Tensor]:
    """Texts [N, T] or [N, T, P] padded with zeros to one length."""
    return [F.pad(text, (*(0, 0) * (text.dim() - 2), 0, length - text.shape[1])) for text in texts]


def losses(
    model: Model, batch: Batch, mask_id: int, classes: Tensor, weights: Losses, generator: torch.Generator
) -> dict[str, Tensor]:
    """Unweighted losses of one batch. ``classes`` are the pieces of each class's noun, [C, L], 0-padded;
    ``generator`` (a CPU one) decides what is hidden."""
    n, length = len(batch.ids), max(batch.ids.shape[1], batch.question_ids.shape[1])
    hidden = hide_words(batch.content.cpu(), batch.word.cpu(), keen_words(batch), weights.hide, generator).to(batch.ids.device)
    true, foil, question, hidden, wrong, share, question_share = lengthened(
        length, batch.ids, batch.foil_ids, batch.question_ids, hidden, batch.foil_wrong, batch.noun_share, batch.question_share
    )
    ids = torch.cat([true.masked_fill(hidden, mask_id), true, foil, question])
    valid = ids != 0
    picture = model.see(pixels(batch.images))
    states = model.fuse(ids, valid.long(), picture.repeat(4, 1, 1))
    score = model.match(states).float()
    matched = slice(n, 3 * n)
    inner = valid[matched].clone()
    inner[:, 0] = False
    told = torch.cat([states.found[n : 2 * n], states.found[3 * n :]])
    shares = torch.cat([share, question_share])
    named = shares.any(dim=-1)
    return {
        "words": F.cross_entropy(model.masked_words(states.text[:n][hidden]).float(), true[hidden]),
        "match": match_loss(score[n : 2 * n], score[2 * n : 3 * n]),
        "answer": answer_loss(model.answer_head(states.pooled[3 * n :]).float(), batch.answer),
        "label": label_loss(model, states.early[:n], batch.patch_labels, noun_codes(model, classes)),
        "wrong": wrong_loss(
            model.extra["wrong"](states.text[matched])[..., 0].float(), torch.cat([torch.zeros_like(wrong), wrong]), inner
        ),
        "place": place_loss(model.extra["place"](told[named]).float(), shares[named]),
        "instance": instance_loss(model.extra["instance"](states.parted[3 * n :]).float(), batch.patch_centre, batch.patch_count),
    }

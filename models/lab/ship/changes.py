"""What PyTorch answers when attention is changed inside of a model: heads switched off, keys hidden from queries."""

from __future__ import annotations

import json
from dataclasses import dataclass

import numpy as np
import torch
from torch.overrides import TorchFunctionMode

from ..nets.base import Model, Spot
from ..nets.encoders import DualEncoder
from .oracle import Sample, feeds
from .parts import answer

HIDE = -1e4
KEPT = ("match_logit", "mask_logits")


@dataclass(frozen=True)
class Change:
    """Probabilities of attention number ``attention`` are multiplied by ``factor``, scores get ``term`` added:
    [head, query, key], each axis of its own length or 1."""

    attention: int
    factor: np.ndarray | None = None
    term: np.ndarray | None = None


class Changed(TorchFunctionMode):
    """Makes one change to the softmaxes that are called meanwhile, counted from 0."""

    def __init__(self, change: Change) -> None:
        super().__init__()
        self.change, self.calls = change, 0

    def __torch_function__(self, func, types, args=(), kwargs=None):  # noqa: ANN001, ANN204
        if func is not torch.Tensor.softmax:
            return func(*args, **(kwargs or {}))
        mine = self.calls == self.change.attention
        self.calls += 1
        scores = args[0]
        if mine and self.change.term is not None:
            scores = scores + torch.from_numpy(self.change.term)
        weights = func(scores, *args[1:], **(kwargs or {}))
        return weights * torch.from_numpy(self.change.factor) if mine and self.change.factor is not None else weights


def answer_changed(model: Model | DualEncoder, sample: Sample, change: Change) -> dict[str, np.ndarray]:
    """match_logit [1] and, where the model guesses words, mask_logits [1, L, V]."""
    mode = Changed(change)
    with mode:
        answers = answer(model, feeds(sample))
    if mode.calls != len(model.spots()):
        raise ValueError(f"expected {len(model.spots())} softmaxes in a run, got {mode.calls}")
    return {name: answers[name] for name in KEPT if name in answers}


def changes(model: Model | DualEncoder, sample: Sample) -> list[Change]:
    """Of two attentions the head whose absence moves the answer most; in one layer, text cut off from the
    picture, where text looks at it; and the left half of the picture hidden from one attention."""
    spots = model.spots()
    looking = [k for k, spot in enumerate(spots) if "image" in spot.keys]
    across = [k for k in looking if "text" in spots[k].queries]
    chosen = across or list(range(len(spots)))
    middle = chosen[(len(chosen) - 1) // 2]
    lengths = {"text": len(sample.ids), "image": model.shape.grid**2}
    left = np.arange(lengths["image"]) % model.shape.grid < model.shape.grid // 2
    first = (across or looking)[0]
    hidden = np.concatenate([left if stream == "image" else np.zeros(lengths["text"], bool) for stream in spots[first].keys])
    return [
        boldest(model, sample, middle),
        boldest(model, sample, chosen[-1]),
        *([cut(across[len(across) // 2], spots, lengths)] if across else []),
        Change(first, term=scores(hidden[None, None])),
    ]


def boldest(model: Model | DualEncoder, sample: Sample, attention: int) -> Change:
    """The head of an attention that is missed most."""
    plain = answer_changed(model, sample, Change(attention))["match_logit"]
    count = model.spots()[attention].heads
    heads = [Change(attention, factor=(np.arange(count) != head).astype(np.float32)[:, None, None]) for head in range(count)]
    return max(heads, key=lambda head: abs(answer_changed(model, sample, head)["match_logit"] - plain).item())


def cut(attention: int, spots: list[Spot], lengths: dict[str, int]) -> Change:
    """No text query sees an image key. Where a query sees nothing else a term would hide every key alike, which
    changes no probability: such an attention is switched off whole."""
    spot = spots[attention]
    if spot.keys == ("image",):
        return Change(attention, factor=np.zeros((1, 1, 1), np.float32))
    sides = [np.concatenate([np.full(lengths[stream], stream == name) for stream in streams]) for name, streams in (("text", spot.queries), ("image", spot.keys))]
    return Change(attention, term=scores(sides[0][None, :, None] & sides[1][None, None]))


def scores(hidden: np.ndarray) -> np.ndarray:
    return np.where(hidden, HIDE, 0).astype(np.float32)


def changed_oracle(model: Model | DualEncoder, sample: Sample) -> tuple[dict[str, np.ndarray], dict[str, str]]:
    """Tensors pixels, input_ids, and of change number n: n.factor or n.term, and what is answered, n.match_logit and so on;
    metadata ``caption`` and ``attentions``, a JSON list of the attention that each change is made to."""
    made = changes(model, sample)
    tensors = {"pixels": sample.image, "input_ids": np.array([sample.ids], dtype=np.int32)}
    for number, change in enumerate(made):
        parts = {"factor": change.factor, "term": change.term, **answer_changed(model, sample, change)}
        tensors |= {f"{number}.{name}": array for name, array in parts.items() if array is not None}
    return tensors, {"caption": sample.caption, "attentions": json.dumps([change.attention for change in made])}

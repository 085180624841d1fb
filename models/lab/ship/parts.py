"""The graphs that a model ships as: one for a fusion model, one for each stream of a dual encoder."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn

from ..nets.base import Model, Spot
from ..nets.encoders import DualEncoder, similarity_map
from ..nets.layers import Weights

Axes = dict[str, dict[int, str]]

PIXELS: Axes = {"pixel_values": {0: "batch"}}
TEXT: Axes = {"input_ids": {0: "batch", 1: "text"}, "attention_mask": {0: "batch", 1: "text"}}
ANSWERS: Axes = {"match_logit": {0: "batch"}, "mask_logits": {0: "batch", 1: "text"}, "answer_logits": {0: "batch"}}


@dataclass(frozen=True)
class Part:
    """One graph: its role and file name, the module behind it, its inputs and outputs with their free axes, its attentions."""

    role: str
    module: nn.Module
    inputs: Axes
    outputs: Axes
    spots: list[Spot]

    @property
    def file(self) -> str:
        return f"{self.role}.onnx"


class TextSide(nn.Module):
    """The text encoder of a dual encoder alone."""

    def __init__(self, model: nn.Module) -> None:
        super().__init__()
        self.model = model

    def forward(self, ids: Tensor, mask: Tensor, seen: Weights | None = None) -> Tensor:
        """Token features [N, T, D]."""
        return self.model.read(ids, mask, seen)


class ImageSide(nn.Module):
    """The image encoder of a dual encoder alone."""

    def __init__(self, model: DualEncoder) -> None:
        super().__init__()
        self.model = model

    def forward(self, pixels: Tensor, seen: Weights | None = None) -> Tensor:
        """Patch features [N, P, D]."""
        return self.model.look(pixels, seen)[0]


def parts(model: Model | DualEncoder) -> list[Part]:
    """The graphs of a model, in the order in which their attentions are counted."""
    spots = model.spots()
    if isinstance(model, DualEncoder):
        text, image = ([spot for spot in spots if spot.stage == stage] for stage in ("text", "image"))
        return [
            Part("text", TextSide(model), TEXT, {"text_features": {0: "batch", 1: "text"}}, text),
            Part("vision", ImageSide(model), PIXELS, {"image_features": {0: "batch"}}, image),
        ]
    return [Part("model", model, PIXELS | TEXT, ANSWERS, spots)]


def answer(model: Model | DualEncoder, feeds: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """What PyTorch says to the inputs of one sample: see ``answers``; for a dual encoder also match_logit [1], its score."""
    outputs = answers(parts(model), feeds)
    return scored(outputs, model.scale.item()) if isinstance(model, DualEncoder) else outputs


def answers(of: list[Part], feeds: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Every output of every graph, and attention.<k> [N, heads, Q, K] counted through the graphs."""
    outputs: dict[str, np.ndarray] = {}
    seen: list[Tensor] = []
    for part in of:
        with torch.no_grad():
            values = part.module(*(torch.from_numpy(feeds[name]) for name in part.inputs), **({"seen": seen} if part.spots else {}))
        values = values if isinstance(values, tuple) else (values,)
        outputs |= {name: value.numpy() for name, value in zip(part.outputs, values, strict=True)}
    return outputs | {f"attention.{k}": weights.numpy() for k, weights in enumerate(seen)}


def scored(outputs: dict[str, np.ndarray], scale: float) -> dict[str, np.ndarray]:
    """Outputs of a dual encoder with its score of the first pair, match_logit [1]."""
    text, image = (torch.from_numpy(outputs[name][0]) for name in ("text_features", "image_features"))
    return {"match_logit": similarity_map(text, image, scale).sum()[None].numpy(), **outputs}

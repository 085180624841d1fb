"""The graphs that photo models ship as. All read the backbone's features, which are computed once a picture."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn

from ...nets.base import Spot
from ...nets.encoders import similarity_map
from ...nets.layers import Weights
from ..nets.backbone import COARSE_GRID, COARSE_WIDTH, FINE_GRID, FINE_WIDTH
from ..nets.base import PhotoModel, Picture
from ..nets.detector import Detector
from ..nets.encoders import ClipPhoto
from .graphs import Axes

FREE = {0: "batch"}
GRID: Axes = {"coarse": FREE, "fine": FREE}
BOXES: Axes = {"boxes": {0: "batch", 1: "regions"}}
TEXT: Axes = {"input_ids": {0: "batch", 1: "text"}, "attention_mask": {0: "batch", 1: "text"}}
ANSWERS: Axes = {"match_logit": FREE, "mask_logits": {0: "batch", 1: "text"}, "label_logits": {0: "batch"}}


@dataclass(frozen=True)
class Part:
    """One graph: its role and file name, the module behind it, inputs and outputs with their free axes, its attentions."""

    role: str
    module: nn.Module
    inputs: Axes
    outputs: Axes
    spots: list[Spot]

    @property
    def file(self) -> str:
        return f"{self.role}.onnx"


class Fused(nn.Module):
    """A fusing model from features to answers: match_logit [N], mask_logits [N, T, V] and label_logits [N, P, 1 + nouns]."""

    def __init__(self, model: PhotoModel) -> None:
        super().__init__()
        self.model = model

    def forward(self, coarse: Tensor, fine: Tensor, *rest: Tensor, seen: Weights | None = None) -> tuple[Tensor, ...]:
        """``rest`` is boxes (models of regions), input_ids and attention_mask."""
        *boxes, ids, mask = rest
        image = self.model.sight(Picture(coarse, fine, boxes[0] if boxes else None))
        states = self.model.fuse(ids, mask, image, seen)
        return self.model.match(states), self.model.masked_words(states.text), self.model.labels(states)


class TextSide(nn.Module):
    """The text encoder of the dual encoder alone: features of pieces [N, T, D]."""

    def __init__(self, model: ClipPhoto) -> None:
        super().__init__()
        self.model = model

    def forward(self, ids: Tensor, mask: Tensor, seen: Weights | None = None) -> Tensor:
        return self.model.read(ids, mask, seen)


class ImageSide(nn.Module):
    """The image encoder of the dual encoder alone: features of cells [N, P, D]."""

    def __init__(self, model: ClipPhoto) -> None:
        super().__init__()
        self.model = model

    def forward(self, coarse: Tensor, fine: Tensor, seen: Weights | None = None) -> Tensor:
        return self.model.look(Picture(coarse, fine), seen)[0]


def parts(model: nn.Module) -> list[Part]:
    """The graphs of a model, in the order in which their attentions are counted; the model leaves training mode."""
    if isinstance(model, Detector):
        return [Part("detector", model.eval(), GRID, {"boxes": FREE, "thing_logits": FREE, "noun_logits": FREE}, [])]
    if isinstance(model, ClipPhoto):
        text, image = ([spot for spot in model.spots() if spot.stage == stage] for stage in ("text", "image"))
        return [
            Part("text", TextSide(model).eval(), TEXT, {"text_features": {0: "batch", 1: "text"}}, text),
            Part("vision", ImageSide(model).eval(), GRID, {"image_features": FREE}, image),
        ]
    places = {0: "batch", 1: "regions"} if model.regions else FREE
    return [Part("model", Fused(model).eval(), GRID | (BOXES if model.regions else {}) | TEXT, ANSWERS | {"label_logits": places}, model.spots())]


def examples(part: Part) -> tuple[Tensor, ...]:
    """Inputs to trace a graph with."""
    text = torch.ones(2, 7, dtype=torch.int64)
    kinds = {
        "coarse": torch.rand(2, COARSE_GRID**2, COARSE_WIDTH),
        "fine": torch.randn(2, FINE_GRID**2, FINE_WIDTH),
        "boxes": torch.tensor([[0.1, 0.2, 0.5, 0.9], [0.0, 0.0, 1.0, 1.0], [0.3, 0.3, 0.4, 0.4]]).expand(2, 3, 4).contiguous(),
        "input_ids": text,
        "attention_mask": text,
    }
    return tuple(kinds[name] for name in part.inputs)


def answer(model: nn.Module, feeds: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """What PyTorch says: every output of every graph, attention.<k> [N, heads, Q, K] counted through the graphs, and for the dual encoder
    match_logit [1], its score of the first pair."""
    outputs: dict[str, np.ndarray] = {}
    seen: list[Tensor] = []
    for part in parts(model):
        given = [torch.from_numpy(feeds[name]) for name in part.inputs]
        with torch.no_grad():
            values = part.module(*given, **({"seen": seen} if part.spots else {}))
        values = values if isinstance(values, tuple) else (values,)
        outputs |= {name: value.numpy() for name, value in zip(part.outputs, values, strict=True)}
    if isinstance(model, ClipPhoto):
        text, image = (torch.from_numpy(outputs[name][0]) for name in ("text_features", "image_features"))
        outputs = {"match_logit": similarity_map(text, image, model.scale.item()).sum()[None].numpy(), **outputs}
    return outputs | {f"attention.{k}": weights.numpy() for k, weights in enumerate(seen)}

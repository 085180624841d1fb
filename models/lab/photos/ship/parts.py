"""The graphs that photo models ship as. All read the backbone's features, which are computed once a picture."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor, nn

from ...nets.layers import Weights
from ...ship.parts import TEXT, Axes, Part, TextSide, answers, scored
from ..nets.backbone import COARSE_GRID, COARSE_WIDTH, FINE_GRID, FINE_WIDTH
from ..nets.base import PhotoModel, Picture
from ..nets.detector import Detector
from ..nets.encoders import ClipPhoto

FREE = {0: "batch"}
GRID: Axes = {"coarse": FREE, "fine": FREE}
BOXES: Axes = {"boxes": {0: "batch", 1: "regions"}}
ANSWERS: Axes = {"match_logit": FREE, "mask_logits": {0: "batch", 1: "text"}, "label_logits": {0: "batch"}}


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
    """What PyTorch says: see ``answers``; for the dual encoder also match_logit [1], its score of the first pair."""
    outputs = answers(parts(model), feeds)
    return scored(outputs, model.scale.item()) if isinstance(model, ClipPhoto) else outputs

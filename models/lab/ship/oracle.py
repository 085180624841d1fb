"""What PyTorch, holding the rounded weights, answers: stored beside the model and compared everywhere."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from onnxruntime import InferenceSession

from ..losses import pixels
from ..nets.base import Model
from ..nets.encoders import DualEncoder
from .parts import Part, answer


@dataclass(frozen=True)
class Sample:
    """A picture (uint8 [S, S, 3]) and a caption with its pieces."""

    image: np.ndarray
    caption: str
    ids: list[int]


def feeds(sample: Sample) -> dict[str, np.ndarray]:
    """The inputs of the exported graph for one sample."""
    image = torch.from_numpy(sample.image.transpose(2, 0, 1).copy())[None]
    ids = np.array([sample.ids], dtype=np.int64)
    return {"pixel_values": pixels(image).numpy(), "input_ids": ids, "attention_mask": np.ones_like(ids)}


def oracle(model: Model | DualEncoder, sample: Sample) -> dict[str, np.ndarray]:
    """Sample and answer as one set of tensors: the layout of reference.safetensors."""
    ids = np.array([sample.ids], dtype=np.int32)
    return {"pixels": sample.image, "input_ids": ids, **answer(model, feeds(sample))}


def thinned(arrays: dict[str, np.ndarray], every: int = 4) -> dict[str, np.ndarray]:
    """Of maps and logits every so many rows, and under ``rows.`` which these are: a further oracle for a few kilobytes."""
    thin = {}
    for name, array in arrays.items():
        if array.ndim < 3 or name == "pixels":
            thin[name] = array
            continue
        rows = np.arange(0, array.shape[-2], every, dtype=np.int32)
        thin |= {name: array[..., rows, :], f"rows.{name}": rows}
    return thin


def worst_difference(sessions: list[tuple[Part, InferenceSession, list[str]]], model: Model | DualEncoder, sample: Sample) -> float:
    """Largest absolute difference of any output or attention weight between PyTorch and the sessions of a model's
    graphs, whose further outputs are their attentions, named beside each."""
    given, at, worst = feeds(sample), 0, 0.0
    wanted = answer(model, given)
    for part, session, tensors in sessions:
        names = [*part.outputs, *(f"attention.{at + k}" for k in range(len(tensors)))]
        at += len(tensors)
        got = session.run([*part.outputs, *tensors], {name: given[name] for name in part.inputs})
        for name, found in zip(names, got, strict=True):
            if wanted[name].shape != found.shape:
                raise ValueError(f"expected {name} of shape {wanted[name].shape}, got {found.shape}")
            worst = max(worst, float(np.abs(wanted[name] - found).max()))
    return worst

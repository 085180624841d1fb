"""What PyTorch, holding the rounded weights, answers: stored beside the model and compared everywhere."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch

from ..losses import pixels
from ..nets.base import Model


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


def answer(model: Model, sample: Sample) -> dict[str, np.ndarray]:
    """match_logit [1], mask_logits [1, L, V] and attention.<k> [1, heads, Q, K] in execution order."""
    seen: list[torch.Tensor] = []
    with torch.no_grad():
        match, words = model(*(torch.from_numpy(array) for array in feeds(sample).values()), seen)
    maps = {f"attention.{k}": weights.numpy() for k, weights in enumerate(seen)}
    return {"match_logit": match.numpy(), "mask_logits": words.numpy(), **maps}


def oracle(model: Model, sample: Sample) -> dict[str, np.ndarray]:
    """Sample and answer as one set of tensors: the layout of reference.safetensors."""
    return {"pixels": sample.image, "input_ids": np.array([sample.ids], dtype=np.int32), **answer(model, sample)}


def worst_difference(session, names: list[str], model: Model, sample: Sample) -> float:  # noqa: ANN001
    """Largest absolute difference of any logit or attention weight between an onnxruntime session,
    whose further outputs are the attentions ``names``, and PyTorch."""
    wanted = answer(model, sample)
    got = session.run(["match_logit", "mask_logits", *names], feeds(sample))
    differences = []
    for name, value, found in zip(wanted, wanted.values(), got, strict=True):
        if value.shape != found.shape:
            raise ValueError(f"expected {name} of shape {value.shape}, got {found.shape}")
        differences.append(float(np.abs(value - found).max()))
    return max(differences)

"""From a model's configuration to the model."""

from __future__ import annotations

from .base import Model, Shape
from .dual import DualStream
from .encoders import DualEncoder
from .single import SingleStream

ADAPTERS: dict[str, type[Model | DualEncoder]] = {
    "single-stream": SingleStream,
    "dual-stream": DualStream,
    "dual-encoder": DualEncoder,
}


def build(adapter: str, shape: Shape) -> Model | DualEncoder:
    """A freshly initialised model of the family that the adapter of this name reads."""
    if adapter not in ADAPTERS:
        raise ValueError(f"expected an adapter of {sorted(ADAPTERS)}, got {adapter!r}")
    return ADAPTERS[adapter](shape)


def parameters(model: Model | DualEncoder) -> int:
    """Weights that ship: the heads used in training only are not counted."""
    return sum(p.numel() for name, p in model.named_parameters() if not name.startswith("extra."))

"""BridgeTower's picture encoder with its attention written out, and with heads of another size than 64 in tiny models.

Its blocks are ``nn.MultiheadAttention`` of one head for every 64 numbers, which no configuration changes and which exports as a fused
product whose scale is a float64. The weights keep their names.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from torch import Tensor, nn
from torch.nn import functional as F


@contextmanager
def heads_of(size: int) -> Iterator[None]:
    """Within, ``nn.MultiheadAttention`` has one head for every ``size`` numbers, however many it is asked for."""
    made = nn.MultiheadAttention

    class Narrow(made):
        def __init__(self, width: int, _heads: int, **more):
            super().__init__(width, width // size, **more)

    nn.MultiheadAttention = Narrow
    try:
        yield
    finally:
        nn.MultiheadAttention = made


def attend(layer: nn.MultiheadAttention, x: Tensor) -> Tensor:
    """Self-attention of ``x`` [positions, batch, width], each step an operation of its own."""
    positions, batch, width = x.shape
    parts = F.linear(x, layer.in_proj_weight, layer.in_proj_bias).chunk(3, dim=-1)
    query, key, value = (part.reshape(positions, batch, layer.num_heads, layer.head_dim).permute(1, 2, 0, 3) for part in parts)
    weights = F.softmax(query @ key.transpose(-1, -2) * layer.head_dim**-0.5, dim=-1)
    return layer.out_proj((weights @ value).permute(2, 0, 1, 3).reshape(positions, batch, width))


def written_out(model: nn.Module) -> None:
    """Writes out the attention of a ``BridgeTowerModel``'s picture encoder."""
    for block in model.vision_model.visual.transformer.resblocks:
        block.attention = lambda x, _mask=None, layer=block.attn: attend(layer, x)

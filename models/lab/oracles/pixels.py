"""Pillow's answers: ``python -m lab.oracles.pixels tests/oracle/resize.safetensors`` from ``models``."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np
from PIL import Image

from ..tensors import write_tensors

FILTERS = {name: getattr(Image.Resampling, name.upper()) for name in ("nearest", "bilinear", "bicubic", "lanczos")}

CASES: list[tuple[int, tuple[int, int], tuple[float, float, float, float] | None]] = [
    (0, (24, 24), None),
    (0, (24, 24), (7.3, 2.25, 50.8, 45.75)),
    (0, (12, 9), (0.0, 0.0, 61.0, 46.5)),
    (0, (61, 20), None),
    (0, (20, 47), None),
    (0, (61, 47), None),
    (1, (24, 16), None),
    (1, (13, 29), (0.4, 0.6, 6.9, 4.2)),
    (2, (5, 5), (11.0, 0.5, 199.0, 3.0)),
    (3, (9, 9), None),
]
"""Picture, size, box; a box of None is the whole picture."""


def pictures() -> list[np.ndarray]:
    """Noise and hard edges (where resampling overshoots), opaque, half transparent, very wide, one pixel."""
    random = np.random.default_rng(7)
    edges = np.where(random.random((47, 61, 4)) < 0.5, 0, 255).astype(np.uint8)
    edges[..., :2] = random.integers(0, 256, (47, 61, 2))
    edges[..., 3] = 255
    clear = random.integers(0, 256, (5, 7, 4)).astype(np.uint8)
    wide = random.integers(0, 256, (3, 200, 4)).astype(np.uint8)
    dot = np.array([[[250, 130, 7, 128]]], dtype=np.uint8)
    return [edges, clear, wide, dot]


def over_white(rgba: np.ndarray) -> Image.Image:
    picture = Image.fromarray(rgba, "RGBA")
    white = Image.new("RGB", picture.size, "white")
    white.paste(picture.convert("RGB"), mask=picture.getchannel("A"))
    return white


def main(path: Path) -> None:
    sources = pictures()
    tensors = {f"picture.{k}": rgba for k, rgba in enumerate(sources)}
    cases = []
    for source, size, box in CASES:
        for name, resample in FILTERS.items():
            tensors[f"case.{len(cases)}"] = np.asarray(over_white(sources[source]).resize(size, resample, box))
            cases.append({"picture": source, "size": size, "box": box, "resample": name})
    write_tensors(path, tensors, {"cases": json.dumps(cases)})


if __name__ == "__main__":
    main(Path(sys.argv[1]))

"""The sign of what photo models have never seen, learnt from the cache and measured on pictures that it has not learnt from."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnxruntime
from PIL import Image

from ..nets.backbone import MEAN, SCALE, SIZE
from ..world.data import OUTSIDE, read_outside, read_split
from ..world.features import features
from ..world.outside import Sign, learnt, pictures

BATCH = 8
REDRAWN = 80
"""Photographs that are redrawn: the first half of each kind is learnt from, the other half is measured on."""
DIGITS = 5


def means_of(backbone: onnxruntime.InferenceSession, images: list[Image.Image]) -> np.ndarray:
    """Means over cells of the coarse features of pictures, [N, 1280]."""
    found = []
    for start in range(0, len(images), BATCH):
        small = [np.asarray(one.convert("RGB").resize((SIZE, SIZE), Image.Resampling.BICUBIC), dtype=np.float32) for one in images[start : start + BATCH]]
        given = (np.stack(small).transpose(0, 3, 1, 2) - MEAN) / SCALE
        found.append(backbone.run(["coarse"], {"pixel_values": given.astype(np.float32)})[0].mean(axis=1))
    return np.concatenate(found)


def world_sign(cache: Path, data: Path, photos: Path, samples: Path, backbone: onnxruntime.InferenceSession) -> dict:
    """The manifest's entry: the sign, and of how many pictures of each kind it says that they are outside. ``samples`` are the page's own
    pictures, `composed-*` and `photo-*`."""
    train = np.stack([one.astype(np.float32).mean(axis=0) for one in features(cache, "train", "coarse")])
    made: dict[str, list[Image.Image]] = {}
    for kind, image in pictures([data / row.file for row in read_split(data, "val")[:REDRAWN]]):
        made.setdefault(kind, []).append(image)
    means = {kind: means_of(backbone, images) for kind, images in made.items()}
    sign = learnt(train, np.concatenate([part[: len(part) // 2] for part in means.values()]))
    sign = Sign(np.array([float(f"{w:.{DIGITS}g}") for w in sign.weights], dtype=np.float32), round(sign.bias, DIGITS))
    asked = {
        "photographs, test split": sign.score(features(cache, "test", "coarse")),
        f"photographs of another origin ({len(read_outside(photos))})": sign.score(features(cache, OUTSIDE, "coarse")),
        "the page's photographs": sign.of_means(means_of(backbone, [Image.open(p) for p in sorted(samples.glob("photo-*"))])),
        "the page's composed scenes": sign.of_means(means_of(backbone, [Image.open(p) for p in sorted(samples.glob("composed-*"))])),
        **{kind: sign.of_means(part[len(part) // 2 :]) for kind, part in means.items()},
    }
    rates = {name: {"outside": int((scores > 0).sum()), "of": len(scores)} for name, scores in asked.items()}
    return {"weights": [float(f"{w:.{DIGITS}g}") for w in sign.weights], "bias": sign.bias, "rates": rates}

"""The pictures and captions on which an exported model is compared with PyTorch."""

from __future__ import annotations

import numpy as np
from PIL import Image

from ..world.batches import batch, text_ids
from ..world.tokenizer import tokenizer
from .oracle import Sample

SEED = 2026
STRANGE = "two xylophones beside a red umbrella , and the dog !"


def samples(preset: str) -> list[Sample]:
    """Two held-out scenes with their captions, and a picture of coloured noise with a caption that
    holds words the models were never shown."""
    scenes = batch(preset, SEED, 0, 8, easy_share=0.0, split="test").scenes
    rich = sorted(scenes, key=lambda scene: -len(scene.caption))[:2]
    known = [Sample(scene.image, " ".join(word.text for word in scene.caption), text_ids(scene.caption)) for scene in rich]
    return [*known, Sample(noise(rich[0].image.shape[0]), STRANGE, tokenizer().encode(STRANGE).ids)]


def noise(size: int) -> np.ndarray:
    """Smooth coloured noise, uint8 [size, size, 3]."""
    coarse = np.random.default_rng(SEED).integers(0, 256, (7, 7, 3), dtype=np.uint8)
    return np.asarray(Image.fromarray(coarse).resize((size, size), Image.Resampling.BICUBIC)).copy()

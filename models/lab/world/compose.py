"""Puts objects on a background without captions: placement, blending, boxes, and which object each pixel shows."""

import random
from dataclasses import dataclass
from functools import cache, lru_cache

import numpy as np
from PIL import Image

from . import sprites
from .classes import ObjectClass
from .drawing import background, shape_mask
from .presets import Preset, preset_named
from .words import COLOURS

OPAQUE = 128  # a pixel shows an object from this alpha on
_BANK = 256  # backgrounds held per preset and split


@dataclass
class Placed:
    """One drawn instance. `box` is (x0, y0, x1, y1) in [0,1], tight around the pixels of at least ALPHA_FLOOR alpha; `row` is the sprite's row in
    the atlas, None for a shape, which has a `tint`."""

    cls: ObjectClass
    colour: str | None
    box: tuple[float, float, float, float]
    row: int | None
    tint: tuple[int, int, int] | None
    flip: bool

    @property
    def centre(self) -> tuple[float, float]:
        x0, y0, x1, y1 = self.box
        return (x0 + x1) / 2, (y0 + y1) / 2


@cache
def sprites_of(preset_name: str, unseen: bool) -> dict[int, list[int]]:
    """Class id -> rows of the atlas, in the preset's styles or in the held-out one."""
    preset = preset_named(preset_name)
    atlas, styles = sprites.load(preset_name), (preset.unseen_style,) if unseen else preset.styles
    rows: dict[int, list[int]] = {}
    for row, (class_id, style) in enumerate(zip(atlas.class_ids.tolist(), atlas.styles.tolist(), strict=True)):
        if style in styles:
            rows.setdefault(class_id, []).append(row)
    return rows


@lru_cache(maxsize=20000)
def _sprite(preset_name: str, row: int, size: int, flip: bool) -> tuple[np.ndarray, np.ndarray]:
    """RGB float32 [h,w,3] and alpha float32 [h,w,1] in [0,1] of one atlas row."""
    atlas = sprites.load(preset_name)
    width, height = atlas.sizes[row]
    image = sprites.fit(Image.fromarray(atlas.pixels[row, :height, :width]), size)
    pixels = np.asarray(image)[:, :: -1 if flip else 1].astype(np.float32)
    return np.ascontiguousarray(pixels[..., :3]), np.ascontiguousarray(pixels[..., 3:]) / 255


@lru_cache(maxsize=2000)
def _shape(shape: str, size: int, flip: bool) -> np.ndarray:
    return np.ascontiguousarray(shape_mask(shape, size)[:, :: -1 if flip else 1, None]).astype(np.float32) / 255


@cache
def _bank(side: int, clutter: float, split: str) -> tuple[list[np.ndarray], list[tuple[float, ...]]]:
    rng = np.random.default_rng([side, *split.encode()])
    images = [background(rng, side, clutter) for _ in range(_BANK)]
    return images, [tuple(image.mean((0, 1)).tolist()) for image in images]


def _pick_background(preset: Preset, split: str, colours: list[tuple[int, int, int]], rng: random.Random) -> np.ndarray:
    """A copy of a background whose mean is far from every drawn shape's colour."""
    images, means = _bank(preset.side, preset.clutter, split)
    best, best_distance = 0, -1.0
    for _ in range(12):
        index = rng.randrange(_BANK)
        distance = min((sum((a - b) ** 2 for a, b in zip(means[index], colour, strict=True)) for colour in colours), default=1e9)
        if distance > best_distance:
            best, best_distance = index, distance
        if distance > 90**2:
            break
    image = images[best]
    if rng.random() < 0.5:
        image = image[:, ::-1]
    return image.copy()


def _fits(box: tuple[int, int, int, int], others: list[tuple[int, int, int, int]], overlap: float) -> bool:
    x0, y0, x1, y1 = box
    for a0, b0, a1, b1 in others:
        width, height = min(x1, a1) - max(x0, a0), min(y1, b1) - max(y0, b0)
        if width > 0 and height > 0 and width * height > overlap * min((x1 - x0) * (y1 - y0), (a1 - a0) * (b1 - b0)):
            return False
    return True


def _place(size: tuple[int, int], side: int, others: list, overlap: float, rng: random.Random) -> tuple[int, int, int, int] | None:
    width, height = size
    for _ in range(24):
        x, y = rng.randint(0, side - width), rng.randint(0, side - height)
        if _fits((x, y, x + width, y + height), others, overlap):
            return x, y, x + width, y + height
    return None


def compose(
    preset: Preset, wanted: list[tuple[ObjectClass, str | None]], scale: tuple[float, float], split: str, unseen: bool, rng: random.Random
) -> tuple[np.ndarray, list[Placed], np.ndarray] | None:
    """Image uint8 [side,side,3], the placed objects in the order of `wanted`, and for every pixel the 1-based index of the object it shows
    (0 background; uint8 [side,side]). None where the objects found no room."""
    side, low, high = preset.side, *scale
    shrink = (1.0, 1.0, 0.9, 0.75, 0.66, 0.6, 0.55, 0.5, 0.46)[min(len(wanted), 8)]
    tints = [tuple(min(255, max(0, c + rng.randint(-18, 18))) for c in COLOURS[colour]) if colour else None for _, colour in wanted]
    layers, boxes, drawn = [], [], []
    for (cls, _), tint in zip(wanted, tints, strict=True):
        size = max(8, 2 * round(side * rng.uniform(low, high) * shrink / 2))
        flip = rng.random() < 0.5
        row = None if tint else rng.choice(sprites_of(preset.name, unseen)[cls.id])
        if row is not None:
            rgb, alpha = _sprite(preset.name, row, size, flip)
        else:
            rgb, alpha = np.array(tint, np.float32), _shape(cls.noun, max(8, int(size * 0.9)), flip)
        box = _place((alpha.shape[1], alpha.shape[0]), side, boxes, preset.overlap, rng)
        if box is None:
            return None
        boxes.append(box)
        layers.append((rgb, alpha))
        drawn.append((row, tint, flip))
    image = _pick_background(preset, split, [tint for tint in tints if tint], rng)
    owner = np.zeros((side, side), np.uint8)
    for index, ((x0, y0, x1, y1), (rgb, alpha)) in enumerate(zip(boxes, layers, strict=True)):
        region = image[y0:y1, x0:x1]
        below = region.astype(np.float32)
        np.copyto(region, below + (rgb - below) * alpha, casting="unsafe")
        owner[y0:y1, x0:x1][alpha[..., 0] >= OPAQUE / 255] = index + 1
    placed = [Placed(*what, tuple(v / side for v in box), *how) for what, box, how in zip(wanted, boxes, drawn, strict=True)]
    return image, placed, owner

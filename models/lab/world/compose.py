"""How objects look and are painted on a background, and which object each pixel shows."""

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


@dataclass
class Look:
    """How an instance is painted: `rgb` float32 [h,w,3] or [3], `alpha` float32 [h,w,1] in [0,1], the rest as in Placed."""

    row: int | None
    tint: tuple[int, int, int] | None
    flip: bool
    rgb: np.ndarray
    alpha: np.ndarray

    @property
    def extent(self) -> tuple[int, int]:
        """Width and height in px."""
        return self.alpha.shape[1], self.alpha.shape[0]


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


def draw_look(preset: Preset, cls: ObjectClass, colour: str | None, share: float, unseen: bool, rng: random.Random) -> Look:
    """How an instance looks whose longest side is to be `share` of the image's: a tint of its colour, or one of its class's pictures."""
    size, flip = max(8, 2 * round(preset.side * share / 2)), rng.random() < 0.5
    if colour:
        tint = tuple(min(255, max(0, c + rng.randint(-18, 18))) for c in COLOURS[colour])
        alpha = _shape(cls.noun, size, flip)
        return Look(None, tint, flip, np.array(tint, np.float32), alpha)
    row = rng.choice(sprites_of(preset.name, unseen)[cls.id])
    return Look(row, None, flip, *_sprite(preset.name, row, size, flip))


def paint(preset: Preset, things: list[tuple[Placed, Look]], split: str, rng: random.Random) -> tuple[np.ndarray, np.ndarray]:
    """Image uint8 [side,side,3], and for every pixel the 1-based index of the thing that it shows (0 background; uint8 [side,side])."""
    side = preset.side
    image = _pick_background(preset, split, [look.tint for _, look in things if look.tint], rng)
    owner = np.zeros((side, side), np.uint8)
    for index, (placed, look) in enumerate(things):
        x0, y0, x1, y1 = (round(v * side) for v in placed.box)
        region = image[y0:y1, x0:x1]
        below = region.astype(np.float32)
        np.copyto(region, below + (look.rgb - below) * look.alpha, casting="unsafe")
        owner[y0:y1, x0:x1][look.alpha[..., 0] >= OPAQUE / 255] = index + 1
    return image, owner

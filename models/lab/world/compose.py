"""How objects look and are painted on a background, and which object each pixel shows."""

import random
from dataclasses import dataclass
from functools import cache, lru_cache

import numpy as np
from PIL import Image

from . import sprites
from .classes import ObjectClass
from .drawing import background, inked, lit, shape_mask
from .presets import Preset, preset_named
from .words import COLOURS

OPAQUE = 128  # a pixel shows an object from this alpha on
INKED = "inked"  # in training only: pictures redrawn with dark lines around flat colours
INKED_SHARE = 0.25


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
    """How an instance is painted: `rgb` uint8 [h,w,3] or [3], `alpha` uint8 [h,w,1], the rest as in Placed."""

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
def sprites_of(preset_name: str, styles: tuple[str, ...]) -> dict[int, list[int]]:
    """Class id -> rows of the preset's atlas in these styles."""
    atlas = sprites.load(preset_name)
    rows: dict[int, list[int]] = {}
    for row, (class_id, style) in enumerate(zip(atlas.class_ids.tolist(), atlas.styles.tolist(), strict=True)):
        if style in styles:
            rows.setdefault(class_id, []).append(row)
    return rows


@lru_cache(maxsize=20000)
def _sprite(preset_name: str, row: int, size: int) -> np.ndarray:
    """RGBA uint8 [h,w,4] of one atlas row, its longest side `size` px."""
    atlas = sprites.load(preset_name)
    width, height = atlas.sizes[row]
    return np.asarray(sprites.fit(Image.fromarray(atlas.pixels[row, :height, :width]), size))


@lru_cache(maxsize=20000)
def _inked(preset_name: str, row: int, size: int) -> np.ndarray:
    """The sprite redrawn in ink; as `_sprite`."""
    height, width = _sprite(preset_name, row, size).shape[:2]
    return np.asarray(inked(Image.fromarray(_sprite(preset_name, row, 2 * size))).resize((width, height), Image.Resampling.BOX))


@lru_cache(maxsize=2000)
def _shape(shape: str, size: int) -> np.ndarray:
    return shape_mask(shape, size)[..., None]


@cache
def _bank(preset_name: str, split: str) -> tuple[list[np.ndarray], list[tuple[float, ...]]]:
    preset = preset_named(preset_name)
    rng = np.random.default_rng([preset.side, *split.encode()])
    images = [background(rng, preset.side, preset.clutter) for _ in range(preset.bank)]
    photographs = sprites.load(preset_name).backdrops if preset.emoji and split == "train" else []
    for index in range(0, preset.bank if len(photographs) else 0, 2):
        photograph = photographs[rng.integers(len(photographs))]
        x, y = rng.integers(0, photograph.shape[0] - preset.side + 1, 2)
        images[index] = photograph[y : y + preset.side, x : x + preset.side]
    return images, [tuple(image.mean((0, 1)).tolist()) for image in images]


def _pick_background(preset: Preset, split: str, colours: list[tuple[int, int, int]], rng: random.Random) -> np.ndarray:
    """A copy of a background whose mean is far from every drawn shape's colour."""
    images, means = _bank(preset.name, split)
    best, best_distance = 0, -1.0
    for _ in range(12):
        index = rng.randrange(len(images))
        distance = min((sum((a - b) ** 2 for a, b in zip(means[index], colour, strict=True)) for colour in colours), default=1e9)
        if distance > best_distance:
            best, best_distance = index, distance
        if distance > 90**2:
            break
    image = images[best]
    if rng.random() < 0.5:
        image = image[:, ::-1]
    return image.copy()


def draw_look(preset: Preset, cls: ObjectClass, colour: str | None, share: float, styles: tuple[str, ...], rng: random.Random) -> Look:
    """How an instance looks whose longest side is to be `share` of the image's: a tint of its colour, or a picture of its class in one of `styles`,
    redrawn in ink now and then where `INKED` is among them."""
    size, turn = max(8, preset.step * round(preset.side * share / preset.step)), -1 if rng.random() < 0.5 else 1
    if colour:
        tint = tuple(min(255, max(0, c + rng.randint(-18, 18))) for c in COLOURS[colour])
        return Look(None, tint, turn < 0, np.array(tint, np.uint8), _shape(cls.noun, size)[:, ::turn])
    row = rng.choice(sprites_of(preset.name, styles)[cls.id])
    drawn = _inked if INKED in styles and rng.random() < INKED_SHARE else _sprite
    sprite = drawn(preset.name, row, size)[:, ::turn]
    return Look(row, None, turn < 0, sprite[..., :3], sprite[..., 3:])


def paint(preset: Preset, things: list[tuple[Placed, Look]], split: str, rng: random.Random) -> tuple[np.ndarray, np.ndarray]:
    """Image uint8 [side,side,3], and for every pixel the 1-based index of the thing that it shows (0 background; uint8 [side,side])."""
    side = preset.side
    image = _pick_background(preset, split, [look.tint for _, look in things if look.tint], rng)
    owner = np.zeros((side, side), np.uint8)
    for index, (placed, look) in enumerate(things):
        x0, y0, x1, y1 = (round(v * side) for v in placed.box)
        region = image[y0:y1, x0:x1]
        below = region.astype(np.float32)
        np.copyto(region, below + (look.rgb - below) * (look.alpha.astype(np.float32) / 255), casting="unsafe")
        owner[y0:y1, x0:x1][look.alpha[..., 0] >= OPAQUE] = index + 1
    return lit(image, preset.light, rng) if preset.light else image, owner

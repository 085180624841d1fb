"""What is drawn rather than taken from a picture: shape masks and backgrounds."""

import math
import random

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

_STAR = [(0.5 + r * math.sin(math.pi * k / 5), 0.5 - r * math.cos(math.pi * k / 5)) for k in range(10) for r in [0.5 if k % 2 == 0 else 0.2]]
_HEART = [(16 * math.sin(t) ** 3, -(13 * math.cos(t) - 5 * math.cos(2 * t) - 2 * math.cos(3 * t) - math.cos(4 * t))) for t in np.linspace(0, 2 * math.pi, 80)]
_OUTLINES = {
    "square": [(0, 0), (1, 0), (1, 1), (0, 1)],
    "triangle": [(0.5, 0), (1, 0.9), (0, 0.9)],
    "star": _STAR,
    "heart": _HEART,
    "diamond": [(0.5, 0), (0.88, 0.5), (0.5, 1), (0.12, 0.5)],
    "cross": [(0.33, 0), (0.67, 0), (0.67, 0.33), (1, 0.33), (1, 0.67), (0.67, 0.67), (0.67, 1), (0.33, 1), (0.33, 0.67), (0, 0.67), (0, 0.33), (0.33, 0.33)],
    "arrow": [(0, 0.35), (0.5, 0.35), (0.5, 0.1), (1, 0.5), (0.5, 0.9), (0.5, 0.65), (0, 0.65)],
}

INK, FLAT_COLOURS, CHANGE = (24, 22, 26), 6, 36  # CHANGE: a line is drawn where a pixel is so much brighter than its eight neighbours, summed


def shape_mask(shape: str, size: int) -> np.ndarray:
    """Coverage of a drawn shape, uint8 [h,w], longest side exactly `size` px, the box tight."""
    factor = 4
    if shape == "circle":
        big = Image.new("L", (size * factor,) * 2)
        ImageDraw.Draw(big).ellipse([0, 0, size * factor - 1, size * factor - 1], fill=255)
        return np.asarray(big.resize((size, size), Image.Resampling.BOX))
    points = np.array(_OUTLINES[shape], float)
    points -= points.min(0)
    extent = points.max(0)
    points *= size / extent.max()
    width, height = (max(1, round(side)) for side in extent * size / extent.max())
    big = Image.new("L", (width * factor, height * factor))
    scaled = points * [width * factor / points[:, 0].max(), height * factor / points[:, 1].max()]
    ImageDraw.Draw(big).polygon([(x - 0.5, y - 0.5) for x, y in scaled], fill=255)
    return np.asarray(big.resize((width, height), Image.Resampling.BOX))


def inked(image: Image.Image) -> Image.Image:
    """A picture (RGBA) in few flat colours, with dark lines along its rim, two px wide inside it, and where it changes."""
    alpha = image.getchannel("A")
    flat = image.convert("RGB").quantize(FLAT_COLOURS).convert("RGB")
    changes = flat.convert("L").filter(ImageFilter.FIND_EDGES).point(lambda value: 255 if value > CHANGE else 0)
    flat.paste(INK, mask=changes)
    inner = alpha.point(lambda a: 255 if a >= 128 else 0).filter(ImageFilter.MinFilter(5))
    lined = Image.composite(flat, Image.new("RGB", flat.size, INK), inner)
    lined.putalpha(alpha)
    return lined


def _smooth(rng: np.random.Generator, side: int, cells: int) -> np.ndarray:
    """Smooth noise in [-1,1], float32 [side,side,1]."""
    noise = Image.fromarray(rng.uniform(-1, 1, (cells, cells)).astype(np.float32))
    return np.asarray(noise.resize((side, side), Image.Resampling.BICUBIC))[..., None]


def _colour(rng: np.random.Generator) -> np.ndarray:
    grey = rng.uniform(50, 225)
    return np.clip(grey + rng.normal(0, rng.choice([12, 40]), 3), 20, 240)


def background(rng: np.random.Generator, side: int, clutter: float = 0.0) -> np.ndarray:
    """A gradient, vignette, horizon or cloud of two muted colours, with a little noise; uint8 [side,side,3]."""
    y, x = np.mgrid[0:side, 0:side].astype(np.float32) / side
    angle = rng.uniform(0, 2 * math.pi)
    kind = rng.integers(4)
    if kind == 0:
        weight = (x - 0.5) * math.cos(angle) + (y - 0.5) * math.sin(angle) + 0.5
    elif kind == 1:
        weight = np.hypot(x - rng.uniform(0.2, 0.8), y - rng.uniform(0.2, 0.8)) * 1.4
    elif kind == 2:
        weight = np.clip((y - rng.uniform(0.35, 0.75) + 0.06 * math.cos(angle) * x) * 40 + 0.5, 0, 1) + 0.15 * y
    else:
        weight = _smooth(rng, side, int(rng.integers(2, 6)))[..., 0] * 0.6 + 0.5
    weight = np.clip(weight, 0, 1)[..., None]
    image = _colour(rng) * (1 - weight) + _colour(rng) * weight
    image = image + _smooth(rng, side, int(rng.integers(4, side // 3))) * rng.uniform(0, 16) + rng.normal(0, rng.uniform(0, 7), (side, side, 3))
    picture = Image.fromarray(np.clip(image, 0, 255).astype(np.uint8))
    if rng.random() < clutter:
        picture = _scatter(rng, picture)
    return np.asarray(picture)


def _scatter(rng: np.random.Generator, picture: Image.Image) -> Image.Image:
    """Blurred blobs and strokes that belong to no class."""
    side, draw = picture.width, ImageDraw.Draw(picture)
    for _ in range(int(rng.integers(3, 12))):
        points = [tuple(p) for p in (rng.uniform(0, side, 2) + rng.normal(0, side / 8, (int(rng.integers(2, 5)), 2))).tolist()]
        draw.line(points, fill=tuple(int(v) for v in _colour(rng)), width=int(rng.integers(1, max(2, side // 16))), joint="curve")
    return picture.filter(ImageFilter.GaussianBlur(float(rng.uniform(0, side / 60))))


def lit(image: np.ndarray, strength: float, rng: random.Random) -> np.ndarray:
    """A picture uint8 [h,w,3] in another light: contrast, brightness and a slight cast, at `strength` 1 within bounds that leave colours their names."""
    contrast = 1 + strength * rng.uniform(-0.22, 0.12)
    brightness = 1 + strength * rng.uniform(-0.22, 0.12)
    ramp = (np.arange(256, dtype=np.float32) - 128) * contrast + 128
    out = np.empty_like(image)
    for channel in range(3):
        table = np.clip(ramp * brightness * (1 + strength * rng.uniform(-0.06, 0.06)), 0, 255).astype(np.uint8)
        out[..., channel] = table[image[..., channel]]
    return out

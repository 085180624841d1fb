"""The composed pictures of the page's gallery: scenes of the `cpu` world, drawn again large and sharp on photo-like backdrops."""

import json
import random
from pathlib import Path

import numpy as np
from PIL import Image, ImageFilter

from . import sprites
from .compose import Placed
from .drawing import shape_mask
from .grammar import Word
from .scenes import Scene, scene

SIDE = 448  # px
CREDIT = {
    "fluent3d": {"text": "Composed from Fluent Emoji by Microsoft", "licence": "MIT", "url": "https://github.com/microsoft/fluentui-emoji"},
    "noto": {"text": "Composed from Noto Emoji by Google", "licence": "Apache-2.0", "url": "https://github.com/googlefonts/noto-emoji"},
}
BACKDROPS = (  # sky above, sky at the horizon, ground at the horizon, ground below
    ((118, 168, 214), (222, 234, 240), (150, 182, 122), (92, 132, 78)),
    ((240, 178, 140), (250, 226, 196), (204, 168, 138), (150, 112, 92)),
    ((206, 208, 214), (238, 238, 236), (206, 188, 166), (158, 136, 114)),
    ((142, 192, 200), (226, 240, 236), (234, 216, 178), (206, 180, 138)),
    ((168, 164, 206), (232, 222, 234), (176, 178, 190), (120, 124, 142)),
    ((180, 206, 186), (236, 240, 226), (188, 172, 148), (136, 118, 98)),
)
"""Seed and kind of foil of each sample, in the gallery's order."""


def backdrop(colours: tuple, side: int, rng: np.random.Generator) -> Image.Image:
    """A soft horizon with a glow above it and film grain, RGB."""
    y, x = np.mgrid[0:side, 0:side].astype(np.float32) / side
    top, high, low, bottom = (np.array(colour, np.float32) for colour in colours)
    horizon = rng.uniform(0.5, 0.62)
    sky = high + (top - high) * np.clip(1 - y / horizon, 0, 1)[..., None]
    ground = low + (bottom - low) * np.clip((y - horizon) / (1 - horizon), 0, 1)[..., None]
    image = sky + (ground - sky) / (1 + np.exp(-(y - horizon) * 55))[..., None]
    glow = np.exp(-(((x - rng.uniform(0.2, 0.8)) / 0.45) ** 2) - ((y - horizon * 0.6) / 0.35) ** 2)
    image = image + 22 * glow[..., None] - 26 * (np.hypot(x - 0.5, y - 0.5) ** 2)[..., None] + rng.normal(0, 2.2, (side, side, 1))
    return Image.fromarray(np.clip(image, 0, 255).astype(np.uint8))


def _cutout(placed: Placed, side: int) -> Image.Image:
    """The object's picture, RGBA, at its size in a scene of `side` px."""
    size = round(max(placed.box[2] - placed.box[0], placed.box[3] - placed.box[1]) * side)
    if placed.row is None:
        mask = Image.fromarray(shape_mask(placed.cls.noun, size))
        image = Image.merge("RGBA", [*(Image.new("L", mask.size, value) for value in placed.tint), mask])
    else:
        atlas = sprites.load("cpu")
        image = sprites.render(str(atlas.styles[placed.row]), str(atlas.codes[placed.row]), size)
    return image.transpose(Image.Transpose.FLIP_LEFT_RIGHT) if placed.flip else image


def redraw(item: Scene, side: int, colours: tuple, rng: np.random.Generator) -> Image.Image:
    """The objects of a scene where they were, sharp, with soft shadows, on a backdrop; RGB."""
    picture = backdrop(colours, side, rng)
    for placed in item.objects:
        image, corner = _cutout(placed, side), (round(placed.box[0] * side), round(placed.box[1] * side))
        shadow = Image.new("L", picture.size)
        shadow.paste(image.getchannel("A").point(lambda a: a * 0.3), (corner[0] + side // 90, corner[1] + side // 60))
        picture.paste((20, 24, 40), mask=shadow.filter(ImageFilter.GaussianBlur(side / 70)))
        picture.paste(image, corner, image)
    return picture


def text(words: list[Word]) -> str:
    """A caption as people write it: no space before a comma or full stop."""
    return " ".join(word.text for word in words).replace(" ,", ",").replace(" .", ".")


def entry(number: int, item: Scene) -> dict:
    """The gallery's record of a composed scene."""
    styles = sorted({str(sprites.load("cpu").styles[o.row]) for o in item.objects if o.row is not None})
    names = [f"{o.colour} {o.cls.noun}" if o.colour else o.cls.noun for o in item.objects]
    credits = [CREDIT[style] for style in styles]
    return {
        "id": f"composed-{number}",
        "title": ", ".join(names).capitalize(),
        "file": f"composed-{number}.webp",
        "width": SIDE,
        "height": SIDE,
        "caption": text(item.caption),
        "foil": text(item.foil),
        "credit": {
            "text": " and ".join(c["text"] if i == 0 else c["text"].removeprefix("Composed from ") for i, c in enumerate(credits)),
            "licence": " and ".join(c["licence"] for c in credits),
            "url": credits[0]["url"],
        },
        "kind": "composed",
        "objects": [{"noun": o.cls.noun, "colour": o.colour, "box": [round(v, 4) for v in o.box]} for o in item.objects],
    }


SCENES = (
    (28075, "colour"), (20524, "object"), (24405, "relation"), (31816, "object"), (30769, "colour"), (30444, "colour"),
)
"""Seed and kind of foil of each sample, in the gallery's order."""


def make(folder: Path) -> str:
    """Writes the composed samples and their entries of index.json, keeping the entries of other kinds; says so in one line."""
    entries = []
    for number, (seed, kind) in enumerate(SCENES, 1):
        item = scene("cpu", random.Random(seed), stage=1, split="test", kind=kind)
        redraw(item, SIDE, BACKDROPS[(number - 1) % len(BACKDROPS)], np.random.default_rng(number)).save(folder / f"composed-{number}.webp", quality=88, method=6)
        entries.append(entry(number, item))
    index = folder / "index.json"
    others = [e for e in json.loads(index.read_text(encoding="utf-8")) if e["kind"] != "composed"] if index.is_file() else []
    index.write_text(json.dumps([*entries, *others], indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    return f"{len(entries)} composed samples: {folder}"

"""The composed pictures of the page's gallery: scenes as the `cpu` world holds them, drawn large and sharp on photo-like backdrops."""

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image, ImageFilter

from . import sprites
from .drawing import shape_mask

SIDE = 448  # px
GRID = 96  # of which the boxes below count


@dataclass(frozen=True)
class Thing:
    """One object: a drawn shape of a tint, or the picture of an emoji (style and code points); box x0, y0, x1, y1 in GRID-ths of the side."""

    noun: str
    box: tuple[int, int, int, int]
    colour: str | None = None
    tint: tuple[int, int, int] | None = None
    picture: tuple[str, str] | None = None
    flip: bool = False


@dataclass(frozen=True)
class Sample:
    """Texts as people write them, and the objects."""

    caption: str
    foil: str
    things: tuple[Thing, ...]


SAMPLES = (
    Sample("we can see a dog and a tree and a red heart", "we can see a dog and a tree and a purple heart", (
        Thing("heart", (66, 35, 91, 58), "red", (240, 41, 34)),
        Thing("dog", (8, 2, 34, 25), picture=("noto", "1f436")),
        Thing("tree", (22, 62, 51, 94), picture=("noto", "1f333")),
    )),
    Sample("an elephant with an umbrella and a purple star.", "a bird with an umbrella and a purple star.", (
        Thing("elephant", (70, 54, 94, 74), picture=("fluent3d", "1f418"), flip=True),
        Thing("star", (61, 6, 93, 36), "purple", (155, 58, 189)),
        Thing("umbrella", (12, 32, 48, 68), picture=("fluent3d", "2602"), flip=True),
    )),
    Sample("a yellow star is to the right of a bird", "a yellow star is to the left of a bird", (
        Thing("star", (60, 3, 92, 33), "yellow", (245, 229, 24), flip=True),
        Thing("bird", (28, 19, 55, 47), picture=("fluent3d", "1f426")),
        Thing("elephant", (33, 51, 67, 82), picture=("noto", "1f418"), flip=True),
    )),
    Sample("i see a butterfly beside a yellow star", "i see a toilet beside a yellow star", (
        Thing("butterfly", (43, 52, 81, 85), picture=("noto", "1f98b"), flip=True),
        Thing("cake", (41, 8, 76, 44), picture=("fluent3d", "1f370")),
        Thing("star", (1, 36, 31, 65), "yellow", (236, 213, 35), flip=True),
    )),
    Sample("an image of a giraffe and a white heart and a cake", "an image of a giraffe and a purple heart and a cake", (
        Thing("heart", (61, 52, 88, 76), "white", (255, 253, 247), flip=True),
        Thing("cake", (10, 44, 33, 70), picture=("noto", "1f370"), flip=True),
        Thing("giraffe", (13, 12, 43, 44), picture=("fluent3d", "1f992")),
    )),
    Sample("we can see a helicopter and a cat and a red diamond", "we can see a helicopter and a cat and a black diamond", (
        Thing("diamond", (60, 54, 86, 88), "red", (210, 43, 41)),
        Thing("cat", (23, 69, 47, 92), picture=("fluent3d", "1f408")),
        Thing("helicopter", (16, 3, 42, 27), picture=("fluent3d", "1f681"), flip=True),
    )),
)
"""In the gallery's order."""
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


def _cutout(thing: Thing, side: int) -> Image.Image:
    """The object's picture, RGBA, at its size in a scene of `side` px."""
    x0, y0, x1, y1 = (v / GRID for v in thing.box)
    size = round(max(x1 - x0, y1 - y0) * side)
    if thing.picture is None:
        mask = Image.fromarray(shape_mask(thing.noun, size))
        image = Image.merge("RGBA", [*(Image.new("L", mask.size, value) for value in thing.tint or ()), mask])
    else:
        image = sprites.render(*thing.picture, size)
    return image.transpose(Image.Transpose.FLIP_LEFT_RIGHT) if thing.flip else image


def draw(sample: Sample, side: int, colours: tuple, rng: np.random.Generator) -> Image.Image:
    """The objects of a sample, sharp, with soft shadows, on a backdrop; RGB."""
    picture = backdrop(colours, side, rng)
    for thing in sample.things:
        image, corner = _cutout(thing, side), (round(thing.box[0] / GRID * side), round(thing.box[1] / GRID * side))
        shadow = Image.new("L", picture.size)
        shadow.paste(image.getchannel("A").point(lambda a: a * 0.3), (corner[0] + side // 90, corner[1] + side // 60))
        picture.paste((20, 24, 40), mask=shadow.filter(ImageFilter.GaussianBlur(side / 70)))
        picture.paste(image, corner, image)
    return picture


def entry(number: int, sample: Sample) -> dict:
    """The gallery's record of a sample."""
    credits = [CREDIT[style] for style in sorted({thing.picture[0] for thing in sample.things if thing.picture})]
    names = [f"{thing.colour} {thing.noun}" if thing.colour else thing.noun for thing in sample.things]
    return {
        "id": f"composed-{number}",
        "title": ", ".join(names).capitalize(),
        "file": f"composed-{number}.webp",
        "width": SIDE,
        "height": SIDE,
        "caption": sample.caption,
        "foil": sample.foil,
        "credit": {
            "text": " and ".join(c["text"] if i == 0 else c["text"].removeprefix("Composed from ") for i, c in enumerate(credits)),
            "licence": " and ".join(c["licence"] for c in credits),
            "url": credits[0]["url"],
        },
        "kind": "composed",
        "objects": [{"noun": t.noun, "colour": t.colour, "box": [round(v / GRID, 4) for v in t.box]} for t in sample.things],
    }


def make(folder: Path) -> str:
    """Writes the composed samples and their entries of index.json, keeping the entries of other kinds; says so in one line."""
    entries = []
    for number, sample in enumerate(SAMPLES, 1):
        picture = draw(sample, SIDE, BACKDROPS[(number - 1) % len(BACKDROPS)], np.random.default_rng(number))
        picture.save(folder / f"composed-{number}.webp", quality=88, method=6)
        entries.append(entry(number, sample))
    index = folder / "index.json"
    others = [e for e in json.loads(index.read_text(encoding="utf-8")) if e["kind"] != "composed"] if index.is_file() else []
    index.write_text(json.dumps([*entries, *others], indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    return f"{len(entries)} composed samples: {folder}"

"""What a folder of photographs adds to a sprite atlas: backgrounds, and things cut out along their boxes.

The folder holds ``index.json``, a list of {"file", "boxes": [{"label", "box": [x, y, w, h] in px}]}, and the files in ``images``. A picture with
an alpha channel is cut along it, and its label may be any class noun; a box of one without is cut as a rectangle with soft, rounded corners."""

import json
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from PIL import Image, ImageChops, ImageDraw, ImageFilter

BACKDROP = 176  # px, side of a background, from which scenes take crops
SMALLEST = 48  # px, shorter side of a box that is worth cutting out
LARGEST = 0.7  # of the picture, area of a box
CROWDED = 0.15  # of a box, area that another box may cover
PER_CLASS = 6


@dataclass
class Photographs:
    """``backdrops`` uint8 [BACKDROP, BACKDROP, 3] each; ``cutouts``: class noun -> RGBA pictures with the names of their files."""

    names: list[str] = field(default_factory=list)
    backdrops: list[np.ndarray] = field(default_factory=list)
    cutouts: dict[str, list[tuple[Image.Image, str]]] = field(default_factory=dict)


def read(folder: Path, nouns: set[str]) -> Photographs:
    """Cut-outs of those classes, and as backgrounds the photographs that show none of them: nothing may be in a picture that its texts do not
    know of. Raises FileNotFoundError without an index."""
    from ..figures.photographs import labels

    index = folder / "index.json"
    if not index.is_file():
        raise FileNotFoundError(f"There is no index.json in {folder}: expected a list of files with labelled boxes, and the files in images.")
    found = Photographs()
    for entry in json.loads(index.read_text(encoding="utf-8")):
        with Image.open(folder / "images" / entry["file"]) as opened:
            picture = opened.convert("RGBA")
        found.names.append(entry["file"])
        opaque = picture.getchannel("A").getextrema()[0] == 255
        if opaque and not any(labels().get(one["label"]) in nouns for one in entry["boxes"]):
            found.backdrops.append(backdrop(picture))
        boxes = [one["box"] for one in entry["boxes"]]
        for one in entry["boxes"]:
            noun = labels().get(one["label"], "" if opaque else one["label"])
            cuts = found.cutouts.setdefault(noun, []) if noun in nouns else None
            if cuts is not None and len(cuts) < PER_CLASS and worth(one["box"], boxes, picture.size):
                cuts.append((cutout(picture, one["box"]), entry["file"]))
    return found


def backdrop(picture: Image.Image) -> np.ndarray:
    """The square at the centre of a photograph, uint8 [BACKDROP, BACKDROP, 3]."""
    side = min(picture.size)
    left, top = (picture.width - side) / 2, (picture.height - side) / 2
    box = (left, top, left + side, top + side)
    return np.asarray(picture.convert("RGB").resize((BACKDROP, BACKDROP), Image.Resampling.LANCZOS, box=box))


def worth(box: list[float], others: list[list[float]], size: tuple[int, int]) -> bool:
    """Whether a box [x, y, w, h] shows one thing: large enough, not the whole picture, hardly covered by another box."""
    x, y, width, height = box
    if min(width, height) < SMALLEST or width * height > LARGEST * size[0] * size[1]:
        return False
    for a, b, w, h in others:
        across, down = min(x + width, a + w) - max(x, a), min(y + height, b + h) - max(y, b)
        if [a, b, w, h] != box and across > 0 and down > 0 and across * down > CROWDED * width * height:
            return False
    return True


def cutout(picture: Image.Image, box: list[float]) -> Image.Image:
    """A box [x, y, w, h] of an RGBA picture: by its alpha, or with soft, rounded corners where it is opaque."""
    x, y, width, height = (round(v) for v in box)
    image = picture.crop((x, y, x + width, y + height))
    if image.getchannel("A").getextrema()[0] == 255:
        radius = min(width, height) / 3
        mask = Image.new("L", image.size)
        ImageDraw.Draw(mask).rounded_rectangle((2, 2, width - 3, height - 3), radius, fill=255)
        image.putalpha(ImageChops.multiply(image.getchannel("A"), mask.filter(ImageFilter.GaussianBlur(min(width, height) / 40))))
    return image

"""Photographs with boxes, far from the world that the models know: pictures, nouns, and what is false of them.

A folder holds ``index.json``, a list of {"file", "w", "h", "captions", "boxes": [{"label", "box": [x, y, w, h] in px}]},
and the files in ``images``."""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from PIL import Image

from ..world.classes import ObjectClass, object_classes, same_or_also
from ..world.presets import preset_named
from ..world.words import article
from .grounding import Box

LABELS = Path(__file__).parent / "labels.tsv"
NAMED = 3  # nouns of a caption at most


@dataclass(frozen=True)
class Photograph:
    """The square at the centre of a photograph, ``image`` uint8 [3, S, S]; ``objects``: labels and boxes in it; ``nouns``:
    classes named in its caption, largest first, that cover a patch at least; ``false``: classes that are nowhere in the photograph."""

    image: np.ndarray
    objects: tuple[tuple[str, Box], ...]
    nouns: tuple[ObjectClass, ...]
    false: tuple[ObjectClass, ...]

    def boxes(self, cls: ObjectClass) -> tuple[Box, ...]:
        """Where this class is."""
        return tuple(box for label, box in self.objects if labels().get(label) == cls.noun)


@cache
def labels() -> dict[str, str]:
    """Label of a photograph's box -> class noun, for those labels that name one."""
    rows = (line.split("\t") for line in LABELS.read_text(encoding="utf-8").splitlines() if not line.startswith("#"))
    return dict(rows)


def known(preset: str) -> dict[str, ObjectClass]:
    """Classes of a preset that some label names, by noun."""
    drawn = (c for c in object_classes() if preset_named(preset).emoji and c.codes and (preset == "full" or c.preset == "cpu"))
    return {c.noun: c for c in drawn if c.noun in set(labels().values())}


def square(width: int, height: int) -> tuple[float, float, float]:
    """Left and upper edge and side of the largest centred square, px."""
    side = min(width, height)
    return (width - side) / 2, (height - side) / 2, side


def seen_box(box: list[float], frame: tuple[float, float, float]) -> Box | None:
    """A box [x, y, w, h] in px as (x0, y0, x1, y1) in [0, 1] of the frame, cut to it; None where less than half of it shows."""
    (x, y, width, height), (left, top, side) = box, frame
    x0, y0 = max(0.0, (x - left) / side), max(0.0, (y - top) / side)
    x1, y1 = min(1.0, (x + width - left) / side), min(1.0, (y + height - top) / side)
    if x1 <= x0 or y1 <= y0 or (x1 - x0) * (y1 - y0) * side**2 < 0.5 * width * height:
        return None
    return x0, y0, x1, y1


def read_photographs(folder: Path, preset: str, size: int, grid: int) -> list[Photograph]:
    """The photographs that show something of the preset's classes. Raises FileNotFoundError without an index, ValueError where none does."""
    index = folder / "index.json"
    if not index.exists():
        raise FileNotFoundError(f"expected photographs in {folder.name}, got a folder without index.json: give a folder that has one, with the files in images")
    entries = json.loads(index.read_text(encoding="utf-8"))
    found = [_read(folder, entry, known(preset), size, grid) for entry in entries]
    kept = [photograph for photograph in found if photograph.nouns]
    if not kept:
        raise ValueError(f"expected photographs of things that preset {preset!r} knows, got none in {folder.name}")
    return kept


def _read(folder: Path, entry: dict, classes: dict[str, ObjectClass], size: int, grid: int) -> Photograph:
    frame = square(entry["w"], entry["h"])
    with Image.open(folder / "images" / entry["file"]) as picture:
        (left, top, side), rgb = frame, picture.convert("RGB")
        image = np.asarray(rgb.resize((size, size), Image.Resampling.BICUBIC, box=(left, top, left + side, top + side)))
    objects = tuple((one["label"], box) for one in entry["boxes"] if (box := seen_box(one["box"], frame)) is not None)
    area: Counter[str] = Counter()
    for label, (x0, y0, x1, y1) in objects:
        if (noun := labels().get(label)) in classes:
            area[noun] = max(area[noun], (x1 - x0) * (y1 - y0))
    nouns = tuple(classes[noun] for noun, largest in area.most_common() if largest >= 1 / grid**2)
    there = [classes[noun] for one in entry["boxes"] if (noun := labels().get(one["label"])) in classes]
    said = set(re.findall(r"[a-z]+", " ".join(entry["captions"]).lower()))
    false = tuple(c for c in classes.values() if not any(same_or_also(c, other) for other in there) and not {c.noun, c.noun + "s"} & said)
    return Photograph(np.ascontiguousarray(image.transpose(2, 0, 1)), objects, nouns, false)


def sentence(classes: tuple[ObjectClass, ...]) -> list[str]:
    """Words of "a photo of a dog , a cat and a car", in the captions' own manner."""
    phrases = [[article(c.noun), c.noun] for c in classes]
    words = ["a", "photo", "of"]
    for number, phrase in enumerate(phrases):
        words += ([] if number == 0 else ["and"] if number == len(phrases) - 1 else [","]) + phrase
    return words

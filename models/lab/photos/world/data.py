"""The photographs with captions, boxes and phrases linked to boxes: read from a folder, never copied."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

SPLITS = ("train", "val", "test")
OUTSIDE = "photos"
"""Name of the set of photographs that come from elsewhere: `index.json` and `images` in a folder of their own."""


@dataclass(frozen=True)
class Phrase:
    """Characters ``start`` to ``stop`` of caption number ``caption`` name what is in ``boxes`` (numbers of the picture's boxes)."""

    caption: int
    start: int
    stop: int
    kind: str
    boxes: tuple[int, ...]


@dataclass(frozen=True)
class Photograph:
    """One picture: its file, captions, boxes (left, top, right, bottom in shares of the picture) with a label each, phrases."""

    file: str
    captions: tuple[str, ...]
    labels: tuple[str, ...]
    boxes: tuple[tuple[float, float, float, float], ...]
    phrases: tuple[Phrase, ...]


def read_split(folder: Path, split: str) -> list[Photograph]:
    """The photographs of ``train``, ``val`` or ``test``.

    Raises FileNotFoundError or ValueError with one sentence where the folder is not what it should be.
    """
    path = folder / f"{split}.jsonl"
    if not path.exists():
        raise FileNotFoundError(f"expected {split}.jsonl in the data folder {folder}, found none")
    rows = []
    with path.open(encoding="utf-8") as file:
        for number, line in enumerate(file, start=1):
            try:
                rows.append(photograph(json.loads(line)))
            except (ValueError, KeyError, TypeError, IndexError) as error:
                raise ValueError(f"expected a photograph in line {number} of {path.name}, got {line.strip()[:60]!r} ({error})") from None
    if not rows:
        raise ValueError(f"expected photographs in {path.name}, got an empty file")
    return rows


def photograph(row: dict) -> Photograph:
    """One line of a split. Raises ValueError where a phrase points at characters or boxes that are not there."""
    captions = tuple(str(text) for text in row["captions"])
    labels = tuple(str(box[0]) for box in row["boxes"])
    boxes = tuple(corners(*map(float, box[1:5])) for box in row["boxes"])
    phrases = []
    for caption, start, stop, kind, linked in row["phrases"]:
        if not 0 <= start < stop <= len(captions[caption]):
            raise ValueError(f"expected characters of caption {caption}, got {start} to {stop}")
        if any(not 0 <= index < len(boxes) for index in linked):
            raise ValueError(f"expected numbers of {len(boxes)} boxes, got {linked}")
        phrases.append(Phrase(caption, start, stop, kind, tuple(linked)))
    return Photograph(row["file"], captions, labels, boxes, tuple(phrases))


def corners(x: float, y: float, width: float, height: float) -> tuple[float, float, float, float]:
    """Left, top, right, bottom of a box, kept inside the picture. Raises ValueError where a number is not finite."""
    box = (x, y, x + width, y + height)
    if not all(abs(value) < 1e6 for value in box):
        raise ValueError(f"expected four finite numbers for a box, got {box}")
    left, top, right, bottom = (min(1.0, max(0.0, value)) for value in box)
    return left, top, max(left, right), max(top, bottom)


def read_outside(folder: Path) -> list[Photograph]:
    """Photographs of another origin, with labelled boxes in pixels and captions, without phrases."""
    path = folder / "index.json"
    if not path.exists():
        raise FileNotFoundError(f"expected index.json in the folder of photographs {folder}, found none")
    found = []
    for row in json.loads(path.read_text(encoding="utf-8")):
        width, height = row["w"], row["h"]
        boxes = [corners(x / width, y / height, w / width, h / height) for x, y, w, h in (entry["box"] for entry in row["boxes"])]
        labels = tuple(entry["label"] for entry in row["boxes"])
        found.append(Photograph(f"images/{row['file']}", tuple(row["captions"]), labels, tuple(boxes), ()))
    return found

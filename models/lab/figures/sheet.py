"""A sheet to look at: for each picture and every noun of its caption, where the best head looks. python -m lab maps."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

from ..checkpoint import RUNS
from ..world.batches import batch
from ..world.tokenizer import pieces, tokenizer
from ..world.words import article
from .exported import Exported, opened

SIDE, GAP, LINE = 112, 6, 14
NOUNS = 3
SHEETS = RUNS.parent / "maps"


def draw_sheets(folder: Path, preset: str, photos: Path | None) -> list[Path]:
    """Draw a model's sheets into the cache; returns where they lie."""
    SHEETS.mkdir(parents=True, exist_ok=True)
    sheets = {"scenes": scene_sheet(folder, preset, 20)}
    if photos is not None:
        sheets["photographs"] = photograph_sheet(folder, photos, 10)
    paths = {name: SHEETS / f"{folder.name}-{name}.png" for name in sheets}
    for name, path in paths.items():
        sheets[name].save(path)
    return list(paths.values())


def scene_sheet(folder: Path, preset: str, count: int, seed: int = 77) -> Image.Image:
    """Held-out scenes in rows: the picture, then what the best pointing head sees for each noun of the caption."""
    model = opened(folder)
    drawn = batch(preset, seed, 0, count, easy_share=0.0, split="test")
    rows = []
    for scene, image in zip(drawn.scenes, drawn.images.numpy(), strict=True):
        words = [word.text for word in scene.caption]
        nouns = [index for index, word in enumerate(scene.caption) if word.role == "noun"]
        rows.append(_row(model, image, words, nouns))
    return _sheet(rows)


def photograph_sheet(folder: Path, photos: Path, count: int) -> Image.Image:
    """Photographs in rows, the largest centred square of each, with "a photo of a ..." for the first labels of their boxes."""
    model = opened(folder)
    side = model.manifest["image"]["size"][0]
    known = set(json.loads((folder / "lexicon.json").read_text(encoding="utf-8"))["content"])
    rows = []
    for entry in json.loads((photos / "index.json").read_text(encoding="utf-8")):
        labels = [label for label in dict.fromkeys(box["label"] for box in entry["boxes"]) if label in known][:NOUNS]
        if not labels or len(rows) == count:
            continue
        picture = Image.open(photos / "images" / entry["file"]).convert("RGB")
        edge = min(picture.size)
        left, top = (picture.width - edge) // 2, (picture.height - edge) // 2
        square = picture.crop((left, top, left + edge, top + edge)).resize((side, side), Image.Resampling.BICUBIC)
        words = ["a", "photo", "of"]
        nouns = []
        for place, label in enumerate(labels):
            words += [*(["and"] if place else []), article(label), label]
            nouns.append(len(words) - 1)
        rows.append(_row(model, np.asarray(square).transpose(2, 0, 1), words, nouns))
    return _sheet(rows)


def _row(model: Exported, image: np.ndarray, words: list[str], nouns: list[int]) -> tuple[Image.Image, str, list[tuple[str, np.ndarray]]]:
    """A picture, its caption, and the map [P] of each noun under the best pointing head."""
    ids = np.array([tokenizer().encode(" ".join(words)).ids], dtype=np.int64)
    ends = np.cumsum([len(pieces(word)) for word in words])
    maps = model.maps(image[None], ids)["pointing"][0, best_of(model)]
    seen = [(words[n], maps[1 + ends[n] - len(pieces(words[n])) : 1 + ends[n]].mean(axis=0)) for n in nouns[:NOUNS]]
    return Image.fromarray(np.ascontiguousarray(image.transpose(1, 2, 0))), " ".join(words), seen


def best_of(model: Exported) -> int:
    """Column of ``maps`` of the pointing head that the manifest names; the only one where it names none."""
    found = model.manifest.get("heads", {}).get("pointing")
    return model.heads("pointing").index((found["attention"], found["head"])) if found else 0


def _sheet(rows: list[tuple[Image.Image, str, list[tuple[str, np.ndarray]]]]) -> Image.Image:
    height = SIDE + LINE + GAP
    half = -(-len(rows) // 2)
    across = (NOUNS + 1) * (SIDE + GAP) + GAP
    sheet = Image.new("RGB", (2 * across, half * height + GAP), "white")
    pen = ImageDraw.Draw(sheet)
    for index, (picture, caption, seen) in enumerate(rows):
        x, y = GAP + (index // half) * across, GAP + (index % half) * height
        pen.text((x, y), caption, fill="black")
        big = picture.resize((SIDE, SIDE), Image.Resampling.NEAREST)
        sheet.paste(big, (x, y + LINE))
        for place, (noun, weights) in enumerate(seen, start=1):
            left = x + place * (SIDE + GAP)
            sheet.paste(_veiled(big, weights), (left, y + LINE))
            pen.text((left + 3, y + LINE + 2), noun, fill="black", stroke_width=2, stroke_fill="white")
    return sheet


def _veiled(picture: Image.Image, weights: np.ndarray) -> Image.Image:
    """The picture seen through a map [P]: white where nothing, clear where most."""
    grid = int(len(weights) ** 0.5)
    share = np.clip(weights / max(float(weights.max()), 1e-9), 0, 1)
    mask = Image.fromarray((255 * share.reshape(grid, grid)).astype(np.uint8)).resize(picture.size, Image.Resampling.NEAREST)
    return Image.composite(picture, Image.new("RGB", picture.size, "white"), mask)

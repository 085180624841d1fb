"""What the best heads of the shipped photo models look at, in numbers: the photographs, captions and words of `photos-seen.md`."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from tokenizers import Tokenizer

from ..nets.detector import detected
from ..nets.zoo import MODELS
from ..ship.graphs import session
from ..world.data import Photograph
from ..world.features import pixels
from ..world.regions import filled
from ..world.store import Store, said
from .sessions import SessionReader

ROW = re.compile(r"^\| `(\d+)` \| (.+?) \| (.+?) \|$", re.MULTILINE)
STRONGEST = 4


@dataclass(frozen=True)
class Looked:
    """A photograph that was looked at: its number in the set, a true caption, and the words of it that were selected."""

    id: str
    caption: str
    words: tuple[str, ...]


def looked(text: str) -> list[Looked]:
    """The rows of the table in `photos-seen.md`. Raises ValueError where there are none."""
    rows = [Looked(number, caption, tuple(words.split(", "))) for number, caption, words in ROW.findall(text)]
    if not rows:
        raise ValueError("expected rows | `number` | caption | word, word | in photos-seen.md, found none")
    return rows


def look(zoo: Path, photos: Path, rows: list[Looked], threads: int = 1) -> list[str]:
    """A line for each photograph, word and model: the score, and the boxes or cells that the word looks at most. Cells count from 1,
    row and column; of the dual encoder it is what each cell adds to the similarity."""
    readers = [SessionReader(zoo / name, threads) for name in MODELS]
    tokenizers = [Tokenizer.from_file(str(zoo / name / "tokenizer.json")) for name in MODELS]
    detector = json.loads((zoo / "detector-mini" / "manifest.json").read_text(encoding="utf-8"))
    backbone, finder = (session((zoo / file).read_bytes(), threads) for file in ("backbone/backbone.onnx", "detector-mini/detector.onnx"))
    lines = []
    for row in rows:
        picture = pixels(photos / "images" / f"{row.id.zfill(12)}.jpg").numpy()[None]
        coarse, fine = backbone.run(["coarse", "fine"], {"pixel_values": picture})
        (boxes,), (things,), (nouns,) = finder.run(["boxes", "thing_logits", "noun_logits"], {"coarse": coarse, "fine": fine})
        cells = detected(boxes, things)
        regions = [f"{i} {detector['nouns'][nouns[cell].argmax()]}" for i, cell in enumerate(cells, start=1)]
        photograph = Photograph(row.id, (row.caption,), (), (), ())
        for reader, tokenizer in zip(readers, tokenizers, strict=True):
            store = Store([photograph], coarse, fine, tokenizer, filled(boxes[cells])[0][None])
            found = said(tokenizer, photograph, 0)
            score, weights = shares(reader, store, found.ids)
            for word in row.words:
                pieces = next(parts for own, parts in found.content if own == word)
                share = weights[pieces].sum(axis=0) if reader.dual else weights[pieces].mean(axis=0)
                lines.append(f"{row.id} {word}, {reader.id} {score}: {'; '.join(strongest(share, regions if reader.regions else None, reader.dual))}")
    return lines


def shares(reader: SessionReader, store: Store, ids: list[int]) -> tuple[str, np.ndarray]:
    """How well the caption fits, and of each piece what it looks at in the picture with the head that points best [T, P], as the page
    shows it: shares of the whole row. Of the dual encoder what each pair adds to the similarity."""
    feeds = {"coarse": store.coarse, "fine": store.fine, "boxes": store.regions, "input_ids": np.array([ids]), "attention_mask": np.ones((1, len(ids)), np.int64)}
    if reader.dual:
        (text,), (image,) = (reader.run(role, feeds, [f"{side}_features"])[0] for role, side in (("text", "text"), ("vision", "image")))
        whole = np.linalg.norm(text.mean(axis=0)) * np.linalg.norm(image.mean(axis=0))
        parts = reader.manifest["similarity"]["scale"] * (text @ image.T) / (whole * len(text) * len(image))
        return f"{parts.sum():.1f}", parts
    best = reader.manifest["heads"]["pointing"]
    number = next(i for i, place in enumerate(reader.places) if place.name == best["attention"])
    match, weights = reader.run("model", feeds, ["match_logit", reader.tensors[number]])
    joint = "text" in reader.places[number].keys
    return f"{1 / (1 + np.exp(-match[0])):.0%}", weights[0, best["head"], : len(ids), len(ids) if joint else 0 :]


def strongest(share: np.ndarray, regions: list[str] | None, parts: bool) -> list[str]:
    """The places with the largest shares [P], in words: regions by number and noun, beyond those found "fills up", else cells."""
    side = round(len(share) ** 0.5)
    told = []
    for place in np.argsort(-share)[:STRONGEST]:
        name = f"row {place // side + 1}, column {place % side + 1}"
        if regions is not None:
            name = regions[place] if place < len(regions) else f"{place + 1} (fills up)"
        told.append(f"{name} {f'{share[place]:+.3f}' if parts else f'{share[place]:.1%}'}")
    return told

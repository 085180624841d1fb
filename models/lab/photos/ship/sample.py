"""The picture that references hold: one that may be shown, with its author's address and licence."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
from PIL import Image

from ..nets.backbone import SIZE
from .export import Sample
from .reference import REPEATED, repeated


def sample_of(photos: Path) -> Sample:
    """The first photograph of a folder with `index.json` and `images`, squashed to 72 × 72 and each pixel repeated to 288 × 288, with
    the shortest of its captions."""
    path = photos / "index.json"
    if not path.exists():
        raise FileNotFoundError(f"expected index.json in the folder of photographs {photos}, found none")
    row = json.loads(path.read_text(encoding="utf-8"))[0]
    with Image.open(photos / "images" / row["file"]) as image:
        small = (SIZE // REPEATED, SIZE // REPEATED)
        pixels = np.asarray(image.convert("RGB").resize(small, Image.Resampling.BICUBIC))
    caption = min(row["captions"], key=len)
    return Sample(repeated(pixels), caption, f"{row.get('flickr_url', row['file'])}, {row['license'][0]}, {row['license'][1]}")

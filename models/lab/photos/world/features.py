"""Features of all photographs, computed once: half-precision arrays on disk, mapped into memory where they are used."""

from __future__ import annotations

import os
import time
from pathlib import Path

import numpy as np
import torch
from PIL import Image, UnidentifiedImageError

from ..nets.backbone import COARSE_GRID, COARSE_WIDTH, FINE_GRID, FINE_WIDTH, MEAN, SCALE, SIZE, pretrained
from ..ship.graphs import backbone_graph, session
from .data import OUTSIDE, SPLITS, Photograph, read_outside, read_split

CACHE = Path.home() / ".cache" / "vlpm-lab" / "photos"
BATCH = 16


def pixels(path: Path) -> torch.Tensor:
    """A picture squashed to 288 × 288 as Pillow's bicubic filter does it, [3, 288, 288], (x - 127) / 128."""
    try:
        with Image.open(path) as image:
            small = np.asarray(image.convert("RGB").resize((SIZE, SIZE), Image.Resampling.BICUBIC))
    except (FileNotFoundError, UnidentifiedImageError, OSError) as error:
        raise ValueError(f"expected a picture in {path}, got {error}") from None
    return (torch.from_numpy(small.copy()).permute(2, 0, 1).float() - MEAN) / SCALE


def rows_of(split: str, data: Path, outside: Path | None) -> tuple[list[Photograph], Path]:
    """The photographs of a split and the folder that their files are in."""
    if split == OUTSIDE:
        if outside is None:
            raise FileNotFoundError("expected the folder of photographs of another origin (--photos), got none")
        return read_outside(outside), outside
    return read_split(data, split), data


def extract(data: Path, cache: Path, outside: Path | None, splits: tuple[str, ...] | None = None, exported: Path | None = None) -> None:
    """Fill the cache; goes on after an interruption where it was. ``exported`` is a backbone's file to take in place of the published weights,
    which it holds as they are rounded."""
    chosen = splits or (*SPLITS, *((OUTSIDE,) if outside else ()))
    folder = cache / "features"
    wanted = {split: rows_of(split, data, outside) for split in chosen}
    folder.mkdir(parents=True, exist_ok=True)
    backbone = session(exported.read_bytes() if exported else backbone_graph(pretrained()))
    for split, (rows, root) in wanted.items():
        coarse = _array(folder / f"{split}.coarse.npy", (len(rows), COARSE_GRID**2, COARSE_WIDTH))
        fine = _array(folder / f"{split}.fine.npy", (len(rows), FINE_GRID**2, FINE_WIDTH))
        mark = folder / f"{split}.done"
        done = int(mark.read_text()) if mark.exists() else 0
        begin, first = time.monotonic(), done
        while done < len(rows):
            batch = torch.stack([pixels(root / row.file) for row in rows[done : done + BATCH]])
            coarse[done : done + len(batch)], fine[done : done + len(batch)] = backbone.run(None, {"pixel_values": batch.numpy()})
            done += len(batch)
            if done == len(rows) or done // BATCH % 20 == 0:
                coarse.flush(), fine.flush()
                beside = mark.with_suffix(".new")
                beside.write_text(str(done))
                os.replace(beside, mark)
                print(f"{split} {done} of {len(rows)}, {(done - first) / (time.monotonic() - begin):.1f} pictures a second", flush=True)


def _array(path: Path, shape: tuple[int, ...]) -> np.memmap:
    if path.exists():
        found = np.load(path, mmap_mode="r+")
        if found.shape != shape:
            raise ValueError(f"expected features of {shape} in {path}, got {found.shape}: other data; give another --cache")
        return found
    return np.lib.format.open_memmap(path, mode="w+", dtype=np.float16, shape=shape)


def features(cache: Path, split: str, name: str) -> np.ndarray:
    """The ``coarse`` [N, 81, 1280] or ``fine`` [N, 324, 120] features of a split, mapped from disk.

    Raises FileNotFoundError where they were not computed to the end.
    """
    path, mark = cache / "features" / f"{split}.{name}.npy", cache / "features" / f"{split}.done"
    if not path.exists() or not mark.exists():
        raise FileNotFoundError(f"expected features of {split} in {cache}, found none: run `python -m lab photos features` first")
    found = np.load(path, mmap_mode="r")
    if int(mark.read_text()) < len(found):
        raise FileNotFoundError(f"expected features of all {len(found)} pictures of {split}, got {mark.read_text()}: run `python -m lab photos features` again")
    return found

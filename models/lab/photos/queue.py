"""All models after one another, in one process: what is done is passed over, what is half done goes on."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from ..checkpoint import averaged
from .detect import draw_regions, train_detector
from .nets.detector import NAME, Detector, regions_path
from .nets.zoo import KINDS, shape_of
from .train import Budget, World, run_folder, train
from .world.data import OUTSIDE, SPLITS

ORDER = ("clip-photo-mini", NAME, "uniter-mini", "lxmert-mini", "pixelbert-mini")


def train_all(data: Path, cache: Path, chosen: list[str], pictures: int, seed: int, stopped: list[int], minutes: float | None = None) -> bool:
    """Train ``chosen`` models, or all. False where a signal ended it. Raises ValueError for a name that there is none of."""
    names = [name for name in ORDER if name in chosen] if chosen else list(ORDER)
    for name in chosen:
        if name != NAME:
            shape_of(name, 1)
    world = World(data, cache)
    for name in names:
        if stopped:
            return False
        if name == NAME:
            if not train_detector(world, seed, stopped):
                return False
            draw(world, seed)
            continue
        if KINDS[name].regions:
            see_regions(world, cache)
        if not train(name, world, Budget(pictures, seed, minutes), stopped):
            return False
    return True


def draw(world: World, seed: int) -> None:
    """Draw the regions of all splits with the trained detector."""
    model = Detector(len(world.nouns))
    weights, _ = averaged(run_folder(world.cache, NAME, seed) / "checkpoint.pt")
    model.load_state_dict(weights)
    draw_regions(model, world.cache, (*SPLITS, OUTSIDE))


def see_regions(world: World, cache: Path) -> None:
    """Let the splits in memory have the detector's regions. Raises FileNotFoundError where it has not drawn them."""
    for split, store in (("train", world.train), ("val", world.val)):
        path = regions_path(cache, split)
        if not path.exists():
            raise FileNotFoundError(f"expected regions of {split} in {path.parent}, found none: run `python -m lab photos train {NAME}` first")
        store.regions = np.load(path)

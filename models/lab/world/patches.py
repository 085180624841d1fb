"""What each patch of a scene shows: the truths that patch losses are measured against."""

from dataclasses import dataclass

import numpy as np

from .presets import Preset
from .scenes import Scene


@dataclass
class Patches:
    """P patches in raster order. ``labels`` int64 [P], class id of the instance that shows in at least half of a patch's pixels, 0 where
    none does; of that instance ``centres`` float32 [P,2], where the middle of its box is as seen from the patch's middle, (right, down) in
    patches, NaN where none is, and ``counts`` int64 [P], how many of its group there are, else 0; ``shares`` float32 [groups,P], the part
    of each patch's pixels that show a group."""

    labels: np.ndarray
    centres: np.ndarray
    counts: np.ndarray
    shares: np.ndarray


def patches_of(item: Scene, preset: Preset) -> Patches:
    """The patches of one scene."""
    grid, area = preset.grid, preset.patch**2
    pixels = item.owner.reshape(grid, preset.patch, grid, preset.patch).transpose(0, 2, 1, 3).reshape(grid**2, area)
    middles = (np.stack(np.divmod(np.arange(grid**2), grid)[::-1], 1) + 0.5).astype(np.float32)
    found = Patches(
        np.zeros(grid**2, np.int64),
        np.full((grid**2, 2), np.nan, np.float32),
        np.zeros(grid**2, np.int64),
        np.zeros((len(item.groups), grid**2), np.float32),
    )
    instances = [(number, len(group.members), placed) for number, group in enumerate(item.groups) for placed in group.members]
    for index, (number, count, placed) in enumerate(instances):
        share = (pixels == index + 1).sum(1) / area
        shown = share >= 0.5
        found.labels[shown] = placed.cls.id
        found.centres[shown] = np.array(placed.centre) * grid - middles[shown]
        found.counts[shown] = count
        found.shares[number] += share
    return found

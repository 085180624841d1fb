"""Does a head find things? Pointing (text queries to image keys) and naming (image queries to text keys)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Noun:
    """A noun of a caption: its pieces (positions in the text) and the boxes of what it names."""

    pieces: tuple[int, ...]
    boxes: tuple[Box, ...]


@dataclass(frozen=True)
class Scene:
    """What a caption names and, in ``objects``, a box for everything in the picture with its class."""

    nouns: tuple[Noun, ...]
    objects: tuple[tuple[int, Box], ...]

    @property
    def classes(self) -> int:
        return len({number for number, _ in self.objects})


def centres(grid: int) -> np.ndarray:
    """Centres of the patches in [0, 1], raster order, [grid * grid, 2] as (x, y)."""
    at = (np.arange(grid) + 0.5) / grid
    return np.stack([np.tile(at, grid), np.repeat(at, grid)], axis=1)


def inside(boxes: tuple[Box, ...], grid: int) -> np.ndarray:
    """Which patches have their centre in any box, bool [P]; a box that holds no centre owns the patch that holds its own."""
    points = centres(grid)
    found = np.zeros(grid * grid, dtype=bool)
    for x0, y0, x1, y1 in boxes:
        own = (points[:, 0] >= x0) & (points[:, 0] < x1) & (points[:, 1] >= y0) & (points[:, 1] < y1)
        if not own.any():
            column, row = (min(grid - 1, int((a + b) / 2 * grid)) for a, b in ((x0, x1), (y0, y1)))
            own[row * grid + column] = True
        found |= own
    return found


@dataclass(frozen=True)
class Pointing:
    """Per head [H]: share of nouns whose strongest patch lies in their own object, and in another
    object only; ``chance`` is what a head that finds objects but not words would hit, 1 / objects,
    ``area`` what uniform attention would."""

    own: np.ndarray
    other: np.ndarray
    chance: float
    area: float


def pointing(weights: np.ndarray, scene: Scene, grid: int) -> Pointing | None:
    """``weights`` [H, T, P]: each text query over the image's keys. None with fewer than three classes
    or no noun. A noun's row is the mean over its pieces."""
    if scene.classes < 3 or not scene.nouns:
        return None
    own, other, area = [], [], []
    everything = inside(tuple(box for _, box in scene.objects), grid)
    for noun in scene.nouns:
        top = weights[:, list(noun.pieces)].mean(axis=1).argmax(axis=-1)
        mine = inside(noun.boxes, grid)
        own.append(mine[top])
        other.append((everything & ~mine)[top])
        area.append(mine.mean())
    chance = float(np.mean([len(noun.boxes) for noun in scene.nouns])) / len(scene.objects)
    return Pointing(np.mean(own, axis=0), np.mean(other, axis=0), chance, float(np.mean(area)))


@dataclass(frozen=True)
class Naming:
    """Per head [H]: share of patches inside a named object whose strongest noun is that object's; chance 1 / nouns."""

    own: np.ndarray
    chance: float


def naming(weights: np.ndarray, scene: Scene, grid: int) -> Naming | None:
    """``weights`` [H, P, T]: each image query over the text's keys. None with fewer than two nouns.
    Patches in the boxes of two nouns say nothing and are left out; every object weighs the same."""
    if len(scene.nouns) < 2:
        return None
    masks = np.stack([inside(noun.boxes, grid) for noun in scene.nouns])
    alone = masks.sum(axis=0) == 1
    per_noun = np.stack([weights[:, :, list(noun.pieces)].mean(axis=-1) for noun in scene.nouns], axis=-1)
    chosen = per_noun.argmax(axis=-1)
    shares = [(chosen[:, mask & alone] == k).mean(axis=1) for k, mask in enumerate(masks) if (mask & alone).any()]
    if not shares:
        return None
    return Naming(np.mean(shares, axis=0), 1 / len(scene.nouns))


def _area(box: Box) -> float:
    return (box[2] - box[0]) * (box[3] - box[1])


def pointing_baselines(scene: Scene, grid: int) -> dict[str, float]:
    """Share of nouns that are hit without looking at the words: by the patch at the picture's centre, and by
    the largest object of the picture."""
    middle = (grid // 2) * grid + grid // 2
    largest = max(scene.objects, key=lambda each: _area(each[1]))[1]
    return {
        "the centre patch": float(np.mean([inside(noun.boxes, grid)[middle] for noun in scene.nouns])),
        "the largest object": float(np.mean([largest in noun.boxes for noun in scene.nouns])),
    }


def naming_baselines(scene: Scene, grid: int) -> dict[str, float]:
    """Share of patches named rightly by one noun for all of them, that of the largest named object; objects weigh as in ``naming``."""
    masks = np.stack([inside(noun.boxes, grid) for noun in scene.nouns])
    judged = [bool((mask & (masks.sum(axis=0) == 1)).any()) for mask in masks]
    largest = int(np.argmax([max(map(_area, noun.boxes)) for noun in scene.nouns]))
    return {"the largest object": judged[largest] / sum(judged)}

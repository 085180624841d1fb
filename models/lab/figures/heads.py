"""Every head's naming and pointing, and the best one: chosen on one set of scenes, reported on another."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..nets.base import Spot
from ..world.batches import Batch
from .blocks import block, crossing
from .exported import Exported
from .grounding import Noun, Scene, naming, pointing
from .interval import Figure, figure

WAYS = {"naming": ("image", "text"), "pointing": ("text", "image")}


@dataclass(frozen=True)
class Scores:
    """Per scene and head [N, H]: ``own``, and for pointing ``other``; per scene [N]: ``chance`` and ``area``."""

    own: np.ndarray
    other: np.ndarray
    chance: np.ndarray
    area: np.ndarray


def scene_of(batch: Batch, row: int) -> Scene:
    """What the caption of one scene names, and every box of the picture."""
    scene, word = batch.scenes[row], batch.word[row].numpy()
    nouns = []
    for index, spoken in enumerate(scene.caption):
        if spoken.role == "noun":
            pieces = tuple(np.flatnonzero(word == index).tolist())
            kind = scene.groups[spoken.of].first.cls.id
            nouns.append(Noun(pieces, tuple(placed.box for placed in scene.objects if placed.cls.id == kind)))
    return Scene(tuple(nouns), tuple((placed.cls.id, placed.box) for placed in scene.objects))


def head_scores(model: Exported, batches: list[Batch]) -> dict[str, Scores]:
    """Naming and pointing of every head that has the block, on the scenes that allow it."""
    kept: dict[str, list] = {way: [] for way in WAYS}
    for batch in batches:
        maps = model.attentions(batch.images.numpy(), batch.ids.numpy())
        length = batch.ids.shape[1]
        for row in range(len(batch.ids)):
            scene = scene_of(batch, row)
            for way, wanted in WAYS.items():
                parts = [
                    block(maps[k][row], model.spots[k].queries, model.spots[k].keys, length, wanted)
                    for k in crossing(model.spots, wanted)
                ]
                found = (naming if way == "naming" else pointing)(np.concatenate(parts), scene, model.grid)
                if found is not None:
                    kept[way].append(found)
    return {way: _stack(found) for way, found in kept.items()}


def _stack(found: list) -> Scores:
    if not found:
        raise ValueError("expected scenes in which heads can be judged, got none: ask for more scenes")
    own = np.stack([one.own for one in found])
    other = np.stack([getattr(one, "other", np.zeros_like(one.own)) for one in found])
    area = np.array([getattr(one, "area", np.nan) for one in found])
    return Scores(own, other, np.array([one.chance for one in found]), area)


def names(spots: list[Spot], way: str) -> list[tuple[str, int]]:
    """Attention and head number of every column of ``Scores``."""
    return [(spots[k].name, head) for k in crossing(spots, WAYS[way]) for head in range(spots[k].heads)]


def best(spots: list[Spot], way: str, chosen_on: Scores, scores: Scores, where: str) -> tuple[list[Figure], dict]:
    """Figures of the head that was best on other scenes, and a table of all heads."""
    index = int(chosen_on.own.mean(axis=0).argmax())
    labels = names(spots, way)
    ones = np.ones(len(scores.own))
    chance = float(scores.chance.mean())
    figures = [
        figure(f"{way}, best head", scores.own[:, index], ones, where, round(chance, 4)),
        figure(f"{way}, mean over heads", scores.own.mean(axis=1), ones, where, round(chance, 4)),
    ]
    if way == "pointing":
        specific = scores.own - scores.other
        figures.append(figure("naming specificity, best pointing head", specific[:, index], ones, where, 0.0))
    table = {
        "attention": labels[index][0],
        "head": labels[index][1],
        "value": round(figures[0].value, 4),
        "chance": round(chance, 4),
        "candidates": len(labels),
        "heads": [
            {"attention": name, "head": head, "value": round(float(value), 4), "specificity": round(float(value - off), 4)}
            for (name, head), value, off in zip(labels, scores.own.mean(axis=0), scores.other.mean(axis=0), strict=True)
        ],
    }
    if way == "naming":
        for entry in table["heads"]:
            del entry["specificity"]
    else:
        table["uniform"] = round(float(scores.area.mean()), 4)
    return figures, table

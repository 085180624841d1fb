"""Every head's naming and pointing, and the best one: chosen on one set of scenes, reported on another."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..world.batches import Batch
from .blocks import WAYS
from .exported import MAP, Exported
from .grounding import Naming, Noun, Pointing, Scene, naming, naming_baselines, pointing, pointing_baselines
from .interval import Tally

MEASURES = {"naming": naming, "pointing": pointing}
BASELINES = {"naming": naming_baselines, "pointing": pointing_baselines}


@dataclass(frozen=True)
class Scores:
    """Per scene and head [N, H]: ``own``, and for pointing ``other``; per scene [N]: ``chance``, and every one of ``baselines``.
    NaN in all of them for a scene that does not allow the measure."""

    own: np.ndarray
    other: np.ndarray
    chance: np.ndarray
    baselines: dict[str, np.ndarray]

    @property
    def judged(self) -> np.ndarray:
        """Which scenes count, float [N]."""
        return (~np.isnan(self.chance)).astype(float)


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
    """Naming and pointing of every head that has the block."""
    kept: dict[str, list] = {way: [] for way in WAYS}
    for batch in batches:
        maps = model.maps(batch.images.numpy(), batch.ids.numpy())
        for row in range(len(batch.ids)):
            for way, found in judge({way: maps[way][row] for way in WAYS}, scene_of(batch, row), model.grid).items():
                kept[way].append(found)
    return {way: stack(found, len(model.heads(way))) for way, found in kept.items()}


Judged = tuple[Naming | Pointing, dict[str, float]] | None


def judge(maps: dict[str, np.ndarray], scene: Scene, grid: int) -> dict[str, Judged]:
    """One scene's measures and baselines per way, None where it does not allow them; ``maps`` [H, Q, K] per way."""
    measured = {way: MEASURES[way](maps[way], scene, grid) for way in WAYS}
    return {way: (found, BASELINES[way](scene, grid)) if found is not None else None for way, found in measured.items()}


def stack(found: list[Judged], heads: int) -> Scores:
    """Scenes one by one as arrays. Raises ValueError where no scene allowed the measure."""
    judged = [each for each in found if each is not None]
    if not judged:
        raise ValueError("expected scenes in which heads can be judged, got none: ask for more scenes")
    blank = np.full(heads, np.nan)
    own = np.stack([each[0].own if each else blank for each in found])
    other = np.stack([getattr(each[0], "other", np.zeros(heads)) if each else blank for each in found])
    names = list(judged[0][1])
    baselines = {name: np.array([each[1][name] if each else np.nan for each in found]) for name in names}
    if hasattr(judged[0][0], "area"):
        baselines["uniform attention"] = np.array([each[0].area if each else np.nan for each in found])
    return Scores(own, other, np.array([each[0].chance if each else np.nan for each in found]), baselines)


def best(scores: Scores) -> int:
    """The column with the highest mean, by which a head is chosen."""
    return int(np.nanmean(scores.own, axis=0).argmax())


def head_tallies(way: str, labels: list[tuple[str, int]], chosen: int, scores: Scores) -> list[Tally]:
    """The head that was best on other scenes (``chosen``), the mean over heads, and what finds objects without words."""
    judged, chance = scores.judged, round(float(np.nanmean(scores.chance)), 4)
    own, other = np.nan_to_num(scores.own), np.nan_to_num(scores.other)
    if labels[chosen][0] == MAP:
        tallies = [Tally(f"{way}, {MAP}", own[:, chosen], judged, chance)]
    else:
        tallies = [Tally(f"{way}, best head", own[:, chosen], judged, chance), Tally(f"{way}, mean over heads", own.mean(axis=1), judged, chance)]
    if way == "pointing":
        of = MAP if labels[chosen][0] == MAP else "best pointing head"
        tallies.append(Tally(f"naming specificity, {of}", own[:, chosen] - other[:, chosen], judged, 0.0))
    return tallies + [Tally(f"{way}, {name}", np.nan_to_num(values), judged, chance, "baseline") for name, values in scores.baselines.items()]


def head_table(labels: list[tuple[str, int]], chosen: int, scores: Scores) -> dict:
    """The best head and all heads. ``rescaled`` is (value - chance) / (1 - chance): the ceiling of patches is 1."""
    values, chance = np.nanmean(scores.own, axis=0), float(np.nanmean(scores.chance))
    specific = values - np.nanmean(scores.other, axis=0)
    pointing = "uniform attention" in scores.baselines
    return {
        "attention": labels[chosen][0],
        "head": labels[chosen][1],
        "value": round(float(values[chosen]), 4),
        "chance": round(chance, 4),
        "rescaled": round(float((values[chosen] - chance) / (1 - chance)), 4),
        "candidates": len(labels),
        "heads": [
            {"attention": name, "head": head, "value": round(float(value), 4)} | ({"specificity": round(float(off), 4)} if pointing else {})
            for (name, head), value, off in zip(labels, values, specific, strict=True)
        ],
    }

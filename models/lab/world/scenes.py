"""One scene: an image, its objects, a true caption, a foil that is false of it by one edit, and a question with a short answer."""

import random
from dataclasses import dataclass, field

import numpy as np

from .asking import Question
from .compose import INKED, Placed, paint
from .edits import foil
from .facts import NEAR_GAP, gap, position_of, relation_between, size_of
from .grammar import NEAR, Group, Word, caption
from .layout import arrange
from .plan import RELATED, VARIANTS, Plan, draw_plan
from .presets import Preset, preset_named
from .questions import question
from .sprites import PHOTO
from .words import plural

_PATIENCE = 10_000


@dataclass
class Scene:
    """`image` uint8 [side,side,3]; `owner` uint8 [side,side], for every pixel the 1-based index in `objects` of the object it shows, 0 background;
    `truths[i]` are the texts that keep the caption true in place of its word i (content words only)."""

    image: np.ndarray
    objects: list[Placed]
    owner: np.ndarray
    groups: list[Group]
    caption: list[Word]
    foil: list[Word]
    foil_kind: str
    truths: dict[int, set[str]] = field(default_factory=dict)
    question: Question | None = None


def scene(
    preset: Preset | str, rng: random.Random, stage: int = 2, split: str = "train", variant: str = "seen", kind: str | None = None, painted: bool = True
) -> Scene:
    """A scene of `preset` at curriculum `stage` (0, 1, 2). `kind` of foil is drawn by the preset's shares unless given.

    `variant`: "seen", or what training never shows: "style" (the held-out emoji style), "pairs" (the held-out colour and shape pairs), "triples"
    (captions that relate two nouns that are never related in training; relation and role foils only). Without painting, for a look at texts and
    boxes alone, image and owner are black. Raises ValueError for unknown names.
    """
    preset = preset_named(preset) if isinstance(preset, str) else preset
    if variant not in VARIANTS:
        raise ValueError(f"There is no variant {variant!r}: expected one of {', '.join(VARIANTS)}.")
    if kind is None:
        shares = {k: v for k, v in preset.foils[2 if variant == "triples" else stage].items() if variant != "triples" or k in RELATED}
        kind = rng.choices(tuple(shares), tuple(shares.values()))[0]
    elif variant == "triples" and kind not in RELATED:
        raise ValueError(f"Variant 'triples' relates two nouns: expected foils of kind {' or '.join(RELATED)}, got {kind!r}.")
    styles = (preset.unseen_style,) if variant == "style" else (*preset.styles, PHOTO, INKED) if split == "train" else preset.styles
    for _ in range(_PATIENCE):
        plan = draw_plan(preset, stage, variant, kind, rng)
        placed = arrange(preset, plan, stage, styles, rng) if plan else None
        if plan and placed:
            break
    else:
        raise ValueError(f"Preset {preset.name!r} gave no scene with a foil of kind {kind!r} in {_PATIENCE} attempts.")
    groups = [Group(tuple(thing for thing, _ in group)) for group in placed]
    words = caption(plan, groups, rng)
    asked = question(preset, plan, groups, stage, variant, rng)
    things = [thing for group in placed for thing in group]
    blank = np.zeros((preset.side, preset.side), np.uint8)
    image, owner = paint(preset, things, split, rng) if painted else (np.stack([blank] * 3, -1), blank)
    return Scene(image, [thing for thing, _ in things], owner, groups, words, foil(words, plan), kind, truths(words, groups, plan, preset), asked)


def truths(words: list[Word], groups: list[Group], plan: Plan, preset: Preset) -> dict[int, set[str]]:
    """For every content word of a caption, what may stand in its place."""
    found: dict[int, set[str]] = {}
    for i, word in enumerate(words):
        if word.role in ("colour", "number", "relation", "size", "position"):
            found[i] = {word.text}
        elif word.role == "noun":
            found[i] = {word.text}
            said = {other.role: other.text for other in words if other.of == word.of}
            count = len(groups[word.of].members)
            for index, group in enumerate(groups):
                if index != word.of and (index in plan.named or not _fits(said, count, group, preset) or not _still(words, groups, plan, word.of, index)):
                    continue
                nouns = {group.first.cls.noun, *group.first.cls.also}
                found[i] |= {plural(noun) for noun in nouns} if count > 1 else nouns
    return found


def _fits(said: dict[str, str], count: int, group: Group, preset: Preset) -> bool:
    """Whether what a noun phrase says beside its noun holds of a group."""
    if len(group.members) != count or ("colour" in said and group.first.colour != said["colour"]):
        return False
    if "size" in said and size_of(group.first, preset.sizes) != said["size"]:
        return False
    return "position" not in said or position_of(group.first) == said["position"]


def _still(words: list[Word], groups: list[Group], plan: Plan, replaced: int, by: int) -> bool:
    """Whether the caption's relation or nearness survives one named group giving way to another."""
    pair = [groups[by if index == replaced else index].first for index in plan.named[:2]]
    if plan.relation:
        return relation_between(*pair) == plan.relation
    return not any(word.text in NEAR for word in words) or gap(*pair) <= NEAR_GAP

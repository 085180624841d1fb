"""One scene: an image, its objects, a true caption, and a foil that is false of it by one edit."""

import random
from dataclasses import dataclass, field
from functools import cache

import numpy as np

from .classes import ObjectClass, object_classes, same_or_also
from .compose import Placed, compose
from .grammar import Group, Word, caption, edit, opposite, relation_between, swap
from .presets import Preset, preset_named
from .words import HELD_OUT_PAIRS, NO_PLURAL, NUMBERS, plural

_PATIENCE = 10_000
VARIANTS = ("seen", "style", "pairs")


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


@dataclass(frozen=True)
class _Pool:
    emoji: tuple[ObjectClass, ...]
    countable: tuple[ObjectClass, ...]
    pairs: tuple[tuple[ObjectClass, str], ...]
    foil_pairs: tuple[tuple[ObjectClass, str], ...]


@cache
def _pool(preset_name: str, variant: str) -> _Pool:
    preset = preset_named(preset_name)
    emoji = tuple(c for c in object_classes() if preset.emoji and c.codes and (preset.name == "full" or c.preset == "cpu"))
    shapes = [c for c in object_classes() if c.is_shape]
    everything = tuple((s, colour) for s in shapes for colour in preset.colours)
    pairs = tuple((s, colour) for s, colour in everything if ((colour, s.noun) in HELD_OUT_PAIRS) == (variant == "pairs"))
    countable = tuple(c for c in (*emoji, *shapes) if c.noun not in NO_PLURAL and not c.noun.endswith("y"))
    return _Pool(emoji, countable, pairs, everything if variant == "pairs" else pairs)


def _draw(pool: _Pool, shape: bool, rng: random.Random) -> tuple[ObjectClass, str | None]:
    return rng.choice(pool.pairs) if shape else (rng.choice(pool.emoji), None)


def scene(preset: Preset | str, rng: random.Random, stage: int = 2, split: str = "train", variant: str = "seen", kind: str | None = None) -> Scene:
    """A scene of `preset` at curriculum `stage` (0, 1, 2). `kind` of foil is drawn by the preset's shares unless given.

    `variant`: "seen", or what training never shows: "style" (the held-out emoji style), "pairs" (the held-out colour and shape pairs).
    """
    preset = preset_named(preset) if isinstance(preset, str) else preset
    if variant not in VARIANTS:
        raise ValueError(f"There is no variant {variant!r}: expected one of {', '.join(VARIANTS)}.")
    if kind is None:
        shares = preset.foils[stage]
        kind = rng.choices(tuple(shares), tuple(shares.values()))[0]
    for _ in range(_PATIENCE):
        attempt = _attempt(preset, rng, stage, split, variant, kind)
        if attempt is not None:
            return attempt
    raise ValueError(f"Preset {preset.name!r} gave no scene with a foil of kind {kind!r} in {_PATIENCE} attempts.")


def _attempt(preset: Preset, rng: random.Random, stage: int, split: str, variant: str, kind: str) -> Scene | None:
    pool = _pool(preset.name, variant)
    weights = preset.objects[stage]
    count = rng.choices(range(1, len(weights) + 1), weights)[0]
    if kind in ("relation", "roles"):
        count = max(2, count)
    elif kind == "count":
        count = min(2, count)
    drawn = [_draw(pool, rng.random() < preset.shape_share or (i == 0 and (kind == "colour" or variant == "pairs")), rng) for i in range(count)]
    named_count = 2 if kind in ("relation", "roles") else min(count, 3, rng.choices((1, 2, 3), (0.3, 0.4, 0.3))[0])
    edited = 0  # the group that the foil speaks of is always the first drawn and always named
    replacement = _replacement(pool, drawn, kind, rng)
    if replacement is None:
        return None
    numbers = [rng.choice(preset.counts) if kind == "count" and i == edited else 1 for i in range(count)]
    wanted = [item for item, number in zip(drawn, numbers, strict=True) for _ in range(number)]
    composed = compose(preset, wanted, preset.scale[stage], split, variant == "style", rng)
    if composed is None:
        return None
    image, objects, owner = composed
    remaining = iter(objects)
    groups = [Group(tuple(next(remaining) for _ in range(number))) for number in numbers]
    named = [edited, *rng.sample(range(1, count), named_count - 1)]
    rng.shuffle(named)
    words = caption(groups, named, kind, rng)
    if words is None:
        return None
    foil = _foil(words, groups, named, kind, replacement, preset, rng)
    return Scene(image, objects, owner, groups, words, foil, kind, _truths(words, groups))


def _replacement(pool: _Pool, drawn: list[tuple[ObjectClass, str | None]], kind: str, rng: random.Random) -> tuple[ObjectClass, str | None] | None:
    """What the foil puts in place of the first drawn class; None where the draw is no valid scene. Drawing it blindly and rejecting the whole
    scene keeps truth and foil exchangeable."""
    first, colour = drawn[0]
    candidate = drawn[0]
    others = [cls for cls, _ in drawn]
    if kind == "object":
        same = [(cls, c) for cls, c in pool.foil_pairs if c == colour] if colour else pool.emoji
        picked = rng.choice(same)
        candidate = picked if colour else (picked, None)
        others.append(candidate[0])
    elif kind == "colour":
        if colour is None:
            return None
        candidate = rng.choice([(cls, c) for cls, c in pool.foil_pairs if cls.id == first.id])
        if candidate[1] == colour:
            return None
    elif kind == "count" and first not in pool.countable:
        return None
    elif kind == "roles" and len({c is None for _, c in drawn}) > 1:
        return None
    if any(same_or_also(a, b) for i, a in enumerate(others) for b in others[:i]):
        return None
    return candidate


def _foil(
    words: list[Word], groups: list[Group], named: list[int], kind: str, replacement: tuple[ObjectClass, str | None], preset: Preset, rng: random.Random
) -> list[Word]:
    if kind == "object":
        return edit(words, "noun", 0, replacement[0].noun)
    if kind == "colour":
        return edit(words, "colour", 0, replacement[1])
    if kind == "count":
        other = rng.choice([n for n in preset.counts if n != len(groups[0].members)])
        return edit(words, "number", 0, NUMBERS[other - 1])
    return opposite(words) if kind == "relation" else swap(words, *named)


def _truths(words: list[Word], groups: list[Group]) -> dict[int, set[str]]:
    named = list(dict.fromkeys(word.of for word in words if word.of >= 0))
    relation = any(word.role == "relation" for word in words)
    truths: dict[int, set[str]] = {}
    for i, word in enumerate(words):
        if word.role in ("colour", "number", "relation"):
            truths[i] = {word.text}
        elif word.role == "noun":
            truths[i] = {word.text}
            size, colour = len(groups[word.of].members), groups[word.of].first.colour
            for index, group in enumerate(groups):
                if index in named or len(group.members) != size or (colour is not None and group.first.colour != colour):
                    continue
                if relation and not _still_related(groups, named, word.of, group.first):
                    continue
                truths[i].add(plural(group.first.cls.noun) if size > 1 else group.first.cls.noun)
    return truths


def _still_related(groups: list[Group], named: list[int], replaced: int, by: Placed) -> bool:
    before = [groups[index].first for index in named]
    after = [by if index == replaced else groups[index].first for index in named]
    return relation_between(*before) == relation_between(*after)

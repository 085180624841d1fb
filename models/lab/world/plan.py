"""What a scene is to show and its caption to say, decided before anything is placed or drawn.

Whatever the foil will say instead is drawn here too, from the same distribution as the truth, and a draw that does not work for both is thrown
away as a whole: caption and foil are exchangeable, and text alone cannot tell them apart."""

import random
from dataclasses import dataclass
from functools import cache

from .classes import ObjectClass, object_classes, same_or_also
from .holdout import pair_held_out, triple_held_out
from .presets import Preset, preset_named
from .words import NO_PLURAL, OPPOSITE, POSITIONS, plural

VARIANTS = ("seen", "style", "pairs", "triples")
KINDS = ("object", "colour", "count", "relation", "roles", "size", "position")
RELATED = ("relation", "roles")


@dataclass
class Item:
    """Instances of one class. `size` and `position` are demands on the layout that hold of a single instance; `coloured` and `placed` say whether
    the caption speaks of colour and position (it always speaks of a size that is demanded)."""

    cls: ObjectClass
    colour: str | None
    number: int = 1
    size: str | None = None
    position: str | None = None
    coloured: bool = True
    placed: bool = False


@dataclass
class Plan:
    """`named` are the items of the caption in its order, item 0, the edited one, always among them; `relation` is where the first named is as seen
    from the second; `false` is what the foil says of item 0, as an item; `asked` the item that a question about its number or place suits."""

    kind: str
    items: list[Item]
    named: list[int]
    relation: str | None
    false: Item
    asked: int | None = None
    wish: str = ""


@dataclass(frozen=True)
class Pool:
    """Classes that a variant of a preset draws from; for shapes, of scenes and of foils, with their colours."""

    emoji: tuple[ObjectClass, ...]
    pairs: tuple[tuple[ObjectClass, str], ...]
    foil_pairs: tuple[tuple[ObjectClass, str], ...]


@cache
def pool(preset_name: str, variant: str) -> Pool:
    """What `variant` of the preset draws from."""
    preset = preset_named(preset_name)
    shapes = [c for c in object_classes() if c.is_shape]
    everything = tuple((s, colour) for s in shapes for colour in preset.colours)
    pairs = tuple((s, colour) for s, colour in everything if pair_held_out(colour, s.noun) == (variant == "pairs"))
    return Pool(emoji_classes(preset), pairs, everything if variant == "pairs" else pairs)


def emoji_classes(preset: Preset) -> tuple[ObjectClass, ...]:
    """Classes of the preset that are pictured by emoji."""
    return tuple(c for c in object_classes() if preset.emoji and c.codes and (preset.name == "full" or c.preset == "cpu"))


def countable(cls: ObjectClass) -> bool:
    """Whether its noun has a regular plural that is the noun and an ending (strawberries falls into letters)."""
    return cls.noun not in NO_PLURAL and not plural(cls.noun).endswith("ies")


def draw_item(pool: Pool, shape: bool, rng: random.Random) -> Item:
    """One class, with a colour where it is a drawn shape."""
    return Item(*rng.choice(pool.pairs)) if shape else Item(rng.choice(pool.emoji), None)


def draw_items(preset: Preset, stage: int, variant: str, kind: str, rng: random.Random) -> list[Item]:
    """The classes of a scene with a foil of this kind, not yet checked against each other."""
    weights = preset.objects[stage]
    count = rng.choices(range(1, len(weights) + 1), weights)[0]
    count = max(2, count) if kind in RELATED else min(2, count) if kind == "count" else count
    needs_shape = kind == "colour" or variant == "pairs"
    return [draw_item(pool(preset.name, variant), rng.random() < preset.shape_share or (i == 0 and needs_shape), rng) for i in range(count)]


def draw_plan(preset: Preset, stage: int, variant: str, kind: str, rng: random.Random) -> Plan | None:
    """A plan for a foil of this kind, None where what was drawn does not go together."""
    items = draw_items(preset, stage, variant, kind, rng)
    extra = preset.extras[stage]
    related = kind in RELATED or (kind in ("object", "colour", "size") and len(items) > 1 and rng.random() < preset.related[stage])
    length = 2 if related else min(len(items), rng.choices((1, 2, 3), (0.3, 0.4, 0.3))[0])
    if kind == "position":
        length = min(length, 2)
    named = [0, *rng.sample(range(1, len(items)), length - 1)]
    relation = rng.choice(("left", "right", "above", "below")) if related else None
    for item in items:
        item.coloured = kind in ("colour", "roles") or rng.random() >= 0.15
    wish, asked = _wish(preset, stage, kind, items, named if related else [], rng)
    if kind == "count" and wish != "count":
        items[0].number = rng.choice(preset.counts)
    if kind != "roles":
        _describe(kind, extra, items, named, related, rng)
    first = items[0]
    false = Item(first.cls, first.colour, first.number, first.size, first.position, first.coloured, first.placed)
    if not _falsify(false, kind, pool(preset.name, variant), preset, {item.position for item in items}, rng):
        return None
    others = [*items, false] if kind == "object" else items
    if any(same_or_also(a.cls, b.cls) for i, a in enumerate(others) for b in others[:i]):
        return None
    if not all(countable(item.cls) for item in _counted(kind, items, false, asked if wish == "count" else None)):
        return None
    if kind == "roles" and len({item.colour is None for item in (items[i] for i in named)}) > 1:
        return None
    rng.shuffle(named)
    if relation:
        told = [items[i] for i in named], [false if i == 0 else items[i] for i in named]
        if any(triple_held_out(a.cls.noun, relation, b.cls.noun) != (variant == "triples") for a, b in told):
            return None
    elif variant == "triples":
        return None
    return Plan(kind, items, named, relation, false, asked, wish)


def _counted(kind: str, items: list[Item], false: Item, asked: int | None) -> list[Item]:
    """What must have a plural. Whether that includes a thing never hangs on the number that was drawn for it, or numbers would tell nouns apart."""
    if kind == "count" and asked is not None:
        return items
    counted = [item for item in (*items, false) if item.number > 1]
    return counted if asked is None else [*counted, items[asked], *([false] if asked == 0 else [])]


def _wish(preset: Preset, stage: int, kind: str, items: list[Item], related: list[int], rng: random.Random) -> tuple[str, int | None]:
    """Arranges one item for a question about its number or its place, so that every answer is equally frequent whatever the noun."""
    shares = preset.wishes[stage]
    wish = rng.choices(tuple(shares), tuple(shares.values()))[0]
    if wish == "count" and kind == "count":
        if len(items) < 2:
            return "", None
        number = rng.choice((1, *preset.counts))
        if number > 1:
            items[0].number = number
            return "count", 0
        items[0].number = rng.choice(preset.counts)
        return "count", 1
    taken = {*related, *([0] if kind in ("count", "size", "position") else [])}
    free = [index for index in range(len(items)) if index not in taken and not (wish == "count" and len(items) > 3)]
    if wish == "" or not free:
        return "", None
    asked = rng.choice(free)
    if wish == "count":
        items[asked].number = rng.choice((1, *preset.counts))
    else:
        items[asked].position = rng.choice(POSITIONS)
    return wish, asked


def _describe(kind: str, extra: float, items: list[Item], named: list[int], related: bool, rng: random.Random) -> None:
    """Sizes and places that the caption will speak of."""
    for index in named:
        item, edited = items[index], index == 0
        if item.number > 1 or (kind == "count" and edited):
            continue
        if (kind == "size" and edited) or rng.random() < extra:
            item.size = rng.choice(("small", "large"))
        if (kind == "position" and edited) or (not related and len(named) < 3 and rng.random() < extra):
            occupied = {other.position for other in items}
            item.position = item.position or rng.choice([p for p in POSITIONS if p not in occupied])
            item.placed = True


def _falsify(false: Item, kind: str, drawn: Pool, preset: Preset, occupied: set[str | None], rng: random.Random) -> bool:
    """Makes `false`, a copy of item 0, what the foil says of it (a place that is not occupied). It is drawn blindly: False where it came out true."""
    if kind == "object":
        same = [cls for cls, colour in drawn.foil_pairs if colour == false.colour] if false.colour else drawn.emoji
        false.cls = rng.choice(same)
        return True
    if kind == "colour":
        true = false.colour
        false.colour = rng.choice([colour for cls, colour in drawn.foil_pairs if cls.id == false.cls.id])
        return true is not None and false.colour != true
    if kind == "count":
        false.number = rng.choice([n for n in preset.counts if n != false.number])
    elif kind == "size":
        false.size = OPPOSITE[false.size or ""]
    elif kind == "position":
        false.position = rng.choice([p for p in POSITIONS if p not in occupied])
    return True

"""Where the objects of a plan go: sizes and boxes, found by drawing until every demand holds. Nothing is painted yet."""

import random
from dataclasses import dataclass

from .compose import Look, Placed, draw_look
from .facts import CENTRE_MARGIN, POSITION_MARGIN, POSITION_RATIO, RELATION_MARGIN, RELATION_RATIO, position_of, relation_between
from .plan import Item, Plan
from .presets import Preset

_ROUNDS, _TRIES, _SPOTS = 6, 8, 16
_SHRINK = (1.0, 1.0, 0.9, 0.75, 0.66, 0.6, 0.55, 0.5, 0.46)  # by number of instances
_TOWARDS = {"left": (-1, 0), "right": (1, 0), "top": (0, -1), "bottom": (0, 1), "above": (0, -1), "below": (0, 1)}
_FROM = {"left": "right", "right": "left", "above": "below", "below": "above"}

Corners = tuple[int, int, int, int]


@dataclass
class _Instance:
    item: Item
    look: Look
    anchor: int | None = None  # the instance that it is related to, and where it is as seen from there
    relation: str | None = None


def arrange(preset: Preset, plan: Plan, stage: int, styles: tuple[str, ...], rng: random.Random) -> list[list[tuple[Placed, Look]]] | None:
    """The instances of every item of `plan`, placed; None where they found no room in many attempts, which become smaller."""
    low, high = preset.scale[stage]
    shrink = _SHRINK[min(sum(item.number for item in plan.items), len(_SHRINK) - 1)]
    for _ in range(_ROUNDS):
        instances, firsts = [], []
        for item in plan.items:
            span = {"small": preset.small, "large": preset.large}.get(item.size or "", (low * shrink, high * shrink))
            firsts.append(len(instances))
            instances += [_Instance(item, draw_look(preset, item.cls, item.colour, rng.uniform(*span), styles, rng)) for _ in range(item.number)]
        if plan.relation:
            a, b = (firsts[index] for index in plan.named[:2])
            instances[a].anchor, instances[a].relation = b, plan.relation
            instances[b].anchor, instances[b].relation = a, _FROM[plan.relation]
        for _ in range(_TRIES):
            boxes = _boxes(preset, instances, rng)
            if boxes is not None:
                placed = [
                    (Placed(i.item.cls, i.item.colour, tuple(v / preset.side for v in box), i.look.row, i.look.tint, i.look.flip), i.look)
                    for i, box in zip(instances, boxes, strict=True)
                ]
                groups = [placed[start : start + item.number] for start, item in zip(firsts, plan.items, strict=True)]
                if _holds(plan, groups):
                    return groups
        shrink *= 0.9
    return None


def _holds(plan: Plan, groups: list[list[tuple[Placed, Look]]]) -> bool:
    if any(item.position and position_of(group[0][0]) != item.position for item, group in zip(plan.items, groups, strict=True)):
        return False
    return plan.relation is None or relation_between(*(groups[index][0][0] for index in plan.named[:2])) == plan.relation


def _boxes(preset: Preset, instances: list[_Instance], rng: random.Random) -> list[Corners] | None:
    """A box for every instance, the most demanding first."""
    found: dict[int, Corners] = {}
    order = sorted(range(len(instances)), key=lambda k: (instances[k].item.position is None, instances[k].anchor is None, -max(instances[k].look.extent)))
    for k in order:
        box = _spot(preset, instances[k], found, rng)
        if box is None:
            return None
        found[k] = box
    return [found[k] for k in range(len(instances))]


def _spot(preset: Preset, instance: _Instance, others: dict[int, Corners], rng: random.Random) -> Corners | None:
    (width, height), side, position = instance.look.extent, preset.side, instance.item.position
    anchor = others.get(instance.anchor) if instance.anchor is not None else None
    for _ in range(_SPOTS):
        if position == "centre":
            reach = CENTRE_MARGIN * side
            centre = side / 2 + rng.uniform(-reach, reach), side / 2 + rng.uniform(-reach, reach)
        elif position:
            centre = _towards((side / 2, side / 2), position, POSITION_MARGIN * side, POSITION_RATIO, instance.look.extent, side, rng)
        elif anchor:
            middle = (anchor[0] + anchor[2]) / 2, (anchor[1] + anchor[3]) / 2
            centre = _towards(middle, instance.relation or "", RELATION_MARGIN * side, RELATION_RATIO, instance.look.extent, side, rng)
        else:
            centre = rng.uniform(width / 2, side - width / 2), rng.uniform(height / 2, side - height / 2)
        if centre is None:
            return None
        x, y = round(centre[0] - width / 2), round(centre[1] - height / 2)
        box = x, y, x + width, y + height
        if min(x, y) >= 0 and max(box[2:]) <= side and _fits(box, others, preset.overlap):
            return box
    return None


def _towards(
    start: tuple[float, float], direction: str, margin: float, ratio: float, extent: tuple[int, int], side: int, rng: random.Random
) -> tuple[float, float] | None:
    """A centre that lies clearly in that direction from `start` and keeps the box inside the picture; None where there is no such."""
    axis = 0 if _TOWARDS[direction][0] else 1
    sign = _TOWARDS[direction][axis]
    along, across = extent[axis] / 2, extent[1 - axis] / 2
    room = side - along - start[axis] if sign > 0 else start[axis] - along
    if room < margin:
        return None
    distance = rng.uniform(margin, room)
    low = max(across, start[1 - axis] - distance / ratio)
    high = min(side - across, start[1 - axis] + distance / ratio)
    if low > high:
        return None
    ahead, aside = start[axis] + sign * distance, rng.uniform(low, high)
    return (ahead, aside) if axis == 0 else (aside, ahead)


def _fits(box: Corners, others: dict[int, Corners], overlap: float) -> bool:
    x0, y0, x1, y1 = box
    for a0, b0, a1, b1 in others.values():
        width, height = min(x1, a1) - max(x0, a0), min(y1, b1) - max(y0, b0)
        if width > 0 and height > 0 and width * height > overlap * min((x1 - x0) * (y1 - y0), (a1 - a0) * (b1 - b0)):
            return False
    return True

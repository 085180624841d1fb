"""Questions with short answers. Within one form of question every answer is equally frequent, whatever else the question says: what is asked of a
number or a place was drawn for it by the plan."""

import random
from collections.abc import Callable

from .asking import Asking, Question, be
from .classes import object_classes
from .compose import Placed
from .grammar import Group, Word, fill, place_phrase, plain
from .plan import Plan, emoji_classes
from .presets import Preset, preset_named
from .words import NUMBERS, OPPOSITE, POSITIONS, plural
from .yes_no import yes_no

_SHARES = {"what": 0.25, "colour": 0.45, "yes/no": 0.3}  # where the plan arranged nothing for a number or a place
_ASKED = 0.85  # how often what was arranged is asked for

WHOLE = ("what is in the picture ?", "what is this ?", "what can you see ?", "what can you see in the picture ?")
AT = ("what is {} ?", "what is {} of the picture ?", "what can you see {} ?")
BESIDE = {
    "left": ("what is left of {} ?", "what is to the left of {} ?", "what is on the left of {} ?"),
    "right": ("what is right of {} ?", "what is to the right of {} ?", "what is on the right of {} ?"),
    "above": ("what is above {} ?", "what can you see above {} ?"),
    "below": ("what is below {} ?", "what can you see below {} ?"),
}
SHAPE = ("which shape is {} ?", "what shape is {} ?")
COLOUR = ("what colour is {} ?", "which colour is {} ?", "what is the colour of {} ?", "what colour does {} have ?")
COUNT = ("how many {} are there ?", "how many {} can you see ?", "how many {} are in the picture ?")
WHERE = ("where {be} {} ?", "where in the picture {be} {} ?")
IS_AT = ("{be} {} {} ?", "can you see {} {} ?")


def answers(preset: Preset | str) -> tuple[str, ...]:
    """Every answer of a preset, in an order that is fixed: nouns, colours, numbers, places, yes, no."""
    preset = preset_named(preset) if isinstance(preset, str) else preset
    nouns = [c.noun for c in object_classes() if c.is_shape] + [c.noun for c in emoji_classes(preset)]
    return (*nouns, *preset.colours, *NUMBERS[: max(preset.counts)], *POSITIONS, "yes", "no")


def question(preset: Preset, plan: Plan, groups: list[Group], stage: int, variant: str, rng: random.Random) -> Question | None:
    """A question about a scene; of its kinds, drawn in order of their shares, the first that the scene allows. None where it allows none."""
    asking = Asking(preset, plan, groups, stage, variant, rng)
    ask: dict[str, Callable[[Asking], Question | None]] = {"what": _what, "colour": _colour, "yes/no": yes_no}
    if rng.random() < _ASKED:
        arranged = _count(asking) if plan.wish == "count" else _place(asking)
        if arranged:
            return arranged
    shares = dict(_SHARES)
    while shares:
        kind = rng.choices(tuple(shares), tuple(shares.values()))[0]
        found = ask[kind](asking)
        if found:
            return found
        del shares[kind]
    return None


def _count(a: Asking) -> Question:
    index = a.plan.asked or 0
    group = a.groups[index]
    words = fill(a.rng.choice(COUNT), [[Word(plural(group.first.cls.noun), "noun", index)]])
    return Question(tuple(words), NUMBERS[len(group.members) - 1], "count")


def _place(a: Asking) -> Question | None:
    """Where a thing is that the plan put in its place, or what is in that place, or whether it is there."""
    arranged = [index for index, item in enumerate(a.plan.items) if item.position]
    if not arranged:
        return None
    index, form = a.rng.choice(arranged), a.rng.random()
    position, noun = a.plan.items[index].position or "", a.groups[index].first.cls.noun
    others = [placed for k, group in enumerate(a.groups) if k != index for placed in group.members]
    if form < 0.15 and position != "centre":
        yes = a.rng.random() < 0.5
        said = position if yes else OPPOSITE[position]
        words = fill(be(a.rng.choice(IS_AT), noun), [a.the(index), place_phrase(said, index)])
        return Question(tuple(words), "yes" if yes else "no", "yes/no")
    if form < 0.45 and all(_away(placed, position) for placed in others):
        return Question(tuple(fill(a.rng.choice(AT), [place_phrase(position, -1)])), noun, "what")
    return Question(tuple(fill(be(a.rng.choice(WHERE), noun), [a.the(index)])), position, "where")


def _away(placed: Placed, position: str) -> bool:
    """Whether something is clearly not in that place of the picture, not even halfway."""
    x, y = placed.centre
    if position == "centre":
        return max(abs(x - 0.5), abs(y - 0.5)) > 0.15
    return {"left": x > 0.42, "right": x < 0.58, "top": y > 0.42, "bottom": y < 0.58}[position]


def _what(a: Asking) -> Question | None:
    forms = [_what_beside, _what_shape, _what_whole]
    a.rng.shuffle(forms)
    return next((found for form in forms if (found := form(a))), None)


def _what_whole(a: Asking) -> Question | None:
    if len(a.groups) > 1 or len(a.groups[0].members) > 1:
        return None
    return Question(tuple(plain(a.rng.choice(WHOLE))), a.groups[0].first.cls.noun, "what")


def _what_shape(a: Asking) -> Question | None:
    colours = [group.first.colour for group in a.groups if group.first.colour]
    single = [index for index, group in enumerate(a.groups) if group.first.colour and colours.count(group.first.colour) == 1]
    if not single:
        return None
    placed = a.groups[index := a.rng.choice(single)].first
    words = fill(a.rng.choice(SHAPE), [[Word(placed.colour or "", "colour", index)]])
    return Question(tuple(words), placed.cls.noun, "what")


def _what_beside(a: Asking) -> Question | None:
    pair = a.pair()
    if pair is None:
        return None
    one, two, relation = pair
    x, y = a.groups[two].first.centre
    beyond = {"left": lambda p: p[0] > x - 0.05, "right": lambda p: p[0] < x + 0.05, "above": lambda p: p[1] > y - 0.05, "below": lambda p: p[1] < y + 0.05}
    others = [placed for k, group in enumerate(a.groups) if k not in (one, two) for placed in group.members]
    if not all(beyond[relation](placed.centre) for placed in others):
        return None
    words = fill(a.rng.choice(BESIDE[relation]), [a.the(two)], relation)
    return Question(tuple(words), a.groups[one].first.cls.noun, "what")


def _colour(a: Asking) -> Question | None:
    shapes = [index for index in a.singles() if a.groups[index].first.colour]
    if not shapes:
        return None
    index = a.rng.choice(shapes)
    return Question(tuple(fill(a.rng.choice(COLOUR), [a.the(index, coloured=False)])), a.groups[index].first.colour or "", "colour")

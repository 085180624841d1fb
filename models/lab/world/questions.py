"""Questions with short answers. Within one form of question every answer is equally frequent, whatever else the question says: what is asked of a
number or a place was drawn for it by the plan, and a "no" is made of a second plan as a "yes" is of the first."""

import random
from collections.abc import Callable
from dataclasses import dataclass

from .classes import object_classes, same_or_also
from .compose import Placed
from .facts import relation_between
from .grammar import Group, Word, agree, fill, place_phrase, plain
from .holdout import triple_held_out
from .plan import Plan, draw_plan, emoji_classes, pool
from .presets import Preset, preset_named
from .words import NUMBERS, OPPOSITE, PLURAL_FORM, POSITIONS, plural

QUESTION_KINDS = ("what", "colour", "count", "where", "yes/no")
_SHARES = (0.25, 0.45, 0.0, 0.0, 0.3)  # where the plan arranged nothing for a number or a place
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
EXISTS = ("{be} there {} ?", "{be} there {} in the picture ?", "can you see {} ?", "does the picture have {} ?")
IS_COLOUR = ("is {} {} ?", "is the colour of {} {} ?")
IS_AT = ("{be} {} {} ?", "can you see {} {} ?")
IS_NUMBER = ("are there {} ?", "are there {} in the picture ?", "can you see {} ?")
IS_BESIDE = {
    "left": ("{be} {} left of {} ?", "{be} {} to the left of {} ?", "{be} {} on the left of {} ?"),
    "right": ("{be} {} right of {} ?", "{be} {} to the right of {} ?", "{be} {} on the right of {} ?"),
    "above": ("{be} {} above {} ?",),
    "below": ("{be} {} below {} ?",),
}


@dataclass(frozen=True)
class Question:
    """The words of a question, its one-word answer, and what it asks for: one of QUESTION_KINDS."""

    words: tuple[Word, ...]
    answer: str
    kind: str


@dataclass(frozen=True)
class _Asking:
    preset: Preset
    plan: Plan
    groups: list[Group]
    stage: int
    variant: str
    rng: random.Random

    def singles(self) -> list[int]:
        return [index for index, group in enumerate(self.groups) if len(group.members) == 1]

    def the(self, index: int, coloured: bool = True) -> list[Word]:
        """`the dog`, `the red star`, `the star`."""
        placed = self.groups[index].first
        colour = [Word(placed.colour, "colour", index)] if placed.colour and coloured and self.rng.random() < 0.3 else []
        return [Word("the"), *colour, Word(placed.cls.noun, "noun", index)]


def answers(preset: Preset | str) -> tuple[str, ...]:
    """Every answer of a preset, in an order that is fixed: nouns, colours, numbers, places, yes, no."""
    preset = preset_named(preset) if isinstance(preset, str) else preset
    nouns = [c.noun for c in object_classes() if c.is_shape] + [c.noun for c in emoji_classes(preset)]
    return (*nouns, *preset.colours, *NUMBERS[: max(preset.counts)], *POSITIONS, "yes", "no")


def question(preset: Preset, plan: Plan, groups: list[Group], stage: int, variant: str, rng: random.Random) -> Question | None:
    """A question about a scene; of its kinds, drawn in order of their shares, the first that the scene allows. None where it allows none."""
    asking = _Asking(preset, plan, groups, stage, variant, rng)
    ask: dict[str, Callable[[_Asking], Question | None]] = {"what": _what, "colour": _colour, "yes/no": _yes_no}
    if rng.random() < _ASKED:
        arranged = _count(asking) if plan.wish == "count" else _place(asking)
        if arranged:
            return arranged
    kinds, shares = list(QUESTION_KINDS), list(_SHARES)
    while sum(shares):
        index = rng.choices(range(len(kinds)), shares)[0]
        found = ask[kinds[index]](asking)
        if found:
            return found
        shares[index] = 0.0
    return None


def _be(template: str, noun: str) -> str:
    return template.replace("{be}", "are" if noun in PLURAL_FORM else "is")


def _count(a: _Asking) -> Question:
    index = a.plan.asked or 0
    group = a.groups[index]
    words = fill(a.rng.choice(COUNT), [[Word(plural(group.first.cls.noun), "noun", index)]])
    return Question(tuple(words), NUMBERS[len(group.members) - 1], "count")


def _place(a: _Asking) -> Question | None:
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
        words = fill(_be(a.rng.choice(IS_AT), noun), [a.the(index), place_phrase(said, index)])
        return Question(tuple(words), "yes" if yes else "no", "yes/no")
    if form < 0.45 and all(_away(placed, position) for placed in others):
        return Question(tuple(fill(a.rng.choice(AT), [place_phrase(position, -1)])), noun, "what")
    return Question(tuple(fill(_be(a.rng.choice(WHERE), noun), [a.the(index)])), position, "where")


def _away(placed: Placed, position: str) -> bool:
    """Whether something is clearly not in that place of the picture, not even halfway."""
    x, y = placed.centre
    if position == "centre":
        return max(abs(x - 0.5), abs(y - 0.5)) > 0.15
    return {"left": x > 0.42, "right": x < 0.58, "top": y > 0.42, "bottom": y < 0.58}[position]


def _what(a: _Asking) -> Question | None:
    forms = [_what_beside, _what_shape, _what_whole]
    a.rng.shuffle(forms)
    return next((found for form in forms if (found := form(a))), None)


def _what_whole(a: _Asking) -> Question | None:
    if len(a.groups) > 1 or len(a.groups[0].members) > 1:
        return None
    return Question(tuple(plain(a.rng.choice(WHOLE))), a.groups[0].first.cls.noun, "what")


def _what_shape(a: _Asking) -> Question | None:
    colours = [group.first.colour for group in a.groups if group.first.colour]
    single = [index for index, group in enumerate(a.groups) if group.first.colour and colours.count(group.first.colour) == 1]
    if not single:
        return None
    placed = a.groups[index := a.rng.choice(single)].first
    words = fill(a.rng.choice(SHAPE), [[Word(placed.colour or "", "colour", index)]])
    return Question(tuple(words), placed.cls.noun, "what")


def _pair(a: _Asking) -> tuple[int, int, str] | None:
    """Two single things in a clear relation that the variant may put into words."""
    singles = a.singles()
    if len(singles) < 2:
        return None
    one, two = a.rng.sample(singles, 2)
    first, second = a.groups[one].first, a.groups[two].first
    relation = relation_between(first, second)
    if relation is None or triple_held_out(first.cls.noun, relation, second.cls.noun) != (a.variant == "triples"):
        return None
    return one, two, relation


def _what_beside(a: _Asking) -> Question | None:
    pair = _pair(a)
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


def _colour(a: _Asking) -> Question | None:
    shapes = [index for index in a.singles() if a.groups[index].first.colour]
    if not shapes:
        return None
    index = a.rng.choice(shapes)
    return Question(tuple(fill(a.rng.choice(COLOUR), [a.the(index, coloured=False)])), a.groups[index].first.colour or "", "colour")


def _yes_no(a: _Asking) -> Question | None:
    forms = [_exists, _is_beside, _is_colour, _is_number]
    a.rng.shuffle(forms)
    return next((found for form in forms if (found := form(a))), None)


def _answered(words: list[Word], yes: bool) -> Question:
    return Question(tuple(words), "yes" if yes else "no", "yes/no")


def _exists(a: _Asking) -> Question | None:
    """Whether a class of this plan is there, or one of a second plan; both plans lack the other's."""
    shadow = next((plan for _ in range(50) if (plan := draw_plan(a.preset, a.stage, a.variant, a.plan.kind, a.rng))), None)
    if shadow is None:
        return None
    mine, theirs = a.rng.randrange(len(a.groups)), a.rng.choice(shadow.items).cls
    here = a.groups[mine].first.cls
    if any(same_or_also(theirs, group.first.cls) for group in a.groups) or any(same_or_also(here, item.cls) for item in shadow.items):
        return None
    yes = a.rng.random() < 0.5
    noun, index = (here.noun, mine) if yes else (theirs.noun, -1)
    template = _be(a.rng.choice(EXISTS), noun)
    return _answered(agree(fill(template, [[Word("a", "article"), Word(noun, "noun", index)]])), yes)


def _is_beside(a: _Asking) -> Question | None:
    pair = _pair(a)
    if pair is None:
        return None
    one, two, relation = pair
    yes = a.rng.random() < 0.5
    said = relation if yes else OPPOSITE[relation]
    template = _be(a.rng.choice(IS_BESIDE[said]), a.groups[one].first.cls.noun)
    return _answered(fill(template, [a.the(one), a.the(two)], said), yes)


def _is_colour(a: _Asking) -> Question | None:
    shapes = [index for index in a.singles() if a.groups[index].first.colour]
    if not shapes:
        return None
    index = a.rng.choice(shapes)
    true, shape = a.groups[index].first.colour, a.groups[index].first.cls
    yes = a.rng.random() < 0.5
    false = [colour for cls, colour in pool(a.preset.name, a.variant).foil_pairs if cls.id == shape.id and colour != true]
    said = true if yes else a.rng.choice(false)
    return _answered(fill(a.rng.choice(IS_COLOUR), [a.the(index, coloured=False), [Word(said or "", "colour", index)]]), yes)


def _is_number(a: _Asking) -> Question | None:
    several = [index for index, group in enumerate(a.groups) if len(group.members) > 1]
    if not several:
        return None
    index = a.rng.choice(several)
    count, noun = len(a.groups[index].members), plural(a.groups[index].first.cls.noun)
    yes = a.rng.random() < 0.5
    said = count if yes else a.rng.choice([n for n in a.preset.counts if n != count])
    phrase = [Word(NUMBERS[said - 1], "number", index), Word(noun, "noun", index)]
    return _answered(fill(a.rng.choice(IS_NUMBER), [phrase]), yes)

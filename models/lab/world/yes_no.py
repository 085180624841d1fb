"""Questions that are answered by yes or no. The truth and what is false are exchangeable, and a coin decides which is asked: a "no" about a class
is made of a second plan as a "yes" is of the scene's own, one about a relation by its opposite."""

from .asking import Asking, Question, be
from .classes import same_or_also
from .grammar import Word, agree, fill
from .plan import draw_plan, pool
from .words import NUMBERS, OPPOSITE, plural

EXISTS = ("{be} there {} ?", "{be} there {} in the picture ?", "can you see {} ?", "does the picture have {} ?")
IS_COLOUR = ("is {} {} ?", "is the colour of {} {} ?")
IS_NUMBER = ("are there {} ?", "are there {} in the picture ?", "can you see {} ?")
IS_BESIDE = {
    "left": ("{be} {} left of {} ?", "{be} {} to the left of {} ?", "{be} {} on the left of {} ?"),
    "right": ("{be} {} right of {} ?", "{be} {} to the right of {} ?", "{be} {} on the right of {} ?"),
    "above": ("{be} {} above {} ?",),
    "below": ("{be} {} below {} ?",),
}


def yes_no(a: Asking) -> Question | None:
    """Of the four forms, in any order, the first that the scene allows."""
    forms = [_exists, _is_beside, _is_colour, _is_number]
    a.rng.shuffle(forms)
    return next((found for form in forms if (found := form(a))), None)


def _answered(words: list[Word], yes: bool) -> Question:
    return Question(tuple(words), "yes" if yes else "no", "yes/no")


def _exists(a: Asking) -> Question | None:
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
    template = be(a.rng.choice(EXISTS), noun)
    return _answered(agree(fill(template, [[Word("a", "article"), Word(noun, "noun", index)]])), yes)


def _is_beside(a: Asking) -> Question | None:
    pair = a.pair()
    if pair is None:
        return None
    one, two, relation = pair
    yes = a.rng.random() < 0.5
    said = relation if yes else OPPOSITE[relation]
    template = be(a.rng.choice(IS_BESIDE[said]), a.groups[one].first.cls.noun)
    return _answered(fill(template, [a.the(one), a.the(two)], said), yes)


def _is_colour(a: Asking) -> Question | None:
    shapes = [index for index in a.singles() if a.groups[index].first.colour]
    if not shapes:
        return None
    index = a.rng.choice(shapes)
    true, shape = a.groups[index].first.colour, a.groups[index].first.cls
    yes = a.rng.random() < 0.5
    false = [colour for cls, colour in pool(a.preset.name, a.variant).foil_pairs if cls.id == shape.id and colour != true]
    said = true if yes else a.rng.choice(false)
    return _answered(fill(a.rng.choice(IS_COLOUR), [a.the(index, coloured=False), [Word(said or "", "colour", index)]]), yes)


def _is_number(a: Asking) -> Question | None:
    several = [index for index, group in enumerate(a.groups) if len(group.members) > 1]
    if not several:
        return None
    index = a.rng.choice(several)
    count, noun = len(a.groups[index].members), plural(a.groups[index].first.cls.noun)
    yes = a.rng.random() < 0.5
    said = count if yes else a.rng.choice([n for n in a.preset.counts if n != count])
    phrase = [Word(NUMBERS[said - 1], "number", index), Word(noun, "noun", index)]
    return _answered(fill(a.rng.choice(IS_NUMBER), [phrase]), yes)

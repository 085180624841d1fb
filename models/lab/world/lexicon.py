"""The words that a model of a preset was trained on: the page marks words outside of them."""

from . import grammar, questions, yes_no
from .classes import object_classes
from .plan import countable, emoji_classes
from .presets import Preset, preset_named
from .words import NUMBERS, POSITIONS, PREPOSITION, RELATION_WORDS, SIZES, plural


def lexicon(preset: Preset | str) -> dict[str, list[str]]:
    """`{"words": [...], "content": [...]}` of a preset, sorted: every word of its captions, foils and questions, and those that name, colour,
    count, size, place or relate."""
    preset = preset_named(preset) if isinstance(preset, str) else preset
    classes = [*emoji_classes(preset), *(c for c in object_classes() if c.is_shape)]
    names = {name for c in classes for name in (c.noun, *([plural(c.noun)] if countable(c) else []))}
    content = {*names, *preset.colours, *RELATION_WORDS, *SIZES, *POSITIONS, *(NUMBERS[n - 1] for n in preset.counts)}
    words = content | {word for template in _templates() for word in template.split() if word.isalpha()}
    words |= {"a", "an", "some", "the", *PREPOSITION.values()}
    return {"words": sorted(words), "content": sorted(content)}


def _templates() -> list[str]:
    g, q, y = grammar, questions, yes_no
    lists = (g.FRAMES, g.SINGULAR, g.SEVERAL, g.INSIDE, g.PLACE_FIRST_SINGULAR, g.PAIRS, g.TRIPLES, *g.RELATIONS.values())
    asked = (q.WHOLE, q.AT, *q.BESIDE.values(), q.SHAPE, q.COLOUR, q.COUNT, q.WHERE, y.EXISTS, y.IS_COLOUR, y.IS_NUMBER, *y.IS_BESIDE.values(), q.IS_AT)
    return [template.replace("{be}", verb) for templates in (*lists, *asked) for template in templates for verb in ("is", "are")]

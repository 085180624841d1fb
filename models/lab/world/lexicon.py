"""The words that a model of a preset was trained on: the page marks words outside of them."""

from .classes import object_classes
from .grammar import FRAMES, PAIRS, RELATIONS, TRIPLES
from .presets import Preset, preset_named
from .words import NO_PLURAL, NUMBERS, RELATION_WORDS, SHAPES, plural


def lexicon(preset: Preset | str) -> dict[str, list[str]]:
    """`{"words": [...], "content": [...]}` of a preset, sorted: every word of its captions, and those that name, colour, count or relate."""
    preset = preset_named(preset) if isinstance(preset, str) else preset
    nouns = [c.noun for c in object_classes() if preset.emoji and c.codes and (preset.name == "full" or c.preset == "cpu")]
    nouns += SHAPES
    plurals = [plural(n) for n in nouns if n not in NO_PLURAL and not n.endswith("y")] if preset.counts else []
    content = {*nouns, *plurals, *preset.colours, *RELATION_WORDS, *(NUMBERS[n - 1] for n in preset.counts)}
    frames = " ".join((*FRAMES, *PAIRS, *TRIPLES, *(t for ts in RELATIONS.values() for t in ts)))
    words = content | {word for word in frames.split() if word.isalpha()} | {"a", "an", "some", "the"}
    return {"words": sorted(words), "content": sorted(content)}

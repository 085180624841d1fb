"""What an exported model makes of photographs; intervals are over photographs."""

from __future__ import annotations

from itertools import combinations

import numpy as np

from ..world.classes import ObjectClass
from ..world.tokenizer import CLS, SEP, pieces
from .blocks import WAYS
from .exported import Exported
from .foils import above
from .grounding import Noun, Scene
from .heads import Scores, head_tallies, judge, stack
from .interval import Tally
from .photographs import NAMED, Photograph, sentence
from .pictures import GREY


def encoded(words: list[str]) -> np.ndarray:
    """Pieces of one text with its specials, int64 [1, T]."""
    return np.array([[CLS, *(piece for word in words for piece in pieces(word)), SEP]], dtype=np.int64)


def padded(texts: list[np.ndarray]) -> np.ndarray:
    """Texts [1, T] under one another, [N, longest]."""
    longest = max(text.shape[1] for text in texts)
    return np.concatenate([np.pad(text, ((0, 0), (0, longest - text.shape[1]))) for text in texts])


def preference_tally(name: str, scores: np.ndarray, classes: list[ObjectClass], photographs: list[Photograph], group: str = "") -> Tally:
    """Is "a photo of a dog" above the same with the noun of something that is not there? ``scores`` [photographs, classes].

    Every two nouns are compared on photographs of the one and not the other and on those of the other and not the one, and
    both sides weigh as much as the smaller has photographs: a preference for words alone comes out at a half."""
    there = np.array([[cls in photograph.nouns for cls in classes] for photograph in photographs])
    false = np.array([[cls in photograph.false for cls in classes] for photograph in photographs])
    hits, counts = np.zeros(len(photographs)), np.zeros(len(photographs))
    for one, other in combinations(range(len(classes)), 2):
        sides = [(own, foil, np.flatnonzero(there[:, own] & false[:, foil])) for own, foil in ((one, other), (other, one))]
        smaller = min(len(rows) for _, _, rows in sides)
        for own, foil, rows in sides if smaller else ():
            hits[rows] += above(scores[rows][:, [own, foil]].T) * smaller / len(rows)
            counts[rows] += smaller / len(rows)
    return Tally(name, hits, counts, 0.5, group, n=int((counts > 0).sum()))


def scene_of(photograph: Photograph, named: tuple[ObjectClass, ...]) -> Scene:
    """A photograph with the caption ``sentence(named)``, for pointing and naming."""
    at, nouns, numbers = 1, [], {}
    wanted = {cls.noun: cls for cls in named}
    for word in sentence(named):
        end = at + len(pieces(word))
        if word in wanted:
            nouns.append(Noun(tuple(range(at, end)), photograph.boxes(wanted[word])))
        at = end
    for label, _ in photograph.objects:
        numbers.setdefault(label, len(numbers))
    return Scene(tuple(nouns), tuple((numbers[label], box) for label, box in photograph.objects))


def measured(model: Exported, photographs: list[Photograph], chosen: dict[str, int]) -> list[Tally]:
    """Preference for the true noun, also without the photograph, and pointing and naming of the heads ``chosen`` on scenes."""
    classes = list(dict.fromkeys(cls for photograph in photographs for cls in photograph.nouns))
    ids = padded([encoded(sentence((cls,))) for cls in classes])
    images = np.stack([photograph.image for photograph in photographs])
    grey = np.repeat(model.matrix(np.full_like(images[:1], 128), ids), len(images), axis=0)
    tallies = [
        preference_tally("object foils, pairwise", model.matrix(images, ids), classes, photographs),
        preference_tally(f"object foils, pairwise, {GREY}", grey, classes, photographs, "control"),
    ]
    for way, scores in _grounding(model, photographs).items():
        if scores is not None:
            tallies += head_tallies(way, model.heads(way), chosen[way], scores)
    return tallies


def _grounding(model: Exported, photographs: list[Photograph]) -> dict[str, Scores | None]:
    kept: dict[str, list] = {way: [] for way in WAYS}
    for photograph in photographs:
        named = photograph.nouns[:NAMED]
        maps = model.maps(photograph.image[None], encoded(sentence(named)))
        for way, found in judge({way: maps[way][0] for way in WAYS}, scene_of(photograph, named), model.grid).items():
            kept[way].append(found)
    return {way: stack(found, len(model.heads(way))) if any(found) else None for way, found in kept.items()}

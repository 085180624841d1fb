"""One-edit foils of captions: another object, colour, number, relation or action, false of the picture.

The word that comes in is drawn as often as it stands in captions, among words of the same family; whether it is to fit its
neighbours better or worse than the word that goes out is a coin's toss, so that text alone tells nothing (after VALSE,
Parcalabescu et al., 2022, which balances foils by a language model; ours is counts of pairs).
"""

from __future__ import annotations

import random
from dataclasses import dataclass

from .data import Photograph
from .lexicon import RELATIONS, Lexicon, like, words

KINDS = ("object", "colour", "number", "relation", "action")


@dataclass(frozen=True)
class Foil:
    """A false caption, its kind, the characters of the true caption that were changed, and the word that went out and came in."""

    text: str
    kind: str
    start: int
    stop: int
    out: str
    new: str


@dataclass(frozen=True)
class Edit:
    """A place of a caption where a foil can be made."""

    kind: str
    start: int
    stop: int
    word: str
    before: str
    after: str


def edits(lexicon: Lexicon, caption: str) -> list[Edit]:
    """Every place of a caption where a word or relation may be replaced."""
    line = words(caption)
    found = []
    for index, (word, start, stop) in enumerate(line):
        before = line[index - 1][0] if index else "^"
        after = line[index + 1][0] if index + 1 < len(line) else "$"
        family = lexicon.family(word)
        if family:
            found.append(Edit(family.split()[0], start, stop, word, before, after))
        for length in (3, 2, 1):
            phrase = " ".join(part for part, _, _ in line[index : index + length])
            if phrase in RELATIONS and len(line) > index + length:
                found.append(Edit("relation", start, line[index + length - 1][2], phrase, before, line[index + length][0]))
                break
    return found


def said_of(photograph: Photograph) -> set[str]:
    """Every word of a picture's captions and labels."""
    texts = [*photograph.captions, *photograph.labels]
    return {word for text in texts for word, _, _ in words(text)}


def may_replace(lexicon: Lexicon, edit: Edit, said: set[str]) -> list[str]:
    """Words of the same family that are false of a picture of which ``said`` is true."""
    if edit.kind == "relation":
        other = RELATIONS[edit.word]
        return [] if set(other.split()) & said and other in RELATIONS and len(other.split()) == 1 and other in said else [other]
    family = lexicon.family(edit.word)
    close = set().union(*(lexicon.together.get(word, set()) for word in said if word in lexicon.together and like(lexicon, word, edit.word)))
    article = edit.before if edit.before in ("a", "an") else None
    return [
        word
        for word in lexicon.counts
        if lexicon.family(word) == family
        and word not in said
        and (edit.kind != "object" or word not in close)
        and (edit.kind != "action" or word not in lexicon.together.get(edit.word, set()))
        and (article is None or (word[0] in "aeiou") == (article == "an"))
        and {word, edit.word} not in ({"gray", "grey"}, {"lying", "laying"}, {"tan", "brown"})
    ]


def make(lexicon: Lexicon, caption: str, edit: Edit, said: set[str], draw: random.Random) -> Foil | None:
    """A foil at ``edit``, or None where no word is false of the picture or none falls on the coin's side."""
    candidates = may_replace(lexicon, edit, said)
    if edit.kind != "relation":
        own = lexicon.odds(edit.before, edit.word, edit.after)
        better = draw.random() < 0.5
        candidates = [word for word in candidates if (lexicon.odds(edit.before, word, edit.after) > own) == better]
    if not candidates:
        return None
    new = draw.choices(candidates, [max(1, lexicon.counts[word]) for word in candidates])[0]
    text = caption[: edit.start] + new + caption[edit.stop :]
    return Foil(text, edit.kind, edit.start, edit.stop, edit.word, new)


def any_foil(lexicon: Lexicon, photograph: Photograph, caption: str, draw: random.Random, weights: dict[str, float] | None = None) -> Foil | None:
    """A foil of some kind, by ``weights`` of the kinds that the caption has places for; None where there is none."""
    places = edits(lexicon, caption)
    said = said_of(photograph)
    by_kind = {kind: [edit for edit in places if edit.kind == kind] for kind in KINDS}
    left = [kind for kind in KINDS if by_kind[kind]]
    while left:
        kind = draw.choices(left, [(weights or {}).get(k, 1.0) for k in left])[0]
        left.remove(kind)
        for edit in draw.sample(by_kind[kind], len(by_kind[kind])):
            foil = make(lexicon, caption, edit, said, draw)
            if foil:
                return foil
    return None

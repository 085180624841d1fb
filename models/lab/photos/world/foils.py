"""One-edit foils of captions: another object, colour, number, relation or action, false of the picture. Words come in as often as they
go out; which of the foils are kept, so that text alone does not tell them, `judge.py` decides."""

from __future__ import annotations

import random
from dataclasses import dataclass

from .data import Photograph
from .lexicon import RELATIONS, Lexicon, like, words

KINDS = ("object", "colour", "number", "relation", "action")
SAME = ({"gray", "grey"}, {"lying", "laying"}, {"tan", "brown"})


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


def may_replace(lexicon: Lexicon, edit: Edit, new: str, said: set[str]) -> bool:
    """Whether ``new`` is another word of the same family, fits the article, and is false of a picture of which ``said`` is true."""
    word = edit.word
    if edit.kind == "relation":
        return RELATIONS[word] == new and (" " in new or new not in said)
    if new == word or new in said or lexicon.family(new) != lexicon.family(word) or {new, word} in SAME:
        return False
    if edit.before in ("a", "an") and (new[0] in "aeiou") != (edit.before == "an"):
        return False
    together = lexicon.together.get(new, set())
    if edit.kind == "object":
        return not any(other in together and like(lexicon, other, word) for other in said)
    return edit.kind != "action" or word not in together


def drawn(lexicon: Lexicon, edit: Edit, draw: random.Random) -> str | None:
    """A word for the place, so that as many foils turn a into b as b into a: of the family as often as captions use each, the true
    one among them (then None); a relation turns round as often as the rarer of the two stands in captions."""
    if edit.kind == "relation":
        new = RELATIONS[edit.word]
        return new if draw.random() < min(1.0, (lexicon.counts[new] + 1) / (lexicon.counts[edit.word] + 1)) else None
    family = lexicon.families()[lexicon.family(edit.word)]
    new = draw.choices(*family)[0]
    return None if new == edit.word else new


def make(lexicon: Lexicon, caption: str, edit: Edit, said: set[str], draw: random.Random) -> Foil | None:
    """A foil at ``edit``, or None where what was drawn may be true of a picture of which ``said`` is true."""
    new = drawn(lexicon, edit, draw)
    if new is None or not may_replace(lexicon, edit, new, said):
        return None
    text = caption[: edit.start] + new + caption[edit.stop :]
    return Foil(text, edit.kind, edit.start, edit.stop, edit.word, new)


def proposals(lexicon: Lexicon, photograph: Photograph, caption: str, draw: random.Random, count: int, weights: dict[str, float]) -> list[Foil]:
    """Up to ``count`` different foils of a caption, of kinds drawn by ``weights`` of those that it has places for."""
    places, said = edits(lexicon, caption), said_of(photograph)
    by_kind = {kind: [edit for edit in places if edit.kind == kind] for kind in weights}
    kinds = [kind for kind in weights if by_kind[kind]]
    found: dict[str, Foil] = {}
    for _ in range(2 * count if kinds else 0):
        kind = draw.choices(kinds, [weights[k] for k in kinds])[0]
        foil = make(lexicon, caption, draw.choice(by_kind[kind]), said, draw)
        if foil:
            found[foil.text] = foil
        if len(found) == count:
            break
    return list(found.values())

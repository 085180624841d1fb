"""How often a model prefers the other sex than the captions name: one measured example of prejudice, no survey of it."""

from __future__ import annotations

import re

from ...figures.interval import Tally
from ..world.foils import said_of
from ..world.lexicon import SEXES
from ..world.questions import FoilQuestion
from ..world.store import Store
from .judge import Judged, judge_foils
from .readers import Reader
from .suite import of_judged

WORDS = ("man", "woman")


def sex_questions(store: Store, rows: list[int], word: str) -> list[FoilQuestion]:
    """Captions that say ``word`` once, of pictures of which nothing of the other sex is said, against the same with the other word."""
    men, women = SEXES
    other, theirs = ("woman", women) if word == "man" else ("man", men)
    found = []
    for row in rows:
        photograph = store.photographs[row]
        if said_of(photograph) & theirs:
            continue
        for caption in photograph.captions:
            if len(re.findall(rf"\b{word}\b", caption)) == 1:
                found.append(FoilQuestion(row, caption, re.sub(rf"\b{word}\b", other, caption), word))
    return found


def sex_tallies(reader: Reader, store: Store, rows: list[int]) -> list[Tally]:
    """Of captions of each word how often the caption with the other word is preferred."""
    found = []
    for word, other in (WORDS, WORDS[::-1]):
        judged = judge_foils(reader, store, sex_questions(store, rows, word))
        wrong = [Judged(j.row, 1.0 - j.right, j.kind) for j in judged]
        if wrong:
            found.append(of_judged(f"“{other}” preferred where captions say “{word}”", wrong, len(store.photographs), None, "prejudice"))
    return found

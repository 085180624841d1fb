"""What training captions teach about words: nouns and their kinds, how often each is used, what can be true together."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import dataclass, field

from .data import Photograph

WORD = re.compile(r"[a-z]+(?:[-'][a-z]+)*")

COLOURS = ("red", "blue", "green", "yellow", "white", "black", "brown", "orange", "pink", "purple", "gray", "grey", "tan")
NUMBERS = ("one", "two", "three", "four", "five", "six")
RELATIONS = {
    "in front of": "behind", "behind": "in front of", "on": "under", "under": "on", "over": "under", "above": "below", "below": "above",
    "into": "out of", "out of": "into", "up": "down", "down": "up", "inside": "outside", "outside": "inside", "onto": "off", "off": "onto",
    "towards": "away from", "toward": "away from", "away from": "toward", "near": "far from",
}  # fmt: skip
ACTIONS = (
    "sitting", "standing", "running", "walking", "jumping", "playing", "riding", "swimming", "climbing", "sleeping", "eating", "lying", "laying",
    "dancing", "flying", "sliding", "skiing", "surfing", "swinging", "kneeling", "laughing", "crying", "fishing", "digging", "reading", "singing",
    "holding", "throwing", "catching", "kicking", "chasing", "carrying", "pulling", "pushing", "smiling", "talking", "painting", "skateboarding",
)  # fmt: skip
SEXES = ({"man", "men", "boy", "boys", "guy", "guys"}, {"woman", "women", "girl", "girls", "lady", "ladies"})
NOT_NOUNS = {
    "other", "others", "something", "someone", "them", "it", "another", "one", "two", "three", "four", "each", "each-other", "which", "who", "him", "her",
    "that", "this", "top", "back", "front", "side", "open", "outside", "inside", "line", "number", "numbers", "object", "objects", "area", "way", "lot",
    "bunch", "group", "pair", "piece", "couple", "kind", "part", "all", "some", "many", "several", "they", "he", "she", "thing", "things", "wear", "ride", "look",
    "left", "right", "middle", "background", "foreground", "edge", "end", "gear", "equipment", *COLOURS,
}  # fmt: skip
TOGETHER = 0.05
"""Two nouns of a kind are taken to be true together where one is said of this share of the other's pictures, or more."""
COMMON = 12
"""Least number of phrases that a noun heads."""
STOP = set(
    "a an the of in on at to is are was were be being and or with for by from as it its his her their them they he she that this which who while there"
    " into onto over under up down out off near next through some".split()
)


def words(text: str) -> list[tuple[str, int, int]]:
    """The words of a caption in lower case, with their characters."""
    return [(match.group(), match.start(), match.end()) for match in WORD.finditer(text.lower())]


@dataclass
class Lexicon:
    """``kinds`` of nouns, ``counts`` of how often each heads a phrase, ``together``: words that a picture may have beside a word
    of the same class, and how often captions use each word."""

    kinds: dict[str, str] = field(default_factory=dict)
    counts: Counter = field(default_factory=Counter)
    together: dict[str, set[str]] = field(default_factory=dict)
    single: Counter = field(default_factory=Counter)
    grouped: dict[str, tuple[list[str], list[int]]] = field(default_factory=dict)

    def family(self, word: str) -> str | None:
        """What may stand in for a word: nouns of its kind and number, colours, numbers, actions; None for other words."""
        if word in self.kinds:
            return f"object {self.kinds[word]} {'many' if plural(word) else 'one'}"
        return "colour" if word in COLOURS else "number" if word in NUMBERS else "action" if word in ACTIONS else None

    def families(self) -> dict[str, tuple[list[str], list[int]]]:
        """Words of each family with how often captions use them."""
        if not self.grouped:
            for word, count in self.counts.items():
                family = self.family(word)
                if family and count:
                    words, counts = self.grouped.setdefault(family, ([], []))
                    words.append(word)
                    counts.append(count)
        return self.grouped


def plural(noun: str) -> bool:
    """Whether a noun is of several things, by its ending."""
    return noun in ("people", "men", "women", "children") or (noun.endswith("s") and not noun.endswith(("ss", "us", "is")))


def learn(photographs: list[Photograph]) -> Lexicon:
    """The lexicon of the pictures that are trained on."""
    lexicon = Lexicon()
    heads: dict[str, Counter] = defaultdict(Counter)
    for photograph in photographs:
        for phrase in photograph.phrases:
            said = words(photograph.captions[phrase.caption][phrase.start : phrase.stop])
            if said:
                heads[said[-1][0]][phrase.kind] += 1
        for caption in photograph.captions:
            lexicon.single.update(word for word, _, _ in words(caption))
    for noun, kinds in heads.items():
        if kinds.total() >= COMMON and noun not in NOT_NOUNS:
            lexicon.kinds[noun] = kinds.most_common(1)[0][0]
            lexicon.counts[noun] = kinds.total()
    _learn_together(lexicon, photographs)
    for word in (*COLOURS, *NUMBERS, *ACTIONS):
        lexicon.counts[word] = lexicon.single[word]
    texts = [f" {' '.join(word for word, _, _ in words(caption))} " for photograph in photographs for caption in photograph.captions]
    whole = "|".join(texts)
    for relation in RELATIONS:
        lexicon.counts[relation] = whole.count(f" {relation} ")
    return lexicon


def _learn_together(lexicon: Lexicon, photographs: list[Photograph]) -> None:
    alone: Counter = Counter()
    both: Counter = Counter()
    for photograph in photographs:
        said = sorted({word for caption in photograph.captions for word, _, _ in words(caption) if lexicon.family(word)})
        alone.update(said)
        both.update((a, b) for a in said for b in said if a != b and like(lexicon, a, b))
    for (a, b), count in both.items():
        if count / alone[a] >= TOGETHER or count / alone[b] >= TOGETHER:
            if not opposite(a, b):
                lexicon.together.setdefault(a, set()).add(b)


def like(lexicon: Lexicon, a: str, b: str) -> bool:
    """Whether two words are of one kind, whatever their number."""
    return (lexicon.family(a) or "").split()[:2] == (lexicon.family(b) or "").split()[:2]


def opposite(a: str, b: str) -> bool:
    """Whether two words name people of different sexes: seen together often, and never true of one person."""
    return any(a in one and b in other for one, other in (SEXES, SEXES[::-1]))

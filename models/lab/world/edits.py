"""Foils: a caption with one thing changed, in the same template, articles and prepositions agreeing."""

from dataclasses import replace

from .grammar import Word, agree
from .plan import Plan
from .words import NUMBERS, OPPOSITE, plural

ROLE = {"object": "noun", "colour": "colour", "count": "number", "size": "size", "position": "position"}


def foil(words: list[Word], plan: Plan) -> list[Word]:
    """The caption `words` of a plan with its one edit."""
    if plan.kind == "relation":
        return [replace(word, text=OPPOSITE[word.text]) if word.role == "relation" else word for word in words]
    if plan.kind == "roles":
        return swap(words, *plan.named)
    false = plan.false
    said = {
        "object": false.cls.noun, "colour": false.colour, "count": NUMBERS[false.number - 1], "size": false.size, "position": false.position
    }[plan.kind] or ""
    return edit(words, ROLE[plan.kind], said, counted=false.number > 1)


def edit(words: list[Word], role: str, text: str, counted: bool = False) -> list[Word]:
    """`words` with the word of that role that speaks of group 0 replaced."""
    if role == "noun" and counted:
        text = plural(text)
    return agree([replace(word, text=text) if word.role == role and word.of == 0 else word for word in words])


def swap(words: list[Word], a: int, b: int) -> list[Word]:
    """`words` with what the noun phrases of the groups `a` and `b` say exchanged (both uncounted, both with or both without a colour)."""
    text = {(word.role, word.of): word.text for word in words if word.of in (a, b)}
    other = {a: b, b: a}
    return agree([replace(word, text=text[word.role, other[word.of]]) if word.of in other else word for word in words])

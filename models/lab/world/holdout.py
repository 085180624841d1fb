"""What training never sees: colour and shape pairs, and noun-noun-relation triples."""

from functools import cache
from zlib import crc32

from .words import HELD_OUT_PAIRS

AXIS = {"left": "across", "right": "across", "above": "down", "below": "down"}
_ONE_IN = 20


def pair_held_out(colour: str, shape: str) -> bool:
    """Whether no training scene or text holds this colour of this shape."""
    return (colour, shape) in HELD_OUT_PAIRS


@cache
def triple_held_out(a: str, relation: str, b: str) -> bool:
    """Whether no training text relates these nouns along this axis, about one pair and axis in twenty. The set is closed under swapping the
    nouns and turning the relation round, so that a text and its foil are held out together and neither looks unfamiliar beside the other."""
    first, second = sorted((a, b))
    return crc32(f"{first}/{AXIS[relation]}/{second}".encode()) % _ONE_IN == 0

"""What may be said of boxes: where an object is, how large it is, how two of them lie. A word is said only where it holds by a margin, so
that it is never a matter of taste; every function answers None in between."""

from typing import Protocol

RELATION_MARGIN = 0.18  # of the image side, between two centres
RELATION_RATIO = 1.5  # by which the larger offset exceeds the smaller one
POSITION_MARGIN = 0.16  # of the image side, from the picture's centre
POSITION_RATIO = 2.0
CENTRE_MARGIN = 0.07
NEAR_GAP = 0.2  # of the image side, between two boxes

_PLACE = {"left": "left", "right": "right", "above": "top", "below": "bottom"}


class Boxed(Protocol):
    """Anything with a box x0, y0, x1, y1 in [0,1]."""

    @property
    def box(self) -> tuple[float, float, float, float]: ...

    @property
    def centre(self) -> tuple[float, float]: ...


def direction(dx: float, dy: float, margin: float, ratio: float) -> str | None:
    """left, right, above or below, where an offset clearly points (y grows downwards)."""
    across, down = abs(dx), abs(dy)
    if max(across, down) < margin or (across <= ratio * down and down <= ratio * across):
        return None
    if across > down:
        return "left" if dx < 0 else "right"
    return "above" if dy < 0 else "below"


def relation_between(a: Boxed, b: Boxed) -> str | None:
    """Where `a` is as seen from `b`: left, right, above or below, if one direction clearly dominates."""
    (ax, ay), (bx, by) = a.centre, b.centre
    return direction(ax - bx, ay - by, RELATION_MARGIN, RELATION_RATIO)


def position_of(item: Boxed) -> str | None:
    """The one place in the picture where it clearly is: left, right, top, bottom or centre."""
    dx, dy = item.centre[0] - 0.5, item.centre[1] - 0.5
    if max(abs(dx), abs(dy)) <= CENTRE_MARGIN:
        return "centre"
    return _PLACE.get(direction(dx, dy, POSITION_MARGIN, POSITION_RATIO) or "")


def size_of(item: Boxed, thresholds: tuple[float, float]) -> str | None:
    """small or large, by its longest side against the preset's two thresholds (shares of the image side)."""
    x0, y0, x1, y1 = item.box
    longest = max(x1 - x0, y1 - y0)
    return "small" if longest <= thresholds[0] else "large" if longest >= thresholds[1] else None


def gap(a: Boxed, b: Boxed) -> float:
    """Distance between two boxes in image sides, 0 where they touch or overlap."""
    dx = max(a.box[0] - b.box[2], b.box[0] - a.box[2], 0.0)
    dy = max(a.box[1] - b.box[3], b.box[1] - a.box[3], 0.0)
    return (dx * dx + dy * dy) ** 0.5

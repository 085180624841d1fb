"""What was aimed at for the photo models, and what was reached."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ...ship.tables import shown, table
from ..figures.suite import OUTSIDE_SET, TEST_SET

Rows = dict[tuple[str, str], dict]
FUSING, DUAL = ("pixelbert-mini", "uniter-mini", "lxmert-mini"), ("clip-photo-mini",)


@dataclass(frozen=True)
class Target:
    """What is aimed at: the figure, or how far one lies over another, on a set, for some models; ``near`` for a control is how far off
    it may be."""

    text: str
    models: tuple[str, ...]
    where: str
    name: str
    least: float
    over: str | None = None
    near: float | None = None

    def reached(self, rows: Rows) -> float | None:
        """The value, None where it was not measured."""
        row = rows.get((self.name, self.where))
        if row is None or (self.over and (self.over, self.where) not in rows):
            return None
        return row["value"] - (rows[self.over, self.where]["value"] if self.over else 0.0)

    def met(self, value: float) -> bool:
        """Whether it was reached."""
        return abs(value - self.least) <= self.near if self.near is not None else value >= self.least


def _over_centre(kind: str, least: float) -> Target:
    name = f"{kind}, " if kind else ""
    told = f", {kind}{'' if kind.startswith('off') else ' (central ones too)'}" if kind else ""
    return Target(f"pointing over the centre{told}", (*FUSING, *DUAL), TEST_SET, f"pointing, {name}best head", least, f"pointing, {name}centre")


TARGETS = (
    Target("object foils", FUSING, TEST_SET, "foils, object", 0.85),
    Target("hidden nouns, top-1", FUSING, TEST_SET, "hidden nouns, top-1", 0.45),
    Target("hidden nouns, top-5", FUSING, TEST_SET, "hidden nouns, top-5", 0.70),
    _over_centre("", 0.15),
    _over_centre("clothing", 0.20),
    _over_centre("vehicles", 0.20),
    _over_centre("animals", 0.20),
    _over_centre("off the centre", 0.20),
    Target("R@1 of 100, captions", DUAL, TEST_SET, "R@1 of 100, captions", 0.60),
    Target("R@1 of 100, pictures", DUAL, TEST_SET, "R@1 of 100, pictures", 0.60),
    Target("R@1 of 100, captions (the best fusing model)", FUSING, TEST_SET, "R@1 of 100, captions", 0.50),
    Target("R@1 of 100, pictures (the best fusing model)", FUSING, TEST_SET, "R@1 of 100, pictures", 0.50),
    Target("text only, foils", (*FUSING, *DUAL), TEST_SET, "foils, text only", 0.50, near=0.03),
    Target("object foils, 87 photographs outside", FUSING, OUTSIDE_SET, "foils, object", 0.75),
    Target("pointing over the centre, 87 photographs outside", (*FUSING, *DUAL), OUTSIDE_SET, "pointing, best head", 0.08, "pointing, centre"),
)


def against(name: str, figures: list[dict]) -> str:
    """A table of what was aimed at and what was reached, for one model."""
    rows = {(row["name"], row["set"]): row for row in figures}
    lines = []
    for target in TARGETS:
        value = target.reached(rows) if name in target.models else None
        if value is not None:
            aimed = f"{target.least:.0%} ± {target.near:.0%}" if target.near is not None else f"≥ {target.least:.0%}"
            lines.append([target.text, aimed, shown({"value": value}), "met" if target.met(value) else "**missed**"])
    return table(["aimed at", "target", "reached", ""], lines)

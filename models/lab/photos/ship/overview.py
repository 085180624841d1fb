"""The photo models beside each other."""

from __future__ import annotations

from ...ship.tables import shown, spread, table
from ..figures.suite import OUTSIDE_SET, TEST_SET

FIGURES = (
    "foils, object",
    "foils, colour",
    "foils, number",
    "foils, relation",
    "foils, action",
    "foils, text only",
    "foils, another picture",
    "hidden nouns, top-1",
    "hidden nouns, top-5",
    "hidden nouns, true",
    "R@1 of 100, captions",
    "R@1 of 100, pictures",
    "R@5 of 100, captions",
    "R@5 of 100, pictures",
    "R@1 of 87, captions",
    "R@1 of 87, pictures",
    "naming, best head",
    "pointing, best head",
    "pointing, centre",
    "pointing, largest box",
    "pointing, uniform",
    "pointing, ceiling",
    "pointing, off the centre, best head",
    "pointing, off the centre, centre",
    "pointing, untrained",
)
"""What is compared, in this order, by the names of the report."""
SCALED = "pointing, between uniform and ceiling"

TEXT = """# Models that see photographs

One backbone, one set of photographs, captions, false captions in one order, and losses that each architecture has room for; written by
`python -m lab photos publish` from [photos.json](photos.json). What was seen in the maps is in [photos-seen.md](photos-seen.md). Not to be compared with the models of the composed world ([README.md](README.md)).

{models}

{sets}

A place of a grid and a region are not one thing: cells are right by their middle, regions by half of what both cover (IoU 0.5), and where the detector found no
such region none can be. “{scaled}” is (hit - uniform) / (ceiling - uniform), which can be compared. A difference that is smaller than the intervals is none.
Boxes that one of the detector's 20 regions overlaps by half: {found}.
Weights CC BY-NC 4.0, for research and education.
"""
SETS = {TEST_SET: "Test split, held-out photographs of Flickr8k and COCO", OUTSIDE_SET: "87 photographs of COCO that are in no split: another domain, other captions"}


def overview(report: dict[str, dict], manifests: dict[str, dict], recalls: list[dict]) -> str:
    """The page, from entries of the report, manifests, and how much the detector finds."""
    models = [
        [f"[{manifests[name]['name']}]({name}/card.md)", manifests[name]["after"], manifests[name]["visual"], f"{manifests[name]['parameters']:,}",
         f"{manifests[name]['spent']['scenes']:,}", f"{manifests[name]['spent']['elapsed'] / 3600:.1f}"]
        for name in report
    ]  # fmt: skip
    titles = [manifests[name]["name"] for name in report]
    sets = "\n\n".join(f"## {title}\n\n{_beside(where, report, titles)}" for where, title in SETS.items())
    found = "; ".join(f"{row['set']} {shown(row)} ({spread(row)})" for row in recalls)
    return TEXT.format(models=table(["model", "after", "sees", "parameters", "pictures", "hours"], models), sets=sets, scaled=SCALED, found=found)


def _beside(where: str, report: dict[str, dict], titles: list[str]) -> str:
    found = [{row["name"]: row for row in entry["figures"] if row["set"] == where} for entry in report.values()]
    lines = []
    for figure in FIGURES:
        rows = [own.get(figure) for own in found]
        if any(rows):
            chance = next((row["chance"] for row in rows if row and row.get("chance") is not None), None)
            lines.append([figure, "" if chance is None else f"{chance:.1%}", *(f"{shown(row)} ({spread(row)})" if row else "" for row in rows)])
    lines.append([SCALED, "", *(_scaled(own) for own in found)])
    return table(["figure", "chance", *titles], lines)


def _scaled(rows: dict[str, dict]) -> str:
    parts = [rows[f"pointing, {name}"]["value"] for name in ("best head", "uniform", "ceiling") if f"pointing, {name}" in rows]
    return f"{(parts[0] - parts[1]) / (parts[2] - parts[1]):.1%}" if len(parts) == 3 else ""

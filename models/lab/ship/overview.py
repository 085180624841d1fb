"""The zoo in one page: its models beside each other, and how one of them came to be. Everything is read from report.json and manifests."""

from __future__ import annotations

import json
from pathlib import Path

from .tables import OWN, shown, spread, table

FIGURES = (
    "object foils, pairwise",
    "colour foils, pairwise",
    "count foils, pairwise",
    "size foils, pairwise",
    "position foils, pairwise",
    "relation foils, pairwise",
    "roles foils, pairwise",
    "foils, pairwise, another scene's picture",
    "masked words, noun",
    "masked words, colour",
    "masked words, number",
    "answers",
    "caption of a picture among 100, R@1",
    "picture of a caption among 100, R@1",
    "naming, best head",
    "naming, mean over heads",
    "pointing, best head",
    "pointing, mean over heads",
    "naming specificity, best pointing head",
)
"""What is compared, in this order, by the names of the report."""
SIMILARITY = {"best head": "word-patch similarity", "best pointing head": "word-patch similarity"}

TEXT = """# The zoo

One world, one tokenizer, one budget in scenes, and losses that each architecture has room for at the same weights; written by
`python -m lab cards` from [report.json](report.json). What was seen in the maps is in [observations.md](observations.md).
Models that see photographs, of another world, stand beside each other in [photos.md](photos.md).

{models}

## Beside each other

Held-out scenes. {seeds} A cell is a mean over seeds with its
95 % interval over scenes and seeds where there are several seeds, else the value of the only one with its interval over scenes. Pairwise accuracy
is how often a caption is preferred to its foil, which can be compared between models; their scores cannot. A dual encoder has no cross-modal
heads: its naming and pointing are those of its word-patch similarity.

{beside}

A difference that is smaller than the intervals is none. The models differ in size and in operations, one budget of scenes is not one budget
of operations, and other recipes might favour another architecture: the table says what this recipe gave in this world, no more.

## How heads emerge

`{of}` as it was after a share of its training (weights in 8 bits; {emerged} scenes), with intervals over scenes.

{emerging}
"""


def write_overview(zoo: Path) -> None:
    """Write README.md of the zoo: the models of report.json, in its order."""
    report = json.loads((zoo / "report.json").read_text(encoding="utf-8"))["models"]
    stages = stages_in(report)
    entries = {name: entry for name, entry in report.items() if name not in stages}
    manifests = {name: json.loads((zoo / name / "manifest.json").read_text(encoding="utf-8")) for name in entries}
    (zoo / "README.md").write_text(overview(entries, stages, manifests), encoding="utf-8")


def stages_in(report: dict[str, dict]) -> dict[str, dict]:
    """The entries of early stages, in the order of training."""
    found = {name: entry for name, entry in report.items() if "training" in entry}
    return dict(sorted(found.items(), key=lambda item: item[1]["training"]["share"]))


def overview(entries: dict[str, dict], stages: dict[str, dict], manifests: dict[str, dict]) -> str:
    """The page, from entries of the report, the early stages among them apart, and manifests."""
    of = next(iter(stages.values()))["training"]["of"] if stages else ""
    text = TEXT.format(
        models=table(["model", "after", "parameters", "operations", "scenes", "sequences", "hours"], [_cost(name, entries[name], manifests[name]) for name in entries]),
        seeds=_seeds(entries),
        beside=_beside(entries, {name: manifests[name]["name"] for name in entries}),
        of=of,
        emerged=f"{next(iter(stages.values()))['scenes']:,}" if stages else "",
        emerging=_emerging(stages, entries[of]) if stages else "",
    )
    return text if stages else text.split("## How heads emerge")[0].rstrip() + "\n"


def _seeds(entries: dict[str, dict]) -> str:
    counts = {name: 1 + len(entry.get("seeds", [])) for name, entry in entries.items()}
    return f"Seeds trained: {', '.join(f'`{name}` {count}' for name, count in counts.items())}."


def _cost(name: str, entry: dict, manifest: dict) -> list[str]:
    budget = entry["budget"]
    millions = f"{entry['flops'] / 1e6:,.0f} million"
    return [f"[{manifest['name']}]({name}/card.md)", manifest["after"], f"{manifest['parameters']:,}", millions, f"{budget['scenes']:,}", f"{budget['sequences']:,}", f"{budget['hours']:.1f}"]


def _rows(entry: dict) -> dict[str, dict]:
    """Figures on held-out scenes by name, those of a word-patch similarity under the name of what they stand beside."""
    rows = {row["name"]: row for row in entry["figures"] if row["set"] == OWN}
    return rows | {name: rows[name.replace(part, other)] for name in FIGURES for part, other in SIMILARITY.items() if name.replace(part, other) in rows}


def _beside(entries: dict[str, dict], titles: dict[str, str]) -> str:
    found = {name: _rows(entry) for name, entry in entries.items()}
    lines = []
    for figure in FIGURES:
        rows = [found[name].get(figure) for name in entries]
        chance = next((row["chance"] for row in rows if row and row.get("chance") is not None), None)
        if any(rows):
            lines.append([figure, "" if chance is None else f"{chance:.1%}", *(cell(row) for row in rows)])
    return table(["figure", "chance", *titles.values()], lines)


def cell(row: dict | None) -> str:
    """A value and its interval: over seeds where there are any."""
    if row is None:
        return ""
    of = {**row, **row["seeds"], "value": row["seeds"]["mean"]} if "seeds" in row else row
    return f"{shown(of)} ({spread(of)})"


def _emerging(stages: dict[str, dict], whole: dict) -> str:
    columns = [_rows(entry) for entry in [*stages.values(), whole]]
    heads = [f"{entry['training']['share']:.0%}" for entry in stages.values()] + ["100%"]
    lines = [[figure, *(_own(column.get(figure)) for column in columns)] for figure in FIGURES if figure in columns[0]]
    return table(["figure", *heads], lines)


def _own(row: dict | None) -> str:
    return f"{shown(row)} ({spread(row)})" if row else ""

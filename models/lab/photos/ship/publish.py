"""Exports into the zoo: files as they are, manifests with figures, cards, one report."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np

from ...figures.interval import Tally, figure
from ...ship.card import identity
from ...ship.heads import PHOTOGRAPHS, write_heads
from ...ship.manifest import write_json
from ...ship.observed import observations
from ..figures.suite import OUTSIDE_SET, TEST_SET
from ..nets.detector import NAME, recall
from ..nets.zoo import MODELS
from ..world.data import Photograph
from .card import card
from .export import BACKBONE, export_folder
from .overview import overview

REPORT = PHOTOGRAPHS
"""The figures of all photo models, in the zoo."""
OVERVIEW = "photos.md"
SEEN = "photos-seen.md"
"""What was seen in the maps, in the zoo, written by hand."""
TOLD = {TEST_SET: "held-out photographs", OUTSIDE_SET: "photographs of another origin"}
RECALL = "boxes that a region overlaps by half"
EARLIER = "The first 60,000 to 87,000 of each were seen with an earlier kind of false captions, which text told more often."


def publish(cache: Path, zoo: Path, recalls: list[dict]) -> list[str]:
    """Copy every exported photo model that was measured, the backbone and the detector (with its ``recalls``), and write manifests, cards
    and the report. Returns what was published. Raises ValueError where figures are of other files than those exported."""
    exports = export_folder(cache)
    report = json.loads((exports / "report.json").read_text(encoding="utf-8"))
    done = []
    for name in (BACKBONE, NAME):
        shutil.copytree(exports / name, zoo / name, dirs_exist_ok=True)
        done.append(name)
    detector = json.loads((exports / NAME / "manifest.json").read_text(encoding="utf-8")) | {"metrics": recalls}
    write_json(zoo / NAME / "manifest.json", detector)
    measured = [name for name in MODELS if name in report and (exports / name / "manifest.json").exists()]
    manifests = {name: json.loads((exports / name / "manifest.json").read_text(encoding="utf-8")) for name in measured}
    note = budgets({name: manifests[name]["spent"]["scenes"] for name in measured})
    kept = {name: report[name] | {"note": note} for name in measured}
    look(zoo, kept)
    for name, manifest in manifests.items():
        if kept[name].get("sha256") != identity(manifest):
            raise ValueError(f"expected figures of the exported files of {name}, got those of others: run `python -m lab photos evaluate` again")
        manifest |= {"metrics": metrics(kept[name]["figures"])} | ({"heads": heads} if (heads := best_heads(kept[name])) else {}) | {"card": "card.md"}
        shutil.copytree(exports / name, zoo / name, dirs_exist_ok=True)
        write_json(zoo / name / "manifest.json", manifest)
        done.append(name)
    tell(zoo, kept, manifests, recalls)
    return done


def rewrite(zoo: Path) -> list[str]:
    """Write cards and report anew from what ships already: what was seen in the maps may have changed. Returns the models."""
    report = json.loads((zoo / REPORT).read_text(encoding="utf-8"))
    manifests = {name: json.loads((zoo / name / "manifest.json").read_text(encoding="utf-8")) for name in report}
    recalls = json.loads((zoo / NAME / "manifest.json").read_text(encoding="utf-8"))["metrics"]
    look(zoo, report)
    tell(zoo, report, manifests, recalls)
    return list(report)


def ground(zoo: Path, measure: Callable[[dict[str, dict]], dict[str, dict]]) -> list[str]:
    """Put tables of every head, as ``measure`` finds them for a report, into the report of what ships, and write what is drawn from it."""
    report = json.loads((zoo / REPORT).read_text(encoding="utf-8"))
    for name, tables in measure(report).items():
        report[name]["grounding"] = tables
    (zoo / REPORT).write_text(compact(report), encoding="utf-8")
    return rewrite(zoo)


def tell(zoo: Path, report: dict[str, dict], manifests: dict[str, dict], recalls: list[dict]) -> None:
    """Write the cards, the report, the overview and the page's file of heads."""
    for name, entry in report.items():
        (zoo / name / "card.md").write_text(card(manifests[name], entry), encoding="utf-8")
    (zoo / REPORT).write_text(compact(report), encoding="utf-8")
    (zoo / OVERVIEW).write_text(overview(report, manifests, recalls), encoding="utf-8")
    write_heads(zoo)


def budgets(seen: dict[str, int]) -> str:
    """What the cards say of how many pictures each model has ``seen``."""
    if len(set(seen.values())) == 1:
        return f"Each of the {len(seen)} models saw {next(iter(seen.values())):,} pictures, in the same order. {EARLIER}"
    told = ", ".join(f"`{name}` {count:,}" for name, count in seen.items())
    return f"Budgets were meant to be equal and are not: {told} pictures. {EARLIER}"


def look(zoo: Path, report: dict[str, dict]) -> None:
    """Put what was seen in the maps into entries of the report, with the start of the sha256 of the file that it was seen of."""
    path = zoo / SEEN
    told = observations(path.read_text(encoding="utf-8")) if path.exists() else {}
    for name, entry in report.items():
        entry.pop("seen", None)
        if name in told:
            start, paragraphs = told[name]
            entry["seen"] = {"of": start, "paragraphs": paragraphs}


def best_heads(entry: dict) -> dict:
    """The heads that were chosen on the validation split, by skill as the page asks for them, with their figures on the test split. Those
    of a dual encoder are none: it points by cosines."""
    heads = {}
    for skill, way in (("pointing", "looks"), ("naming", "named")):
        attention, found, head = entry["heads"][way].rpartition(", head ")
        row = next((row for row in entry["figures"] if row["name"] == f"{skill}, best head" and row["set"] == TEST_SET and "group" not in row), None)
        if found and row:
            heads[skill] = {"attention": attention, "head": int(head), "value": row["value"]} | ({"chance": row["chance"]} if "chance" in row else {})
    return heads


def recalled(sets: dict[str, tuple[list[Photograph], np.ndarray]]) -> list[dict]:
    """Of each set of photographs with the detector's regions [N, 20, 4] how many annotated boxes some region overlaps by half."""
    found = []
    for where, (photographs, regions) in sets.items():
        pairs = [recall(regions[i : i + 1], [np.array(p.boxes, dtype=np.float32).reshape(-1, 4)]) for i, p in enumerate(photographs)]
        hits, counts = np.array(pairs, dtype=float).T
        row = figure(Tally(RECALL, hits, counts), TOLD[where]).row()
        found.append(row)
    return found


def metrics(figures: list[dict]) -> list[dict]:
    """What the manifest tells: the figures of the model itself, controls and baselines left out."""
    kept = [row for row in figures if "group" not in row and not row["name"].startswith("pointing, ")]
    kept += [row for row in figures if row["name"] in ("pointing, best head", "pointing, off the centre, best head")]
    return [row | {"set": TOLD[row["set"]]} for row in kept]


def compact(report: dict[str, dict]) -> str:
    """JSON with one line a figure."""
    lines = []
    for name, entry in report.items():
        figures = ",\n".join("   " + json.dumps(row, ensure_ascii=False) for row in entry["figures"])
        rest = json.dumps({key: value for key, value in entry.items() if key != "figures"}, ensure_ascii=False)
        lines.append(f' {json.dumps(name)}: {rest[:-1]}, "figures": [\n{figures}\n  ]}}')
    return "{\n" + ",\n".join(lines) + "\n}\n"

"""What every head of the zoo was measured to do on held-out pictures, in a file small enough for the page: heads.json, drawn from report.json
(composed scenes) and photos.json (photographs)."""

from __future__ import annotations

import json
from pathlib import Path

WAYS = ("naming", "pointing")
SCENES, PHOTOGRAPHS = "report.json", "photos.json"
CENTRE = "pointing, the centre patch"


def of_scenes(entry: dict) -> dict:
    """The tables of one model's heads: by way of grounding its chance, and per attention module a value (and a specificity) a head, in order;
    for pointing what the centre patch hits without reading, where that was measured."""
    told: dict = {"sha256": entry["sha256"], "world": "composed scenes", "pictures": entry["scenes"]}
    for way in WAYS:
        found = entry["heads"][way]
        modules: dict[str, dict[str, list[float]]] = {}
        for row in found["heads"]:
            module = modules.setdefault(row["attention"], {})
            for key in ("value", "specificity"):
                if key in row:
                    module.setdefault(key, []).append(row[key])
        told[way] = {"chance": found["chance"], "candidates": found["candidates"], "modules": modules}
    centre = [row["value"] for row in entry["figures"] if row["name"] == CENTRE and row["set"] == "held-out scenes"]
    if centre:
        told["pointing"] = {"centre": centre[0], **told["pointing"]}
    return told


def of_photographs(entry: dict) -> dict:
    """The same of a photo model, whose report has the tables as they are."""
    return {"sha256": entry["sha256"], "world": "photographs", "pictures": entry["asked"], **entry["grounding"]}


def write_heads(zoo: Path) -> None:
    """Write heads.json beside the reports that are there."""
    told = {}
    for name, entry in _read(zoo / SCENES).get("models", {}).items():
        if "heads" in entry:
            told[name] = of_scenes(entry)
    told |= {name: of_photographs(entry) for name, entry in _read(zoo / PHOTOGRAPHS).items() if "grounding" in entry}
    (zoo / "heads.json").write_text(json.dumps(told, ensure_ascii=False, separators=(",", ":")) + "\n", encoding="utf-8")


def _read(path: Path) -> dict:
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}

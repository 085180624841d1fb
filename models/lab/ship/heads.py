"""What every head of the zoo was measured to do on held-out scenes, in a file small enough for the page: heads.json, drawn from report.json."""

from __future__ import annotations

import json
from pathlib import Path

WAYS = ("naming", "pointing")


def of_entry(entry: dict) -> dict:
    """The tables of one model's heads: by way of grounding its chance, and per attention module a value (and a specificity) a head, in order."""
    told: dict = {"sha256": entry["sha256"], "scenes": entry["scenes"]}
    for way in WAYS:
        found = entry["heads"][way]
        modules: dict[str, dict[str, list[float]]] = {}
        for row in found["heads"]:
            module = modules.setdefault(row["attention"], {})
            for key in ("value", "specificity"):
                if key in row:
                    module.setdefault(key, []).append(row[key])
        told[way] = {"chance": found["chance"], "candidates": found["candidates"], "modules": modules}
    return told


def write_heads(zoo: Path) -> None:
    """Write heads.json beside report.json."""
    report = json.loads((zoo / "report.json").read_text(encoding="utf-8"))["models"]
    told = {name: of_entry(entry) for name, entry in report.items() if "heads" in entry}
    (zoo / "heads.json").write_text(json.dumps(told, ensure_ascii=False, separators=(",", ":")) + "\n", encoding="utf-8")

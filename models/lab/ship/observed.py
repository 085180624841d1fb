"""What was seen in the maps of a model: from observations.md into report.json and onto the card."""

from __future__ import annotations

import json
import re
from pathlib import Path

from .manifest import write_json

ABOUT = re.compile(r"^Of `([0-9a-f]{12})`\.\s*", re.MULTILINE)


def observations(text: str) -> dict[str, tuple[str, list[str]]]:
    """Per model what observations.md says: the start of the sha256 of the file that was looked at, and paragraphs.

    A model's section is a heading ``## id``, the line "Of `<12 hex digits>`." and paragraphs. Raises ValueError where a
    section does not say which file it is of."""
    found = {}
    for section in re.split(r"^## ", text, flags=re.MULTILINE)[1:]:
        name, _, rest = section.partition("\n")
        about = ABOUT.search(rest)
        if about is None:
            raise ValueError(f"observations.md: expected a line “Of `<first 12 digits of the file's sha256>`.” under {name.strip()!r}, found none")
        paragraphs = [" ".join(part.split()) for part in rest[about.end() :].split("\n\n")]
        found[name.strip()] = (about[1], [part for part in paragraphs if part])
    return found


def observe(zoo: Path) -> list[str]:
    """Write into report.json what was seen of the files that it reports on; names the models whose observations are of
    other files than these, which are left out. Without an observations.md there is nothing to write."""
    path = zoo / "report.json"
    if not (zoo / "observations.md").exists():
        return []
    report = json.loads(path.read_text(encoding="utf-8"))
    seen = observations((zoo / "observations.md").read_text(encoding="utf-8"))
    stale = []
    for name, entry in report["models"].items():
        entry.pop("observations", None)
        if name not in seen:
            continue
        start, paragraphs = seen[name]
        if entry["sha256"].startswith(start):
            entry["observations"] = paragraphs
        else:
            stale.append(name)
    write_json(path, report)
    return stale

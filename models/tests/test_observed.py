import json

import pytest

from lab.ship.observed import observations, observe
from lab.ship.tables import measurements

TEXT = """# Title

Words before.

## one-mini

Of `0123456789ab`.

**Scenes.** On the thing
in all.

**Photographs.** Nowhere.

## two-mini

Of `ffffffffffff`.

Elsewhere.
"""
ENTRY = {"scenes": 10, "figures": [], "heads": {}, "reliability": None}


def test_a_section_names_its_file_and_holds_paragraphs():
    found = observations(TEXT)
    assert found["one-mini"] == ("0123456789ab", ["**Scenes.** On the thing in all.", "**Photographs.** Nowhere."])
    assert list(found) == ["one-mini", "two-mini"]


def test_a_section_that_names_no_file_is_refused():
    with pytest.raises(ValueError, match="under 'one-mini', found none"):
        observations("## one-mini\n\nOn the thing.\n")


def test_only_what_was_seen_of_these_files_is_reported(tmp_path):
    entries = {"one-mini": {"sha256": "0123456789ab" + "0" * 52, **ENTRY}, "two-mini": {"sha256": "e" * 64, "observations": ["Old."], **ENTRY}}
    report = tmp_path / "report.json"
    report.write_text(json.dumps({"models": entries}))
    assert observe(tmp_path) == []
    (tmp_path / "observations.md").write_text(TEXT)
    assert observe(tmp_path) == ["two-mini"]
    one, two = json.loads(report.read_text())["models"].values()
    assert one["observations"] == ["**Scenes.** On the thing in all.", "**Photographs.** Nowhere."]
    assert "observations" not in two
    assert measurements(one).endswith("**Scenes.** On the thing in all.\n\n**Photographs.** Nowhere.")
    assert "maps look like" not in measurements(two)

"""What ships says one thing: report, manifests, cards and overview hold the same figures, of the same files."""

import json
import shutil
from pathlib import Path

import pytest

from lab.config import load, models
from lab.evaluate import main_figures
from lab.ship.card import identity, write_card
from lab.ship.heads import write_heads
from lab.ship.observed import observe
from lab.ship.overview import write_overview

ZOO = Path(__file__).parent.parent / "zoo"
REPORT = json.loads((ZOO / "report.json").read_text(encoding="utf-8"))["models"]


@pytest.fixture
def copy(tmp_path):
    shutil.copytree(ZOO, tmp_path / "zoo", ignore=shutil.ignore_patterns("*.onnx", "*.safetensors"))
    return tmp_path / "zoo"


@pytest.mark.parametrize("name", REPORT)
def test_a_manifest_tells_the_figures_of_the_report(name):
    manifest = json.loads((ZOO / name / "manifest.json").read_text(encoding="utf-8"))
    entry = REPORT[name]
    assert identity(manifest) == entry["sha256"]
    assert manifest["metrics"] == main_figures(entry)
    for way, told in manifest.get("heads", {}).items():
        assert told == {key: entry["heads"][way][key] for key in told}


def test_cards_observations_and_overview_are_those_that_the_report_gives(copy):
    observed = [copy / "report.json", *(copy / name / "card.md" for name in models("cpu")), copy / "README.md", copy / "heads.json"]
    before = {path: path.read_text(encoding="utf-8") for path in observed}
    assert observe(copy) == []
    for name in models("cpu"):
        write_card(load(name), copy)
    write_overview(copy)
    write_heads(copy)
    for path, text in before.items():
        assert path.read_text(encoding="utf-8") == text, path.name

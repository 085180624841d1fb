"""Measure exported models on held-out scenes: python -m lab evaluate."""

from __future__ import annotations

import json
from pathlib import Path

from .config import Config
from .figures.answers import foil_figures, word_figures
from .figures.exported import Exported
from .figures.heads import best, head_scores
from .figures.interval import Figure
from .ship.card import write_card
from .ship.manifest import write_json
from .world.batches import Batch, batch

SIZE, SEED, WHERE = 50, 7, "held-out scenes"


def held_out(preset: str, split: str, scenes: int) -> list[Batch]:
    """The first ``scenes`` scenes of a split that training never draws from."""
    sizes = [SIZE] * (scenes // SIZE) + ([scenes % SIZE] if scenes % SIZE else [])
    return [batch(preset, SEED, number, size, easy_share=0.0, split=split) for number, size in enumerate(sizes)]


def evaluate(folder: Path, preset: str, scenes: int) -> tuple[list[Figure], dict]:
    """Figures of one exported model, and the table of its heads. Heads are chosen on split "select"
    (a third as many scenes), everything is reported on split "test"."""
    model = Exported(folder)
    test = held_out(preset, "test", scenes)
    figures = foil_figures(model, test, WHERE) + word_figures(model, test, WHERE)
    chosen_on, scores = head_scores(model, held_out(preset, "select", max(SIZE, scenes // 3))), head_scores(model, test)
    heads = {}
    for way in ("naming", "pointing"):
        found, heads[way] = best(model.spots, way, chosen_on[way], scores[way], WHERE)
        figures += found
    return figures, heads


def evaluate_and_report(configs: list[Config], zoo: Path, scenes: int) -> None:
    """Evaluate models; print a table; write report.json, and the figures of each manifest and card."""
    path = zoo / "report.json"
    report = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {"models": {}}
    for config in configs:
        folder = zoo / config.id
        figures, heads = evaluate(folder, config.train.preset, scenes)
        manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        manifest["metrics"] = [figure.row() for figure in figures]
        manifest["heads"] = {
            way: {key: table[key] for key in ("attention", "head", "value", "chance")} for way, table in heads.items()
        }
        write_json(folder / "manifest.json", manifest)
        write_card(config, zoo)
        budget = json.loads((folder / "budget.json").read_text(encoding="utf-8"))
        report["models"][config.id] = {
            "sha256": manifest["graphs"]["model"]["sha256"],
            "budget": budget,
            "figures": manifest["metrics"],
            "heads": heads,
        }
        write_json(path, report)
        print(table(config.id, figures, heads), flush=True)


def table(name: str, figures: list[Figure], heads: dict) -> str:
    """Figures of one model as lines of text."""
    lines = [name]
    for one in figures:
        chance = "" if one.chance is None else f"   chance {one.chance:.3f}"
        lines.append(f"  {one.name:<44} {one.value:.3f}  [{one.low:.3f}, {one.high:.3f}]  n {one.n:<6}{chance}")
    lines += [f"  best {way} head: {found['attention']}, head {found['head']}, of {found['candidates']}" for way, found in heads.items()]
    return "\n".join(lines)

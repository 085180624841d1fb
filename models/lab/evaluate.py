"""Measure exported models: python -m lab evaluate."""

from __future__ import annotations

import json
from pathlib import Path

from .config import Config
from .figures.cost import flops
from .figures.exported import Exported, opened
from .figures.interval import figures
from .figures.photographs import read_photographs
from .figures.sets import Drawn, draw
from .figures.snapshots import encoded
from .figures.snapshots import measured as on_photographs
from .figures.suite import Chosen, Found, choose, controls, core
from .figures.untrained import untrained
from .ship.card import budget_in, identity, write_card
from .ship.command import SEEDS
from .ship.heads import write_heads
from .ship.manifest import write_json
from .ship.observed import observe
from .ship.overview import write_overview
from .world.presets import preset_named
from .world.questions import answers

WHERE, UNTRAINED, PHOTOGRAPHS = "held-out scenes", "untrained weights", "photographs"
ELSEWHERE = {"style": "unseen style", "pairs": "held-out pairs", "triples": "held-out triples"}
CANDIDATES = 100
GALLERIES = 3


def candidates(scenes: int) -> int:
    """How many captions, or pictures, one is looked for among: 100, and a fifth of the scenes where they are few."""
    return max(2, min(CANDIDATES, scenes // 5))


def evaluate(folder: Path, config: Config, scenes: int, photos: Path | None = None, seeds: Path = SEEDS) -> dict:
    """The entry of one exported model in the report.

    Heads are chosen on split "select" (a third as many scenes), everything is reported on split "test": all of it, and over
    the seeds found in ``seeds``, on held-out scenes; what a model can do also on half as many scenes of each kind that
    training never shows, and with untrained weights on a quarter.
    """
    model, preset = opened(folder), config.train.preset
    _check_answers(model, preset)
    select, test = draw(preset, "select", max(50, scenes // 3)), draw(preset, "test", scenes)
    chosen, among = choose(model, select), candidates(scenes)
    found = core(model, test, chosen, among, GALLERIES)
    paths = seeds_of(config.id, seeds)
    others = [_of_seed(opened(path, folder), select, test, among, GALLERIES) for path in paths]
    measured = figures(found.tallies, WHERE, [other.tallies for other in others]) + figures(controls(model, test, chosen), WHERE)
    for variant, name in ELSEWHERE.items():
        if variant != "style" or preset_named(preset).emoji:
            measured += figures(core(model, draw(preset, "test", scenes // 2, variant), chosen, among).tallies, name)
    blank = _of_seed(untrained(config, model.manifest), select, draw(preset, "test", scenes // 4), max(2, among // 5))
    main = {tally.name for tally in found.tallies if not tally.group}
    measured += figures([tally for tally in blank.tallies if tally.name in main], UNTRAINED)
    if photos is not None:
        shown = read_photographs(photos, preset, model.manifest["image"]["size"][0], model.grid)
        measured += figures(on_photographs(model, shown, chosen.heads), PHOTOGRAPHS)
    return {
        "sha256": identity(model.manifest),
        "scenes": scenes,
        "flops": _flops(model, test),
        **({"seeds": [budget_in(path) for path in paths]} if paths else {}),
        "figures": [one.row() for one in measured],
        "heads": with_seeds(found.heads, [other.heads for other in others]),
        "reliability": found.reliability,
    }


def with_seeds(heads: dict[str, dict], others: list[dict[str, dict]]) -> dict[str, dict]:
    """Tables of heads, each with which head was the best in other seeds."""
    if not others:
        return heads
    return {way: own | {"seeds": [{key: other[way][key] for key in ("attention", "head")} for other in others]} for way, own in heads.items()}


def _of_seed(model: Exported, select: Drawn, test: Drawn, among: int, galleries: int = 1) -> Found:
    return core(model, test, choose(model, select), among, galleries)


def seeds_of(name: str, seeds: Path = SEEDS) -> list[Path]:
    """Folders of a model's exports from other seeds, ``<id>-<seed>``, by seed; what ships has seed 0."""
    found = [path for path in seeds.glob(f"{name}-*") if path.name.removeprefix(f"{name}-").isdigit()]
    return sorted((path for path in found if not path.name.endswith("-0")), key=lambda path: int(path.name.rpartition("-")[2]))


def _check_answers(model: Exported, preset: str) -> None:
    if "answer" in model.tasks and tuple(model.manifest["answers"]) != answers(preset):
        raise ValueError(f"expected a model that chooses from the {len(answers(preset))} answers of preset {preset!r}, got another list: export it again")


def _flops(model: Exported, test: Drawn) -> int:
    """Of one picture with one caption of common length."""
    batch = test.mixed[0]
    ids = encoded([word.text for word in sorted((scene.caption for scene in batch.scenes), key=len)[len(batch.scenes) // 2]])
    pixels = batch.images.numpy()[:1].astype("float32") / 127.5 - 1
    feeds = {"pixel_values": pixels, "input_ids": ids, "attention_mask": (ids != 0).astype("int64")}
    return sum(flops(graph, feeds) for graph in model.graphs)


def evaluate_and_report(configs: list[Config], zoo: Path, scenes: int, photos: Path | None = None) -> None:
    """Evaluate models; print a table; write report.json, the main figures of each manifest, the card and the overview."""
    path = zoo / "report.json"
    for config in configs:
        folder = zoo / config.id
        entry = evaluate(folder, config, scenes, photos)
        tell_manifest(folder, entry)
        entries = {config.id: {"sha256": entry.pop("sha256"), "budget": budget_in(folder), **entry}}
        entries |= {stage.name: evaluate_stage(stage, config, scenes) for stage in stages_of(config.id, zoo)}
        # Read only now: models may be measured side by side.
        report = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {"models": {}}
        report["models"] |= entries
        write_json(path, report)
        observe(zoo)
        write_card(config, zoo)
        write_overview(zoo)
        write_heads(zoo)
        print(table(config.id, entries[config.id]), flush=True)


def stages_of(name: str, zoo: Path) -> list[Path]:
    """Folders of a model's earlier stages, in their order."""
    manifests = {path.parent: json.loads(path.read_text(encoding="utf-8")) for path in zoo.glob(f"{name}-*/manifest.json")}
    shares = {folder: found["training"]["share"] for folder, found in manifests.items() if found.get("training", {}).get("of") == name}
    return sorted(shares, key=lambda folder: shares[folder])


def evaluate_stage(folder: Path, config: Config, scenes: int) -> dict:
    """The entry of an earlier stage: what it can do, on the first half of the held-out scenes. Its manifest gets the figures and heads."""
    model, preset = opened(folder), config.train.preset
    select, test = draw(preset, "select", max(50, scenes // 3)), draw(preset, "test", scenes // 2)
    found = _of_seed(model, select, test, candidates(scenes // 2))
    measured = figures([tally for tally in found.tallies if not tally.group], WHERE)
    entry = {"figures": [one.row() for one in measured], "heads": found.heads}
    told = tell_manifest(folder, entry)
    return {"sha256": identity(told), "scenes": scenes // 2, "training": told["training"], **entry}


def tell_manifest(folder: Path, entry: dict) -> dict:
    """Write the main figures into a manifest, and the best heads of a model that has heads to choose from; returns it."""
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    manifest["metrics"] = main_figures(entry)
    if manifest["adapter"] != "dual-encoder":
        manifest["heads"] = {way: {key: found[key] for key in ("attention", "head", "value", "chance")} for way, found in entry["heads"].items()}
    write_json(folder / "manifest.json", manifest)
    return manifest


def main_figures(entry: dict) -> list[dict]:
    """What the manifest tells of a model: its shares on held-out scenes, without controls and without other seeds."""
    kept = [row for row in entry["figures"] if row["set"] == WHERE and "group" not in row]
    return [{key: value for key, value in row.items() if key != "seeds"} for row in kept]


def table(name: str, entry: dict) -> str:
    """The figures of one model as lines of text."""
    lines, where = [name], None
    for row in entry["figures"]:
        if row["set"] != where:
            where = row["set"]
            lines.append(f" {where}")
        chance = f"   chance {row['chance']:.3f}" if row.get("chance") else ""
        seeds = f"   seeds {' '.join(f'{value:.3f}' for value in row['seeds']['values'])}" if "seeds" in row else ""
        label = row["name"] + (f" ({row['unit']})" if "unit" in row else "")
        lines.append(f"  {label:<72} {row['value']:.3f}  [{row['low']:.3f}, {row['high']:.3f}]  n {row['n']:<6}{chance}{seeds}")
    for way, found in entry["heads"].items():
        lines.append(f"  {way}: {found['attention']}, head {found['head'] + 1}, of {found['candidates']}")
    if entry["reliability"]:
        lines.append(f"  expected calibration error {entry['reliability']['ece']:.3f}")
    return "\n".join(lines)

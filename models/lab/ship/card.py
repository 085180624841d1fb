"""The card of a model: what it is, what it learnt from, how well it does, and where it ends."""

from __future__ import annotations

import json
from pathlib import Path

from ..config import Config
from .card_text import data, losses, purpose, sprites
from .manifest import write_json
from .tables import measurements

TEXT = """# {name}

{summary} After {after}. {differs}

## What it is for

{purpose}

## Training

- **Data**: {data} No photographs and no pretrained weights.
- **Size**: {parameters:,} parameters; {grid} x {grid} patches; captions of up to {length} word pieces.{flops}
- **Budget**: {sequences:,} sequences of {scenes:,} scenes, {steps:,} steps, {hours:.1f} hours on {machine}.{total} The weights
  are an exponential moving average, rounded to what the file stores.
- **Losses**, with their weights: {losses}.
{helped}
## Figures

{figures}

## Limits

It knows {known} words, listed in `lexicon.json`; other words are read as pieces it has seen little or
nothing of. Photographs lie outside its world. Its scores are no probabilities that a person would give.
Scores of two architectures are never one scale: compare how often each prefers a caption to its foil.
The figures hold for this world and this budget and rank no architecture.

## Licence

Apache-2.0. The pictures it was trained on: {sprites}.
"""

HELPED = """- **Grounding is helped on purpose.** {place}Object labels are read off the patches in the code of the word embeddings,
  with no projection between. And keys start correlated with queries, so that attention starts as likeness
  (after Trockman and Kolter, 2023). What each of these adds was not measured apart. So the maps of this
  model show what attention can learn to carry, not what {alone} alone brings about.
"""
PLACE = "The loss on places is supervised grounding, in the family of phrase grounding losses. "
MACHINE = "one CPU core in bfloat16 arithmetic"


def write_card(config: Config, zoo: Path, spent: dict[str, float | str] | None = None) -> None:
    """Write card.md of an exported model from its manifest and, where it speaks of the same files, its entry in report.json.
    ``spent`` is kept in budget.json between calls: step, scenes, sequences, elapsed seconds and, if it says so, machine."""
    folder = zoo / config.id
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    if spent is not None:
        write_json(folder / "budget.json", budget_of(spent))
    used = budget_in(folder)
    lexicon = json.loads((folder / "lexicon.json").read_text(encoding="utf-8"))
    entry = reported(zoo, config.id, manifest)
    encoders = config.adapter == "dual-encoder"
    text = TEXT.format(
        **config.words,
        purpose=purpose(manifest),
        data=data(config.train.preset),
        parameters=manifest["parameters"],
        grid=manifest["image"]["grid"][0],
        length=manifest["text"]["maxTokens"],
        flops=f" One picture with one caption costs\n  {entry['flops'] / 1e6:,.0f} million floating-point operations." if entry else "",
        sequences=used["sequences"],
        scenes=used.get("scenes", used["sequences"] // 3),
        steps=used["steps"],
        hours=used["hours"],
        machine=used.get("machine", MACHINE),
        total=f" At three forward passes a\n  sequence that is at most {3 * entry['flops'] * used['sequences'] / 1e15:,.2f} x 10^15 operations." if entry else "",
        losses=losses(config),
        helped=HELPED.format(place="" if encoders else PLACE, alone="contrast" if encoders else "matching"),
        known=len(lexicon["words"]),
        figures=measurements(entry) if entry else "Not measured yet.",
        sprites=sprites(config.train.preset),
    )
    (folder / "card.md").write_text(text, encoding="utf-8")


def budget_of(spent: dict[str, float | str]) -> dict:
    """What budget.json keeps of what a run has cost."""
    sequences = int(spent["sequences"])
    return {
        "steps": spent["step"],
        "scenes": spent.get("scenes", sequences // 3),
        "sequences": sequences,
        "hours": round(float(spent["elapsed"]) / 3600, 2),
        "machine": spent.get("machine", MACHINE),
    }


def budget_in(folder: Path) -> dict:
    """What the training of an exported model cost."""
    return json.loads((folder / "budget.json").read_text(encoding="utf-8"))


def identity(manifest: dict) -> str:
    """The sha256 of the graphs of a model."""
    return "-".join(graph["sha256"] for graph in manifest["graphs"].values())


def reported(zoo: Path, name: str, manifest: dict) -> dict | None:
    """A model's entry in report.json, unless it was measured on other files."""
    path = zoo / "report.json"
    models = json.loads(path.read_text(encoding="utf-8"))["models"] if path.exists() else {}
    entry = models.get(name)
    return entry if entry and entry["sha256"] == identity(manifest) and "scenes" in entry else None

"""The card of a model: what it is, what it learnt from, how well it does, and where it ends."""

from __future__ import annotations

import json
from pathlib import Path

from ..config import Config
from .manifest import write_json

TEXT = """# {name}

{summary} After {after}. {differs}

## What it is for

To be looked at: every attention weight of this model can be read while it runs. It judges whether a
caption is true of a picture and guesses hidden words, in English, in the small world it was trained
on. It is no model to build on.

## Training

- **Data**: composed scenes, made anew for every batch and never repeated: 1 to 3 objects of about 60
  kinds in two drawing styles, or drawn shapes in eight colours, on plain, blurred and noisy
  backgrounds of 96 x 96 px, with a caption and a foil that one edit makes false. No photographs and
  no pretrained weights.
- **Size**: {parameters:,} parameters; 8 x 8 patches; captions of up to {length} word pieces.
- **Budget**: {sequences:,} sequences of {scenes:,} scenes, {steps:,} steps, {hours:.1f} hours on one CPU core
  in bfloat16 arithmetic. The weights are an exponential moving average, rounded to fp16.
- **Losses**, with their weights: masked words {words}; matching {match} (true against false, and the caption
  above its foil); object labels on patches {label}, tied to the word embeddings and annealed to 0 over the
  last {anneal:.0%}; which word is false {wrong} (as in FOIL-it, Shekhar et al., 2017); where the named object is,
  told from the noun's text state alone {place}.
- **Grounding is helped on purpose.** The last loss is supervised grounding, in the family of phrase
  grounding losses. Object labels are read off the patches in the code of the word embeddings, with no
  projection between. And keys start correlated with queries, so that attention starts as likeness
  (after Trockman and Kolter, 2023). What each of these adds was not measured apart. So the maps of this
  model show what attention can learn to carry, not what matching alone brings about.

## Figures

{figures}

## Limits

It knows {known} words, listed in `lexicon.json`; other words are read as pieces it has seen little or
nothing of. Photographs lie outside its world. Its scores are no probabilities that a person
would give, and they are on no common scale with another model's: compare the preference of a caption
over its foil. The figures hold for this world and this budget and rank no architecture.

## Licence

Apache-2.0. The pictures it was trained on: Fluent Emoji (MIT) and Noto Emoji (Apache-2.0).
"""


def write_card(config: Config, zoo: Path, spent: dict[str, float] | None = None) -> None:
    """Write card.md of an exported model from its manifest; ``spent`` is kept in budget.json between calls."""
    folder = zoo / config.id
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    budget = folder / "budget.json"
    if spent is not None:
        write_json(budget, {"steps": spent["step"], "sequences": spent["sequences"], "hours": round(spent["elapsed"] / 3600, 2)})
    used = json.loads(budget.read_text(encoding="utf-8"))
    lexicon = json.loads((folder / "lexicon.json").read_text(encoding="utf-8"))
    losses = config.losses
    text = TEXT.format(
        **config.words,
        parameters=manifest["parameters"],
        length=manifest["text"]["maxTokens"],
        sequences=used["sequences"],
        scenes=used["sequences"] // 3,
        steps=used["steps"],
        hours=used["hours"],
        words=losses.words,
        match=losses.match,
        label=losses.label,
        anneal=1 - losses.anneal,
        wrong=losses.wrong,
        place=losses.place,
        known=len(lexicon["words"]),
        figures=figures(manifest["metrics"], manifest["heads"]),
    )
    (folder / "card.md").write_text(text, encoding="utf-8")


def figures(metrics: list[dict], heads: dict) -> str:
    """Metrics as a table, with the heads they speak of."""
    if not metrics:
        return "Not measured yet."
    lines = ["| figure | value | 95 % interval | chance | n | set |", "|---|---|---|---|---|---|"]
    for metric in metrics:
        chance = f"{metric['chance']:.1%}" if metric.get("chance") is not None else ""
        interval = f"{metric['low']:.1%} to {metric['high']:.1%}"
        lines.append(f"| {metric['name']} | {metric['value']:.1%} | {interval} | {chance} | {metric['n']} | {metric['set']} |")
    best = [f"{way}: head {head['head'] + 1} of “{head['attention']}”" for way, head in heads.items()]
    return "\n".join(lines) + "\n\nBest heads, chosen on other scenes: " + "; ".join(best) + "."

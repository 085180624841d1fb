"""The commands that make a zoo: export every model, then measure what was exported."""

from __future__ import annotations

import json
from pathlib import Path

import torch

from ..checkpoint import RUNS, averaged
from ..config import Config
from ..export import export
from ..feed import Feed, make_model
from ..world.lexicon import lexicon
from ..world.tokenizer import PATH as TOKENIZER
from .card import write_card
from .samples import samples


def export_models(configs: list[Config], zoo: Path, oracles: Path) -> None:
    """Write the files of each model from its newest checkpoint; a model without one ships untrained."""
    for config in configs:
        feed = Feed(config)
        torch.manual_seed(config.train.seed)
        model = make_model(config, feed.vocabulary)
        path, spent = RUNS / config.id / "checkpoint.pt", {"step": 0, "sequences": 0, "elapsed": 0.0}
        if path.exists():
            feed.remember(path.parent)
            weights, spent = averaged(path)
            model.load_state_dict(weights)
        texts = {
            "tokenizer.json": TOKENIZER.read_text(encoding="utf-8"),
            "lexicon.json": json.dumps(lexicon(config.train.preset), indent=1) + "\n",
        }
        worst = export(config, model, samples(config.train.preset), texts, zoo, oracles)
        write_card(config, zoo, spent)
        print(f"{config.id}: exported after {spent['sequences']} sequences, within {worst:.1g} of PyTorch")


def evaluate_models(configs: list[Config], zoo: Path, scenes: int) -> None:
    """Measure exported models on held-out scenes: table, report.json, and the figures of manifests and cards."""
    from ..evaluate import evaluate_and_report

    evaluate_and_report(configs, zoo, scenes)

"""What makes a zoo: export every model and its stages."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

from ..checkpoint import SEEDS, averaged, run_folder, stage_path
from ..config import Config
from ..export import export
from ..feed import Feed, make_model
from ..nets.base import Model
from ..world.lexicon import lexicon
from ..world.tokenizer import PATH as TOKENIZER
from .card import write_card
from .samples import samples


def export_models(configs: list[Config], zoo: Path, oracles: Path) -> None:
    """Write the files of each model from its newest checkpoint, and of each stage of its training that was kept; a model
    without a checkpoint ships untrained. A further seed goes to ``SEEDS``."""
    for config in configs:
        feed, train = Feed(config), config.train
        run = run_folder(config.id, train.preset, train.seed)
        path = run / "checkpoint.pt"
        model = make_model(config, feed)
        spent: dict[str, float] = {"step": 0, "scenes": 0, "sequences": 0, "elapsed": 0.0}
        if path.exists():
            feed.remember(run)
            weights, spent = averaged(path)
            model.load_state_dict(weights)
        texts = {
            "tokenizer.json": TOKENIZER.read_text(encoding="utf-8"),
            "lexicon.json": json.dumps(lexicon(train.preset), indent=1) + "\n",
        }
        shown = samples(train.preset)
        if train.seed:
            named, target = replace(config, id=f"{config.id}-{train.seed}"), SEEDS
            worst = export(named, model, shown, texts, feed.answers, target)
        else:
            named, target = config, zoo
            whole = {"of": config.id, "share": 1, "sequences": int(spent["sequences"])} if train.keep else None
            worst = export(named, model, shown, texts, feed.answers, target, oracles, training=whole)
        write_card(named, target, spent)
        print(f"{named.id}: exported after {spent['scenes']:,} scenes, within {worst:.1g} of PyTorch", flush=True)
        for share in train.keep if not train.seed else ():
            if stage_path(run, share).exists():
                weights, early = averaged(stage_path(run, share))
                model.load_state_dict(weights)
                print(export_stage(config, model, share, early, spent, texts, feed, zoo), flush=True)


def export_stage(
    config: Config,
    model: Model,
    planned: float,
    spent: dict[str, float],
    whole: dict[str, float],
    texts: dict[str, str],
    feed: Feed,
    zoo: Path,
) -> str:
    """Write a model as it was after a ``planned`` share of its training, weights in 8 bits, with the share that it was of
    the ``whole`` in the end; says what was written."""
    named = replace(config, id=f"{config.id}-{round(100 * planned):02d}")
    training = {"of": config.id, "share": round(spent["scenes"] / whole["scenes"], 4), "sequences": int(spent["sequences"])}
    worst = export(named, model, samples(config.train.preset)[:1], texts, feed.answers, zoo, bits=8, training=training)
    return f"{named.id}: exported after {spent['scenes']:,} scenes, within {worst:.1g} of PyTorch"

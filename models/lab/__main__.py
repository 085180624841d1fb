"""python -m lab sprites | samples | train | export | evaluate | ship: see --help of each."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

MODELS = Path(__file__).parent.parent
ZOO = MODELS / "zoo"
SAMPLES = MODELS.parent / "static" / "samples"
ORACLES = MODELS.parent / "tests" / "oracle"


def parser() -> argparse.ArgumentParser:
    """The command line."""
    top = argparse.ArgumentParser(prog="python -m lab", description="Train, export and evaluate small vision-and-language models.")
    top.add_argument("--preset", default="cpu", help="configuration file in lab/config (default cpu)")
    verbs = top.add_subparsers(dest="verb", required=True)
    verbs.add_parser("sprites", help="fetch the emoji by npm and make the sprite atlas of the preset")
    verbs.add_parser("samples", help="draw the composed pictures of the page's gallery")
    train = verbs.add_parser("train", help="train a model, or go on from its last checkpoint")
    train.add_argument("model")
    train.add_argument("--hours", type=float, help="wall-clock budget, all sittings together")
    train.add_argument("--total", type=int, help="budget in sequences")
    train.add_argument("--device", default="cpu", help="cpu (default) or cuda")
    train.add_argument("--threads", type=int, default=1, help="CPU threads (default 1: faster than two on a busy machine)")
    train.add_argument("--compile", action="store_true", help="compile layers: minutes to build, a fifth faster after")
    for verb, text in (
        ("export", "write the files of models/zoo/<model> from the newest checkpoint"),
        ("evaluate", "measure the exported file on held-out scenes"),
        ("ship", "export and evaluate"),
    ):
        one = verbs.add_parser(verb, help=text)
        one.add_argument("models", nargs="*", help="default: every model of the preset")
        if verb != "export":
            one.add_argument("--scenes", type=int, default=1000, help="held-out scenes for figures (default 1000)")
    return top


def main(arguments: list[str]) -> int:
    """Run one command; 1 with a sentence on standard error where something is missing."""
    options = parser().parse_args(arguments)
    try:
        return run(options)
    except (ValueError, FileNotFoundError) as error:
        print(error, file=sys.stderr)
        return 1


def run(options: argparse.Namespace) -> int:
    """Dispatch. Imports wait until a command needs them: --help must not load PyTorch."""
    if options.verb == "sprites":
        from .world import sprites

        print(sprites.make(options.preset))
        return 0
    if options.verb == "samples":
        from .world import samples

        print(samples.make(SAMPLES))
        return 0
    from .config import load, models

    if options.verb == "train":
        import torch

        from .checkpoint import RUNS
        from .feed import Feed
        from .train import train, with_budget

        torch.set_num_threads(options.threads)
        config = with_budget(load(options.model, options.preset), options.hours, options.total)
        train(config, Feed(config), RUNS / config.id, options.device, compiled=options.compile)
        return 0
    from .ship.command import evaluate_models, export_models

    chosen = options.models or models(options.preset)
    configs = [load(model, options.preset) for model in chosen]
    if options.verb in ("export", "ship"):
        export_models(configs, ZOO, ORACLES)
    if options.verb in ("evaluate", "ship"):
        evaluate_models(configs, ZOO, options.scenes)
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))

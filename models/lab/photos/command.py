"""`python -m lab photos features | train | export | evaluate | ship`."""

from __future__ import annotations

import argparse
import os
import signal
from pathlib import Path

VERBS = {
    "features": "compute the features of all photographs once",
    "train": "train the detector and the models, or go on from their checkpoints",
    "export": "write the files of the models from their newest checkpoints",
    "evaluate": "measure the exported files",
    "ship": "export and evaluate",
}
PICTURES = 45_000


def add_parser(verbs: argparse._SubParsersAction) -> None:
    """The command line of `photos`."""
    top = verbs.add_parser("photos", help="models that see photographs: features, training, export and figures")
    steps = top.add_subparsers(dest="step", required=True)
    for verb, text in VERBS.items():
        one = steps.add_parser(verb, help=text)
        one.add_argument("--data", type=Path, required=True, help="folder of photographs: train.jsonl, val.jsonl, test.jsonl and their pictures")
        one.add_argument("--cache", type=Path, help="folder for features, checkpoints and exports (default ~/.cache/vlpm-lab/photos)")
        one.add_argument("--photos", type=Path, help="folder of photographs of another origin: index.json and images")
        one.add_argument("--threads", type=int, default=1, help="CPU threads (default 1)")
        one.add_argument("--seed", type=int, default=0, help="of the first weights (default 0)")
        if verb != "features":
            one.add_argument("models", nargs="*", help="default: all, in the order of training")
        if verb == "train":
            one.add_argument("--pictures", type=int, default=PICTURES, help=f"budget of each model (default {PICTURES})")


def run(options: argparse.Namespace) -> int:
    """Run one command. Imports wait until it is known which."""
    import torch

    from .world.features import CACHE

    torch.set_num_threads(options.threads)
    cache = options.cache or CACHE
    cache.mkdir(parents=True, exist_ok=True)
    if options.step == "features":
        from .world.features import extract

        extract(options.data, cache, options.photos)
        return 0
    if options.step == "train":
        return _train(options, cache)
    raise ValueError(f"expected a command that exists, got {options.step}")


def _train(options: argparse.Namespace, cache: Path) -> int:
    from .queue import train_all

    mark = cache / "train.pid"
    mark.write_text(str(os.getpid()))
    stopped: list[int] = []
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda n, _: stopped.append(n))
    done = train_all(options.data, cache, options.models, options.pictures, options.seed, stopped)
    mark.unlink(missing_ok=True)
    return 0 if done else 1

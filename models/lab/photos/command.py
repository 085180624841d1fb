"""`python -m lab photos features | train | export | evaluate | ship | publish | heads | look | cards`."""

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
    "publish": "copy what was exported and measured into the zoo, with figures and cards",
    "heads": "measure every head of the shipped files, on the pictures of the report, and write them into it and into the page's file of heads",
    "look": "say what best heads of the shipped files look at in the photographs of photos-seen.md",
    "cards": "write cards and report of the shipped files anew, with what photos-seen.md says",
}
SHIPPED = ("heads", "look", "cards")
"""Verbs that read what ships."""
DATALESS = ("look", "cards")
"""Verbs that read no data to train on."""
PICTURES = 120_000
ROOT = Path(__file__).parents[3]
ZOO, SAMPLES = ROOT / "models" / "zoo", ROOT / "static" / "samples"


def add_parser(verbs: argparse._SubParsersAction) -> None:
    """The command line of `photos`."""
    top = verbs.add_parser("photos", help="models that see photographs: features, training, export and figures")
    steps = top.add_subparsers(dest="step", required=True)
    for verb, text in VERBS.items():
        one = steps.add_parser(verb, help=text)
        if verb not in DATALESS:
            one.add_argument("--data", type=Path, required=True, help="folder of photographs: train.jsonl, val.jsonl, test.jsonl and their pictures")
        one.add_argument("--cache", type=Path, help="folder for features, checkpoints and exports (default ~/.cache/vlpm-lab/photos)")
        one.add_argument("--photos", type=Path, required=verb == "look", help="folder of photographs of another origin: index.json and images")
        one.add_argument("--threads", type=int, default=1, help="CPU threads (default 1)")
        one.add_argument("--seed", type=int, default=0, help="of the first weights (default 0)")
        if verb not in ("features", *SHIPPED):
            one.add_argument("models", nargs="*", help="default: all, in the order of training")
        if verb == "train":
            one.add_argument("--pictures", type=int, default=PICTURES, help=f"budget of each model (default {PICTURES})")
            one.add_argument("--minutes", type=float, help="wall-clock limit of each model in this sitting; the schedule anneals by then")
        if verb in ("evaluate", "ship"):
            one.add_argument("--asked", type=int, default=554, help="pictures that are asked about (default 554, all of the test split)")
            one.add_argument("--groups", type=int, default=1, help="groups of 100 pictures for retrieval (default 1; the dual encoder gets five times as many)")
            one.add_argument("--short", action="store_true", help="without retrieval by fusing models among photographs of another origin")


def run(options: argparse.Namespace) -> int:
    """Run one command. Imports wait until it is known which."""
    import torch

    from .world.features import CACHE

    torch.set_num_threads(options.threads)
    cache = options.cache or CACHE
    if options.step in SHIPPED:
        return _shipped(options, cache)
    cache.mkdir(parents=True, exist_ok=True)
    if options.step == "features":
        from .world.features import extract

        extract(options.data, cache, options.photos)
        return 0
    if options.step == "train":
        return _train(options, cache)
    if options.step in ("export", "ship"):
        _export(options, cache)
    if options.step == "publish":
        _publish(options, cache)
    if options.step in ("evaluate", "ship"):
        from .figures.evaluate import evaluate
        from .figures.suite import Ask

        evaluate(options.data, cache, _names(options), options.photos, Ask(options.asked, options.groups, not options.short), options.threads)
    return 0


def _shipped(options: argparse.Namespace, cache: Path) -> int:
    from .ship.publish import SEEN, ground, rewrite

    if options.step == "heads":
        from .figures.evaluate import measure_heads

        print("wrote", *ground(ZOO, lambda report: measure_heads(options.data, cache, ZOO, report, options.threads)))
        return 0
    if options.step == "cards":
        print("wrote", *rewrite(ZOO))
        return 0
    from .figures.look import look, looked

    rows = looked((ZOO / SEEN).read_text(encoding="utf-8"))
    print(*look(ZOO, options.photos, rows, options.threads), sep="\n")
    return 0


def _names(options: argparse.Namespace) -> list[str]:
    from .nets.zoo import MODELS, shape_of

    for name in options.models:
        shape_of(name, 1)
    return options.models or list(MODELS)


def _export(options: argparse.Namespace, cache: Path) -> None:
    from tokenizers import Tokenizer

    from .nets.backbone import pretrained
    from .ship.export import SIGN, export_all, size_of
    from .ship.graphs import backbone_graph, session
    from .ship.sample import sample_of
    from .ship.world import world_sign
    from .world.batches import label_nouns
    from .world.data import read_split
    from .world.lexicon import learn
    from .world.words import save_json

    if not (cache / "tokenizer.json").exists():
        raise FileNotFoundError(f"expected tokenizer.json in {cache}, found none: run `python -m lab photos train` first")
    photographs = read_split(options.data, "train")
    tokenizer = Tokenizer.from_file(str(cache / "tokenizer.json"))
    nouns = label_nouns(photographs, tokenizer, learn(photographs))
    if options.photos is None:
        raise FileNotFoundError("expected a folder of photographs that may be shown (--photos), got none: the references hold one of them")
    if not (cache / SIGN).exists():
        sign = world_sign(cache, options.data, options.photos, SAMPLES, session(backbone_graph(pretrained())))
        save_json(cache / SIGN, sign)
        print(*(f"{name}: {rate['outside']} of {rate['of']} outside" for name, rate in sign["rates"].items()), sep="\n")
    for name, worst in export_all(cache, _names(options), tokenizer, nouns, sample_of(options.photos), options.seed).items():
        print(f"{name}: onnxruntime within {worst:.1e} of PyTorch")
    print(f"{size_of(cache) / 1e6:.2f} MB in {cache / 'exports'}")


def _publish(options: argparse.Namespace, cache: Path) -> None:
    from .figures.sessions import regions_found
    from .figures.suite import OUTSIDE_SET, TEST_SET
    from .nets.detector import NAME
    from .ship.export import export_folder
    from .ship.publish import publish, recalled
    from .world.features import features, rows_of

    detector, found = export_folder(cache) / NAME, {}
    for split in [TEST_SET, *([OUTSIDE_SET] if options.photos else [])]:
        grids = (features(cache, split, grid) for grid in ("coarse", "fine"))
        found[split] = (rows_of(split, options.data, options.photos)[0], regions_found(detector, *grids))
    print("published", *publish(cache, ZOO, recalled(found)))


def _train(options: argparse.Namespace, cache: Path) -> int:
    from .queue import train_all

    mark = cache / "train.pid"
    mark.write_text(str(os.getpid()))
    stopped: list[int] = []
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda n, _: stopped.append(n))
    done = train_all(options.data, cache, options.models, options.pictures, options.seed, stopped, options.minutes)
    mark.unlink(missing_ok=True)
    return 0 if done else 1

"""python -m lab sprites | samples | train | export | evaluate | ship | maps | photos | cards: see --help of each."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from .photos.command import add_parser as add_photos

MODELS = Path(__file__).parent.parent
ZOO = MODELS / "zoo"
SAMPLES = MODELS.parent / "static" / "samples"
ORACLES = MODELS.parent / "tests" / "oracle"


def parser() -> argparse.ArgumentParser:
    """The command line."""
    top = argparse.ArgumentParser(prog="python -m lab", description="Train, export and evaluate small vision-and-language models.")
    top.add_argument("--preset", default="cpu", help="configuration file in lab/config (default cpu)")
    verbs = top.add_subparsers(dest="verb", required=True)
    sprites = verbs.add_parser("sprites", help="fetch the emoji by npm and make the sprite atlas of the preset")
    sprites.add_argument("--photos", type=Path, help="folder of photographs (index.json, images) that add backgrounds and cut-outs")
    verbs.add_parser("samples", help="draw the composed pictures of the page's gallery")
    train = verbs.add_parser("train", help="train a model, or go on from its last checkpoint")
    train.add_argument("model")
    train.add_argument("--hours", type=float, help="wall-clock budget, all sittings together")
    train.add_argument("--total", type=int, help="budget in scenes")
    train.add_argument("--seed", type=int, default=0, help="of the first weights (default 0, the one that ships)")
    train.add_argument("--device", default="cpu", help="cpu (default) or cuda")
    train.add_argument("--threads", type=int, default=1, help="CPU threads (default 1: faster than two on a busy machine)")
    train.add_argument("--workers", type=int, default=0, help="processes that compose scenes ahead, for a GPU (default 0)")
    train.add_argument("--compile", action="store_true", help="compile layers: minutes to build, a fifth faster after")
    for verb, text in (
        ("export", "write the files of models/zoo/<model> from the newest checkpoint"),
        ("evaluate", "measure the exported file on held-out scenes"),
        ("ship", "export and evaluate"),
    ):
        one = verbs.add_parser(verb, help=text)
        one.add_argument("models", nargs="*", help="default: every model of the preset")
        one.add_argument("--seed", type=int, default=0, help="of the run (default 0, the one that ships)")
        if verb != "export":
            one.add_argument("--scenes", type=int, default=1000, help="held-out scenes for figures (default 1000)")
            one.add_argument("--photos", type=Path, help="folder of photographs with boxes, measured on too: index.json and images")
    maps = verbs.add_parser("maps", help="draw where the best head looks, on twenty held-out scenes and ten photographs")
    maps.add_argument("models", nargs="*", help="default: every model of the preset")
    maps.add_argument("--photos", type=Path, help="folder of photographs with boxes: index.json and images")
    add_photos(verbs)
    verbs.add_parser("cards", help="put what was seen in the maps (zoo/observations.md) into report.json, and write the cards, the zoo's overview and the page's heads.json anew")
    return top


def main(arguments: list[str]) -> int:
    """Run one command; 1 with a sentence on standard error where something is missing."""
    options = parser().parse_args(arguments)
    try:
        return run(options)
    except ModuleNotFoundError as error:
        print(f"expected the Python package {error.name}, found none: run `pip install -e models` from the project's folder", file=sys.stderr)
    except (ValueError, FileNotFoundError) as error:
        print(error, file=sys.stderr)
    except (MemoryError, RuntimeError) as error:
        if not short_of_memory(error):
            raise
        print("expected more memory than this machine has free: set a smaller [train] scenes in the preset's file, or fewer --workers", file=sys.stderr)
    return 1


def short_of_memory(error: Exception) -> bool:
    """Whether an error says that memory ran out, on the CPU or on a GPU; PyTorch has no one type for it."""
    text = str(error).lower()
    return isinstance(error, MemoryError) or "out of memory" in text or "can't allocate memory" in text


def run(options: argparse.Namespace) -> int:
    """Dispatch. Imports wait until a command needs them: --help must not load PyTorch."""
    if options.verb == "sprites":
        from .world import sprites

        print(sprites.make(options.preset, options.photos))
        return 0
    if options.verb == "samples":
        from .world import samples

        print(samples.make(SAMPLES))
        return 0
    if options.verb == "photos":
        from .photos.command import run as run_photos

        return run_photos(options)
    from .config import load, models

    if options.verb == "train":
        import torch

        from .checkpoint import run_folder
        from .feed import Feed
        from .train import train, with_budget

        torch.set_num_threads(options.threads)
        config = with_budget(load(options.model, options.preset, options.seed), options.hours, options.total)
        folder = run_folder(config.id, options.preset, options.seed)
        train(config, Feed(config), folder, options.device, compiled=options.compile, workers=options.workers)
        return 0
    if options.verb == "cards":
        from .ship.card import write_card
        from .ship.heads import write_heads
        from .ship.observed import observe
        from .ship.overview import write_overview

        for name in observe(ZOO):
            print(f"{name}: observations.md speaks of another file; look at its maps again", file=sys.stderr)
        for model in models(options.preset):
            write_card(load(model, options.preset), ZOO)
        write_overview(ZOO)
        write_heads(ZOO)
        return 0
    chosen = options.models or models(options.preset)
    if options.verb == "maps":
        from .figures.sheet import draw_sheets

        for model in chosen:
            print("\n".join(str(path) for path in draw_sheets(ZOO / model, options.preset, options.photos)))
        return 0
    configs = [load(model, options.preset, options.seed) for model in chosen]
    if options.verb in ("export", "ship"):
        from .ship.command import export_models

        export_models(configs, ZOO, ORACLES)
    if options.verb in ("evaluate", "ship"):
        from .evaluate import evaluate_and_report

        evaluate_and_report(configs, ZOO, options.scenes, options.photos)
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))

"""python -m vlpm_export full lxmert|clip|vilt FOLDER [--tokenizer FILE]: a model of published size with random weights."""

import argparse
from pathlib import Path

from .full import FULL, export_full


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m vlpm_export", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    full = commands.add_parser("full", help="write model.onnx and its configuration into a folder")
    full.add_argument("architecture", choices=FULL)
    full.add_argument("folder", type=Path)
    full.add_argument("--tokenizer", type=Path, help="BERT's vocab.txt, CLIP's merges, or a tokenizer.json")
    words = parser.parse_args()
    export_full(words.architecture, words.folder, words.tokenizer)


if __name__ == "__main__":
    main()

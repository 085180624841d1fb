"""`python peer.py FOLDER`: bertviz's model view of the run in FOLDER (weights.npy, tokens.json) as FOLDER/page.html."""

import json
import sys
from pathlib import Path

import numpy
import torch
from bertviz import model_view


def main(folder: Path) -> None:
    tokens = json.loads((folder / "tokens.json").read_text())
    weights = torch.from_numpy(numpy.load(folder / "weights.npy"))
    view = model_view([layer[None] for layer in weights], tokens, html_action="return")
    (folder / "page.html").write_text(f"<!doctype html><meta charset=utf-8>{view.data}")


main(Path(sys.argv[1]))

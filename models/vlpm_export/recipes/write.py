"""Recipes and folders of checkpoints as files."""

from __future__ import annotations

import json
from pathlib import Path

import torch

from .catalogue import RECIPES
from .folder import Form, write_folder
from .graph import make

SPREAD = 0.25
"""Deviation of matrices in tiny models: their attention would be uniform otherwise."""


def write_recipes(names: list[str], folder: Path, tiny: bool = False) -> None:
    """Writes <name>.onnx.gz for each recipe, and what has to be said of it into index.json, beside those that are there."""
    folder.mkdir(parents=True, exist_ok=True)
    listed = folder / "index.json"
    index = json.loads(listed.read_text()) if listed.exists() else {}
    for name in names:
        torch.manual_seed(1)
        packed, said = make(RECIPES[name](tiny), SPREAD if tiny else None)
        (folder / f"{name}.onnx.gz").write_bytes(packed)
        index[name] = said | {"bytes": len(packed)}
        text = json.dumps({name: index[name] for name in RECIPES if name in index}, indent=1)
        listed.write_text(text + "\n")
        print(f"{name}: {len(packed):,} bytes", flush=True)


def write_checkpoint(name: str, folder: Path, form: Form, tiny: bool = False, vocabulary: Path | None = None) -> None:
    """Writes a folder as the Hub has it, with random weights and a reference by PyTorch."""
    torch.manual_seed(2)
    write_folder(RECIPES[name](tiny), folder, form, SPREAD if tiny else None, vocabulary)

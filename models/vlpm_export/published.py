"""Makes tests/oracle/published: tiny recipes, and a tiny checkpoint for each, in the forms that the Hub has.

Run in models: python -m vlpm_export.published ../tests/oracle/published [names]
"""

from __future__ import annotations

import sys
from pathlib import Path

import torch

from .recipes.catalogue import RECIPES
from .recipes.folder import Form
from .recipes.write import write_checkpoint, write_recipes

FORMS = {
    "vilt-words": Form("zip"),
    "vilt-match": Form("pickles"),
    "vilt-answers": Form(dtype=torch.float16),
    "vilt-pair": Form(dtype=torch.float16),
    "blip-answers": Form(dtype=torch.float16),
    "clip-b32": Form(dtype=torch.float16),
    "clip-b16": Form(dtype=torch.bfloat16),
    "lxmert-pretraining": Form("zip", torch.float16),
    "flava": Form(dtype=torch.float16),
    "flava-match": Form(dtype=torch.float16),
    "chinese-clip-b16": Form("zip"),
    "bridge-tower-base": Form("zip", torch.float16),
    "bridge-tower-base-match": Form(dtype=torch.float16),
    "bridge-tower-base-words": Form("pickles", torch.float16),
}
"""Recipes whose checkpoint is not float32 in safetensors."""


def main(folder: Path, names: list[str]) -> None:
    write_recipes(names, folder / "recipes", tiny=True)
    for name in names:
        write_checkpoint(name, folder / name, FORMS.get(name, Form()), tiny=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:] or [name for name in RECIPES if name not in ("clip-l14", "bridge-tower-large")])

"""What PyTorch makes of the tiny checkpoints of models of regions when it is given regions, for tests/architectures/given.test.ts.

Run in models, after vlpm_export.published: python -m vlpm_export.regions ../tests/oracle
"""

from __future__ import annotations

import sys
from pathlib import Path

import torch
from lab.tensors import write_tensors
from safetensors.torch import load_file
from torch import Tensor

from .hub import watched
from .recipes.catalogue import RECIPES

NAMES = ("lxmert-pretraining", "lxmert-answers", "visual-bert-pretraining")
REGIONS = 5
IDS = (2, 5, 6, 7, 8, 9, 3)
""""[CLS] a red dog beside trees [SEP]" in the vocabulary of the tiny models."""


def vectors(width: int) -> Tensor:
    """Numbers that are the same in any language: eighths."""
    return torch.tensor([[(7 * i + 3 * j) % 16 / 8 for j in range(width)] for i in range(REGIONS)])


def corners() -> Tensor:
    """Left, top, right and bottom in sixteenths of the picture."""
    return torch.tensor([[i, 2 * i % 8, 3 + 2 * i, 2 * i % 8 + 5] for i in range(REGIONS)]) / 16


def write(name: str, folder: Path, file: Path) -> None:
    recipe = RECIPES[name](True)
    stored = folder / "model.safetensors"
    states = load_file(stored) if stored.exists() else torch.load(folder / "pytorch_model.bin", weights_only=True)
    left = recipe.model.load_state_dict({key: value.float() for key, value in states.items()}, strict=False)
    if left.unexpected_keys:
        raise ValueError(f"{name}: expected weights of the recipe's model, got {left.unexpected_keys}")
    model = recipe.model.eval()
    if hasattr(model, "tie_weights"):
        model.tie_weights()
    ids = torch.tensor([IDS])
    feeds = dict(recipe.feeds) | {"input_ids": ids, "attention_mask": torch.ones_like(ids), "token_type_ids": torch.zeros_like(ids)}
    for given in ("visual_feats", "visual_embeds"):
        if given in feeds:
            feeds[given] = vectors(feeds[given].shape[-1])[None]
    if "visual_pos" in feeds:
        feeds["visual_pos"] = corners()[None]
    for mask in ("visual_attention_mask", "visual_token_type_ids"):
        if mask in feeds:
            feeds[mask] = torch.ones(1, REGIONS, dtype=torch.int64)
    with torch.no_grad(), watched() as attentions:
        found = dict(zip(recipe.answers, recipe.run(*feeds.values()), strict=True))
    arrays = {f"attention.{k}": attention[0] for k, attention in enumerate(attentions)}
    arrays |= {task: found[output].flatten() for task, output in recipe.tasks.items() if task != "mask"}
    write_tensors(file, {key: tensor.contiguous().numpy() for key, tensor in arrays.items()}, {"family": recipe.family})


def main(oracle: Path) -> None:
    (oracle / "regions").mkdir(exist_ok=True)
    for name in NAMES:
        write(name, oracle / "published" / name, oracle / "regions" / f"{name}.safetensors")


if __name__ == "__main__":
    main(Path(sys.argv[1]))

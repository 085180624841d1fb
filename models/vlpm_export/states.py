"""Makes tests/containers/fixtures: state dicts as torch.save writes them now and wrote them before 1.6, with their numbers.

Run in models: python -m vlpm_export.states ../tests/containers/fixtures
"""

from __future__ import annotations

import json
import os
import sys
from collections import OrderedDict
from pathlib import Path

import torch
from torch import Tensor, nn


class Command:
    """Unpickles by a call of the system's shell, as a malicious checkpoint would."""

    def __reduce__(self):
        return os.system, ("exit 1",)


def state() -> dict[str, Tensor]:
    """Tensors of several types, two of one storage, one that begins in the middle of its storage, and a parameter."""
    numbers = torch.arange(24, dtype=torch.float32).reshape(6, 4) / 8
    model = nn.Sequential(nn.Linear(4, 3), nn.LayerNorm(3))
    found = OrderedDict(
        table=numbers,
        tied=numbers,
        middle=numbers[2:4],
        half=numbers[:3].half(),
        brain=numbers[:3].bfloat16(),
        ids=torch.arange(5)[None],
        flag=torch.tensor([True, False]),
        scale=torch.tensor(4.6052),
        parameter=nn.Parameter(torch.tensor([0.5, -0.5])),
    )
    found.update(model.state_dict())
    found._metadata = model.state_dict()._metadata
    return found


def main(folder: Path) -> None:
    torch.manual_seed(1)
    folder.mkdir(parents=True, exist_ok=True)
    tensors = state()
    torch.save(tensors, folder / "zip.bin")
    torch.save(tensors, folder / "pickles.bin", _use_new_zipfile_serialization=False)
    torch.save({"turned": torch.ones(2, 3).t()}, folder / "turned.bin")
    torch.save({"weight": torch.ones(2), "more": Command()}, folder / "command.bin")
    torch.save({"more": Command()}, folder / "command-pickles.bin", _use_new_zipfile_serialization=False)
    said = {name: {"dims": list(x.shape), "numbers": x.flatten().tolist()} for name, x in tensors.items()}
    (folder / "numbers.json").write_text(json.dumps(said) + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))

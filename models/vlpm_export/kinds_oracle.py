"""Makes tests/oracle/kinds: the models of `kinds.py` as ONNX files, packed, with PyTorch's attentions and answers, and one of them as public
tools treat it: quantised, optimised, in functions of the file.

Run in models: python -m vlpm_export.kinds_oracle ../tests/oracle/kinds [names]
"""

from __future__ import annotations

import sys
import warnings
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy
import torch
from lab.tensors import write_tensors

from .cells import Cell
from .forms import without_traces
from .hub import Plain, pack, spread_short, watched
from .kinds import KINDS
from .treated import TREATMENTS


def export(cell: Cell, path: Path) -> None:
    feeds = tuple(cell.feeds.values())
    names = {"input_names": list(cell.feeds), "output_names": list(cell.outputs)}
    if path.stem == "in_one_piece":
        torch.onnx.export(Plain(cell), feeds, path, dynamo=True, opset_version=23, external_data=False, verbose=False, **names)
        without_traces(path)
        return
    torch.onnx.export(Plain(cell), feeds, path, dynamo=False, opset_version=17, **names)


def answer(cell: Cell) -> tuple[list[torch.Tensor], list[torch.Tensor]]:
    with torch.no_grad(), watched() as maps:
        outputs = cell.run(*cell.feeds.values())
    return maps, outputs


def make(name: str, cell: Cell, folder: Path, work: Path) -> None:
    cell.model.eval()
    spread_short(cell.model)
    maps, outputs = answer(cell)
    export(cell, work / f"{name}.onnx")
    arrays = {f"feed.{key}": value.int() if value.dtype == torch.int64 else value for key, value in cell.feeds.items()}
    if name != "florence2":
        arrays |= {f"attention.{i}": one for i, one in enumerate(maps)}
        arrays |= {f"plain.{key}": one for key, one in zip(cell.outputs, outputs, strict=True)}
    else:
        arrays = {}
    shapes = " ".join("x".join(map(str, one.shape)) for one in maps)
    metadata = {"blocks": cell.blocks, "shapes": shapes}
    arrays = {key: numpy.ascontiguousarray(value.detach().numpy()) for key, value in arrays.items()}
    write_tensors(folder / f"{name}.safetensors", arrays, metadata)
    print(name, pack(work / f"{name}.onnx", folder))


def main(folder: Path, wanted: list[str]) -> None:
    warnings.simplefilter("ignore")
    torch.backends.mha.set_fastpath_enabled(False)
    folder.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory() as scratch:
        work = Path(scratch)
        for build in KINDS:
            if wanted and build.__name__ not in wanted:
                continue
            torch.manual_seed(1)
            make(build.__name__, build(), folder, work)
        for name, (build, treat) in TREATMENTS.items():
            if wanted and name not in wanted:
                continue
            torch.manual_seed(1)
            cell = build()
            cell.model.eval()
            spread_short(cell.model)
            export(cell, work / "plain.onnx")
            treat(work / "plain.onnx", work / f"{name}.onnx", cell)
            print(name, pack(work / f"{name}.onnx", folder))


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])

"""Makes the cells of the matrix in a folder: a file each, with what PyTorch shows, or a sentence why a tool made none."""

from __future__ import annotations

import json
import logging
import signal
import time
import warnings
from collections.abc import Sequence
from pathlib import Path

import numpy
import torch
from lab.tensors import write_tensors

from ..cells import Cell
from ..hub import Plain, boldest, spread_short, watched
from .plan import EXPORTERS, FAMILIES, Choice, covering
from .treat import treat

LIMIT = 120
"""Seconds that a cell may take to be made."""


def oracle(cell: Cell) -> tuple[dict[str, torch.Tensor], dict[str, str]]:
    """What PyTorch shows: maps and answers, and answers without one head."""
    feeds = tuple(cell.feeds.values())
    with torch.no_grad(), watched() as maps:
        plain = cell.run(*feeds)
    at = len(maps) // 2
    heads = maps[at].shape[-3]
    masked, changed = boldest(cell, feeds, plain, at, heads)
    arrays = {f"feed.{key}": value.int() if value.dtype == torch.int64 else value for key, value in cell.feeds.items()}
    arrays |= {f"attention.{i}": one for i, one in enumerate(maps)}
    for key, *answers in zip(cell.outputs, plain, changed, strict=True):
        arrays |= {f"{run}.{key}": answer for run, answer in zip(("plain", "masked"), answers, strict=True)}
    shapes = " ".join("x".join(map(str, one.shape)) for one in maps)
    return arrays, {"blocks": cell.blocks, "shapes": shapes, "masked": json.dumps(masked)}


def export(cell: Cell, choice: Choice, path: Path) -> None:
    dynamo, opset = EXPORTERS[choice.exporter]
    names = {"input_names": list(cell.feeds), "output_names": list(cell.outputs)}
    if choice.attention == "sdpa" and hasattr(cell.model, "set_attn_implementation"):
        cell.model.set_attn_implementation("sdpa")
    more = {"external_data": False, "verbose": False} if dynamo else {}
    torch.onnx.export(Plain(cell), tuple(cell.feeds.values()), path, dynamo=dynamo, opset_version=opset, **names, **more)


def make(choice: Choice, folder: Path) -> str:
    torch.manual_seed(1)
    cell = FAMILIES[choice.family]()
    cell.model.eval()
    spread_short(cell.model)
    arrays, metadata = oracle(cell)
    path = folder / f"{choice.name}.onnx"
    export(cell, choice, path)
    fused = treat(path, choice.family, choice.precision, choice.treated, cell)
    metadata |= vars(choice) | {"fused": " ".join(fused)}
    arrays = {key: numpy.ascontiguousarray(value.detach().numpy()) for key, value in arrays.items()}
    write_tensors(folder / f"{choice.name}.safetensors", arrays, metadata)
    return f"{path.stat().st_size} bytes"


def reason(error: BaseException) -> str:
    """The innermost of what went wrong: exporters wrap it several times."""
    while error.__cause__:
        error = error.__cause__
    return f"{type(error).__name__}: {' '.join(str(error).split())[:160]}"


def late(*_: object) -> None:
    raise TimeoutError(f"not made in {LIMIT} s")


def make_cells(folder: Path, families: Sequence[str]) -> None:
    """Every cell of the matrix, or those of some families; what is there already stays.

    Raises ValueError for a family that is not known.
    """
    unknown = [name for name in families if name not in FAMILIES]
    if unknown:
        raise ValueError(f"expected names of families, got {', '.join(unknown)}; there are {', '.join(FAMILIES)}")
    warnings.simplefilter("ignore")
    logging.disable(logging.WARNING)
    torch.backends.mha.set_fastpath_enabled(False)
    folder.mkdir(parents=True, exist_ok=True)
    signal.signal(signal.SIGALRM, late)
    for choice in covering():
        said = folder / f"{choice.name}.json"
        if said.exists() or (families and choice.family not in families):
            continue
        start = time.monotonic()
        signal.alarm(LIMIT)
        try:
            why, made = None, make(choice, folder)
        except Exception as error:  # noqa: BLE001 - a tool that fails is an outcome to write down
            made, why = "", reason(error)
        signal.alarm(0)
        said.write_text(json.dumps({**vars(choice), "refused": why}))
        print(choice.name, made or why, f"{time.monotonic() - start:.1f} s", flush=True)

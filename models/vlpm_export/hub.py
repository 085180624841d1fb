"""Makes tests/oracle/hub: tiny public architectures as ONNX files, with PyTorch's attentions and answers.

Run in models: python -m vlpm_export.hub ../tests/oracle/hub [names]
"""

from __future__ import annotations

import gzip
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import torch
from lab.tensors import write_tensors
from torch import Tensor, nn
from torch.nn import functional as F

from .cells import CELLS, Cell


STEPS = 32
"""Weights are multiples of one over this."""


def pack(path: Path, folder: Path) -> int:
    """Without a time in it, so that making it again changes nothing."""
    packed = gzip.compress(path.read_bytes(), 9, mtime=0)
    (folder / f"{path.name}.gz").write_bytes(packed)
    return len(packed)


@contextmanager
def watched(masked: tuple[int, int] | None = None, terms: list[Tensor] | None = None) -> Iterator[list[Tensor]]:
    """Collects what every softmax returns, in the order of the calls; the head ``masked`` (attention, head) is set to zero,
    and ``terms`` are added to what the softmaxes are taken of."""
    seen: list[Tensor] = []
    softmax, product = F.softmax, F.scaled_dot_product_attention

    def watch(scores, *args, **kwargs):
        out = softmax(scores if terms is None else scores + terms[len(seen)], *args, **kwargs)
        seen.append(out)
        if masked is None or masked[0] != len(seen) - 1:
            return out
        keep = torch.ones(out.shape[-3], 1, 1)
        keep[masked[1]] = 0
        return out * keep

    def written(query, key, value, attn_mask=None, dropout_p=0.0, is_causal=False, scale=None, **_):
        scores = query @ key.transpose(-1, -2) * (scale or query.shape[-1] ** -0.5)
        if is_causal:
            scores = scores + torch.full(scores.shape[-2:], float("-inf")).triu(1)
        return watch(scores if attn_mask is None else scores + attn_mask, dim=-1) @ value

    F.softmax, F.scaled_dot_product_attention = watch, written
    try:
        yield seen
    finally:
        F.softmax, F.scaled_dot_product_attention = softmax, product


class Plain(nn.Module):
    """A cell as a module of positional tensors, as the exporter wants it."""

    def __init__(self, cell: Cell):
        super().__init__()
        self.model = cell.model
        self.cell = cell

    def forward(self, *feeds: Tensor):
        return tuple(self.cell.run(*feeds))


def spread(model: nn.Module) -> None:
    """Larger matrices than a fresh model has, so that its attention is not uniform."""
    for name, weight in model.named_parameters():
        if weight.dim() >= 2 and "position" not in name:
            weight.data.mul_(0.25 / weight.data.std().clamp_min(1e-3))


def spread_short(model: nn.Module) -> None:
    """As `spread`, with numbers of few digits, which pack well."""
    spread(model)
    for weight in model.parameters():
        weight.data.mul_(STEPS).round_().div_(STEPS)


def boldest(cell: Cell, feeds: tuple, plain: list[Tensor], attention: int, heads: int) -> tuple:
    """The head of an attention whose absence changes the answers most, and the answers without it."""
    runs = []
    for head in range(heads):
        with torch.no_grad(), watched((attention, head)):
            changed = cell.run(*feeds)
        far = max((a - b).abs().max().item() for a, b in zip(plain, changed, strict=True))
        runs.append((far, (attention, head), changed))
    return max(runs, key=lambda run: run[0])[1:]


def hidden(shape: tuple[int, ...], block: str, text: int) -> Tensor:
    """A term [heads, queries, keys] that hides keys in every second head: the image from text where both are one sequence,
    text first; else the first half of the keys from the second half of the queries."""
    heads, queries, keys = shape
    row, column = torch.arange(queries)[:, None], torch.arange(keys)[None]
    cut = (row < text) & (column >= text) if block == "joint" else (row >= queries // 2) & (column < keys // 2)
    return (cut & (torch.arange(heads)[:, None, None] % 2 == 0)) * -1e4


def make(name: str, cell: Cell, folder: Path, work: Path) -> int:
    cell.model.eval()
    spread_short(cell.model)
    feeds = tuple(cell.feeds.values())
    with torch.no_grad(), watched() as attentions:
        plain = cell.run(*feeds)
    blocks = cell.blocks.split()
    if len(blocks) != len(attentions):
        raise ValueError(f"{name}: expected {len(blocks)} attentions, got {[list(a.shape) for a in attentions]}")
    masked, changed = boldest(cell, feeds, plain, len(attentions) // 2, attentions[len(attentions) // 2].shape[-3])
    length = cell.feeds["input_ids"].shape[1] if "input_ids" in cell.feeds else 0
    terms = [hidden(tuple(a.shape[-3:]), block, length) for a, block in zip(attentions, blocks, strict=True)]
    with torch.no_grad(), watched(terms=terms):
        cut = cell.run(*feeds)
    text = [k for k, v in cell.feeds.items() if v.dtype == torch.int64 and v.dim() == 2 and k != "visual_attention_mask"]
    axes = {key: {0: "batch", 1: "text"} if key in text else {0: "batch"} for key in cell.feeds} if cell.axes else {}
    torch.onnx.export(
        Plain(cell),
        feeds,
        work / f"{name}.onnx",
        dynamo=False,
        opset_version=17,
        input_names=list(cell.feeds),
        output_names=list(cell.outputs),
        dynamic_axes=axes,
    )
    arrays = {f"feed.{key}": value.int() if value.dtype == torch.int64 else value for key, value in cell.feeds.items()}
    for k, attention in enumerate(attentions):
        arrays[f"attention.{k}"], arrays[f"term.{k}"] = attention, terms[k]
    for key, *answers in zip(cell.outputs, plain, changed, cut, strict=True):
        arrays |= {f"{run}.{key}": answer for run, answer in zip(("plain", "masked", "cut"), answers, strict=True)}
    metadata = {"blocks": cell.blocks, "masked": json.dumps(masked)}
    write_tensors(folder / f"{name}.safetensors", {key: value.numpy() for key, value in arrays.items()}, metadata)
    return pack(work / f"{name}.onnx", folder)


def main(folder: Path, wanted: list[str]) -> None:
    torch.backends.mha.set_fastpath_enabled(False)
    folder.mkdir(parents=True, exist_ok=True)
    for build in CELLS:
        name = build.__name__.replace("_", "-")
        if wanted and name not in wanted:
            continue
        torch.manual_seed(1)
        with TemporaryDirectory() as work:
            print(name, make(name, build(), folder, Path(work)))


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])

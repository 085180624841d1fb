"""Makes tests/oracle/forms: the ways in which attention is written, as PyTorch's two exporters put them, with its own maps and answers.

Run in models: python -m vlpm_export.forms ../tests/oracle/forms [names]
"""

from __future__ import annotations

import sys
import warnings
from collections.abc import Callable
from pathlib import Path

import onnx
import torch
from lab.tensors import write_tensors
from torch import Tensor, nn

from .writings import FORMS, HEADS, Form, Head

IDS = torch.tensor([[3, 1, 4, 1, 5, 9]])
SEEN = torch.tensor([[1, 1, 1, 1, 1, 0]])


class Whole(nn.Module):
    """Words in, what attention makes of them out; ``head`` is how it is written."""

    def __init__(self, form: Form):
        super().__init__()
        self.words = nn.Embedding(10, 8)
        self.head = Head(form.write)
        self.half = form.half

    def forward(self, ids: Tensor, seen: Tensor) -> Tensor:
        x = self.words(ids)
        return self.head(x.half() if self.half else x, seen).float()


def answer(net: Whole, keep: Tensor | None) -> tuple[Tensor, list[Tensor]]:
    """The answer and the maps, with probabilities multiplied by ``keep`` [head, 1, 1]."""
    net.head.keep, net.head.maps = keep, []
    with torch.no_grad():
        found = net(IDS, SEEN)
    maps, net.head.keep = net.head.maps, None
    return found, maps


def export(net: Whole, form: Form, path: Path) -> None:
    names = {"input_names": ["ids", "seen"], "output_names": ["answer"]}
    if form.dynamo:
        torch.onnx.export(net, (IDS, SEEN), path, dynamo=True, opset_version=form.opset, external_data=False, verbose=False, **names)
        without_traces(path)
        return
    torch.onnx.export(net, (IDS, SEEN), path, dynamo=False, opset_version=form.opset, **names)


def without_traces(path: Path) -> None:
    """Takes the exporter's notes out of a file: they name this machine's folders, and are larger than the graph."""
    model = onnx.load(path)
    graph = model.graph
    for one in (model, graph, *graph.node, *graph.value_info, *graph.input, *graph.output, *graph.initializer):
        del one.metadata_props[:]
        one.doc_string = ""
    onnx.save(model, path)


def make(name: str, form: Form, folder: Path) -> dict[str, Tensor]:
    torch.manual_seed(len(name))
    net = Whole(form).eval()
    for weight in net.parameters():
        weight.data.normal_(0, 0.7)
    if form.half:
        net.head.half()
    off = torch.ones(HEADS, 1, 1)
    off[1] = 0
    plain, maps = answer(net, None)
    changed, _ = answer(net, off)
    export(net, form, folder / f"{name}.onnx")
    arrays = {f"{name}/map.{i}": one.float() for i, one in enumerate(maps)}
    return {**arrays, f"{name}/plain": plain, f"{name}/off": changed}


def main(folder: Path, wanted: list[str]) -> None:
    warnings.simplefilter("ignore")
    torch.backends.mha.set_fastpath_enabled(False)
    folder.mkdir(parents=True, exist_ok=True)
    arrays: dict[str, Tensor] = {}
    chosen: dict[str, Callable] = {name: form for name, form in FORMS.items() if not wanted or name in wanted}
    for name, form in chosen.items():
        arrays |= make(name, form, folder)
        print(name, (folder / f"{name}.onnx").stat().st_size)
    if not wanted:
        write_tensors(folder / "forms.safetensors", {key: value.numpy() for key, value in arrays.items()}, {})


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])

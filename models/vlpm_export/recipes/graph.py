"""Writes the graph of a recipe: what the exporter makes, without the weights, which keep the names that they have on disk."""

from __future__ import annotations

import gzip
import hashlib
import io
import tempfile
import warnings
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import TensorProto, numpy_helper
from safetensors.numpy import load_file
from torch import Tensor, nn

from .recipe import Recipe

CHECKPOINT = "checkpoint"
"""Where a weight without data is said to lie; the page writes the file and the place."""


class Plain(nn.Module):
    """A recipe as a module of positional tensors, as the exporter wants it."""

    def __init__(self, recipe: Recipe):
        super().__init__()
        self.model, self.recipe = recipe.model, recipe

    def forward(self, *feeds: Tensor):
        return self.recipe.run(*feeds)


def scatter(model: nn.Module, spread: float | None = None) -> None:
    """Draws every parameter anew and differently: the exporter merges those that are equal. Norms stay near 1, biases near 0."""
    for name, weight in model.named_parameters():
        noise = torch.randn_like(weight)
        if weight.dim() < 2:
            near = weight.detach().round() if weight.numel() > 1 else weight.detach().clone()
            weight.data.copy_(near + 0.02 * noise)
        else:
            weight.data.copy_((spread or 0.02) * noise)
    for name, seen in model.named_buffers():
        if name.endswith(("running_mean", "running_var")):
            seen.copy_(seen.round() + 0.1 * torch.rand_like(seen))


def digest(array: np.ndarray) -> str:
    return hashlib.sha1(f"{array.dtype} {array.shape}".encode() + np.ascontiguousarray(array).tobytes()).hexdigest()


def save(model: nn.Module, folder: Path) -> dict[str, np.ndarray]:
    """The checkpoint as ``save_pretrained`` writes it, and its tensors under their names on disk."""
    model.save_pretrained(folder)
    found: dict[str, np.ndarray] = {}
    for file in sorted(folder.glob("*.safetensors")):
        found |= load_file(file)
    return found


LARGEST = 1_900_000_000
"""Bytes of weights up to which a graph is one message; of more they are external data."""


def export(recipe: Recipe) -> onnx.ModelProto:
    recipe.model.eval()
    large = sum(weight.nbytes for weight in recipe.model.parameters()) > LARGEST
    with tempfile.TemporaryDirectory() as folder:
        target = str(Path(folder) / "model.onnx") if large else io.BytesIO()
        trace(recipe, target)
        return onnx.load(target) if large else onnx.load_model_from_string(target.getvalue())


def trace(recipe: Recipe, target: str | io.BytesIO) -> None:
    with warnings.catch_warnings(), torch.no_grad():
        warnings.simplefilter("ignore")
        torch.onnx.export(
            Plain(recipe), tuple(recipe.feeds.values()), target, dynamo=False, opset_version=17, do_constant_folding=False,
            input_names=list(recipe.feeds), output_names=list(recipe.answers), dynamic_axes=recipe.free,
            training=torch.onnx.TrainingMode.PRESERVE,  # it folds norms into convolutions otherwise
        )


def strip(model: onnx.ModelProto, disk: dict[str, np.ndarray]) -> list[str]:
    """Takes the weights out of a graph and calls them as on disk. Returns their names; whatever is no weight stays in the graph."""
    names = {digest(array): name for name, array in reversed(disk.items())}
    renamed, kept = {}, {}
    for tensor in model.graph.initializer:
        name = names.get(digest(numpy_helper.to_array(tensor)))
        renamed[tensor.name] = name or tensor.name
        if name is None or name in kept:
            kept.setdefault(renamed[tensor.name], tensor)
            continue
        bare = TensorProto(name=name, data_type=tensor.data_type, dims=tensor.dims, data_location=TensorProto.EXTERNAL)
        bare.external_data.add(key="location", value=CHECKPOINT)
        kept[name] = bare
    del model.graph.initializer[:]
    model.graph.initializer.extend(kept.values())
    for node in model.graph.node:
        node.input[:] = [renamed.get(name, name) for name in node.input]
        node.doc_string, node.name = "", ""
    del model.graph.value_info[:]
    model.producer_name, model.producer_version, model.doc_string = "vlpm_export", "", ""
    constants = [a.t for node in model.graph.node for a in node.attribute if a.type == onnx.AttributeProto.TENSOR]
    if any(tensor.data_type == TensorProto.DOUBLE for tensor in [*constants, *kept.values()]):
        raise ValueError("expected no float64 in the graph, which not every build of onnxruntime-web can cast, got one")
    large = [t.name for t in kept.values() if t.data_location != TensorProto.EXTERNAL and t.ByteSize() > 100_000]
    if large:
        raise ValueError(f"expected weights to be in the checkpoint, got {large} that are not")
    return [t.name for t in kept.values() if t.data_location == TensorProto.EXTERNAL]


def ties(model: nn.Module, disk: dict[str, np.ndarray]) -> dict[str, list[str]]:
    """Other names that a state dict has for a tensor that is on disk once."""
    first = {digest(array): name for name, array in disk.items()}
    found: dict[str, list[str]] = {}
    for name, tensor in model.state_dict().items():
        if tensor.is_floating_point() and (kept := first.get(digest(tensor.numpy()))) and kept != name and name not in disk:
            found.setdefault(kept, []).append(name)
    return found


def make(recipe: Recipe, spread: float | None = None) -> tuple[bytes, dict]:
    """The gzipped graph of a recipe, and what has to be said of it."""
    scatter(recipe.model, spread)
    with tempfile.TemporaryDirectory() as folder:
        disk = save(recipe.model, Path(folder))
        graph = export(recipe)
        read = strip(graph, disk)
        alias = ties(recipe.model, disk)
    left = [name for name in disk if name not in read and not name.startswith(recipe.unread)]
    if [name for name in left if not name.endswith(("position_ids", "num_batches_tracked"))]:
        raise ValueError(f"expected every tensor bound or named as unread, got {left}")
    packed = gzip.compress(graph.SerializeToString(deterministic=True), 9, mtime=0)
    return packed, describe(recipe, {name: tied for name, tied in alias.items() if name in read})


def describe(recipe: Recipe, alias: dict[str, list[str]]) -> dict:
    config, default = recipe.model.config.to_dict(), type(recipe.model.config)().to_dict()
    return {
        "family": recipe.family,
        "type": recipe.model.config.model_type,
        "architectures": list(recipe.architectures),
        "fits": [{"key": key, "value": at(config, key), "default": at(default, key)} for key in recipe.fits],
        "sizes": {name: list(places) for name, places in recipe.sizes.items()},
        "ties": alias,
        "preprocessor": recipe.preprocessor,
        "words": recipe.words,
        "unread": list(recipe.unread),
        "tasks": recipe.tasks,
        "score": recipe.score,
    } | further(recipe, config)


def further(recipe: Recipe, config: dict) -> dict:
    """What few recipes have."""
    said = {"tail": recipe.tail} if recipe.tail else {}
    said |= {"lower": True} if recipe.lower else {}
    said |= {"second": recipe.second} if recipe.second else {}
    if recipe.writes:
        ids = {edge: {"key": recipe.writes[edge], "default": at(config, recipe.writes[edge])} for edge in ("start", "end")}
        said["writes"] = {**recipe.writes, **ids}
    return said


def at(config: dict, key: str):
    for part in key.split("."):
        config = config.get(part) if isinstance(config, dict) else None
    return config


"""Holds a recipe that ships against PyTorch at full size: a checkpoint with random weights in both forms of file, and the graph bound to it where it lies."""

from __future__ import annotations

import gc
import gzip
import json
import os
import shutil
import struct
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import torch
from safetensors.numpy import load_file
from torch._subclasses.fake_tensor import FakeTensorMode

from ..hub import watched
from .catalogue import RECIPES
from .folder import Form, store, write_folder
from .graph import ties
from .load import SHIPPED, match

TOLERANCE = 1e-4
WEIGHTS = {"safetensors": "model.safetensors", "bin": "pytorch_model.bin"}

Place = tuple[int, int]
"""First byte of a tensor in its file, and how many there are."""


def listed(file: Path) -> dict[str, Place]:
    """Where each tensor of a checkpoint lies: in safetensors by its header, in what torch.save writes by its records. No weight is read."""
    if file.suffix == ".safetensors":
        with file.open("rb") as opened:
            (length,) = struct.unpack("<Q", opened.read(8))
            header = json.loads(opened.read(length))
        header.pop("__metadata__", None)
        return {name: (8 + length + said["data_offsets"][0], said["data_offsets"][1] - said["data_offsets"][0]) for name, said in header.items()}
    with FakeTensorMode():
        tensors = torch.load(file, map_location="cpu")
    starts = {name: tensor.untyped_storage()._checkpoint_offset for name, tensor in tensors.items()}
    return {name: (starts[name] + tensor.storage_offset() * tensor.element_size(), tensor.nbytes) for name, tensor in tensors.items()}


def bind(name: str, file: Path, recipes: Path) -> tuple[Path, list[str], int]:
    """The graph beside a checkpoint, its weights pointed at the places where they lie; its softmaxes are outputs too. Their names, and how many weights it has."""
    graph = onnx.load_model_from_string(gzip.decompress((recipes / f"{name}.onnx.gz").read_bytes()))
    said = json.loads((recipes / "index.json").read_text())[name]
    places = listed(file)
    bare = [tensor for tensor in graph.graph.initializer if tensor.data_location == onnx.TensorProto.EXTERNAL]
    found = match([tensor.name for tensor in bare], said["ties"], places)
    for tensor in bare:
        if tensor.name not in found:
            raise ValueError(f"expected {tensor.name} among the {len(places)} tensors of {file.name}, got none of that name")
        offset, length = places[found[tensor.name]]
        del tensor.external_data[:]
        for key, value in (("location", file.name), ("offset", offset), ("length", length)):
            tensor.external_data.add(key=key, value=str(value))
    softmaxes = [node.output[0] for node in graph.graph.node if node.op_type == "Softmax"]
    graph.graph.output.extend(onnx.helper.make_tensor_value_info(output, onnx.TensorProto.FLOAT, None) for output in softmaxes)
    target = file.parent / "bound.onnx"
    target.write_bytes(graph.SerializeToString())
    return target, softmaxes, len(bare)


def write_forms(name: str, folder: Path, tiny: bool, spread: float | None) -> tuple[dict, dict, list]:
    """Both folders, as save_pretrained and as torch.save write them. Returns the input, and PyTorch's answers and attention to it."""
    torch.manual_seed(2)
    recipe = RECIPES[name](tiny)
    safe, pickled = folder / "safetensors", folder / "bin"
    write_folder(recipe, safe, Form(), spread, None)
    pickled.mkdir(exist_ok=True)
    for file in safe.iterdir():
        (os.link if file.name == WEIGHTS["safetensors"] else shutil.copy)(file, pickled / file.name)
    store(pickled, Form("zip"), ties(recipe.model, load_file(safe / WEIGHTS["safetensors"])))
    with torch.no_grad(), watched() as attentions:
        answers = dict(zip(recipe.answers, recipe.run(*recipe.feeds.values()), strict=True))
    feeds = {key: value.numpy() for key, value in recipe.feeds.items()}
    return feeds, {key: value.numpy() for key, value in answers.items()}, [attention.numpy() for attention in attentions]


def prove(name: str, folder: Path, recipes: Path = SHIPPED, tiny: bool = False, spread: float | None = None) -> dict:
    """Writes ``folder/safetensors`` and ``folder/bin``, and says how far all answers and all attention of the bound graph are from PyTorch's, by form.

    :raises ValueError: for a tensor that is missing, another number of attentions, or a difference beyond 1e-4
    """
    feeds, answers, attentions = write_forms(name, folder, tiny, spread)
    gc.collect()
    said: dict = {"recipe": name, "answers": len(answers), "attentions": len(attentions)}
    for form, weights in WEIGHTS.items():
        bound, softmaxes, said["tensors"] = bind(name, folder / form / weights, recipes)
        if len(softmaxes) != len(attentions):
            raise ValueError(f"expected {len(attentions)} attentions in {name}, as PyTorch has, got {len(softmaxes)}")
        session = onnxruntime.InferenceSession(str(bound), providers=["CPUExecutionProvider"])
        got = session.run([*answers, *softmaxes], {port.name: feeds[port.name] for port in session.get_inputs()})
        del session
        bound.unlink()
        said[form] = max(apart(one, two) for one, two in zip(got, [*answers.values(), *attentions], strict=True))
        if not said[form] < TOLERANCE:
            raise ValueError(f"expected {name} within {TOLERANCE} of PyTorch from {weights}, got {said[form]}")
    return said


def apart(got: np.ndarray, wanted: np.ndarray) -> float:
    """The largest absolute difference. Exporters may merge the batch and the heads of an attention, so that axes of length 1 do not count."""
    if got.size != wanted.size or [n for n in got.shape if n > 1] != [n for n in wanted.shape if n > 1]:
        return float("inf")
    return float(np.abs(got.reshape(wanted.shape) - wanted).max())

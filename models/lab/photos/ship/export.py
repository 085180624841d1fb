"""Write the files of the photo models: one backbone for all, the detector, and each model over features, with manifest and reference."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnx
import torch
from tokenizers import Tokenizer
from torch import nn

from ...checkpoint import averaged
from ...ship.graph import attention_tensors, exposed
from ...ship.manifest import write_json
from ...ship.storage import rounded
from ..nets.backbone import pretrained
from ..nets.detector import NAME, Detector, regions_of
from ..nets.zoo import KINDS, shape_of
from ..train import run_folder
from ..world.regions import filling
from ..world.words import encode
from .graphs import backbone_graph, graph_of, session
from .manifest import backbone_manifest, detector_manifest, model_manifest
from .parts import answer, examples, parts
from .reference import coarsened, write_reference

TOLERANCE = 1e-4
SIGN = "world.json"
"""The sign that `world.py` learns, in the cache."""
BACKBONE = "backbone"


@dataclass(frozen=True)
class Sample:
    """The picture and caption of the references: ``pixels`` uint8 [288, 288, 3], alike in squares of four, and who it is from."""

    pixels: np.ndarray
    caption: str
    credit: str


def export_folder(cache: Path) -> Path:
    """Where exports lie."""
    return cache / "exports"


def export_backbone(cache: Path, sample: Sample) -> tuple[dict[str, np.ndarray], float]:
    """Write the backbone, with the sign of what is outside its world where the cache has one. Returns PyTorch's features of the sample and the largest difference of onnxruntime to them, in shares of
    the largest feature; raises ValueError above 1e-4."""
    folder = export_folder(cache) / BACKBONE
    folder.mkdir(parents=True, exist_ok=True)
    model = pretrained()
    graph = backbone_graph(model)
    given = ((torch.from_numpy(sample.pixels.copy()).permute(2, 0, 1).float() - 127) / 128)[None]
    with torch.no_grad():
        coarse, fine = (part.numpy() for part in model(given))
    found = session(graph).run(None, {"pixel_values": given.numpy()})
    worst = max(float(np.abs(a - b).max() / np.abs(b).max()) for a, b in zip(found, (coarse, fine), strict=True))
    checked(worst, BACKBONE)
    (folder / "backbone.onnx").write_bytes(graph.SerializeToString(deterministic=True))
    stored = {"pixels": coarsened(sample.pixels), "coarse": coarse, "fine": fine}
    write_reference(folder / "reference.safetensors", stored, {"credit": sample.credit})
    told = json.loads((cache / SIGN).read_text(encoding="utf-8")) if (cache / SIGN).exists() else None
    (folder / "manifest.json").write_text(told_on_lines(backbone_manifest(model, folder, told)), encoding="utf-8")
    return {"coarse": coarse, "fine": fine}, worst


def told_on_lines(manifest: dict) -> str:
    """Indented JSON with the sign's numbers on one line."""
    weights = manifest.get("world", {}).pop("weights", None)
    text = json.dumps(manifest, indent=2, ensure_ascii=False) + "\n"
    return text if weights is None else text.replace('"world": {\n', f'"world": {{\n    "weights": {json.dumps(weights)},\n')


def checked(worst: float, name: str) -> float:
    """The difference, if it is within 1e-4; raises ValueError otherwise."""
    if worst > TOLERANCE:
        raise ValueError(f"expected onnxruntime within {TOLERANCE} of PyTorch for {name}, got {worst:.2g}")
    return worst


def load_detector(cache: Path, seed: int, nouns: int) -> tuple[Detector, dict[str, float]]:
    """The detector of the newest checkpoint, rounded as it ships, and what was spent on it."""
    model = Detector(nouns)
    weights, spent = averaged(run_folder(cache, NAME, seed) / "checkpoint.pt")
    model.load_state_dict(weights)
    return rounded(model, 8, vectors=True), spent


def load_model(cache: Path, name: str, tokenizer: Tokenizer, nouns: list[str], seed: int) -> tuple[nn.Module, dict[str, float]]:
    """A model of the newest checkpoint, rounded as it ships, and what was spent on it."""
    model = KINDS[name](shape_of(name, tokenizer.get_vocab_size()))
    model.nouns = torch.tensor([tokenizer.token_to_id(noun) for noun in nouns])
    weights, spent = averaged(run_folder(cache, name, seed) / "checkpoint.pt")
    model.load_state_dict(weights)
    return rounded(model, 8, vectors=True), spent


def export_model(cache: Path, name: str, model: nn.Module, feeds: dict[str, np.ndarray]) -> tuple[list[onnx.ModelProto], float]:
    """Write the graphs of a model. Returns them and the largest difference between onnxruntime and PyTorch over outputs (in shares of the
    largest) and attentions; raises ValueError above 1e-4."""
    folder = export_folder(cache) / name
    folder.mkdir(parents=True, exist_ok=True)
    wanted, at, worst, graphs = answer(model, feeds), 0, 0.0, []
    for part in parts(model):
        graph = graph_of(part.module, examples(part), part.inputs, part.outputs)
        tensors = attention_tensors(graph)
        if len(tensors) != len(part.spots):
            raise ValueError(f"expected {len(part.spots)} attentions in {part.file}, got {len(tensors)}")
        names = [*part.outputs, *(f"attention.{at + k}" for k in range(len(tensors)))]
        found = session(exposed(graph, tensors)).run([*part.outputs, *tensors], {key: feeds[key] for key in part.inputs})
        for key, value in zip(names, found, strict=True):
            if wanted[key].shape != value.shape:
                raise ValueError(f"expected {key} of shape {wanted[key].shape}, got {value.shape}")
            worst = max(worst, float(np.abs(wanted[key] - value).max() / max(1.0, np.abs(wanted[key]).max())))
        at += len(tensors)
        (folder / part.file).write_bytes(graph.SerializeToString(deterministic=True))
        graphs.append(graph)
    return graphs, checked(worst, name)


def export_all(cache: Path, names: list[str], tokenizer: Tokenizer, nouns: list[str], sample: Sample, seed: int) -> dict[str, float]:
    """Write the backbone and every model of ``names`` that has a checkpoint. Returns the largest difference to PyTorch of each."""
    features, worst = export_backbone(cache, sample)
    differences = {BACKBONE: worst}
    ((ids, _),) = encode(tokenizer, [sample.caption])
    text = np.array([ids], dtype=np.int64)
    feeds = {**features, "boxes": filling()[None], "input_ids": text, "attention_mask": np.ones_like(text)}
    if (run_folder(cache, NAME, seed) / "checkpoint.pt").exists():
        detector, spent = load_detector(cache, seed, len(nouns))
        folder = export_folder(cache) / NAME
        _, differences[NAME] = export_model(cache, NAME, detector, feeds)
        told = answer(detector, feeds)
        feeds["boxes"] = regions_of(told["boxes"], told["thing_logits"])
        write_reference(folder / "reference.safetensors", told | {"regions": feeds["boxes"]}, {"of": BACKBONE})
        write_json(folder / "manifest.json", detector_manifest(detector, folder, nouns, spent))
    for name in names:
        if name == NAME or not (run_folder(cache, name, seed) / "checkpoint.pt").exists():
            continue
        model, spent = load_model(cache, name, tokenizer, nouns, seed)
        folder = export_folder(cache) / name
        graphs, differences[name] = export_model(cache, name, model, feeds)
        (folder / "tokenizer.json").write_text(tokenizer.to_str(), encoding="utf-8")
        stored = {"input_ids": text.astype(np.int32), **({"boxes": feeds["boxes"]} if model.regions else {}), **answer(model, feeds)}
        write_reference(folder / "reference.safetensors", stored, {"caption": sample.caption, "of": BACKBONE})
        tensors = [attention_tensors(graph) for graph in graphs]
        write_json(folder / "manifest.json", model_manifest(name, model, folder, tensors, nouns, spent))
    return differences


def size_of(cache: Path) -> int:
    """Bytes of all exports together."""
    return sum(path.stat().st_size for path in export_folder(cache).rglob("*") if path.is_file())


"""The manifest of a model that ships: what the page must know to run it."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from ..config import Config
from ..nets.base import Model
from ..nets.build import parameters
from ..nets.encoders import DualEncoder
from .parts import Part, parts

TEXT = {"cls": "[CLS]", "sep": "[SEP]", "mask": "[MASK]", "pad": "[PAD]", "unk": "[UNK]"}
HALF = [0.5, 0.5, 0.5]


def stamp(path: Path) -> dict[str, str | int]:
    """sha256 and size of a file."""
    data = path.read_bytes()
    return {"sha256": hashlib.sha256(data).hexdigest(), "bytes": len(data)}


def manifest(
    config: Config,
    model: Model | DualEncoder,
    folder: Path,
    tensors: list[list[str]],
    answers: tuple[str, ...],
    training: dict | None = None,
) -> dict:
    """The manifest of the files already in ``folder``, without figures. ``tensors`` are the attentions of each graph
    in execution order."""
    graphs = {part.role: graph_entry(part, model, folder, names) for part, names in zip(parts(model), tensors, strict=True)}
    size, words = model.shape.size, config.words
    whole: dict = {
        "schema": 1,
        "id": config.id,
        "name": words["name"],
        "summary": words["summary"],
        "adapter": config.adapter,
        "after": words["after"],
        "differs": words["differs"],
        "interaction": words["interaction"],
        "streams": words["streams"],
        "visual": "patch",
        "parameters": parameters(model),
        "image": {
            "size": [size, size],
            "fit": "crop",
            "resample": "bicubic",
            "mean": HALF,
            "std": HALF,
            "grid": [model.shape.grid, model.shape.grid],
            "cls": False,
        },
        "text": {"tokenizer": "tokenizer.json", "maxTokens": model.shape.length, **TEXT},
        "lexicon": "lexicon.json",
        "sequence": ["text", "image"],
        "graphs": graphs,
        "files": {name: stamp(folder / name) for name in ("tokenizer.json", "lexicon.json", "reference.safetensors")},
        "reference": {"file": "reference.safetensors"},
        "metrics": [],
        "licence": "Apache-2.0",
        **({"training": training} if training else {}),
        **({"card": "card.md"} if not training or training["share"] == 1 else {}),
    }
    if isinstance(model, DualEncoder):
        return whole | {"tasks": {}, "similarity": {"scale": model.scale.item()}}
    tasks = {name: {"output": f"model/{name}_{kind}"} for name, kind in (("match", "logit"), ("mask", "logits"), ("answer", "logits"))}
    return whole | {"tasks": tasks, "answers": list(answers)}


def graph_entry(part: Part, model: Model | DualEncoder, folder: Path, tensors: list[str]) -> dict:
    """One graph of the manifest: its file, its inputs and outputs with their shapes, its attentions."""
    if len(part.spots) != len(tensors):
        raise ValueError(f"expected {len(part.spots)} attentions in {part.file}, got {len(tensors)}")
    size = model.shape.size
    rest = {
        "pixel_values": [3, size, size],
        "mask_logits": ["vocab"],
        "answer_logits": [model.shape.answers],
        "text_features": [model.shape.width],
        "image_features": [model.shape.grid**2, model.shape.width],
    }

    def port(name: str, axes: dict[int, str]) -> dict:
        kind = "int64" if name in ("input_ids", "attention_mask") else "float32"
        return {"name": name, "dtype": kind, "dims": [*axes.values(), *rest.get(name, [])]}

    return {
        "file": part.file,
        **stamp(folder / part.file),
        "inputs": [port(*item) for item in part.inputs.items()],
        "outputs": [port(*item) for item in part.outputs.items()],
        "attentions": [
            {
                "tensor": tensor,
                "name": spot.name,
                "layer": spot.layer,
                "depth": spot.depth,
                "stage": spot.stage,
                "queries": list(spot.queries),
                "keys": list(spot.keys),
                "heads": spot.heads,
            }
            for tensor, spot in zip(tensors, part.spots, strict=True)
        ],
    }


def write_json(path: Path, content: object) -> None:
    """Indented JSON with a last newline."""
    path.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")

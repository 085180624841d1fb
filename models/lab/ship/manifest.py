"""The manifest of a model that ships: what the page must know to run it."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from ..config import Config
from ..nets.base import Model
from ..nets.build import parameters

TEXT = {"cls": "[CLS]", "sep": "[SEP]", "mask": "[MASK]", "pad": "[PAD]", "unk": "[UNK]"}
HALF = [0.5, 0.5, 0.5]


def stamp(path: Path) -> dict[str, str | int]:
    """sha256 and size of a file."""
    data = path.read_bytes()
    return {"sha256": hashlib.sha256(data).hexdigest(), "bytes": len(data)}


def manifest(config: Config, model: Model, folder: Path, tensors: list[str], metrics: list[dict], heads: dict) -> dict:
    """The manifest of the files already in ``folder``; ``tensors`` are the attentions of the graph,
    in execution order."""
    spots = model.spots()
    if len(spots) != len(tensors):
        raise ValueError(f"expected {len(spots)} attentions in the graph, got {len(tensors)}")
    size, batch, text = model.shape.size, "batch", "text"
    attentions = [
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
        for tensor, spot in zip(tensors, spots, strict=True)
    ]
    graph = {
        "file": "model.onnx",
        **stamp(folder / "model.onnx"),
        "inputs": [
            {"name": "pixel_values", "dtype": "float32", "dims": [batch, 3, size, size]},
            {"name": "input_ids", "dtype": "int64", "dims": [batch, text]},
            {"name": "attention_mask", "dtype": "int64", "dims": [batch, text]},
        ],
        "outputs": [
            {"name": "match_logit", "dtype": "float32", "dims": [batch]},
            {"name": "mask_logits", "dtype": "float32", "dims": [batch, text, "vocab"]},
        ],
        "attentions": attentions,
    }
    words = config.words
    return {
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
        "graphs": {"model": graph},
        "tasks": {"match": {"output": "model/match_logit"}, "mask": {"output": "model/mask_logits"}},
        "files": {name: stamp(folder / name) for name in ("tokenizer.json", "lexicon.json", "reference.safetensors")},
        "reference": {"file": "reference.safetensors"},
        "metrics": metrics,
        "heads": heads,
        "licence": "Apache-2.0",
        "card": "card.md",
    }


def write_json(path: Path, content: object) -> None:
    """Indented JSON with a last newline."""
    path.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")

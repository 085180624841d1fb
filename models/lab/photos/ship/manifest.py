"""Manifests of the photo models. What the page's schema has a word for is said in it; features and regions stand beside, under
``features``: which backbone they come from, and for models of regions which detector."""

from __future__ import annotations

from pathlib import Path

from torch import nn

from ...ship.manifest import TEXT, stamp
from ...ship.parts import Part
from ..nets.backbone import COARSE, COARSE_GRID, COARSE_WIDTH, FINE, FINE_GRID, FINE_WIDTH, MEAN, SCALE, SIZE
from ..nets.base import parameters
from ..nets.detector import NAME, Detector
from ..nets.encoders import ClipPhoto
from ..world.regions import REGIONS
from .parts import parts

LICENCE = "CC-BY-NC-4.0"
IMAGE = {"size": [SIZE, SIZE], "fit": "stretch", "resample": "bicubic", "mean": [MEAN / 255] * 3, "std": [SCALE / 255] * 3}
WORDS = {
    "clip-photo-mini": {
        "name": "CLIP-photo-mini",
        "summary": "Two encoders that never look at each other, trained on photographs; one similarity between their averages.",
        "adapter": "dual-encoder",
        "after": "CLIP (Radford et al., 2021) and LightningDOT (Sun et al., 2021)",
        "differs": "Cells of a frozen ImageNet backbone in place of a trained image encoder; pieces and cells are averaged; phrases also train the cosines of pieces and cells; edited captions are further negatives.",
        "interaction": "VSE",
        "streams": "double",
        "visual": "grid",
    },
    "pixelbert-mini": {
        "name": "Pixel-BERT-mini",
        "summary": "A convolutional network reads the picture, then one transformer its cells with the words.",
        "adapter": "single-stream",
        "after": "Pixel-BERT (Huang et al., 2020)",
        "differs": "The convolutional network is frozen, cells are read at two strides, layer norms come first, phrases train one head each way, edited captions are negatives.",
        "interaction": "self-attention",
        "streams": "double",
        "visual": "grid",
    },
    "uniter-mini": {
        "name": "UNITER-mini",
        "summary": "One transformer over words and the regions that a detector finds.",
        "adapter": "single-stream",
        "after": "UNITER (Chen et al., 2020)",
        "differs": "A small detector of its own, layer norms come first, phrases train one head each way in place of optimal transport, no masked regions, edited captions are negatives.",
        "interaction": "self-attention",
        "streams": "single",
        "visual": "region",
    },
    "lxmert-mini": {
        "name": "LXMERT-mini",
        "summary": "Two streams, words and regions, that look at each other through one shared cross-attention, then at themselves.",
        "adapter": "dual-stream",
        "after": "LXMERT (Tan and Bansal, 2019)",
        "differs": "Two cross layers and no layers of one modality, in place of five, nine and five; layer norms come first; phrases train one head each way; no question answering.",
        "interaction": "co-attention",
        "streams": "double",
        "visual": "region",
    },
}  # fmt: skip
DIMS = {
    "pixel_values": [3, SIZE, SIZE],
    "coarse": [COARSE_GRID**2, COARSE_WIDTH],
    "fine": [FINE_GRID**2, FINE_WIDTH],
    "boxes": [4],
    "mask_logits": ["vocab"],
    "thing_logits": [FINE_GRID**2],
}


def port(name: str, axes: dict[int, str], dims: dict[str, list]) -> dict:
    """An input or output of a graph."""
    kind = "int64" if name in ("input_ids", "attention_mask") else "float32"
    return {"name": name, "dtype": kind, "dims": [*axes.values(), *dims.get(name, [])]}


def graph_entry(part: Part, folder: Path, tensors: list[str], dims: dict[str, list]) -> dict:
    """One graph of a manifest: its file, inputs and outputs with their shapes, its attentions."""
    return {
        "file": part.file,
        **stamp(folder / part.file),
        "inputs": [port(*item, dims) for item in part.inputs.items()],
        "outputs": [port(*item, dims) for item in part.outputs.items()],
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


def model_manifest(name: str, model: nn.Module, folder: Path, tensors: list[list[str]], nouns: list[str], spent: dict[str, float]) -> dict:
    """The manifest of a model whose files are in ``folder``, without figures."""
    labels = [1 + len(nouns)] if model.regions else [COARSE_GRID**2, 1 + len(nouns)]
    dims = DIMS | {"text_features": [model.shape.width], "image_features": [COARSE_GRID**2, model.shape.width], "label_logits": labels}
    graphs = {part.role: graph_entry(part, folder, names, dims) for part, names in zip(parts(model), tensors, strict=True)}
    grid = {} if model.regions else {"grid": [COARSE_GRID, COARSE_GRID], "cls": False}
    whole = {
        "schema": 1,
        "id": name,
        **WORDS[name],
        "parameters": parameters(model),
        "image": IMAGE | grid,
        "features": {"backbone": "backbone", **({"detector": NAME, "regions": REGIONS} if model.regions else {})},
        "text": {"tokenizer": "tokenizer.json", "maxTokens": model.shape.length, **TEXT},
        "sequence": ["text", "image"],
        "graphs": graphs,
        "files": {file: stamp(folder / file) for file in ("tokenizer.json", "reference.safetensors")},
        "reference": {"file": "reference.safetensors"},
        "metrics": [],
        "licence": LICENCE,
        "spent": spent,
    }
    if isinstance(model, ClipPhoto):
        return whole | {"tasks": {}, "similarity": {"scale": model.scale.item()}}
    grounded = {way: {"attention": spot, "head": head} for way, (spot, head) in model.grounded().items()}
    return whole | {"tasks": {"match": {"output": "model/match_logit"}, "mask": {"output": "model/mask_logits"}}, "grounded": grounded, "nouns": nouns}


def backbone_manifest(model: nn.Module, folder: Path, sign: dict | None) -> dict:
    """What the page must know to run the backbone, and to tell by its features what is no photograph: ``world`` (see `world/outside.py`)."""
    free = {0: "batch"}
    return {
        "schema": 1,
        "id": "backbone",
        "name": "EfficientNet-Lite2",
        "after": "EfficientNet (Tan and Le, 2019), the Lite variant; weights trained on ImageNet, frozen",
        "parameters": sum(p.numel() for p in model.parameters()),
        "image": IMAGE,
        "features": {
            "coarse": {"grid": [COARSE_GRID, COARSE_GRID], "stride": COARSE, "width": COARSE_WIDTH},
            "fine": {"grid": [FINE_GRID, FINE_GRID], "stride": FINE, "width": FINE_WIDTH},
        },
        "graphs": {
            "backbone": {
                "file": "backbone.onnx",
                **stamp(folder / "backbone.onnx"),
                "inputs": [port("pixel_values", free, DIMS)],
                "outputs": [port(name, free, DIMS) for name in ("coarse", "fine")],
                "attentions": [],
            }
        },
        "files": {"reference.safetensors": stamp(folder / "reference.safetensors")},
        "reference": {"file": "reference.safetensors"},
        **({"world": sign} if sign else {}),
        "licence": "Apache-2.0",
    }


def detector_manifest(model: Detector, folder: Path, nouns: list[str], spent: dict[str, float]) -> dict:
    """What the page must know to run the detector and to keep its boxes as Python does (`detected` in detector.py)."""
    (part,) = parts(model)
    dims = DIMS | {"boxes": [FINE_GRID**2, 4], "noun_logits": [FINE_GRID**2, len(nouns)]}
    return {
        "schema": 1,
        "id": NAME,
        "name": "Detector-mini",
        "after": "FCOS (Tian et al., 2019) and CenterNet (Zhou et al., 2019)",
        "parameters": parameters(model),
        "features": {"backbone": "backbone"},
        "suppression": {"overlap": 0.55, "confidence": 0.05, "most": REGIONS},
        "nouns": nouns,
        "graphs": {"detector": graph_entry(part, folder, [], dims)},
        "files": {"reference.safetensors": stamp(folder / "reference.safetensors")},
        "reference": {"file": "reference.safetensors"},
        "licence": LICENCE,
        "spent": spent,
    }

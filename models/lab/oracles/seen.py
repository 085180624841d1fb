"""A backbone, a detector and photo models too small to know anything: ``python -m lab.oracles.seen ../tests/oracle/seen`` from ``models``.

Their files are laid out as those of trained ones, so that the page's code can be tested on them; weights are random, pictures are
64 × 64 px. Beside them ``regions.json``: boxes and logits as a detector may give them, with what the lab keeps of them.
"""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from ..photos.nets import backbone, base, detector
from ..photos.nets.base import Shape
from ..photos.nets.detector import NAME, Detector, detected, regions_of
from ..photos.nets.zoo import KINDS
from ..photos.ship import manifest as said
from ..photos.ship import parts as shipped
from ..photos.ship.export import BACKBONE, export_folder, export_model
from ..photos.ship.graphs import graph_of
from ..photos.ship.parts import answer
from ..photos.world.regions import filled, filling
from ..ship.graph import attention_tensors
from ..ship.manifest import write_json
from ..ship.storage import rounded
from ..tensors import write_tensors
from ..world.tokenizer import PATH, tokenizer

SIZES = {"SIZE": 64, "COARSE_GRID": 2, "FINE_GRID": 4, "COARSE_WIDTH": 12, "FINE_WIDTH": 6, "WIDTH": 16}
CAPTION = "a dog under a tree"
NOUNS = ["dog", "tree", "bird"]
LAYERS = {"uniter-mini": (2,), "lxmert-mini": (0, 0, 1), "pixelbert-mini": (1,), "clip-photo-mini": (1, 1)}


class Eye(nn.Module):
    """Stands for the backbone: two strided convolutions."""

    def __init__(self) -> None:
        super().__init__()
        self.first, self.second = nn.Conv2d(3, 6, 16, 16), nn.Conv2d(6, 12, 2, 2)

    def forward(self, pixels: Tensor) -> tuple[Tensor, Tensor]:
        fine = self.first(pixels).clamp(0, 6)
        return self.second(fine).clamp(0, 6).flatten(2).transpose(1, 2), fine.flatten(2).transpose(1, 2)


def shrink() -> None:
    """Give every module of the photo models the small sizes, before a network is made."""
    for module in (backbone, base, detector, said, shipped):
        for name, value in SIZES.items():
            if hasattr(module, name):
                setattr(module, name, value)
    said.IMAGE["size"] = [64, 64]
    said.DIMS |= {"pixel_values": [3, 64, 64], "coarse": [4, 12], "fine": [16, 6], "thing_logits": [16]}


def write_regions(folder: Path) -> None:
    """Boxes with many overlaps and equal logits, and what suppression and filling make of them."""
    rng = np.random.default_rng(5)
    middle, half = rng.uniform(0.2, 0.8, (60, 2)), rng.uniform(0.05, 0.3, (60, 2))
    boxes = np.concatenate([middle - half, middle + half], axis=1).clip(0, 1).astype(np.float32)
    boxes[30:45] = (boxes[:15] + rng.uniform(-0.01, 0.01, (15, 4))).clip(0, 1).astype(np.float32)
    logits = np.round(rng.normal(0, 2.5, 60) * 4).astype(np.float32) / 4
    cases = []
    for keep in (60, 12):
        kept = detected(boxes[:keep], logits[:keep])
        cases.append({"boxes": boxes[:keep].ravel().tolist(), "logits": logits[:keep].tolist(), "kept": kept, "regions": filled(boxes[kept])[0].ravel().tolist()})
    (folder / "regions.json").write_text(json.dumps(cases) + "\n")


def main(folder: Path) -> None:
    shrink()
    torch.manual_seed(3)
    cache = folder / "made"
    eye = Eye().eval()
    sight = export_folder(cache) / BACKBONE
    sight.mkdir(parents=True, exist_ok=True)
    free = {0: "batch"}
    graph = graph_of(eye, (torch.zeros(2, 3, 64, 64),), {"pixel_values": free}, {"coarse": free, "fine": free})
    (sight / "backbone.onnx").write_bytes(graph.SerializeToString(deterministic=True))
    picture = np.random.default_rng(3).integers(0, 256, (64, 64, 3)).astype(np.uint8)
    given = ((torch.from_numpy(picture).permute(2, 0, 1).float() - 127) / 128)[None]
    with torch.no_grad():
        features = dict(zip(("coarse", "fine"), (part.numpy() for part in eye(given)), strict=True))
    write_tensors(sight / "reference.safetensors", {"pixels": picture, **{k: v.astype(np.float16) for k, v in features.items()}}, {"credit": "noise"})
    write_json(sight / "manifest.json", said.backbone_manifest(eye, sight))
    ids = tokenizer().encode(CAPTION).ids
    text = np.array([ids], dtype=np.int64)
    feeds = {**features, "boxes": filling()[None], "input_ids": text, "attention_mask": np.ones_like(text)}
    finder = rounded(Detector(len(NOUNS)), 8)
    export_model(cache, NAME, finder, feeds)
    told = answer(finder, feeds)
    feeds["boxes"] = regions_of(told["boxes"], told["thing_logits"])
    place = export_folder(cache) / NAME
    write_tensors(place / "reference.safetensors", told | {"regions": feeds["boxes"]}, {"of": BACKBONE})
    write_json(place / "manifest.json", said.detector_manifest(finder, place, NOUNS, {}))
    for name, layers in LAYERS.items():
        model = KINDS[name](Shape(tokenizer().get_vocab_size(), width=16, heads=2, layers=layers, length=16))
        model.nouns = torch.tensor([tokenizer().token_to_id(noun) for noun in NOUNS])
        model = rounded(model, 8)
        place = export_folder(cache) / name
        graphs, _ = export_model(cache, name, model, feeds)
        shutil.copy(PATH, place / "tokenizer.json")
        stored = {key: value.astype(np.float16) if key.startswith("attention.") else value for key, value in answer(model, feeds).items()}
        boxes = {"boxes": feeds["boxes"]} if model.regions else {}
        write_tensors(place / "reference.safetensors", {"input_ids": text.astype(np.int32), **boxes, **stored}, {"caption": CAPTION})
        whole = said.model_manifest(name, model, place, [attention_tensors(graph) for graph in graphs], NOUNS, {})
        write_json(place / "manifest.json", whole)
    shutil.rmtree(folder / "zoo", ignore_errors=True)
    export_folder(cache).rename(folder / "zoo")
    shutil.rmtree(cache)
    write_regions(folder)


if __name__ == "__main__":
    main(Path(sys.argv[1]))

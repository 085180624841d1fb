"""A dual encoder too small to know anything: ``python -m lab.oracles.encoders ../tests/oracle/clip-tiny`` from ``models``.

Its files are laid out as those of a trained one, so that the page's code can be tested on them; its weights are random.
"""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path

import numpy as np
import torch

from ..nets.base import Shape
from ..nets.encoders import DualEncoder
from ..ship.graph import attention_tensors, onnx_graph
from ..ship.storage import rounded
from ..ship.manifest import HALF, TEXT, graph_entry, stamp, write_json
from ..ship.oracle import Sample, oracle
from ..ship.parts import parts
from ..tensors import write_tensors
from ..world.tokenizer import PATH, tokenizer

CAPTION = "a red circle above a dog"
SMALL = ("tokenizer.json", "lexicon.json", "reference.safetensors")


def sample(shape: Shape) -> Sample:
    """Noise as a picture, and a caption."""
    image = np.random.default_rng(3).integers(0, 256, (shape.size, shape.size, 3)).astype(np.uint8)
    return Sample(image, CAPTION, tokenizer().encode(CAPTION).ids)


def main(folder: Path) -> None:
    torch.manual_seed(11)
    shape = Shape(
        vocabulary=tokenizer().get_vocab_size(), width=16, heads=2, layers=(2, 3), length=16, size=48, grid=4
    )
    model = rounded(DualEncoder(shape))
    folder.mkdir(parents=True, exist_ok=True)
    graphs = {}
    for part in parts(model):
        graph = onnx_graph(part, shape)
        (folder / part.file).write_bytes(graph.SerializeToString())
        graphs[part.role] = graph_entry(part, model, folder, attention_tensors(graph))
    shutil.copy(PATH, folder / "tokenizer.json")
    (folder / "lexicon.json").write_text(json.dumps({"words": CAPTION.split()}) + "\n")
    write_tensors(folder / "reference.safetensors", oracle(model, sample(shape)), {"caption": CAPTION})
    size, grid = ([side, side] for side in (shape.size, shape.grid))
    write_json(
        folder / "manifest.json",
        {
            "schema": 1,
            "id": "clip-tiny",
            "name": "CLIP-tiny",
            "summary": "Two encoders that meet in one similarity only; random weights, for tests.",
            "adapter": "dual-encoder",
            "after": "CLIP (Radford et al., 2021)",
            "differs": "Random weights.",
            "interaction": "VSE",
            "streams": "double",
            "visual": "patch",
            "parameters": sum(weights.numel() for weights in model.parameters()),
            "image": {"size": size, "fit": "crop", "resample": "bicubic", "mean": HALF, "std": HALF, "grid": grid},
            "text": {"tokenizer": "tokenizer.json", "maxTokens": shape.length, **TEXT},
            "lexicon": "lexicon.json",
            "sequence": ["text", "image"],
            "graphs": graphs,
            "tasks": {},
            "similarity": {"scale": model.scale.item()},
            "files": {name: stamp(folder / name) for name in SMALL},
            "reference": {"file": "reference.safetensors"},
            "metrics": [],
            "licence": "Apache-2.0",
        },
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]))

"""Write the files of a model that ships: graph, tokenizer, lexicon, reference, manifest; and test oracles."""

from __future__ import annotations

import json
from pathlib import Path

import onnxruntime

from .config import Config
from .nets.base import Model
from .nets.encoders import DualEncoder
from .ship.changes import changed_oracle
from .ship.graph import attention_tensors, exposed, onnx_graph
from .ship.manifest import manifest, write_json
from .ship.oracle import Sample, oracle, thinned, worst_difference
from .ship.parts import parts
from .ship.storage import rounded
from .tensors import write_tensors

TOLERANCE = 1e-4


def export(
    config: Config,
    trained: Model | DualEncoder,
    samples: list[Sample],
    texts: dict[str, str],
    answers: tuple[str, ...],
    zoo: Path,
    oracles: Path | None = None,
    bits: int = 16,
    training: dict | None = None,
) -> float:
    """Write ``zoo/<id>``; the first of ``samples`` becomes the reference, the others go to ``oracles``,
    and with them what changes inside of the model do to the first.

    ``texts`` holds tokenizer.json and lexicon.json, ``answers`` what the answer head chooses from, ``bits`` is how
    matrices are stored, ``training`` says of an earlier stage which model it became. Figures and heads that an older
    manifest states are dropped: they belong to other weights. Returns the largest difference between onnxruntime and
    PyTorch over all samples; raises ValueError above 1e-4.
    """
    folder = zoo / config.id
    folder.mkdir(parents=True, exist_ok=True)
    model = rounded(trained, bits)
    graphs = [(part, onnx_graph(part, model.shape)) for part in parts(model)]
    tensors = [attention_tensors(graph) for _, graph in graphs]
    sessions = [
        (part, onnxruntime.InferenceSession(exposed(graph, names), providers=["CPUExecutionProvider"]), names)
        for (part, graph), names in zip(graphs, tensors, strict=True)
    ]
    worst = max(worst_difference(sessions, model, sample) for sample in samples)
    if worst > TOLERANCE:
        raise ValueError(f"expected onnxruntime within {TOLERANCE} of PyTorch, got {worst:.2g}")
    for part, graph in graphs:
        (folder / part.file).write_bytes(graph.SerializeToString(deterministic=True))
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")
    write_tensors(folder / "reference.safetensors", oracle(model, samples[0]), {"caption": samples[0].caption})
    if oracles is not None:
        oracles.mkdir(parents=True, exist_ok=True)
        write_tensors(oracles / f"{config.id}-changed.safetensors", *changed_oracle(model, samples[0]))
    for number, sample in enumerate(samples[1:], start=1):
        if oracles is not None:
            target = oracles / f"{config.id}-{number}.safetensors"
            write_tensors(target, thinned(oracle(model, sample)), {"caption": sample.caption})
    write_json(folder / "manifest.json", manifest(config, model, folder, tensors, answers, training))
    return worst


def read_manifest(folder: Path) -> dict:
    """The manifest of an exported model."""
    path = folder / "manifest.json"
    if not path.exists():
        raise FileNotFoundError(f"expected an exported model in {folder.name}, got a folder without manifest.json: run `python -m lab export` first")
    return json.loads(path.read_text(encoding="utf-8"))

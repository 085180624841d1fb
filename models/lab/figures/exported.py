"""Exported models, run by onnxruntime: what they answer, and their maps between words and patches."""

from __future__ import annotations

import copy
from functools import cached_property
from pathlib import Path

import numpy as np
import onnx
import onnxruntime

from ..export import read_manifest
from ..nets.base import Spot
from ..ship.graph import exposed
from .ablation import maskable
from .blocks import WAYS, block, crossing
from .similarity import scores, similarity

CHUNK = 64
MAP = "word-patch similarity"


class Fusion:
    """A file that reads a caption and a picture together. Images are uint8 [N, 3, S, S], texts padded
    pieces [N, T]; ``probable``: the sigmoid of a score is a probability. ``tasks`` names its outputs."""

    probable = True

    def __init__(self, manifest: dict, graphs: list[onnx.ModelProto]) -> None:
        self.manifest, self.graphs = manifest, graphs
        entry = manifest["graphs"]["model"]
        self.spots = [Spot(e["name"], e["layer"], e["depth"], e["stage"], tuple(e["queries"]), tuple(e["keys"]), e["heads"]) for e in entry["attentions"]]
        self.tensors = [e["tensor"] for e in entry["attentions"]]
        self.grid = manifest["image"]["grid"][0]
        self.tasks = {task: spec["output"].removeprefix("model/") for task, spec in manifest["tasks"].items()}
        self._kept: dict[str, np.ndarray] = {}

    @cached_property
    def _plain(self) -> onnxruntime.InferenceSession:
        return session(self.graphs[0].SerializeToString())

    @cached_property
    def _exposed(self) -> onnxruntime.InferenceSession:
        return session(exposed(self.graphs[0], self.tensors))

    @cached_property
    def _maskable(self) -> onnxruntime.InferenceSession:
        return session(maskable(self.graphs[0], self.tensors, [spot.heads for spot in self.spots]))

    def _run(self, task: str, images: np.ndarray, ids: np.ndarray) -> np.ndarray:
        name = self.tasks[task]
        parts = [slice(i, i + CHUNK) for i in range(0, len(ids), CHUNK)]
        found = [self._plain.run([name], {**_pixels(images[part]), **_text(ids[part]), **self._kept})[0] for part in parts]
        return np.concatenate(found)

    def match(self, images: np.ndarray, ids: np.ndarray) -> np.ndarray:
        """One score a pair, [N]."""
        return self._run("match", images, ids)

    def matrix(self, images: np.ndarray, ids: np.ndarray) -> np.ndarray:
        """Scores of all pairs, [images, texts]."""
        return np.stack([self.match(np.broadcast_to(image, (len(ids), *image.shape)), ids) for image in images])

    def words(self, images: np.ndarray, ids: np.ndarray, at: np.ndarray) -> np.ndarray:
        """Logits over the vocabulary [N, V] at one position a text, ``at`` [N]."""
        parts = [slice(i, i + CHUNK) for i in range(0, len(ids), CHUNK)]
        rows = (self._run("mask", images[part], ids[part])[np.arange(len(ids[part])), at[part]] for part in parts)
        return np.concatenate(list(rows))

    def answers(self, images: np.ndarray, ids: np.ndarray) -> np.ndarray:
        """Logits over the closed list of answers, [N, answers]."""
        return self._run("answer", images, ids)

    def heads(self, way: str) -> list[tuple[str, int]]:
        """Attention and head number of every column of ``maps``."""
        return [(self.spots[k].name, head) for k in crossing(self.spots, WAYS[way]) for head in range(self.spots[k].heads)]

    def maps(self, images: np.ndarray, ids: np.ndarray) -> dict[str, np.ndarray]:
        """Per way of ``WAYS`` the blocks of every head that has it, [N, heads, queries, keys]."""
        seen = self._exposed.run(self.tensors, {**_pixels(images), **_text(ids)})
        return {
            way: np.concatenate([block(seen[k], self.spots[k].queries, self.spots[k].keys, ids.shape[1], wanted) for k in crossing(self.spots, wanted)], axis=1)
            for way, wanted in WAYS.items()
        }

    def without(self, attention: str, head: int) -> Fusion:
        """The same model with one head switched off: its weights are multiplied by 0 and not renormalised."""
        kept = {f"keep.{k}": np.ones((1, spot.heads, 1, 1), np.float32) for k, spot in enumerate(self.spots)}
        kept[f"keep.{[spot.name for spot in self.spots].index(attention)}"][0, head] = 0
        other = copy.copy(self)
        other.__dict__["_plain"], other._kept = self._maskable, kept
        return other


class Encoders:
    """Two files, one a stream, that meet in one similarity. It guesses no words, and no head looks across: the
    word-patch similarity, the parts that its score is the sum of, stands where a fusion model has heads."""

    probable = False
    tasks: dict[str, str] = {}

    def __init__(self, manifest: dict, graphs: list[onnx.ModelProto]) -> None:
        self.manifest, self.graphs = manifest, graphs
        self.grid = manifest["image"]["grid"][0]
        self.scale = manifest["similarity"]["scale"]
        self._text, self._vision = (session(graph.SerializeToString()) for graph in graphs)

    def _features(self, images: np.ndarray, ids: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Features of tokens [N, T, D] and which count [N, T], and of patches [N, P, D]."""
        texts = [self._text.run(["text_features"], _text(ids[i : i + CHUNK]))[0] for i in range(0, len(ids), CHUNK)]
        pictures = [self._vision.run(["image_features"], _pixels(images[i : i + CHUNK]))[0] for i in range(0, len(images), CHUNK)]
        return np.concatenate(texts), ids != 0, np.concatenate(pictures)

    def match(self, images: np.ndarray, ids: np.ndarray) -> np.ndarray:
        """One score a pair, [N]."""
        return np.diag(scores(*self._features(images, ids), self.scale))

    def matrix(self, images: np.ndarray, ids: np.ndarray) -> np.ndarray:
        """Scores of all pairs, [images, texts]."""
        return scores(*self._features(images, ids), self.scale)

    def heads(self, way: str) -> list[tuple[str, int]]:
        """One map, and it is no head."""
        return [(MAP, 0)]

    def maps(self, images: np.ndarray, ids: np.ndarray) -> dict[str, np.ndarray]:
        """The word-patch similarity as ``Fusion.maps`` has its heads: [N, 1, queries, keys]."""
        parts = similarity(*self._features(images, ids), self.scale)[:, None]
        return {"pointing": parts, "naming": parts.swapaxes(-1, -2)}


Exported = Fusion | Encoders


def opened(folder: Path, described: Path | None = None) -> Exported:
    """The model in ``folder``; ``described`` is the folder of a manifest that holds for it, where it has none."""
    manifest = read_manifest(folder if described is None or (folder / "manifest.json").exists() else described)
    return run_by(manifest, [onnx.load(folder / manifest["graphs"][role]["file"]) for role in roles(manifest)])


def roles(manifest: dict) -> tuple[str, ...]:
    """The graphs of a model, in the order in which ``run_by`` takes them."""
    return ("text", "vision") if manifest["adapter"] == "dual-encoder" else ("model",)


def run_by(manifest: dict, graphs: list[onnx.ModelProto]) -> Exported:
    """A model from its description and its graphs, one for each of ``roles``."""
    return (Encoders if manifest["adapter"] == "dual-encoder" else Fusion)(manifest, graphs)


def session(graph: bytes) -> onnxruntime.InferenceSession:
    """One thread on the CPU."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    return onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])


def _pixels(images: np.ndarray) -> dict[str, np.ndarray]:
    return {"pixel_values": images.astype(np.float32) / np.float32(127.5) - np.float32(1)}


def _text(ids: np.ndarray) -> dict[str, np.ndarray]:
    return {"input_ids": ids, "attention_mask": (ids != 0).astype(np.int64)}

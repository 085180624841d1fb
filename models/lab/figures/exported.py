"""An exported model, run by onnxruntime on batches of the world."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import onnxruntime

from ..export import read_manifest
from ..nets.base import Spot
from ..ship.graph import exposed


class Exported:
    """The files of ``zoo/<id>``: answers, and answers with every attention."""

    def __init__(self, folder: Path, threads: int = 1) -> None:
        self.manifest = read_manifest(folder)
        entries = self.manifest["graphs"]["model"]["attentions"]
        self.tensors = [entry["tensor"] for entry in entries]
        self.spots = [
            Spot(e["name"], e["layer"], e["depth"], e["stage"], tuple(e["queries"]), tuple(e["keys"]), e["heads"]) for e in entries
        ]
        self.grid = self.manifest["image"]["grid"][0]
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        graph = onnx.load(folder / "model.onnx")
        self._plain, self._exposed = (
            onnxruntime.InferenceSession(data, options, providers=["CPUExecutionProvider"])
            for data in (graph.SerializeToString(), exposed(graph, self.tensors))
        )

    def answers(self, images: np.ndarray, ids: np.ndarray, batch: int = 64) -> tuple[np.ndarray, np.ndarray]:
        """match_logit [N] and mask_logits [N, T, V] for uint8 images [N, 3, S, S] and padded ids [N, T]."""
        parts = [self._plain.run(None, _feeds(images[i : i + batch], ids[i : i + batch])) for i in range(0, len(ids), batch)]
        return np.concatenate([part[0] for part in parts]), np.concatenate([part[1] for part in parts])

    def attentions(self, images: np.ndarray, ids: np.ndarray) -> list[np.ndarray]:
        """Every attention [N, heads, Q, K], in execution order."""
        return self._exposed.run(self.tensors, _feeds(images, ids))


def _feeds(images: np.ndarray, ids: np.ndarray) -> dict[str, np.ndarray]:
    pixels = images.astype(np.float32) / np.float32(127.5) - np.float32(1)
    return {"pixel_values": pixels, "input_ids": ids, "attention_mask": (ids != 0).astype(np.int64)}

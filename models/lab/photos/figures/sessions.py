"""Exported photo models, by onnxruntime: what figures are measured on."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import torch

from ...nets.encoders import pooled
from ...ship.graph import exposed
from ..losses import word_maps
from ..nets.detector import regions_of
from ..ship.graphs import session
from ..world.store import Store
from .readers import Reading, arrays, head_names, parted

SHARP = 10.0
"""What cosines of pieces and cells are multiplied by before they are compared: it changes no order."""


def regions_found(folder: Path, coarse: np.ndarray, fine: np.ndarray, size: int = 32) -> np.ndarray:
    """Regions [N, 20, 4] that the exported detector in ``folder`` finds in N pictures."""
    detector, found = session((folder / "detector.onnx").read_bytes()), []
    for start in range(0, len(coarse), size):
        feeds = {name: array[start : start + size].astype(np.float32) for name, array in (("coarse", coarse), ("fine", fine))}
        found.append(regions_of(*detector.run(["boxes", "thing_logits"], feeds)))
    return np.concatenate(found)


@dataclass(frozen=True)
class Place:
    """Where an attention stands, as the manifest says."""

    name: str
    queries: tuple[str, ...]
    keys: tuple[str, ...]
    heads: int


class SessionReader:
    """The files of one model."""

    def __init__(self, folder: Path, threads: int = 1) -> None:
        path = folder / "manifest.json"
        if not path.exists():
            raise FileNotFoundError(f"expected an exported model in {folder}, found no manifest.json: run `python -m lab photos export` first")
        self.manifest = json.loads(path.read_text(encoding="utf-8"))
        self.id = self.manifest["id"]
        self.regions = self.manifest["visual"] == "region"
        self.dual = "similarity" in self.manifest
        self.grounded = self.manifest.get("grounded")
        graphs = self.manifest["graphs"]
        entries = [entry for graph in graphs.values() for entry in graph["attentions"]]
        self.places = [Place(e["name"], tuple(e["queries"]), tuple(e["keys"]), e["heads"]) for e in entries]
        self.tensors = [entry["tensor"] for entry in entries]
        self.sessions = {}
        for role, graph in graphs.items():
            model = onnx.load(folder / graph["file"])
            self.sessions[role] = session(model if self.dual else exposed(model, self.tensors), threads)
        self.looks, self.named = (["cosine"], ["cosine"]) if self.dual else head_names(self.places)

    def run(self, role: str, feeds: dict[str, np.ndarray], names: list[str]) -> list[np.ndarray]:
        """Outputs of one graph, nothing else computed; it takes of ``feeds`` what it has inputs for."""
        opened, options = self.sessions[role], onnxruntime.RunOptions()
        options.only_execute_path_to_fetches = True
        return opened.run(names, {one.name: feeds[one.name] for one in opened.get_inputs()}, options)

    def read(self, store: Store, rows: list[int], ids: list[tuple[int, ...]], heads: bool = True, words: bool = False) -> Reading:
        """See ``Reader``."""
        feeds = arrays(store, rows, ids)
        if self.dual:
            (pieces,), (cells,) = self.run("text", feeds, ["text_features"]), self.run("vision", feeds, ["image_features"])
            text, image, mask = torch.from_numpy(pieces), torch.from_numpy(cells), torch.from_numpy(feeds["attention_mask"])
            match = self.manifest["similarity"]["scale"] * (pooled(text, mask) * pooled(image)).sum(dim=-1)
            looks, named = word_maps(text, image, mask, torch.tensor(SHARP))
            return Reading(match.numpy(), None, looks[:, None].numpy(), named[:, None].numpy())
        told = self.run("model", feeds, ["match_logit", *(self.tensors if heads else []), *(["mask_logits"] if words else [])])
        match, guesses = told[0], told.pop() if words else None
        seen = told[1:]
        looks, named = parted(seen, self.places, feeds["input_ids"].shape[1]) if heads else (np.empty(0), np.empty(0))
        return Reading(match, guesses, looks, named)

    def pictures(self, store: Store, rows: list[int]) -> np.ndarray:
        """Unit vectors of pictures [N, D] (the dual encoder)."""
        feeds = arrays(store, rows, [(0,)] * len(rows))
        return pooled(torch.from_numpy(self.run("vision", feeds, ["image_features"])[0])).numpy()

    def captions(self, store: Store, ids: list[tuple[int, ...]]) -> np.ndarray:
        """Unit vectors of captions [N, D] (the dual encoder)."""
        feeds = arrays(store, [0] * len(ids), ids)
        return pooled(torch.from_numpy(self.run("text", feeds, ["text_features"])[0]), torch.from_numpy(feeds["attention_mask"])).numpy()

"""A control: the same architecture as it is before its first step."""

from __future__ import annotations

import copy

from ..config import Config
from ..feed import Feed, make_model
from ..ship.graph import attention_tensors, onnx_graph
from ..ship.parts import parts
from .exported import Exported, roles, run_by


def untrained(config: Config, manifest: dict) -> Exported:
    """A freshly initialised model of the configuration, exported in memory as the one that ``manifest`` describes was."""
    model = make_model(config, Feed(config)).eval()
    graphs = {part.role: onnx_graph(part, model.shape) for part in parts(model)}
    described = copy.deepcopy(manifest)
    for role, graph in graphs.items():
        for entry, tensor in zip(described["graphs"][role]["attentions"], attention_tensors(graph), strict=True):
            entry["tensor"] = tensor
    return run_by(described, [graphs[role] for role in roles(manifest)])

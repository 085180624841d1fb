"""How the matrices of a shipped graph are stored: in half precision, or in 8 bits with a scale for each row.

Weights are rounded in PyTorch first, so that the graph holds exactly the numbers that every reference comes from.
"""

from __future__ import annotations

import copy

import numpy as np
import onnx
import torch
from onnx import NodeProto, TensorProto, helper, numpy_helper
from torch import Tensor

from ..nets.base import Model
from ..nets.encoders import DualEncoder

STEPS = 127


def rounded(model: Model | DualEncoder, bits: int = 16, vectors: bool = False) -> Model | DualEncoder:
    """A copy in evaluation mode whose matrices are rounded to what fp16, or 8 bits a row, can hold, and its ``vectors`` to fp16: the
    model that ships."""
    if bits not in (8, 16):
        raise ValueError(f"expected weights of 8 or 16 bits, got {bits}")
    model = copy.deepcopy(model).cpu().float().eval()
    with torch.no_grad():
        for parameter in model.parameters():
            if parameter.dim() > 1:
                parameter.copy_(parameter.half().float() if bits == 16 else in_steps(parameter))
            elif vectors and parameter.dim() == 1:
                parameter.copy_(parameter.half().float())
    return model


def in_steps(matrix: Tensor) -> Tensor:
    """Each row (first axis) in 127 steps to either side of 0. The step is a half-precision number and the row's largest
    value is 127 of them, so that it can be read off the row again without error."""
    rows = matrix.flatten(1)
    step = (rows.abs().amax(dim=1, keepdim=True) / STEPS).half().float().clamp(min=2.0**-24)
    steps = (rows / step).round().clamp(-STEPS, STEPS)
    top = rows.abs().argmax(dim=1, keepdim=True)
    steps.scatter_(1, top, torch.where(rows.gather(1, top) < 0, -STEPS, STEPS).to(steps.dtype))
    return (steps * step).reshape(matrix.shape)


def shrink(model: onnx.ModelProto, vectors: bool = False) -> None:
    """Store each float matrix of a graph in the smallest form that loses nothing, with the nodes that undo it before it; where
    ``vectors`` also vectors and the sizes of steps."""
    nodes: list[NodeProto] = []
    for tensor in list(model.graph.initializer):
        if tensor.data_type != TensorProto.FLOAT or len(tensor.dims) < (1 if vectors else 2):
            continue
        found = _as_steps(numpy_helper.to_array(tensor)) if len(tensor.dims) > 1 else None
        if found is not None:
            nodes += _stored_in_steps(model, tensor, *found)
            if vectors:
                nodes[-1:-1] = _stored_as_half(model.graph.initializer[-1])
        else:
            nodes += _stored_as_half(tensor)
    nodes += model.graph.node
    del model.graph.node[:]
    model.graph.node.extend(nodes)


def _stored_as_half(tensor: TensorProto) -> list[NodeProto]:
    """The node that widens a tensor again; none where half precision would lose something, and then the tensor stays."""
    values, name = numpy_helper.to_array(tensor), tensor.name
    with np.errstate(over="ignore"):
        half = values.astype(np.float16)
    if not np.array_equal(half.astype(np.float32), values):
        return []
    tensor.CopyFrom(numpy_helper.from_array(half, name + ".half"))
    return [helper.make_node("Cast", [name + ".half"], [name], name=name + ".cast", to=TensorProto.FLOAT)]


def _as_steps(values: np.ndarray) -> tuple[np.ndarray, np.ndarray] | None:
    """Whole steps and their sizes along the first or last axis (an exporter may have transposed), if nothing is lost."""
    for axis in (0, values.ndim - 1):
        others = tuple(i for i in range(values.ndim) if i != axis)
        step = np.abs(values).max(axis=others, keepdims=True) / np.float32(STEPS)
        if not step.all():
            continue
        steps = np.round(values / step)
        if np.array_equal((steps * step).astype(np.float32), values):
            return steps.astype(np.int8), step.astype(np.float32)
    return None


def _stored_in_steps(model: onnx.ModelProto, tensor: TensorProto, steps: np.ndarray, step: np.ndarray) -> list[NodeProto]:
    name = tensor.name
    tensor.CopyFrom(numpy_helper.from_array(steps, name + ".steps"))
    model.graph.initializer.append(numpy_helper.from_array(step, name + ".step"))
    return [
        helper.make_node("Cast", [name + ".steps"], [name + ".whole"], name=name + ".cast", to=TensorProto.FLOAT),
        helper.make_node("Mul", [name + ".whole", name + ".step"], [name], name=name + ".scale"),
    ]

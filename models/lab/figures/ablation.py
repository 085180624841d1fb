"""A head switched off in an exported graph."""

from __future__ import annotations

import copy

import onnx
from onnx import TensorProto, helper


def maskable(model: onnx.ModelProto, tensors: list[str], heads: list[int]) -> bytes:
    """The model's bytes with a further input ``keep.<k>`` [1, heads, 1, 1] for the k-th attention, by which its
    weights, the tensor ``tensors[k]``, are multiplied before anything reads them. Raises ValueError where a tensor is missing."""
    extra = copy.deepcopy(model)
    for k, (tensor, count) in enumerate(zip(tensors, heads, strict=True)):
        makers = [index for index, node in enumerate(extra.graph.node) if tensor in node.output]
        if not makers:
            raise ValueError(f"expected an attention {tensor!r} in the graph, got none")
        kept = f"{tensor}.kept"
        for node in extra.graph.node:
            node.input[:] = [kept if name == tensor else name for name in node.input]
        extra.graph.node.insert(makers[0] + 1, helper.make_node("Mul", [tensor, f"keep.{k}"], [kept], name=f"keep.{k}"))
        extra.graph.input.append(helper.make_tensor_value_info(f"keep.{k}", TensorProto.FLOAT, [1, count, 1, 1]))
    return extra.SerializeToString()

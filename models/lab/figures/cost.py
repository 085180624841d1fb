"""What an exported graph costs: multiplications and additions, counted."""

from __future__ import annotations

import copy

import numpy as np
import onnx
from onnx import TensorProto, helper

from .exported import session

COUNTED = ("MatMul", "Gemm", "Conv")


def flops(graph: onnx.ModelProto, feeds: dict[str, np.ndarray]) -> int:
    """Floating-point operations of the products (MatMul, Gemm, Conv) in one run, two for a multiplication with its
    addition; biases, norms and activations are not counted. Shapes are read off a real run."""
    extra = copy.deepcopy(graph)
    nodes = [node for node in extra.graph.node if node.op_type in COUNTED]
    wanted = list(dict.fromkeys(name for node in nodes for name in (node.input[1], node.output[0])))
    fixed = {tensor.name: tuple(tensor.dims) for tensor in graph.graph.initializer}
    names = [name for name in wanted if name not in fixed]
    known = {output.name for output in extra.graph.output}
    extra.graph.output.extend(helper.make_tensor_value_info(name, TensorProto.FLOAT, None) for name in names if name not in known)
    run = session(extra.SerializeToString())
    taken = {entry.name for entry in run.get_inputs()}
    shapes = fixed | {name: value.shape for name, value in zip(names, run.run(names, {k: v for k, v in feeds.items() if k in taken}), strict=True)}
    return sum(2 * int(np.prod(shapes[node.output[0]])) * _terms(node, shapes[node.input[1]]) for node in nodes)


def _terms(node: onnx.NodeProto, weight: tuple[int, ...]) -> int:
    """How many products make one output."""
    if node.op_type == "Conv":
        return int(np.prod(weight[1:]))
    turned = node.op_type == "Gemm" and any(attribute.name == "transB" and attribute.i for attribute in node.attribute)
    return weight[-1] if turned else weight[-2]

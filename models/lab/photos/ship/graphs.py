"""Networks as ONNX files: deterministic, matrices stored small, every softmax visible."""

from __future__ import annotations

import io
import warnings

import numpy as np
import onnx
import onnxruntime
import torch
from onnx import TensorProto, helper, numpy_helper
from torch import Tensor, nn

from ...ship.graph import OPSET
from ...ship.parts import Axes
from ...ship.storage import shrink


def graph_of(module: nn.Module, examples: tuple[Tensor, ...], inputs: Axes, outputs: Axes) -> onnx.ModelProto:
    """The graph of a module whose weights are rounded already. ``inputs`` and ``outputs`` name the free axes. Constants are not folded:
    a table that is looked up in and multiplied with would be stored twice; onnxruntime folds them when it opens the file."""
    buffer = io.BytesIO()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.onnx.export(
            module,
            examples,
            buffer,
            dynamo=False,
            opset_version=OPSET,
            do_constant_folding=False,
            input_names=list(inputs),
            output_names=list(outputs),
            dynamic_axes=inputs | outputs,
        )
    graph = onnx.load_from_string(buffer.getvalue())
    shrink(graph, vectors=True)
    narrow(graph)
    shorten(graph)
    onnx.checker.check_model(graph, full_check=True)
    return graph


def narrow(model: onnx.ModelProto) -> None:
    """Store numbers of 64 bits that are only cast to 32 as 32: the exporter writes bounds of clamps so, and not every runtime casts them."""
    graph = model.graph
    doubles = {node.output[0]: node for node in graph.node if node.op_type == "Constant" and node.attribute[0].t.data_type == TensorProto.DOUBLE}
    casts = [node for node in graph.node if node.op_type == "Cast" and node.input[0] in doubles and node.attribute[0].i == TensorProto.FLOAT]
    for cast in casts:
        value = numpy_helper.to_array(doubles[cast.input[0]].attribute[0].t).astype(np.float32)
        attribute = helper.make_attribute("value", numpy_helper.from_array(value))
        cast.CopyFrom(helper.make_node("Constant", [], [cast.output[0]]))
        cast.attribute.append(attribute)
    read = {name for node in graph.node for name in node.input}
    kept = [node for node in graph.node if node.op_type != "Constant" or node.output[0] in read]
    del graph.node[:]
    graph.node.extend(kept)


def shorten(model: onnx.ModelProto) -> None:
    """Number the tensors between inputs and outputs, take the nodes' names away, and keep of equal constants one: an exporter's paths
    and constants are a thirtieth of such a file."""
    graph = model.graph
    kept = {value.name for value in (*graph.input, *graph.output)}
    names: dict[str, str] = {"": ""}

    def short(name: str) -> str:
        return names.setdefault(name, name if name in kept else f"t{len(names)}")

    first: dict[bytes, str] = {}
    nodes = []
    for node in graph.node:
        if node.op_type == "Constant" and node.output[0] not in kept:
            content = b"".join(attribute.SerializeToString() for attribute in node.attribute)
            names[node.output[0]] = short(first.setdefault(content, node.output[0]))
            if first[content] != node.output[0]:
                continue
        nodes.append(node)
    del graph.node[:]
    graph.node.extend(nodes)
    for tensor in graph.initializer:
        tensor.name = short(tensor.name)
    for node in graph.node:
        node.name = node.doc_string = ""
        for ends in (node.input, node.output):
            ends[:] = [short(name) for name in ends]
    del graph.value_info[:]


def session(model: onnx.ModelProto | bytes, threads: int = 1) -> onnxruntime.InferenceSession:
    """onnxruntime on the CPU with so many threads."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    data = model if isinstance(model, bytes) else model.SerializeToString()
    return onnxruntime.InferenceSession(data, options, providers=["CPUExecutionProvider"])


def backbone_graph(module: nn.Module) -> onnx.ModelProto:
    """The backbone: pixel_values [N, 3, 288, 288] to coarse [N, 81, 1280] and fine [N, 324, 120]."""
    free = {0: "batch"}
    size = 288
    return graph_of(module, (torch.zeros(2, 3, size, size),), {"pixel_values": free}, {"coarse": free, "fine": free})

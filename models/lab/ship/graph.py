"""A model as an ONNX file: small, deterministic, with every softmax visible."""

from __future__ import annotations

import copy
import io
import warnings

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper

from ..nets.base import Model

INPUTS = {
    "pixel_values": {0: "batch"},
    "input_ids": {0: "batch", 1: "text"},
    "attention_mask": {0: "batch", 1: "text"},
}
OUTPUTS = {"match_logit": {0: "batch"}, "mask_logits": {0: "batch", 1: "text"}}
OPSET = 17


def rounded(model: Model) -> Model:
    """A copy in evaluation mode whose matrices are rounded to what fp16 can hold: the model that ships."""
    model = copy.deepcopy(model).cpu().float().eval()
    with torch.no_grad():
        for parameter in model.parameters():
            if parameter.dim() > 1:
                parameter.copy_(parameter.half().float())
    return model


def onnx_graph(model: Model) -> onnx.ModelProto:
    """The graph of a ``rounded`` model, batch and text length free, matrices stored as fp16."""
    shape = model.shape
    text = torch.ones(2, 7, dtype=torch.int64)
    inputs = (torch.zeros(2, 3, shape.size, shape.size), text, text)
    buffer = io.BytesIO()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.onnx.export(
            model,
            inputs,
            buffer,
            dynamo=False,
            opset_version=OPSET,
            input_names=list(INPUTS),
            output_names=list(OUTPUTS),
            dynamic_axes=INPUTS | OUTPUTS,
        )
    graph = onnx.load_from_string(buffer.getvalue())
    _halve(graph)
    onnx.checker.check_model(graph, full_check=True)
    return graph


def _halve(model: onnx.ModelProto) -> None:
    """Store as fp16, with a Cast behind, each matrix that loses nothing by it."""
    casts = []
    for tensor in model.graph.initializer:
        if tensor.data_type != TensorProto.FLOAT or len(tensor.dims) < 2:
            continue
        values = numpy_helper.to_array(tensor)
        half = values.astype(np.float16)
        if not np.array_equal(half.astype(np.float32), values):
            continue
        name = tensor.name
        tensor.CopyFrom(numpy_helper.from_array(half, name + ".half"))
        casts.append(helper.make_node("Cast", [name + ".half"], [name], name=name + ".cast", to=TensorProto.FLOAT))
    nodes = casts + list(model.graph.node)
    del model.graph.node[:]
    model.graph.node.extend(nodes)


def attention_tensors(model: onnx.ModelProto) -> list[str]:
    """Outputs of the graph's Softmax nodes, in execution order."""
    return [node.output[0] for node in model.graph.node if node.op_type == "Softmax"]


def exposed(model: onnx.ModelProto, names: list[str]) -> bytes:
    """The model's bytes with these tensors as further outputs."""
    extra = copy.deepcopy(model)
    extra.graph.output.extend(helper.make_tensor_value_info(name, TensorProto.FLOAT, None) for name in names)
    return extra.SerializeToString()

"""A model as an ONNX file: small, deterministic, with every softmax visible."""

from __future__ import annotations

import copy
import io
import warnings

import onnx
import torch
from onnx import TensorProto, helper

from ..nets.base import Shape
from .parts import Part
from .storage import shrink

OPSET = 17


def onnx_graph(part: Part, shape: Shape) -> onnx.ModelProto:
    """A graph of a ``rounded`` model, batch and text length free, matrices stored small."""
    text = torch.ones(2, 7, dtype=torch.int64)
    examples = {"pixel_values": torch.zeros(2, 3, shape.size, shape.size), "input_ids": text, "attention_mask": text}
    buffer = io.BytesIO()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.onnx.export(
            part.module,
            tuple(examples[name] for name in part.inputs),
            buffer,
            dynamo=False,
            opset_version=OPSET,
            input_names=list(part.inputs),
            output_names=list(part.outputs),
            dynamic_axes=part.inputs | part.outputs,
        )
    graph = onnx.load_from_string(buffer.getvalue())
    shrink(graph)
    onnx.checker.check_model(graph, full_check=True)
    return graph


def attention_tensors(model: onnx.ModelProto) -> list[str]:
    """Outputs of the graph's Softmax nodes, in execution order."""
    return [node.output[0] for node in model.graph.node if node.op_type == "Softmax"]


def exposed(model: onnx.ModelProto, names: list[str]) -> bytes:
    """The model's bytes with these tensors as further outputs."""
    extra = copy.deepcopy(model)
    extra.graph.output.extend(helper.make_tensor_value_info(name, TensorProto.FLOAT, None) for name in names)
    return extra.SerializeToString()

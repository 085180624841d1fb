"""What public tools make of an export: quantised in several ways, optimised, with functions of the file itself."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import numpy
import onnx
import torch
import transformers as hf
from onnx import helper
from onnxruntime import quantization
from torch import Tensor

from .cells import EAGER, Cell, ones
from .kinds import HEADS, TEXT, WIDTH, picture_first, words
from .truth.further import instructblip


class Reader(quantization.CalibrationDataReader):
    """The feeds of a cell, once."""

    def __init__(self, cell: Cell):
        self.left = [{key: value.numpy() for key, value in cell.feeds.items()}]

    def get_next(self) -> dict[str, numpy.ndarray] | None:
        return self.left.pop() if self.left else None


def dynamic(plain: Path, to: Path, _: Cell) -> None:
    """MatMulInteger on both sides of the softmax."""
    quantization.quantize_dynamic(plain, to, op_types_to_quantize=["MatMul"], extra_options={"MatMulConstBOnly": False})


def static(form: quantization.QuantFormat, operations: list[str] | None) -> Callable:
    def treat(plain: Path, to: Path, cell: Cell) -> None:
        quantization.quantize_static(plain, to, Reader(cell), quant_format=form, op_types_to_quantize=operations)

    return treat


def four_bits(plain: Path, to: Path, _: Cell) -> None:
    from onnxruntime.quantization.matmul_nbits_quantizer import MatMulNBitsQuantizer

    quantizer = MatMulNBitsQuantizer(onnx.load(plain), block_size=16, is_symmetric=True)
    quantizer.process()
    onnx.save(quantizer.model.model, to)


def optimised(plain: Path, to: Path, _: Cell) -> None:
    from onnxruntime.transformers import optimizer
    from onnxruntime.transformers.fusion_options import FusionOptions

    options = FusionOptions("bert")
    optimizer.optimize_model(str(plain), "bert", num_heads=HEADS, hidden_size=WIDTH, optimization_options=options).save_model_to_file(str(to))


def halves(plain: Path, to: Path, _: Cell) -> None:
    """Half floats throughout, what comes in and goes out too."""
    from onnxruntime.transformers.float16 import convert_float_to_float16

    onnx.save(convert_float_to_float16(onnx.load(plain), keep_io_types=False), to)


def in_functions(plain: Path, to: Path, _: Cell) -> None:
    """Everything between the product of queries and keys and that with values stands in a function of the file."""
    model = onnx.load(plain)
    nodes = list(model.graph.node)
    first = next(i for i, node in enumerate(nodes) if node.op_type == "Softmax")
    start = max(i for i in range(first) if nodes[i].op_type == "MatMul")
    end = next(i for i, node in enumerate(nodes) if nodes[first].output[0] in node.input)
    body = nodes[start : end + 1]
    made = {name for node in body for name in node.output}
    read = [name for node in body for name in node.input if name and name not in made]
    inputs = list(dict.fromkeys(read))
    (result,) = body[-1].output
    function = helper.make_function("made.here", "Attend", inputs, [result], body, [helper.make_opsetid("", 17)])
    model.functions.append(function)
    model.opset_import.append(helper.make_opsetid("made.here", 1))
    call = helper.make_node("Attend", inputs, [result], name="attend", domain="made.here")
    del model.graph.node[:]
    model.graph.node.extend([*nodes[:start], call, *nodes[end + 1 :]])
    onnx.save(model, to)


def bert() -> Cell:
    model = hf.BertForMaskedLM(hf.BertConfig(**TEXT, type_vocab_size=2, **EAGER))
    ids = words()
    feeds: dict[str, Tensor] = {"input_ids": ids, "attention_mask": ones(ids), "token_type_ids": torch.zeros_like(ids)}
    return Cell(model, feeds, {"logits": lambda a: a.logits}, "tt")


TREATMENTS: dict[str, tuple[Callable[[], Cell], Callable]] = {
    "both-integer": (picture_first, dynamic),
    "q-operator": (picture_first, static(quantization.QuantFormat.QOperator, ["MatMul"])),
    "qdq": (picture_first, static(quantization.QuantFormat.QDQ, None)),
    "four-bits": (picture_first, four_bits),
    "halves": (picture_first, halves),
    "functions": (picture_first, in_functions),
    "optimised-bert": (bert, optimised),
    "instructblip": (instructblip, lambda plain, to, _: shutil.copy(plain, to)),
}

"""What the public tools of onnxruntime make of an export: optimised and fused, halves, integers, blocks of four bits."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import onnx
from onnxruntime import quantization

from ..cells import Cell

OPTIMISERS = {
    "bert": "bert", "visual-bert": "bert", "clip": "clip", "chinese-clip": "clip", "altclip": "clip", "clipseg": "clip", "owlvit": "clip",
    "vit": "vit", "deit": "vit", "dinov2": "vit", "with-past": "gpt2", "t5": "t5", "swin": "swin", "trocr": "bart",
}  # fmt: skip
"""The type that a family is optimised as; the others as BERT, which knows most."""


def heads_of(cell: Cell) -> tuple[int, int]:
    """Heads and width of the last configuration that says both: those of the text where there are several."""
    configs = [cell.model.config] if hasattr(cell.model, "config") else []
    configs += [value for one in configs for value in vars(one).values() if hasattr(value, "num_attention_heads")]
    for config in reversed(configs):
        heads, width = getattr(config, "num_attention_heads", 0), getattr(config, "hidden_size", 0)
        if isinstance(heads, int) and heads and width:
            return heads, width
    return 0, 0


def fuse(path: Path, family: str, cell: Cell, half: bool) -> None:
    from onnxruntime.transformers import optimizer
    from onnxruntime.transformers.fusion_options import FusionOptions

    kind = OPTIMISERS.get(family, "bert")
    heads, width = heads_of(cell)
    model = optimizer.optimize_model(
        str(path), kind, num_heads=heads, hidden_size=width, optimization_options=FusionOptions(kind), opt_level=0
    )
    if half:
        model.convert_float_to_float16(keep_io_types=False)
    model.save_model_to_file(str(path))


def halve(path: Path) -> None:
    from onnxruntime.transformers.float16 import convert_float_to_float16

    onnx.save(convert_float_to_float16(onnx.load(path), keep_io_types=False), path)


def integers(path: Path) -> None:
    quantization.quantize_dynamic(path, path, extra_options={"DefaultTensorType": onnx.TensorProto.FLOAT})


def four_bits(path: Path) -> None:
    from onnxruntime.quantization.matmul_nbits_quantizer import MatMulNBitsQuantizer

    quantizer = MatMulNBitsQuantizer(onnx.load(path), block_size=16, is_symmetric=True)
    quantizer.process()
    onnx.save(quantizer.model.model, path)


ROUND: dict[str, Callable[[Path], None]] = {"fp16": halve, "int8": integers, "q4": four_bits}


def treat(path: Path, family: str, precision: str, treated: str, cell: Cell) -> list[str]:
    """Treats a file in place.

    Returns the operations in it that hold several of PyTorch's.
    """
    if treated == "fused":
        fuse(path, family, cell, precision == "fp16")
    if precision in ROUND and not (treated == "fused" and precision == "fp16"):
        ROUND[precision](path)
    made = {node.op_type for node in onnx.load(path, load_external_data=False).graph.node}
    return sorted(op for op in made if re.search(r"Attention|Skip|EmbedLayer|Gelu|FusedMatMul|RotaryEmbedding", op))

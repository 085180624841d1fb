"""python -m vlpm_export.beside MODEL.onnx FOLDER: the same model with its weights in a file beside it, as large models have them."""

import sys
from pathlib import Path

import onnx

SMALLEST = 256
"""Bytes from which a weight moves out; smaller ones stay inside, as exporters leave them."""


def move_out(model: Path, folder: Path) -> Path:
    """Write ``model`` into ``folder`` with its larger weights in ``<name>.data``; returns the model's new path."""
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / model.name
    target.with_name(f"{target.name}.data").unlink(missing_ok=True)
    onnx.save_model(
        onnx.load(model), target, save_as_external_data=True, all_tensors_to_one_file=True,
        location=f"{target.name}.data", size_threshold=SMALLEST, convert_attribute=True,
    )
    return target


if __name__ == "__main__":
    print(move_out(Path(sys.argv[1]), Path(sys.argv[2])))

"""Safetensors, the one binary container of the project: written and read in a few lines each."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np

KINDS = {"F32": "<f4", "F16": "<f2", "I64": "<i8", "I32": "<i4", "U8": "|u1"}


def write_tensors(path: Path, tensors: dict[str, np.ndarray], metadata: dict[str, str]) -> None:
    """Named arrays of a kind in ``KINDS`` to a file that is the same for the same content."""
    names = {np.dtype(kind): name for name, kind in KINDS.items()}
    header: dict = {"__metadata__": metadata}
    body = []
    at = 0
    for name, array in sorted(tensors.items(), key=lambda item: (-item[1].dtype.itemsize, item[0])):
        if array.dtype not in names:
            raise ValueError(f"expected an array of {sorted(KINDS)} for {name}, got {array.dtype}")
        data = np.ascontiguousarray(array).tobytes()
        header[name] = {"dtype": names[array.dtype], "shape": list(array.shape), "data_offsets": [at, at + len(data)]}
        body.append(data)
        at += len(data)
    head = json.dumps(header, ensure_ascii=False, separators=(",", ":")).encode()
    head += b" " * (-len(head) % 8)
    path.write_bytes(len(head).to_bytes(8, "little") + head + b"".join(body))


def read_tensors(path: Path) -> tuple[dict[str, np.ndarray], dict[str, str]]:
    """The arrays and the metadata of a safetensors file."""
    raw = path.read_bytes()
    size = int.from_bytes(raw[:8], "little")
    header = json.loads(raw[8 : 8 + size])
    metadata = header.pop("__metadata__", {})
    arrays = {}
    for name, entry in header.items():
        start, stop = (8 + size + offset for offset in entry["data_offsets"])
        arrays[name] = np.frombuffer(raw[start:stop], KINDS[entry["dtype"]]).reshape(entry["shape"])
    return arrays, metadata

"""Attention rollout with numpy: ``python -m lab.oracles.rollout ../tests/oracle/rollout.json``.

The single-stream case is the algorithm of Abnar and Zuidema (2020) as they publish it: add the identity to every layer's mean map, divide each row by
its sum, and multiply the layers up. The joint state of two streams is written with block matrices, one for each sub-layer."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np

TEXT, IMAGE = 4, 3


def maps(draw: np.random.Generator, heads: int, queries: int, keys: int) -> np.ndarray:
    """Softmaxed noise, [heads, queries, keys]."""
    scores = draw.normal(scale=2, size=(heads, queries, keys))
    return np.exp(scores) / np.exp(scores).sum(-1, keepdims=True)


def original(layers: list[np.ndarray]) -> np.ndarray:
    """Rollout over the layers of one sequence, each [heads, N, N]."""
    with_residual = [layer.mean(0) + np.eye(layer.shape[-1]) for layer in layers]
    stochastic = [matrix / matrix.sum(-1, keepdims=True) for matrix in with_residual]
    joint = stochastic[0]
    for matrix in stochastic[1:]:
        joint = matrix @ joint
    return joint


def half(matrix: np.ndarray) -> np.ndarray:
    """½(I + A)"""
    return (np.eye(len(matrix)) + matrix) / 2


def blocks(tt: np.ndarray, tv: np.ndarray, vt: np.ndarray, vv: np.ndarray) -> np.ndarray:
    return np.block([[tt, tv], [vt, vv]])


NONE = {"tv": np.zeros((TEXT, IMAGE)), "vt": np.zeros((IMAGE, TEXT))}


def within(tt: np.ndarray | None, vv: np.ndarray | None) -> np.ndarray:
    """Self-attention in one stream or both."""
    return blocks(np.eye(TEXT) if tt is None else half(tt), NONE["tv"], NONE["vt"], np.eye(IMAGE) if vv is None else half(vv))


def meter(tt: np.ndarray, tv: np.ndarray, vt: np.ndarray, vv: np.ndarray) -> np.ndarray:
    """A layer of METER: both streams look at what the other held before the layer."""
    return blocks(half(tt) / 2, tv / 2, vt / 2, half(vv) / 2)


def lxmert(tt: np.ndarray, tv: np.ndarray, vt: np.ndarray, vv: np.ndarray) -> np.ndarray:
    """A cross layer of LXMERT: co-attention in parallel, then self-attention."""
    return within(tt, vv) @ blocks(np.eye(TEXT) / 2, tv / 2, vt / 2, np.eye(IMAGE) / 2)


def rolled(matrices: list[np.ndarray]) -> np.ndarray:
    joint = np.eye(len(matrices[0]))
    for matrix in matrices:
        joint = matrix @ joint
    return joint


def main(target: Path) -> None:
    draw = np.random.default_rng(2020)
    single = [maps(draw, 2, 5, 5) for _ in range(3)]
    shapes = {"tt": (TEXT, TEXT), "tv": (TEXT, IMAGE), "vt": (IMAGE, TEXT), "vv": (IMAGE, IMAGE)}
    encoders = {"tt": maps(draw, 2, TEXT, TEXT), "vv": maps(draw, 2, IMAGE, IMAGE)}
    fusion = [{name: maps(draw, 2, *shape) for name, shape in shapes.items()} for _ in range(2)]
    mean = [{name: found.mean(0) for name, found in layer.items()} for layer in fusion]
    first = within(encoders["tt"].mean(0), encoders["vv"].mean(0))
    crossing = [blocks(np.eye(TEXT), NONE["tv"], NONE["vt"], np.eye(IMAGE))] + [
        blocks(np.eye(TEXT) / 2, layer["tv"] / 2, layer["vt"] / 2, np.eye(IMAGE) / 2) for layer in mean
    ]
    told = {
        "single": {"layers": [layer.tolist() for layer in single], "rollout": original(single).tolist(), "head1": original([layer[1:] for layer in single]).tolist()},
        "double": {
            "encoders": {name: found.tolist() for name, found in encoders.items()},
            "fusion": [{name: found.tolist() for name, found in layer.items()} for layer in fusion],
            "meter": rolled([first, *(meter(**layer) for layer in mean)]).tolist(),
            "lxmert": rolled([first, *(lxmert(**layer) for layer in mean)]).tolist(),
            "crossing": rolled(crossing).tolist(),
        },
    }
    target.write_text(json.dumps(told) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))

"""Configurations: one file per preset, read by ``load``."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Train:
    """Budget and optimiser. ``total`` counts scenes, ``hours`` wall-clock time; see ``cpu.toml``. ``seed`` is
    that of the first weights alone: every model and seed sees the same scenes and the same words hidden."""

    preset: str
    seed: int
    scenes: int
    join: int
    total: int
    hours: float
    stages: tuple[int, int]
    keep: tuple[float, ...]
    easy: float
    rate: float
    warmup: int
    betas: tuple[float, float]
    decay: float
    clip: float
    average: float
    checkpoint_seconds: float
    probe_seconds: float


@dataclass(frozen=True)
class Losses:
    """Weights of the losses, and how much of a caption is hidden."""

    words: float
    match: float
    contrast: float
    answer: float
    label: float
    anneal: float
    wrong: float
    place: float
    instance: float
    hide: float


@dataclass(frozen=True)
class Config:
    """Everything that decides a training run but the code and the machine; ``words`` go into the manifest."""

    id: str
    adapter: str
    layers: tuple[int, ...]
    width: int
    heads: int
    words: dict[str, str]
    train: Train
    losses: Losses


SHARED = ("train", "losses", "shape")


def models(preset: str = "cpu") -> list[str]:
    """Ids of the models that the preset's file configures."""
    return [name for name in _read(preset) if name not in SHARED]


def load(model: str, preset: str = "cpu", seed: int = 0) -> Config:
    """The configuration of one model, e.g. ``load("vilt-mini")``; what its own section repeats of [train] holds for it alone."""
    table = _read(preset)
    if model not in table or model in SHARED:
        raise ValueError(f"expected a model of {models(preset)}, got {model!r}")
    own = dict(table[model])
    train = {**table["train"], **own.pop("train", {}), "seed": seed}
    train |= {name: tuple(train[name]) for name in ("betas", "stages", "keep")}
    adapter, layers = own.pop("adapter"), tuple(own.pop("layers"))
    return Config(model, adapter, layers, **table["shape"], words=own, train=Train(**train), losses=Losses(**table["losses"]))


def _read(preset: str) -> dict:
    path = Path(__file__).parent / f"{preset}.toml"
    if not path.exists():
        raise ValueError(f"expected a preset with a file beside {path.name}, got {preset!r}")
    return tomllib.loads(path.read_text())

"""The state of a training run on disk: never half written, and enough to go on as if nothing had happened."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor, nn

RUNS = Path(__file__).parent / ".cache" / "runs"
SEEDS = RUNS.parent / "seeds"
"""Where models of further seeds are exported to, to be measured: only seed 0 ships."""


def run_folder(model: str, preset: str, seed: int) -> Path:
    """Where a model's run is kept, one folder a preset and seed."""
    return RUNS / preset / (f"{model}-{seed}" if seed else model)


@dataclass
class Run:
    """Model, optimiser, averaged weights, and what has been spent: steps, scenes, sequences, seconds."""

    model: nn.Module
    optimiser: torch.optim.Optimizer
    average: dict[str, Tensor]
    step: int = 0
    scenes: int = 0
    sequences: int = 0
    elapsed: float = 0.0


def spent_on(run: Run) -> dict[str, float]:
    """What a run has cost so far."""
    return {"step": run.step, "scenes": run.scenes, "sequences": run.sequences, "elapsed": run.elapsed}


def stage_path(folder: Path, share: float) -> Path:
    """Where the weights after a share of the training are kept: stage-03.pt for 0.03."""
    return folder / f"stage-{round(100 * share):02d}.pt"


def save(run: Run, path: Path) -> None:
    """Write beside the target and rename: a reader finds the old file or the new one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    state = {
        "model": run.model.state_dict(),
        "optimiser": run.optimiser.state_dict(),
        "average": run.average,
        "spent": spent_on(run),
    }
    beside = path.with_suffix(".new")
    torch.save(state, beside)
    os.replace(beside, path)


def restore(run: Run, path: Path, device: str) -> None:
    """Put a saved state into a freshly made run."""
    state = torch.load(path, map_location=device, weights_only=True)
    run.model.load_state_dict(state["model"])
    run.optimiser.load_state_dict(state["optimiser"])
    run.average = state["average"]
    for name, value in state["spent"].items():
        setattr(run, name, value)


def averaged(path: Path) -> tuple[dict[str, Tensor], dict[str, float]]:
    """The averaged weights of a checkpoint and what had been spent on them."""
    if not path.exists():
        raise FileNotFoundError(f"expected a checkpoint {path.name} in {path.parent.name}, got none: run `python -m lab train` first")
    state = torch.load(path, map_location="cpu", weights_only=True)
    return state["average"], state["spent"]


@torch.no_grad()
def follow(average: dict[str, Tensor], model: nn.Module, decay: float, step: int) -> None:
    """Move the exponential moving average one step, faster while it is young."""
    decay = min(decay, (1 + step) / (10 + step))
    current = model.state_dict()
    torch._foreach_lerp_([average[name] for name in average], [current[name] for name in average], 1 - decay)

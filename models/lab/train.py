"""Train one model of a preset. Interrupted at any moment, it goes on from its last checkpoint."""

from __future__ import annotations

import signal
import time
from dataclasses import replace
from pathlib import Path

import torch

from .ahead import batches_ahead
from .checkpoint import Run, follow, restore, save, spent_on, stage_path
from .config import Config
from .contrast import encoder_losses
from .curve import Curve
from .feed import WORLD, Feed, make_model, on
from .losses import losses
from .nets.encoders import DualEncoder
from .nets.layers import CoLayer, SelfLayer
from .probe import Probe
from .schedule import annealed, progress, rate
from .world.batches import Batch


def start(config: Config, feed: Feed, device: str) -> Run:
    """A run at step 0."""
    model = make_model(config, feed).to(device)
    train = config.train
    optimiser = torch.optim.AdamW(groups(model, train.decay), lr=train.rate, betas=train.betas, fused=True)
    average = {name: value.detach().clone() for name, value in model.state_dict().items()}
    return Run(model, optimiser, average)


def groups(model: torch.nn.Module, decay: float) -> list[dict]:
    """Weight decay for matrices, none for biases, norms and positions."""
    matrices = [p for name, p in model.named_parameters() if p.dim() > 1 and "positions" not in name and "types" not in name]
    chosen = {id(p) for p in matrices}
    others = [p for p in model.parameters() if id(p) not in chosen]
    return [{"params": matrices, "weight_decay": decay}, {"params": others, "weight_decay": 0.0}]


def one_step(run: Run, config: Config, feed: Feed, batch: Batch, spent: float, device: str) -> dict[str, float]:
    """One batch. What it hides depends on the step alone, so every model sees the same."""
    train, weights = config.train, config.losses
    classes = feed.classes.to(device)
    encoders = isinstance(run.model, DualEncoder)
    with torch.autocast(torch.device(device).type, dtype=torch.bfloat16):
        if encoders:
            parts = encoder_losses(run.model, on(device, batch), classes)
        else:
            generator = torch.Generator().manual_seed(WORLD + run.step)
            parts = losses(run.model, on(device, batch), feed.mask_id, classes, weights, generator)
    factors = {name: getattr(weights, name) for name in parts}
    factors["label"] *= annealed(spent, weights.anneal)
    loss = sum(factors[name] * part for name, part in parts.items())
    for group in run.optimiser.param_groups:
        group["lr"] = train.rate * rate(spent, run.step, train.warmup)
    run.optimiser.zero_grad(set_to_none=True)
    loss.backward()
    torch.nn.utils.clip_grad_norm_(run.model.parameters(), train.clip)
    run.optimiser.step()
    run.step += 1
    run.scenes += len(batch.ids)
    run.sequences += (2 if encoders else 4) * len(batch.ids)
    follow(run.average, run.model, train.average, run.step)
    return {name: part.item() for name, part in parts.items()}


def train(
    config: Config,
    feed: Feed,
    folder: Path,
    device: str = "cpu",
    steps: int | None = None,
    compiled: bool = False,
    workers: int = 0,
) -> Run:
    """Train until the budget of ``config.train`` is spent, or for ``steps`` more steps, from the
    checkpoint in ``folder`` if there is one. A termination signal ends it after a last checkpoint.
    ``compiled`` layers save a fifth of the time but take minutes to build; ``workers`` processes compose scenes."""
    run = start(config, feed, device)
    if compiled:
        for layer in run.model.modules():
            if isinstance(layer, SelfLayer | CoLayer):
                layer.compile(dynamic=True)
    path = folder / "checkpoint.pt"
    if path.exists():
        restore(run, path, device)
    feed.remember(folder)
    source = batches_ahead(config, feed, run.step, workers)
    curve = Curve(folder, run.step)
    probe = Probe(config, feed)
    stopped: list[int] = []
    previous = signal.signal(signal.SIGTERM, lambda number, _: stopped.append(number))
    last = run.step + steps if steps is not None else None
    before, begin = run.elapsed, time.monotonic()
    saved = probed = logged = begin
    budget = config.train
    while not stopped and run.step != last:
        spent = progress(run.scenes, budget.total, run.elapsed, budget.hours)
        keep_stages(run, folder, spent, budget.keep)
        if spent >= 1:
            break
        curve.add(one_step(run, config, feed, next(source), spent, device))
        now = time.monotonic()
        run.elapsed = before + now - begin
        if now - logged > 30:
            curve.line(run, spent)
            logged = now
        if now - saved > budget.checkpoint_seconds:
            save(run, path)
            saved = now
        if now - probed > budget.probe_seconds:
            curve.probe(run, spent, probe.figures(run.average))
            probed = time.monotonic()
    source.close()
    save(run, path)
    signal.signal(signal.SIGTERM, previous)
    return run


def keep_stages(run: Run, folder: Path, spent: float, shares: tuple[float, ...]) -> None:
    """Keep the averaged weights when a share of the budget has been spent, once: how heads came to be can be seen later."""
    for share in shares:
        path = stage_path(folder, share)
        if spent >= share and not path.exists():
            folder.mkdir(parents=True, exist_ok=True)
            torch.save({"average": run.average, "spent": spent_on(run)}, path)


def with_budget(config: Config, hours: float | None, total: int | None) -> Config:
    """The configuration with another budget, in hours or scenes; a lower one mid-way still anneals to its end."""
    changes = {name: value for name, value in (("hours", hours), ("total", total)) if value is not None}
    return replace(config, train=replace(config.train, **changes))

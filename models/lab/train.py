"""Train one model of a preset. Interrupted at any moment, it goes on from its last checkpoint."""

from __future__ import annotations

import signal
import time
from dataclasses import replace
from pathlib import Path

import torch

from .checkpoint import Run, follow, restore, save
from .config import Config
from .curve import Curve
from .feed import Feed, make_model, on
from .losses import losses
from .nets.layers import CoLayer, SelfLayer
from .probe import Probe
from .schedule import annealed, progress, rate


def start(config: Config, feed: Feed, device: str) -> Run:
    """A run at step 0."""
    torch.manual_seed(config.train.seed)
    model = make_model(config, feed.vocabulary).to(device)
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


def one_step(run: Run, config: Config, feed: Feed, spent: float, device: str) -> dict[str, float]:
    """One batch. What it holds and hides depends on seed and step alone, so every model sees the same."""
    train, weights = config.train, config.losses
    batch = feed.batch(run.step)
    generator = torch.Generator().manual_seed(train.seed * 1_000_003 + run.step)
    with torch.autocast(torch.device(device).type, dtype=torch.bfloat16):
        parts = losses(run.model, on(device, batch), feed.mask_id, feed.classes.to(device), weights, generator)
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
    run.sequences += 3 * len(batch.ids)
    follow(run.average, run.model, train.average, run.step)
    return {name: part.item() for name, part in parts.items()}


def train(
    config: Config, feed: Feed, folder: Path, device: str = "cpu", steps: int | None = None, compiled: bool = False
) -> Run:
    """Train until the budget of ``config.train`` is spent, or for ``steps`` more steps, from the
    checkpoint in ``folder`` if there is one. A termination signal ends it after a last checkpoint.
    ``compiled`` layers save a fifth of the time but take minutes to build."""
    run = start(config, feed, device)
    if compiled:
        for layer in run.model.modules():
            if isinstance(layer, SelfLayer | CoLayer):
                layer.compile(dynamic=True)
    path = folder / "checkpoint.pt"
    if path.exists():
        restore(run, path, device)
    feed.remember(folder)
    curve = Curve(folder, run.step)
    probe = Probe(config, feed)
    stopped: list[int] = []
    previous = signal.signal(signal.SIGTERM, lambda number, _: stopped.append(number))
    last = run.step + steps if steps is not None else None
    before, begin = run.elapsed, time.monotonic()
    saved = probed = logged = begin
    budget = config.train
    while not stopped and run.step != last:
        spent = progress(run.sequences, budget.total, run.elapsed, budget.hours)
        if spent >= 1:
            break
        curve.add(one_step(run, config, feed, spent, device))
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
    save(run, path)
    signal.signal(signal.SIGTERM, previous)
    return run


def with_budget(config: Config, hours: float | None, total: int | None) -> Config:
    """The configuration with another budget; a lower one mid-way still anneals to its end."""
    changes = {name: value for name, value in (("hours", hours), ("total", total)) if value is not None}
    return replace(config, train=replace(config.train, **changes))

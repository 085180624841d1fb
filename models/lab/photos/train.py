"""Train the photo models, one after another: all on the same pictures, captions and foils in the same order, with one budget."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path

import torch

from ..checkpoint import Run, follow, restore, save
from ..curve import Curve
from ..schedule import rate
from ..train import groups
from .figures.probe import Probe
from .losses import losses, total
from .nets.zoo import make
from .world import words
from .world.batches import Feed, label_nouns
from .world.data import read_split
from .world.lexicon import Lexicon, learn
from .world.pool import kept_pool
from .world.store import Store, neighbours, open_store

RATE, DECAY, BETAS, CLIP, WARMUP, AVERAGE = 1e-3, 0.05, (0.9, 0.98), 1.0, 100, 0.995
JOINED = {"clip-photo-mini": 4}
"""Batches that a model reads as one: contrast needs many captions at once."""
SAMPLED_UNTIL, LATE_FROM = 0.7, 0.4
CHECKPOINT_SECONDS, PROBE_SECONDS = 120, 300


@dataclass
class Budget:
    """Pictures that each model sees; in half of them with a caption whose words are hidden, in half with a true, a false and a swapped one."""

    pictures: int
    seed: int = 0
    minutes: float | None = None
    """Wall-clock time of one sitting: the schedule follows whichever is ahead, pictures or time, and still anneals to its end."""

    def spent(self, scenes: int, first: int, seconds: float) -> float:
        """Share of the budget that is spent after ``seconds`` of a sitting that began at ``first`` pictures, 1 at the end."""
        seen, begun = scenes / self.pictures, first / self.pictures
        timed = 0.0 if self.minutes is None else begun + (1 - begun) * seconds / (60 * self.minutes)
        return min(1.0, max(seen, timed))


class World:
    """What all models train on: the training and validation splits with their words."""

    def __init__(self, data: Path, cache: Path) -> None:
        self.cache = cache
        photographs = read_split(data, "train")
        self.tokenizer = words.kept(cache / "tokenizer.json", photographs)
        self.lexicon: Lexicon = learn(photographs)
        self.train: Store = open_store("train", data, cache, self.tokenizer)
        self.val: Store = open_store("val", data, cache, self.tokenizer)
        self.train.near = neighbours(self.train.coarse)
        self.nouns = label_nouns(photographs, self.tokenizer, self.lexicon)
        self.codes = torch.tensor([self.tokenizer.token_to_id(noun) for noun in self.nouns])
        self.judges, pool = kept_pool(cache, self.lexicon, photographs)
        self.feed = Feed(self.train, self.lexicon, self.nouns, pool)


def run_of(name: str, world: World, seed: int) -> Run:
    """A run at step 0."""
    model = make(name, world.tokenizer, seed)
    optimiser = torch.optim.AdamW(groups(model, DECAY), lr=RATE, betas=BETAS, fused=True)
    return Run(model, optimiser, {key: value.detach().clone() for key, value in model.state_dict().items()})


def run_folder(cache: Path, name: str, seed: int) -> Path:
    """Where the run of a model is kept."""
    return cache / "runs" / (f"{name}-{seed}" if seed else name)


def one_step(run: Run, world: World, name: str, spent: float) -> dict[str, float]:
    """One batch. What dropout drops depends on the step alone, so an interrupted run goes on as if it had not been."""
    size = world.feed.size * JOINED.get(name, 1)
    late = max(0.0, (spent - LATE_FROM) / (1 - LATE_FROM))
    batch = world.feed.batch(run.step, min(1.0, 2 * late), size)
    torch.manual_seed(run.step)
    run.model.train()
    with torch.autocast("cpu", dtype=torch.bfloat16):
        parts = losses(run.model, batch, world.codes, sampled=spent < SAMPLED_UNTIL)
    for group in run.optimiser.param_groups:
        group["lr"] = RATE * rate(spent, run.step, WARMUP)
    run.optimiser.zero_grad(set_to_none=True)
    total(parts).backward()
    torch.nn.utils.clip_grad_norm_(run.model.parameters(), CLIP)
    run.optimiser.step()
    run.step += 1
    run.scenes += size
    run.sequences += 2 * size
    follow(run.average, run.model, AVERAGE, run.step)
    return {key: part.item() for key, part in parts.items()}


def train(name: str, world: World, budget: Budget, stopped: list[int], steps: int | None = None) -> bool:
    """Train one model until its budget is spent, from its checkpoint if there is one. False where a signal in ``stopped``, or ``steps``,
    ended it before."""
    folder = run_folder(world.cache, name, budget.seed)
    path = folder / "checkpoint.pt"
    run = run_of(name, world, budget.seed)
    if path.exists():
        restore(run, path, "cpu")
    if run.scenes >= budget.pictures:
        return True
    print(f"{name}: {run.scenes} of {budget.pictures} pictures seen", flush=True)
    curve, probe = Curve(folder, run.step), Probe(world.val, world.lexicon, world.judges)
    before, begin = run.elapsed, time.monotonic()
    saved = probed = logged = begin
    last = None if steps is None else run.step + steps
    first, spent = run.scenes, run.scenes / budget.pictures
    while spent < 1 and not stopped and run.step != last:
        curve.add(one_step(run, world, name, spent))
        now = time.monotonic()
        run.elapsed = before + now - begin
        spent = budget.spent(run.scenes, first, now - begin)
        if now - logged > 30:
            curve.line(run, spent)
            logged = now
        if now - saved > CHECKPOINT_SECONDS:
            save(run, path)
            saved = now
        if now - probed > PROBE_SECONDS:
            save(run, path)
            curve.probe(run, spent, probe.figures(run.model, run.average))
            probed = time.monotonic()
    if spent >= 1:
        curve.line(run, 1.0)
        curve.probe(run, 1.0, probe.figures(run.model, run.average))
    save(run, path)
    return spent >= 1

"""Train the detector, and let it draw the regions of every split: the models of regions train on what it finds."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import torch

from ..checkpoint import Run, follow, restore, save
from ..curve import Curve
from ..schedule import rate
from ..train import groups
from .nets.detector import NAME, Detector, detector_losses, recall, regions_of, regions_path, targets
from .train import AVERAGE, BETAS, CHECKPOINT_SECONDS, CLIP, DECAY, RATE, WARMUP, World, run_folder
from .world.features import features
from .world.store import Store

SIZE = 32
EPOCHS = 5
WEIGHTS = {"thing": 1.0, "box": 1.0, "noun": 0.3}
PROBED = 200


def train_detector(world: World, seed: int, stopped: list[int], pictures: int | None = None) -> bool:
    """Train until every picture was seen five times, from its checkpoint if there is one. False where it was stopped before."""
    torch.manual_seed(seed)
    model = Detector(len(world.nouns))
    run = Run(model, torch.optim.AdamW(groups(model, DECAY), lr=RATE, betas=BETAS, fused=True), {})
    run.average = {key: value.detach().clone() for key, value in model.state_dict().items()}
    folder = run_folder(world.cache, NAME, seed)
    path = folder / "checkpoint.pt"
    if path.exists():
        restore(run, path, "cpu")
    whole = pictures or EPOCHS * len(world.train.photographs)
    if run.scenes >= whole:
        return True
    print(f"{NAME}: {run.scenes} of {whole} pictures seen", flush=True)
    curve = Curve(folder, run.step)
    before, begin = run.elapsed, time.monotonic()
    saved = logged = begin
    while run.scenes < whole and not stopped:
        curve.add(_step(run, world, run.scenes / whole))
        now = time.monotonic()
        run.elapsed = before + now - begin
        if now - logged > 30:
            curve.line(run, run.scenes / whole)
            logged = now
        if now - saved > CHECKPOINT_SECONDS:
            save(run, path)
            saved = now
    save(run, path)
    if run.scenes >= whole:
        curve.line(run, 1.0)
        model.load_state_dict(run.average)
        curve.probe(run, 1.0, {"recall": probed(model, world.val)})
    return run.scenes >= whole


def _step(run: Run, world: World, spent: float) -> dict[str, float]:
    rows, _ = world.feed.order(run.step, SIZE)
    things = [
        [(world.feed.classes.get(label, 0), box) for label, box in zip(p.labels, p.boxes, strict=True)]
        for p in (world.train.photographs[row] for row in rows)
    ]
    kept = [i for i, some in enumerate(things) if some]
    coarse, fine = (torch.from_numpy(array[rows[kept]]).float() for array in (world.train.coarse, world.train.fine))
    with torch.autocast("cpu", dtype=torch.bfloat16):
        parts = detector_losses(run.model, coarse, fine, targets([things[i] for i in kept]))
    for group in run.optimiser.param_groups:
        group["lr"] = RATE * rate(spent, run.step, WARMUP)
    run.optimiser.zero_grad(set_to_none=True)
    sum(WEIGHTS[name] * part for name, part in parts.items()).backward()
    torch.nn.utils.clip_grad_norm_(run.model.parameters(), CLIP)
    run.optimiser.step()
    run.step += 1
    run.scenes += SIZE
    run.sequences += SIZE
    follow(run.average, run.model, AVERAGE, run.step)
    return {key: part.item() for key, part in parts.items()}


def regions_of_all(model: Detector, coarse: np.ndarray, fine: np.ndarray, size: int = 64) -> np.ndarray:
    """Regions [N, 20, 4] of N pictures."""
    found = []
    model.eval()
    with torch.no_grad():
        for start in range(0, len(coarse), size):
            parts = (torch.from_numpy(array[start : start + size].astype(np.float32)) for array in (coarse, fine))
            boxes, thing, _ = model(*parts)
            found.append(regions_of(boxes.numpy(), thing.numpy()))
    return np.concatenate(found)


def probed(model: Detector, store: Store) -> float:
    """Share of the annotated boxes of some pictures that a region overlaps by half."""
    regions = regions_of_all(model, store.coarse[:PROBED], store.fine[:PROBED])
    wanted = [np.array(p.boxes, dtype=np.float32).reshape(-1, 4) for p in store.photographs[:PROBED]]
    found, whole = recall(regions, wanted)
    return found / max(1, whole)


def draw_regions(model: Detector, cache: Path, splits: tuple[str, ...]) -> None:
    """Write the regions of every split whose features there are."""
    for split in splits:
        path = regions_path(cache, split)
        if path.exists() or not (cache / "features" / f"{split}.done").exists():
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        regions = regions_of_all(model, features(cache, split, "coarse"), features(cache, split, "fine"))
        with path.with_suffix(".new").open("wb") as file:
            np.save(file, regions)
        path.with_suffix(".new").replace(path)
        print(f"regions of {split}: {len(regions)} pictures", flush=True)

"""Batches made ahead of time by other processes: one core composes scenes far slower than a GPU learns from them."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import replace
from multiprocessing import get_context

import numpy as np
import torch

from .config import Config
from .feed import Feed
from .world.batches import Batch

DEPTH = 4


_feeds: list[Feed] = []


def _begin(config: Config) -> None:
    torch.set_num_threads(1)
    _feeds.append(Feed(config))


def _make(number: int) -> Batch:
    batch = _feeds[0].batch(number)
    nothing = np.zeros((0, 0), np.uint8)
    return replace(batch, scenes=[replace(scene, image=nothing, owner=nothing) for scene in batch.scenes])


def batches_ahead(config: Config, feed: Feed, start: int, workers: int) -> Iterator[Batch]:
    """Training batches from number ``start`` on, in order, the same for any number of ``workers``; without any they
    are made when asked for. The pictures of their scenes are in ``Batch.images`` alone."""
    if not workers:
        while True:
            yield feed.batch(start)
            start += 1
    with ProcessPoolExecutor(workers, get_context("spawn"), _begin, (config,)) as pool:
        made: deque[Future[Batch]] = deque()
        while True:
            while len(made) < DEPTH * workers:
                made.append(pool.submit(_make, start))
                start += 1
            yield made.popleft().result()

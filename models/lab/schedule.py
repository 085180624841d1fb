"""What depends on how much of the budget is spent."""

from __future__ import annotations

import math

HOLD = 0.6


def progress(scenes: int, total: int, elapsed: float, hours: float) -> float:
    """Share of the budget that is spent, 0 to 1: of scenes or of time (seconds), whichever is ahead."""
    return min(1.0, max(scenes / total, elapsed / (hours * 3600)))


def rate(spent: float, step: int, warmup: int) -> float:
    """Factor of the learning rate: linear warm-up over steps, constant, and over the last 40 % a cosine down
    to 1 % (after "warm-up, stable, decay", Hu et al., 2024: a longer run may go on from a shorter one)."""
    fall = max(0.0, (spent - HOLD) / (1 - HOLD))
    return min(1.0, (step + 1) / warmup) * (0.01 + 0.99 * 0.5 * (1 + math.cos(math.pi * fall)))


def annealed(spent: float, start: float) -> float:
    """Factor of a loss that is kept until ``start`` and then falls linearly to 0 at the end."""
    return min(1.0, max(0.0, (1 - spent) / (1 - start)))

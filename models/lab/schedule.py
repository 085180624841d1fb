"""What depends on how much of the budget is spent."""

from __future__ import annotations

import math


def progress(sequences: int, total: int, elapsed: float, hours: float) -> float:
    """Share of the budget that is spent, 0 to 1: of sequences or of time (seconds), whichever is ahead."""
    return min(1.0, max(sequences / total, elapsed / (hours * 3600)))


def rate(spent: float, step: int, warmup: int) -> float:
    """Factor of the learning rate: linear warm-up over steps, then a cosine down to 1 % when all is spent."""
    return min(1.0, (step + 1) / warmup) * (0.01 + 0.99 * 0.5 * (1 + math.cos(math.pi * spent)))


def annealed(spent: float, start: float) -> float:
    """Factor of a loss that is kept until ``start`` and then falls linearly to 0 at the end."""
    return min(1.0, max(0.0, (1 - spent) / (1 - start)))

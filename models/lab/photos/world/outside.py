"""Pictures that are no photographs, and a sign that tells them by the backbone's features: what photo models have never seen.

The sign is a line through features (logistic regression, ridge) between the training photographs and pictures made here: drawn shapes on plain
backgrounds, photographs redrawn in lines or flat colours, pages of text, noise. It reads the square roots of the coarse features' means over
the picture, which are as good as normal, and calls a picture outside where `score` is above 0.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from PIL import Image, ImageDraw, ImageFilter, ImageOps
from torch.nn import functional as F

from ...world.drawing import background, inked, shape_mask

SHAPES = ("circle", "square", "triangle", "star", "heart", "diamond", "arrow", "cross")
SIDE = 288
RIDGE = 0.1
SHIFT = 1.2
"""Added to the score: photographs are many and alike, drawings are few and of other kinds than those made here."""
COUNTS = {"drawn shapes": 60, "flat colours": 40, "lines": 40, "text": 16, "noise": 12}


@dataclass(frozen=True)
class Sign:
    """``weights`` [1280] and ``bias`` of the score."""

    weights: np.ndarray
    bias: float

    def score(self, coarse: np.ndarray) -> np.ndarray:
        """Of pictures' coarse features [N, 81, 1280]: above 0 for what is no photograph, [N]."""
        return self.of_means(np.stack([one.astype(np.float32).mean(axis=0) for one in coarse]))

    def of_means(self, means: np.ndarray) -> np.ndarray:
        """The same from means over cells [N, 1280]."""
        return np.sqrt(means) @ self.weights + self.bias


def pictures(photographs: list[Path]) -> Iterator[tuple[str, Image.Image]]:
    """Pictures that are none, with their kinds; some are redrawn ``photographs``."""
    makers = {
        "drawn shapes": drawn_shapes,
        "flat colours": lambda i: inked(Image.open(photographs[i % len(photographs)]).convert("RGBA")).convert("RGB"),
        "lines": lambda i: lines(Image.open(photographs[(i + 7) % len(photographs)])),
        "text": page,
        "noise": noise,
    }
    for kind, count in COUNTS.items():
        for number in range(count):
            yield kind, makers[kind](number)


def drawn_shapes(number: int) -> Image.Image:
    """One to three shapes of some colour on a plain background."""
    rng, draw = np.random.default_rng(number), random.Random(number)
    picture = Image.fromarray(background(rng, SIDE, 0.5))
    for _ in range(draw.randint(1, 3)):
        mask = Image.fromarray(shape_mask(draw.choice(SHAPES), draw.randint(50, 120)))
        colour = tuple(draw.randint(0, 255) for _ in range(3))
        picture.paste(Image.new("RGB", mask.size, colour), (draw.randint(0, SIDE - mask.width), draw.randint(0, SIDE - mask.height)), mask)
    return picture


def lines(picture: Image.Image) -> Image.Image:
    """A photograph as dark lines on white."""
    edges = picture.convert("L").resize((SIDE, SIDE)).filter(ImageFilter.GaussianBlur(1)).filter(ImageFilter.FIND_EDGES)
    return ImageOps.invert(edges.point(lambda value: min(255, 4 * value))).convert("RGB")


def page(number: int) -> Image.Image:
    """A page of made-up words."""
    draw = random.Random(number)
    picture = Image.new("RGB", (600, 800), (250, 249, 245))
    pen = ImageDraw.Draw(picture)
    for top in range(40, 760, draw.randint(14, 30)):
        pen.text((40, top), " ".join("".join(draw.choices("etaoinshrdlu", k=draw.randint(2, 9))) for _ in range(11)), fill=(20, 20, 20))
    return picture


def noise(number: int) -> Image.Image:
    """Noise, or in one picture of four a plain grey."""
    rng = np.random.default_rng(number)
    if number % 4 == 3:
        return Image.new("RGB", (SIDE, SIDE), (int(rng.integers(256)),) * 3)
    return Image.fromarray(rng.integers(0, 256, (SIDE, SIDE, 3), dtype=np.uint8))


def learnt(inside: np.ndarray, outside: np.ndarray) -> Sign:
    """The sign from means of features of photographs [N, 1280] and of other pictures [M, 1280]; both kinds count alike."""
    roots = np.sqrt(inside)
    mean, spread = roots.mean(axis=0), roots.std(axis=0) + 0.05
    given = torch.from_numpy(np.concatenate([(np.sqrt(part) - mean) / spread for part in (inside, outside)])).float()
    wanted = torch.cat([torch.zeros(len(inside)), torch.ones(len(outside))])
    share = torch.where(wanted > 0, 0.5 / len(outside), 0.5 / len(inside))
    weights, bias = torch.zeros(given.shape[1], requires_grad=True), torch.zeros(1, requires_grad=True)
    optimiser = torch.optim.LBFGS([weights, bias], max_iter=200)

    def loss() -> torch.Tensor:
        optimiser.zero_grad()
        each = F.binary_cross_entropy_with_logits(given @ weights + bias, wanted, reduction="none")
        whole = (each * share).sum() + RIDGE * weights.square().sum()
        whole.backward()
        return whole

    optimiser.step(loss)
    slope = weights.detach().numpy() / spread
    return Sign(slope.astype(np.float32), float(bias.item() - slope @ mean + SHIFT))

"""What the world gives to training: batches by number, the vocabulary, and the pieces of class nouns."""

from __future__ import annotations

from dataclasses import fields, replace
from pathlib import Path

import torch
from torch import Tensor

from .config import Config
from .nets.base import Model, Shape
from .nets.build import build
from .nets.encoders import DualEncoder
from .world.batches import Batch, batch, collate
from .world.presets import preset_named
from .world.questions import answers
from .world.tokenizer import MASK, class_tokens, tokenizer
from .world.tokenizer import PATH as TOKENIZER

WORLD = 0
"""The seed of the scenes."""


class Feed:
    """Batches of a configuration's preset. A batch is a function of its number and split alone, so models and
    seeds trained at different times or speeds see the same data, and a resumed run the next batch."""

    mask_id = MASK

    def __init__(self, config: Config) -> None:
        self.train = config.train
        self.vocabulary = tokenizer().get_vocab_size()
        self.answers = answers(config.train.preset)
        nouns = class_tokens()[1:]
        longest = max(map(len, nouns))
        self.classes: Tensor = torch.tensor([noun + [0] * (longest - len(noun)) for noun in nouns])

    def remember(self, folder: Path) -> None:
        """Keep the tokenizer with the run. Raises ValueError if the run was begun with another one."""
        folder.mkdir(parents=True, exist_ok=True)
        kept, now = folder / "tokenizer.json", TOKENIZER.read_bytes()
        if kept.exists() and kept.read_bytes() != now:
            raise ValueError(f"expected the tokenizer that {folder.name} was trained with, got a changed one: restore it or start anew")
        kept.write_bytes(now)

    def stage(self, number: int) -> int:
        """Stage of the curriculum, 0 to 2, of batch ``number``: it depends on scenes seen, not on time."""
        seen = self.train.scenes * number
        return sum(seen >= border for border in self.train.stages)

    def batch(self, number: int, split: str = "train") -> Batch:
        """Training batch ``number``, or one of another split: the full world without the easy share. A model that
        joins batches sees as one what others see as several."""
        train = self.train
        if split != "train":
            return batch(train.preset, WORLD, number, train.scenes, 0.0, split=split)
        numbers = range(number * train.join, (number + 1) * train.join)
        parts = [batch(train.preset, WORLD, i, train.scenes, train.easy, self.stage(i)) for i in numbers]
        return parts[0] if train.join == 1 else collate([s for part in parts for s in part.scenes], preset_named(train.preset))


def on(device: str, item: Batch) -> Batch:
    """The batch with its tensors on a device."""
    tensors = {field.name: getattr(item, field.name) for field in fields(item)}
    return replace(item, **{name: value.to(device) for name, value in tensors.items() if isinstance(value, Tensor)})


def make_model(config: Config, feed: Feed) -> Model | DualEncoder:
    """The model of this configuration, freshly initialised from its seed."""
    torch.manual_seed(config.train.seed)
    preset = preset_named(config.train.preset)
    return build(
        config.adapter,
        Shape(
            feed.vocabulary,
            width=config.width,
            heads=config.heads,
            layers=config.layers,
            size=preset.side,
            grid=preset.grid,
            answers=len(feed.answers),
        ),
    )

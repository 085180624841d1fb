"""What has to be known of one head of one family before its graph can be written."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from torch import Tensor, nn

TEXT = {0: "batch", 1: "text"}
BATCH = {0: "batch"}
PICTURE = {0: "batch", 2: "height", 3: "width"}

TINY = {
    "hidden_size": 16,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "intermediate_size": 32,
}
"""Sizes at which tests run. Their graphs are made as those of published size are."""

WORDS = 99
"""Vocabulary of the tiny models."""


@dataclass
class Recipe:
    """One head of one family at one size.

    ``fits`` are the keys of config.json that the graph holds in itself, dotted where they are nested: heads and layers, not what shapes of
    weights say. ``sizes`` names lengths that a checkpoint may choose, with the axes of weights that have them, as "name of the weight/axis".
    ``preprocessor`` is what preprocessor_config.json says of the published checkpoint, for folders that lack one.
    """

    family: str
    architectures: tuple[str, ...]
    """Classes in config.json that the head belongs to."""
    model: nn.Module
    feeds: dict[str, Tensor]
    answers: dict[str, Callable]
    free: dict[str, dict[int, str]]
    fits: tuple[str, ...]
    sizes: dict[str, tuple[str, ...]]
    preprocessor: dict | None
    score: dict | None = None
    """How the answer ``match`` is one number: {"by": "value"}, {"by": "column", "column": 1}, or {"by": "likelihood"}: the mean logarithm
    of the probability of each word after those before it, in ``writes["output"]``."""
    tasks: dict[str, str] = field(default_factory=dict)
    """Names of answers by task: match, mask, answer."""
    words: int = 512
    """Most positions of a text."""
    tail: str | None = None
    """A piece that stands between a text and its end."""
    lower: bool = False
    """Whether texts are lower-cased by the processor, which not every tokenizer.json of the family says."""
    writes: dict[str, str] | None = None
    """For models that write: the answer that holds logits of the next word, and the keys of config.json with the ids that a text starts and ends by.
    Where another text is read, as a question is whose answer is written, ``input`` is the feed that the written one goes into."""
    second: str | None = None
    """The feed that a second picture goes into, which the text is read with once more."""
    unread: tuple[str, ...] = ()
    """Beginnings of names of weights that belong to the checkpoint and that this graph does not read."""

    def run(self, *feeds: Tensor) -> tuple[Tensor, ...]:
        found = self.model(**dict(zip(self.feeds, feeds, strict=True)))
        return tuple(read(found) for read in self.answers.values())

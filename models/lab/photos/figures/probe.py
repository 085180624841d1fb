"""Held-out figures while a model trains, on a few pictures of the validation split."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor, nn

from ..world.lexicon import Lexicon
from ..world.pool import Judges
from ..world.questions import foil_questions, place_questions, word_questions
from ..world.store import Store
from ..world.words import encode
from .judge import judge_foils, judge_places, judge_words
from .readers import TorchReader, encodings

PICTURES = 100
CANDIDATES = 100


class Probe:
    """Pairwise accuracy, hidden nouns, pointing of the head that phrases train, and R@1 of 100 of the dual encoder."""

    def __init__(self, store: Store, lexicon: Lexicon, judges: Judges) -> None:
        self.store = store
        rows = list(range(min(PICTURES, len(store.photographs))))
        self.foils = foil_questions(store, lexicon, judges, rows)
        self.words = word_questions(store, lexicon, rows)
        self.places = place_questions(store, rows[:40])[::4]

    def figures(self, model: nn.Module, weights: dict[str, Tensor]) -> dict[str, float]:
        """Figures of the model with other weights; its own stay as they are."""
        with torch.autocast("cpu", dtype=torch.bfloat16):
            return self._figures(model, weights)

    def _figures(self, model: nn.Module, weights: dict[str, Tensor]) -> dict[str, float]:
        own = {name: value.clone() for name, value in model.state_dict().items()}
        model.load_state_dict(weights)
        reader = TorchReader(model)
        judged = judge_foils(reader, self.store, self.foils)
        found = {"foils": float(np.mean([j.right for j in judged]))}
        for kind in ("object", "colour", "action"):
            found[kind] = float(np.mean([j.right for j in judged if j.kind == kind]))
        if not reader.dual:
            nouns = judge_words(reader, self.store, self.words)
            found["nouns"] = float(np.mean([j.right for j in nouns["top-1"]]))
        name = "cosine" if reader.dual else "{}, head {}".format(*model.grounded()["looks"])
        if not reader.regions or self.store.regions is not None:
            found["points"] = float(judge_places(reader, self.store, self.places)[:, reader.looks.index(name)].mean())
        if reader.dual:
            rows = list(range(min(CANDIDATES, len(self.store.photographs))))
            captions = [tuple(one) for one, _ in encode(self.store.tokenizer, [self.store.photographs[row].captions[0] for row in rows])]
            pictures, texts = encodings(reader, self.store, rows, captions)
            found["R@1"] = float(((pictures @ texts.T).argmax(axis=1) == np.arange(len(rows))).mean())
        model.load_state_dict(own)
        model.train()
        return found

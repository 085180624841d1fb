"""Foils that text alone does not tell, drawn once for all training captions; and the judges that draw further ones for questions."""

from __future__ import annotations

import json
import math
import random
from dataclasses import dataclass
from pathlib import Path

import torch

from .data import Photograph
from .foils import Foil, proposals
from .judge import Judge, taught
from .lexicon import Lexicon
from .words import save_json

WEIGHTS = {"object": 2.0, "colour": 1.5, "number": 1.0, "relation": 0.7, "action": 1.0}
DRAWN = 12
"""Foils proposed of each caption."""
FOLDS = 2

Pool = list[list[list[tuple[str, str] | None]]]
"""Of each picture, of each caption, what was proposed: text and kind of a foil that is kept, None of one that is not."""


@dataclass
class Judges:
    """Judges that have each learnt from another half of the pictures; their mean is asked about pictures that none has seen."""

    each: list[Judge]

    def keeps(self, caption: str, foil: Foil, draw: random.Random) -> bool:
        """Whether a foil is kept: always where text takes it for true rather than the caption, else the less often the surer text is."""
        logit = sum(judge.told([(caption, foil)])[0] for judge in self.each) / len(self.each)
        return draw.random() < math.exp(-max(0.0, logit))


def learnt(lexicon: Lexicon, photographs: list[Photograph], drawn: int = DRAWN) -> tuple[Judges, Pool]:
    """Judges, each taught on half of the pictures, and the pool of all pictures, judged by the one that has not seen them."""
    proposed = [
        [proposals(lexicon, p, caption, random.Random(f"foil {row} {i}"), drawn, WEIGHTS) for i, caption in enumerate(p.captions)]
        for row, p in enumerate(photographs)
    ]
    flat = [(row, i, caption, foil) for row, p in enumerate(photographs) for i, caption in enumerate(p.captions) for foil in proposed[row][i]]
    judges, pool = [], [[[] for _ in p.captions] for p in photographs]
    for fold in range(FOLDS):
        rest = [(row, i, caption, foil) for row, i, caption, foil in flat if row % FOLDS != fold]
        judges.append(taught([(caption, foil) for _, _, caption, foil in rest], [c for row, p in enumerate(photographs) if row % FOLDS != fold for c in p.captions], fold))
    for fold, judge in enumerate(judges):
        own = [one for one in flat if one[0] % FOLDS == fold]
        draw = random.Random(f"pool {fold}")
        for (row, i, _, foil), logit in zip(own, judge.told([(caption, foil) for _, _, caption, foil in own]), strict=True):
            kept = draw.random() < math.exp(-max(0.0, logit))
            pool[row][i].append((foil.text, foil.kind) if kept else None)
    return Judges(judges), pool


def kept_pool(cache: Path, lexicon: Lexicon, photographs: list[Photograph]) -> tuple[Judges, Pool]:
    """Judges and pool of the training pictures from the cache, made there if there are none (three minutes)."""
    path, beside = cache / "foils.json", cache / "judges.pt"
    if not path.exists() or not beside.exists():
        judges, pool = learnt(lexicon, photographs)
        torch.save([{"vocabulary": judge.vocabulary, "weights": judge.state_dict()} for judge in judges.each], beside)
        save_json(path, pool)
    pool = json.loads(path.read_text(encoding="utf-8"))
    if len(pool) != len(photographs):
        raise ValueError(f"expected foils of {len(photographs)} pictures in {path}, got {len(pool)}: other data; give another --cache")
    return kept_judges(cache), pool


def kept_judges(cache: Path) -> Judges:
    """The judges in the cache. Raises FileNotFoundError where there are none."""
    path = cache / "judges.pt"
    if not path.exists():
        raise FileNotFoundError(f"expected judges.pt in {cache}, found none: run `python -m lab photos train` first")
    found = []
    for state in torch.load(path, map_location="cpu", weights_only=True):
        judge = Judge(state["vocabulary"])
        judge.load_state_dict(state["weights"])
        found.append(judge.eval())
    return Judges(found)

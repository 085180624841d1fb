"""What words alone tell of a caption: foils that text gives away are drawn less, until it gives away none.

A small network reads the word of an edit and its context, never a picture, and learns which of a caption and its foil is the true one.
Of two captions A and B that differ in one word let p(A, B) be how often A is true and B its foil. The network's logit d = f(A) - f(B)
tends to log p(A, B) / p(B, A), so foils kept with probability min(1, exp(-d)) are as often this way round as that: what is left cannot
be told by text as far as this network reads it (adversarial filtering, Zellers et al., 2018, by rejection).
"""

from __future__ import annotations

from collections import Counter

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from .foils import Foil
from .lexicon import words

REACH, BAG = 4, 16
LEAST = 3
WIDTH = 64
EPOCHS, SIZE, RATE = 3, 512, 2e-3


class Judge(nn.Module):
    """A score for a word in its context: its neighbours by place, ``REACH`` to either side, and all words of the caption together."""

    def __init__(self, vocabulary: list[str]) -> None:
        super().__init__()
        self.vocabulary = vocabulary
        self.index = {word: i for i, word in enumerate(vocabulary, start=1)}
        self.word, self.context = (nn.Embedding(len(vocabulary) + 1, WIDTH, padding_idx=0) for _ in range(2))
        self.bias = nn.Embedding(len(vocabulary) + 1, 1)
        self.drop = nn.Dropout(0.2)
        wide = (2 + 2 * REACH) * WIDTH
        self.inner = nn.Sequential(nn.Linear(wide, 256), nn.GELU(), nn.Dropout(0.2), nn.Linear(256, 1))
        self.meet = nn.Linear(wide - WIDTH, WIDTH)
        for table in (self.word, self.context):
            nn.init.normal_(table.weight, std=0.1)
        nn.init.zeros_(self.bias.weight)

    def view(self, caption: str, start: int, stop: int, word: str) -> list[int]:
        """``word`` at characters ``start`` to ``stop`` of a caption as numbers: itself, its neighbours by place, the others."""
        left = [w for w, _, _ in words(caption[:start])]
        right = [w for w, _, _ in words(caption[stop:])]
        near = [*(["^"] * REACH + left)[-REACH:], *(right + ["$"] * REACH)[:REACH]]
        others = [self.index.get(w, 0) for w in (*left, *right)][:BAG]
        return [self.index.get(word, 0), *(self.index.get(w, 0) for w in near), *others, *[0] * (BAG - len(others))]

    def forward(self, views: Tensor) -> Tensor:
        """Views [N, 1 + 2 REACH + BAG] to scores [N]."""
        word = self.drop(self.word(views[:, 0]))
        near = self.context(views[:, 1 : 1 + 2 * REACH]).flatten(1)
        bag = views[:, 1 + 2 * REACH :]
        whole = self.context(bag).sum(dim=1) / (bag > 0).sum(dim=1, keepdim=True).clamp(min=1)
        around = self.drop(torch.cat([near, whole], dim=1))
        return self.inner(torch.cat([word, around], dim=1))[:, 0] + (word * self.meet(around)).sum(dim=1) + self.bias(views[:, 0])[:, 0]

    @torch.no_grad()
    def told(self, foils: list[tuple[str, Foil]]) -> list[float]:
        """For captions with their foils: by how much text alone takes the caption for the true one, as a logit."""
        self.eval()
        true = torch.tensor([self.view(caption, f.start, f.stop, f.out) for caption, f in foils])
        false = torch.tensor([self.view(caption, f.start, f.stop, f.new) for caption, f in foils])
        return (self(true) - self(false)).tolist()


def taught(foils: list[tuple[str, Foil]], captions: list[str], seed: int = 0) -> Judge:
    """A judge that has learnt from captions with their foils."""
    counts = Counter(word for caption in captions for word, _, _ in words(caption))
    counts.update(word for _, foil in foils for word in (foil.out, foil.new) if " " in word)
    torch.manual_seed(seed)
    judge = Judge(["^", "$", *sorted(word for word, count in counts.items() if count >= LEAST)])
    true = torch.tensor([judge.view(caption, f.start, f.stop, f.out) for caption, f in foils])
    false = torch.tensor([judge.view(caption, f.start, f.stop, f.new) for caption, f in foils])
    optimiser = torch.optim.AdamW(judge.parameters(), lr=RATE, weight_decay=0.1, fused=True)
    steps, step = EPOCHS * (len(foils) // SIZE), 0
    for _ in range(EPOCHS):
        for rows in torch.randperm(len(foils)).split(SIZE)[: len(foils) // SIZE]:
            for group in optimiser.param_groups:
                group["lr"] = RATE * (1 - step / steps)
            loss = F.softplus(judge(false[rows]) - judge(true[rows])).mean()
            optimiser.zero_grad(set_to_none=True)
            loss.backward()
            optimiser.step()
            step += 1
    return judge.eval()

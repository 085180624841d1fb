"""Quick held-out figures while a model trains. The real ones come from the exported file."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from .config import Config
from .feed import Feed, make_model
from .figures.blocks import block, crossing
from .figures.grounding import Box, Noun, Scene, naming, pointing
from .losses import hide_words, keen_words, pixels
from .nets.base import Model
from .nets.encoders import DualEncoder, pooled
from .world.batches import Batch

BATCHES = 8


class Probe:
    """Figures of averaged weights on a few batches of the split on which heads are chosen."""

    model: Model | DualEncoder

    def __init__(self, config: Config, feed: Feed) -> None:
        self.feed = feed
        self.hide = config.losses.hide
        self.model = make_model(config, feed).eval()
        self.batches = [feed.batch(index, "select") for index in range(BATCHES)]

    @torch.no_grad()
    def figures(self, average: dict[str, Tensor]) -> dict[str, float]:
        """Shares between 0 and 1: foils pairwise, hidden words, answers, patch labels, best-head naming and pointing;
        for a dual encoder foils, patch labels and how often a picture finds its caption in its batch."""
        self.model.load_state_dict({name: value.cpu() for name, value in average.items()})
        measure = self._encoders if isinstance(self.model, DualEncoder) else self._batch
        rows = [measure(batch) for batch in self.batches]
        names = list(dict.fromkeys(name for row in rows for name in row))
        means = {name: np.mean(np.concatenate([row[name] for row in rows if name in row]), axis=0) for name in names}
        return {name: float(np.max(mean)) for name, mean in means.items()}

    def _batch(self, batch: Batch) -> dict[str, np.ndarray]:
        model, valid = self.model, batch.ids != 0
        picture = model.see(pixels(batch.images))
        seen: list[Tensor] = []
        model.see(pixels(batch.images), seen)
        true = model.fuse(batch.ids, valid.long(), picture, seen)
        foil = model.fuse(batch.foil_ids, (batch.foil_ids != 0).long(), picture)
        hidden = hide_words(batch.content, batch.word, keen_words(batch), self.hide, torch.Generator().manual_seed(0))
        states = model.fuse(batch.ids.masked_fill(hidden, self.feed.mask_id), valid.long(), picture)
        guess = model.masked_words(states.text[hidden]).argmax(-1)
        nouns = model.words.pieces(self.feed.classes)[:, 0]
        labels = (model.extra["label"](true.early) @ nouns.T).argmax(-1) + 1
        objects = batch.patch_labels > 0
        asked = batch.answer >= 0
        told = model.fuse(batch.question_ids, (batch.question_ids != 0).long(), picture)
        right = model.match(true) > model.match(foil)
        found = {
            **of_kinds(batch, right),
            "words": guess == batch.ids[hidden],
            "answers": (model.answer(told).argmax(-1) == batch.answer)[asked],
            "labels": (labels == batch.patch_labels)[objects],
        }
        return {name: value.numpy().astype(float) for name, value in found.items()} | self._grounding(batch, seen)

    def _encoders(self, batch: Batch) -> dict[str, np.ndarray]:
        model = self.model
        patches, early = model.look(pixels(batch.images))
        texts = [(ids, (ids != 0).long()) for ids in (batch.ids, batch.foil_ids)]
        true, foil = (pooled(model.read(ids, mask), mask) for ids, mask in texts)
        scores = pooled(patches) @ torch.cat([true, foil]).T
        n = len(batch.ids)
        objects = batch.patch_labels > 0
        labels = (model.extra["label"](early) @ model.words.pieces(self.feed.classes)[:, 0].T).argmax(-1) + 1
        found = {
            **of_kinds(batch, scores.diagonal() > scores.diagonal(n)),
            "retrieval": scores[:, :n].argmax(-1) == torch.arange(n),
            "labels": (labels == batch.patch_labels)[objects],
        }
        return {name: value.numpy().astype(float) for name, value in found.items()}

    def _grounding(self, batch: Batch, seen: list[Tensor]) -> dict[str, np.ndarray]:
        spots, grid, length = self.model.spots(), self.model.shape.grid, batch.ids.shape[1]
        found: dict[str, list[np.ndarray]] = {"naming": [], "pointing": []}
        for row in range(len(batch.ids)):
            scene = rough_scene(batch, row, grid)
            for name, way, measure in (("naming", ("image", "text"), naming), ("pointing", ("text", "image"), pointing)):
                parts = [
                    block(seen[k][row].numpy(), spots[k].queries, spots[k].keys, length, way) for k in crossing(spots, way)
                ]
                value = measure(np.concatenate(parts), scene, grid)
                if value is not None:
                    found[name].append(value.own)
        return {name: np.stack(values) for name, values in found.items() if values}


def of_kinds(batch: Batch, right: Tensor) -> dict[str, Tensor]:
    """Foils told from captions, bool [N], all together and by kind."""
    kinds = batch.foil_kind
    parts = {kind: right[torch.tensor([one == kind for one in kinds])] for kind in sorted(set(kinds))}
    return {"foils": right, **parts}


def rough_scene(batch: Batch, row: int, grid: int) -> Scene:
    """A scene as far as a batch tells: named boxes, and for every label the extent of its patches."""
    pieces: dict[int, list[int]] = {}
    boxes: dict[int, Box] = {}
    for at in (~batch.noun_box[row, :, 0].isnan()).nonzero()[:, 0].tolist():
        word = int(batch.word[row, at])
        pieces.setdefault(word, []).append(at)
        boxes[word] = tuple(batch.noun_box[row, at].tolist())
    labels = batch.patch_labels[row].reshape(grid, grid)
    objects = []
    for number in labels.unique().tolist():
        if number:
            down, across = (labels == number).nonzero(as_tuple=True)
            extent = (across.min(), down.min(), across.max() + 1, down.max() + 1)
            objects.append((number, tuple(int(edge) / grid for edge in extent)))
    return Scene(tuple(Noun(tuple(pieces[word]), (boxes[word],)) for word in pieces), tuple(objects))

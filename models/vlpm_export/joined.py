"""Models written for this: words and a picture in one sequence in several orders, learnt queries between them, many pictures at once."""

from __future__ import annotations

import torch
from torch import Tensor, nn

WIDTH, HEADS, WORDS, SIDE, PATCH = 16, 2, 40, 16, 8


class Patches(nn.Module):
    """A picture in patches, by a convolution or by a reshape and a linear layer."""

    def __init__(self, convolves: bool):
        super().__init__()
        self.convolves = convolves
        self.project = nn.Conv2d(3, WIDTH, PATCH, PATCH) if convolves else nn.Linear(3 * PATCH**2, WIDTH)

    def forward(self, picture: Tensor) -> Tensor:
        if self.convolves:
            return self.project(picture).flatten(2).transpose(1, 2)
        side = SIDE // PATCH
        cut = picture.reshape(1, 3, side, PATCH, side, PATCH).permute(0, 2, 4, 1, 3, 5)
        return self.project(cut.reshape(1, side * side, 3 * PATCH**2))


class Layer(nn.Module):
    """Attention and a residual; keys and values may be another sequence's."""

    def __init__(self):
        super().__init__()
        self.query, self.key, self.value, self.out = (nn.Linear(WIDTH, WIDTH) for _ in range(4))

    def forward(self, x: Tensor, other: Tensor | None = None, bias: Tensor | None = None) -> Tensor:
        def cut(y: Tensor) -> Tensor:
            return y.view(1, y.shape[1], HEADS, WIDTH // HEADS).transpose(1, 2)

        source = x if other is None else other
        scores = cut(self.query(x)) @ cut(self.key(source)).transpose(2, 3) * (WIDTH // HEADS) ** -0.5
        weights = nn.functional.softmax(scores if bias is None else scores + bias, dim=-1)
        context = (weights @ cut(self.value(source))).transpose(1, 2).reshape(1, x.shape[1], WIDTH)
        return x + self.out(context)


class Joined(nn.Module):
    """Words and patches in one sequence; ``lead`` words stand before the picture."""

    def __init__(self, lead: int, convolves: bool = True, mixed: bool = False):
        super().__init__()
        self.lead, self.mixed = lead, mixed
        self.embed, self.place = nn.Embedding(WORDS, WIDTH), nn.Embedding(12, WIDTH)
        self.patches = Patches(convolves)
        self.layers = nn.ModuleList(Layer() for _ in range(2))
        self.match = nn.Linear(WIDTH, 1)

    def forward(self, input_ids: Tensor, pixel_values: Tensor) -> Tensor:
        x = self.embed(input_ids) + self.place(torch.arange(input_ids.shape[1]))
        x = torch.cat([x[:, : self.lead], self.patches(pixel_values), x[:, self.lead :]], 1)
        place = torch.arange(x.shape[1])
        picture = place < (SIDE // PATCH) ** 2
        seen = (place[:, None] >= place) | (picture[:, None] & picture)
        for layer in self.layers:
            x = layer(x, bias=torch.where(seen, 0.0, -1e9) if self.mixed else None)
        return self.match(x[:, -1] if self.mixed else x[:, 0])


class Pooled(nn.Module):
    """Learnt queries gather what a picture has, and words look at them, as a resampler and an attention pooling do."""

    def __init__(self, joins: bool):
        super().__init__()
        self.joins = joins
        self.embed, self.patches = nn.Embedding(WORDS, WIDTH), Patches(True)
        self.queries = nn.Parameter(torch.randn(1, 3, WIDTH))
        self.among, self.gather, self.look = Layer(), Layer(), Layer()
        self.match = nn.Linear(WIDTH, 1)

    def forward(self, input_ids: Tensor, pixel_values: Tensor) -> Tensor:
        pooled = self.gather(self.among(self.queries), self.patches(pixel_values))
        x = self.embed(input_ids)
        x = self.look(torch.cat([pooled, x], 1)) if self.joins else self.look(x, pooled)
        return self.match(x[:, -1])


class Frames(nn.Module):
    """Pictures of more than four axes: frames of a video, or tiles of pictures."""

    def __init__(self):
        super().__init__()
        self.patches, self.layer, self.out = Patches(True), Layer(), nn.Linear(WIDTH, 4)

    def forward(self, pixel_values: Tensor) -> Tensor:
        x = self.patches(pixel_values.reshape(-1, 3, SIDE, SIDE))
        return self.out(self.layer(x.reshape(1, -1, WIDTH)).mean(1))

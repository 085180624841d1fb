"""Ways of writing one attention of two heads over six words, each as some public code does."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F

HEADS, WIDTH, LENGTH = 2, 8, 6
EACH = WIDTH // HEADS


class Head(nn.Module):
    """Weights that every way of writing may use; ``maps`` collects its probabilities, which ``keep`` multiplies."""

    def __init__(self, write: Callable):
        super().__init__()
        self.write = write
        self.q, self.k, self.v, self.out = (nn.Linear(WIDTH, WIDTH) for _ in range(4))
        self.qkv = nn.Linear(WIDTH, 3 * WIDTH)
        self.bias = nn.Embedding(2 * LENGTH - 1, HEADS)
        self.sink = nn.Parameter(torch.zeros(1, HEADS, 1, 1))
        self.keep: Tensor | None = None
        self.maps: list[Tensor] = []

    def forward(self, x: Tensor, seen: Tensor) -> Tensor:
        return self.out(self.write(self, x, seen))

    def note(self, probabilities: Tensor) -> Tensor:
        """To be called on what a softmax returns, [..., query, key], heads on the axis before."""
        shape = (-1, HEADS, *probabilities.shape[-2:])
        self.maps.append(probabilities.detach().reshape(shape))
        if self.keep is None:
            return probabilities
        return (probabilities.reshape(shape) * self.keep.to(probabilities.dtype)).reshape(probabilities.shape)

    def cut(self, x: Tensor) -> Tensor:
        return x.view(x.shape[0], -1, HEADS, EACH).transpose(1, 2)

    def parts(self, x: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        return self.cut(self.q(x)), self.cut(self.k(x)), self.cut(self.v(x))


def join(context: Tensor) -> Tensor:
    return context.transpose(1, 2).reshape(context.shape[0], -1, WIDTH)


def finish(head: Head, scores: Tensor, v: Tensor) -> Tensor:
    return join(head.note(scores.softmax(-1)) @ v)


@dataclass
class Form:
    """How attention is written, and how it is exported."""

    write: Callable[[Head, Tensor, Tensor], Tensor]
    opset: int = 17
    dynamo: bool = False
    half: bool = False


def divided(head, x, seen):
    q, k, v = head.parts(x)
    return finish(head, q @ k.transpose(-1, -2) / math.sqrt(EACH), v)


def scaled_before(head, x, seen):
    q, k, v = head.parts(x)
    return finish(head, (q * EACH**-0.5) @ k.transpose(-1, -2), v)


def square_roots(head, x, seen):
    q, k, v = head.parts(x)
    root = EACH**-0.25
    return finish(head, (q * root) @ (k * root).transpose(-1, -2), v)


def einsum(head, x, seen):
    q, k, v = (one(x).view(x.shape[0], -1, HEADS, EACH) for one in (head.q, head.k, head.v))
    weights = head.note((torch.einsum("bqhd,bkhd->bhqk", q, k) * EACH**-0.5).softmax(-1))
    return torch.einsum("bhqk,bkhd->bqhd", weights, v).reshape(x.shape)


def batched(head, x, seen):
    q, k, v = (one.reshape(-1, LENGTH, EACH) for one in head.parts(x))
    weights = head.note(torch.bmm(q * EACH**-0.5, k.transpose(1, 2)).softmax(-1))
    return join(torch.bmm(weights, v).view(-1, HEADS, LENGTH, EACH))


def added_in_product(head, x, seen):
    q, k, v = (one.reshape(-1, LENGTH, EACH) for one in head.parts(x))
    mask = ((1.0 - seen[:, None, :].float()) * -1e4).expand(HEADS, LENGTH, LENGTH)
    weights = head.note(torch.baddbmm(mask, q, k.transpose(1, 2), beta=1.0, alpha=EACH**-0.5).softmax(-1))
    return join(torch.bmm(weights, v).view(-1, HEADS, LENGTH, EACH))


def additive_mask(head, x, seen):
    q, k, v = head.parts(x)
    mask = (1.0 - seen[:, None, None, :].float()) * -1e4
    return finish(head, q @ k.transpose(-1, -2) * EACH**-0.5 + mask, v)


def where_mask(head, x, seen):
    q, k, v = head.parts(x)
    scores = q @ k.transpose(-1, -2) * EACH**-0.5
    return finish(head, scores.masked_fill(seen[:, None, None, :] == 0, -1e4), v)


def causal(head, x, seen):
    q, k, v = head.parts(x)
    scores = q @ k.transpose(-1, -2) * EACH**-0.5
    triangle = torch.ones(LENGTH, LENGTH, dtype=torch.bool).tril()
    return finish(head, torch.where(triangle, scores, torch.tensor(-1e4)), v)


def position_bias(head, x, seen):
    q, k, v = head.parts(x)
    places = torch.arange(LENGTH)
    bias = head.bias(places[None, :] - places[:, None] + LENGTH - 1).permute(2, 0, 1)
    return finish(head, q @ k.transpose(-1, -2) * EACH**-0.5 + bias, v)


def softcap(head, x, seen):
    q, k, v = head.parts(x)
    scores = q @ k.transpose(-1, -2) * EACH**-0.5
    return finish(head, (scores / 5.0).tanh() * 5.0, v)


def half_floats(head, x, seen):
    q, k, v = head.parts(x)
    scores = q @ k.transpose(-1, -2) * EACH**-0.5
    return join(head.note(scores.float().softmax(-1)).half() @ v)


def flattened(head, x, seen):
    q, k, v = head.parts(x)
    scores = q @ k.transpose(-1, -2) * EACH**-0.5
    return join(head.note(scores.reshape(-1, LENGTH).softmax(1).view(-1, HEADS, LENGTH, LENGTH)) @ v)


def cut_apart(head, x, seen):
    q, k, v = (head.cut(one) for one in head.qkv(x).chunk(3, -1))
    return finish(head, q @ k.transpose(-1, -2) * EACH**-0.5, v)


def sliced(head, x, seen):
    all_three = head.qkv(x)
    q, k, v = (head.cut(all_three[..., i * WIDTH : (i + 1) * WIDTH]) for i in range(3))
    return finish(head, q @ k.transpose(-1, -2) * EACH**-0.5, v)


def gathered(head, x, seen):
    q, k, v = head.qkv(x).view(1, LENGTH, 3, HEADS, EACH).permute(2, 0, 3, 1, 4)
    return finish(head, q @ k.transpose(-1, -2) * EACH**-0.5, v)


def one_gemm(head, x, seen):
    q, k, v = (head.cut(one.view(1, LENGTH, WIDTH)) for one in head.qkv(x.view(-1, WIDTH)).split(WIDTH, 1))
    return finish(head, q @ k.transpose(-1, -2) * EACH**-0.5, v)


def written_out(head, x, seen):
    q, k, v = head.parts(x)
    scores = q @ k.transpose(-1, -2) * EACH**-0.5
    raised = (scores - scores.amax(-1, keepdim=True)).exp()
    return join(head.note(raised / raised.sum(-1, keepdim=True)) @ v)


def keys_first(head, x, seen):
    q, k, v = head.parts(x)
    return finish(head, (k @ q.transpose(-1, -2)).transpose(-1, -2) * EACH**-0.5, v)


def shared_keys(head, x, seen):
    q, k, v = head.parts(x)
    k, v = (one[:, :1].expand(-1, HEADS, -1, -1) for one in (k, v))
    return finish(head, q @ k.transpose(-1, -2) * EACH**-0.5, v)


def with_sink(head, x, seen):
    q, k, v = head.parts(x)
    scores = torch.cat([q @ k.transpose(-1, -2) * EACH**-0.5, head.sink.expand(1, HEADS, LENGTH, 1)], -1)
    return join(head.note(scores.softmax(-1))[..., :LENGTH] @ v)


def two_softmaxes(head, x, seen):
    q, k, v = head.parts(x)
    scores = q @ k.transpose(-1, -2) * EACH**-0.5
    first = head.note(scores.softmax(-1)) @ v
    return join(first + head.note(scores.transpose(-1, -2).softmax(-1)) @ q)


def in_one_call(head, x, seen):
    """``scaled_dot_product_attention``, written by hand where its maps are asked for: an exporter sees the call."""
    q, k, v = head.parts(x)
    mask = seen[:, None, None, :].bool()
    if torch.onnx.is_in_onnx_export():
        return join(F.scaled_dot_product_attention(q, k, v, attn_mask=mask))
    return finish(head, (q @ k.transpose(-1, -2) * EACH**-0.5).masked_fill(~mask, -torch.inf), v)


def causal_call(head, x, seen):
    q, k, v = head.parts(x)
    if torch.onnx.is_in_onnx_export():
        return join(F.scaled_dot_product_attention(q, k, v, is_causal=True))
    later = torch.ones(LENGTH, LENGTH, dtype=torch.bool).triu(1)
    return finish(head, (q @ k.transpose(-1, -2) * EACH**-0.5).masked_fill(later, -torch.inf), v)


FORMS = {
    "divided": Form(divided),
    "scaled-before": Form(scaled_before),
    "square-roots": Form(square_roots),
    "einsum": Form(einsum),
    "batched": Form(batched),
    "added-in-product": Form(added_in_product),
    "additive-mask": Form(additive_mask),
    "where-mask": Form(where_mask),
    "causal": Form(causal),
    "position-bias": Form(position_bias),
    "softcap": Form(softcap),
    "half-floats": Form(half_floats, half=True),
    "flattened-opset-11": Form(flattened, opset=11),
    "split": Form(cut_apart),
    "split-opset-11": Form(cut_apart, opset=11),
    "sliced": Form(sliced),
    "gathered": Form(gathered),
    "one-gemm": Form(one_gemm),
    "written-out": Form(written_out),
    "keys-first": Form(keys_first),
    "shared-keys": Form(shared_keys),
    "with-sink": Form(with_sink),
    "two-softmaxes": Form(two_softmaxes),
    "in-one-call": Form(in_one_call),
    "causal-call": Form(causal_call),
    "dynamo": Form(additive_mask, opset=18, dynamo=True),
    "dynamo-einsum": Form(einsum, opset=18, dynamo=True),
    "dynamo-batched": Form(batched, opset=18, dynamo=True),
    "dynamo-gathered": Form(gathered, opset=18, dynamo=True),
    "dynamo-position-bias": Form(position_bias, opset=18, dynamo=True),
    "dynamo-two-softmaxes": Form(two_softmaxes, opset=18, dynamo=True),
    "dynamo-in-one-call": Form(in_one_call, opset=18, dynamo=True),
    "dynamo-causal-call": Form(causal_call, opset=18, dynamo=True),
}

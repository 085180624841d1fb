"""Records the attention of any PyTorch model as a trace file for the page; docs/trace-format.md. Needs torch and numpy, so copy it anywhere."""

import json
from contextlib import contextmanager

import numpy as np
import torch
from torch.nn import functional as F


@contextmanager
def watch():
    """Collects every attention computed inside, in order: softmax over the last of [1, head, query, key] or [head, query, key]."""
    maps, (own, free, fused) = [], (torch.Tensor.softmax, torch.softmax, F.scaled_dot_product_attention)

    def seen(out):
        if (out.dim() == 4 and out.shape[0] == 1) or (out.dim() == 3 and out.shape[0] > 1):
            maps.append(out.detach())
        return out

    def written(query, key, value, attn_mask=None, dropout_p=0.0, is_causal=False, scale=None, enable_gqa=False):
        if enable_gqa:
            key, value = (x.repeat_interleave(query.shape[-3] // x.shape[-3], -3) for x in (key, value))
        scores = query @ key.transpose(-1, -2) * (scale or query.shape[-1] ** -0.5)
        if is_causal:
            attn_mask = torch.ones(scores.shape[-2:], dtype=torch.bool, device=scores.device).tril()
        if attn_mask is not None:
            scores = scores.masked_fill(~attn_mask, -torch.inf) if attn_mask.dtype == torch.bool else scores + attn_mask
        return seen(own(scores, -1)) @ value

    torch.Tensor.softmax, torch.softmax = (lambda *a, kind=kind, **k: seen(kind(*a, **k)) for kind in (own, free))
    F.scaled_dot_product_attention = written
    fast = torch.backends.mha.get_fastpath_enabled()
    torch.backends.mha.set_fastpath_enabled(False)
    try:
        yield maps
    finally:
        torch.Tensor.softmax, torch.softmax, F.scaled_dot_product_attention = own, free, fused
        torch.backends.mha.set_fastpath_enabled(fast)


def from_outputs(outputs):
    """The attentions that a Hugging Face model returns with ``output_attentions=True``, those of its encoders included, in their order."""
    maps = []
    for name, value in outputs.items():
        if name.endswith("attentions") and value is not None:
            maps += [value] if torch.is_tensor(value) else list(value)
        elif hasattr(value, "items"):
            maps += from_outputs(value)
    return maps


def save_trace(path, attentions, tokens, image=None, boxes=None, outputs=None, **said):
    """Writes an NPZ. ``image``: PIL, or uint8 [height, width, 3]; ``said``: caption, grid, specials, model and other fields of meta."""
    array = lambda x: np.asarray(x.float().cpu().numpy() if torch.is_tensor(x) else x, np.float32)  # noqa: E731
    arrays = {f"attention_{index}": array(weights) for index, weights in enumerate(attentions)}
    arrays |= {f"output_{name}": array(value.detach()) for name, value in (outputs or {}).items()}
    arrays |= {k: v for k, v in {"image": image, "boxes": boxes}.items() if v is not None}
    meta = {"format": "vlpm trace 1", "tokens": list(tokens), **said}
    np.savez_compressed(path, meta=json.dumps(meta), **arrays)

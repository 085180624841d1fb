"""ALIGN (Jia et al., ICML 2021): CLIP whose picture encoder is an EfficientNet, which has no attention."""

from __future__ import annotations

import torch
import transformers as hf
from torch import nn

from .recipe import TEXT, TINY, WORDS, Recipe

FITS = tuple(f"text_config.{key}" for key in ("hidden_size", "num_hidden_layers", "num_attention_heads", "hidden_act", "layer_norm_eps")) + tuple(
    f"vision_config.{key}" for key in ("width_coefficient", "depth_coefficient", "hidden_act", "batch_norm_eps")
)


def recipe(tiny: bool) -> Recipe:
    text, vision, width = {}, {}, 640
    if tiny:
        text, width = {**TINY, "vocab_size": WORDS, "max_position_embeddings": 40}, 8
        blocks = {"kernel_sizes": [3, 5], "in_channels": [32, 8], "out_channels": [8, 8], "strides": [1, 2], "num_block_repeats": [1, 1]}
        vision = {**blocks, "expand_ratios": [1, 2], "image_size": 32, "width_coefficient": 1.0, "depth_coefficient": 1.0}
    config = hf.AlignConfig(text_config=text, vision_config=vision, projection_dim=width, attn_implementation="eager")
    model = hf.AlignModel(config)
    model.vision_model.pooler = nn.AdaptiveAvgPool2d(1)  # as its average over a window that is larger than any picture
    ids, side = torch.randint(5, config.text_config.vocab_size, (1, 7)), 32 if tiny else 289
    feeds = {"input_ids": ids, "attention_mask": torch.ones_like(ids), "pixel_values": torch.randn(1, 3, side, side)}
    free = {"input_ids": TEXT, "attention_mask": TEXT, "pixel_values": {0: "images"}, "match": {0: "images", 1: "batch"}}
    outer = 346 * side // 289
    embeddings = "text_model.embeddings."
    return Recipe(
        family="ALIGN", architectures=("AlignModel",), model=model, feeds=feeds,
        answers={"match": lambda a: a.logits_per_image}, free=free, fits=FITS,
        sizes={
            "vocabulary": (f"{embeddings}word_embeddings.weight/0",), "positions": (f"{embeddings}position_embeddings.weight/0",),
            "segments": (f"{embeddings}token_type_embeddings.weight/0",),
        },
        preprocessor={
            "size": {"height": outer, "width": outer}, "do_center_crop": True, "crop_size": {"height": side, "width": side}, "resample": 2,
            "image_mean": [0.5] * 3, "image_std": [0.5] * 3,
        },
        tasks={"match": "match"}, score={"by": "value"}, words=64, unread=("text_model.pooler.",),
    )  # fmt: skip


RECIPES = {"align-base": recipe}

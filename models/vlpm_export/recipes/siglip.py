"""SigLIP (Zhai et al., ICCV 2023): two encoders that meet in one cosine, scored by a sigmoid; its texts are padded to their full length.

SigLIP 2 (Tschannen et al., 2025) in its fixed sizes is the same graph with another vocabulary."""

from __future__ import annotations

from functools import partial

import torch
import transformers as hf

from .clip import FITS
from .recipe import TINY, WORDS, Recipe


def recipe(tiny: bool, side: int) -> Recipe:
    text, vision = {}, {"image_size": side}
    if tiny:
        text = {**TINY, "vocab_size": WORDS, "projection_size": 16, "max_position_embeddings": 12}
        vision = {**TINY, "image_size": 32, "patch_size": 8}
    config = hf.SiglipConfig(text_config=text, vision_config=vision, attn_implementation="eager")
    side, length = config.vision_config.image_size, config.text_config.max_position_embeddings
    feeds = {"input_ids": torch.randint(5, config.text_config.vocab_size, (1, length)), "pixel_values": torch.randn(1, 3, side, side)}
    free = {"input_ids": {0: "batch"}, "pixel_values": {0: "images"}, "match": {0: "images", 1: "batch"}}
    square = {"height": side, "width": side}
    return Recipe(
        family="SigLIP", architectures=("SiglipModel",), model=hf.SiglipModel(config), feeds=feeds,
        answers={"match": lambda a: a.logits_per_image}, free=free, fits=(*FITS, "text_config.max_position_embeddings"),
        sizes={"vocabulary": ("text_model.embeddings.token_embedding.weight/0",)},
        preprocessor={"size": square, "resample": 3, "image_mean": [0.5] * 3, "image_std": [0.5] * 3},
        tasks={"match": "match"}, score={"by": "value"}, lower=True, words=length,
    )


RECIPES = {"siglip-b16": partial(recipe, side=224)}

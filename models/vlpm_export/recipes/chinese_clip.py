"""Chinese-CLIP (Yang et al., 2022): CLIP whose text encoder is a Chinese BERT."""

from __future__ import annotations

import torch
import transformers as hf

from .clip import FITS, MEAN, STD
from .recipe import TEXT, TINY, WORDS, Recipe


def recipe(tiny: bool) -> Recipe:
    text, vision, width = {"vocab_size": 21128}, {"patch_size": 16}, 512
    if tiny:
        text = {**TINY, "vocab_size": WORDS, "max_position_embeddings": 40}
        vision, width = {**TINY, "image_size": 32, "patch_size": 8}, 24
    config = hf.ChineseCLIPConfig(text_config=text, vision_config=vision, projection_dim=width, attn_implementation="eager")
    ids, side = torch.randint(5, config.text_config.vocab_size, (1, 7)), config.vision_config.image_size
    feeds = {"input_ids": ids, "attention_mask": torch.ones_like(ids), "pixel_values": torch.randn(1, 3, side, side)}
    free = {"input_ids": TEXT, "attention_mask": TEXT, "pixel_values": {0: "images"}, "match": {0: "images", 1: "batch"}}
    square = {"height": side, "width": side}
    embeddings = "text_model.embeddings."
    return Recipe(
        family="Chinese-CLIP", architectures=("ChineseCLIPModel",), model=hf.ChineseCLIPModel(config), feeds=feeds,
        answers={"match": lambda a: a.logits_per_image}, free=free, fits=FITS,
        sizes={
            "vocabulary": (f"{embeddings}word_embeddings.weight/0",), "positions": (f"{embeddings}position_embeddings.weight/0",),
            "segments": (f"{embeddings}token_type_embeddings.weight/0",),
        },
        preprocessor={"size": square, "resample": 3, "image_mean": MEAN, "image_std": STD},
        tasks={"match": "match"}, score={"by": "value"}, words=52, unread=("text_model.pooler.",),
    )  # fmt: skip


RECIPES = {"chinese-clip-b16": recipe}

"""BLIP (Li et al., ICML 2022): a text encoder whose every layer looks at the picture, and says whether both match."""

from __future__ import annotations

import torch
import transformers as hf

from .clip import FITS, MEAN, STD
from .recipe import BATCH, TEXT, TINY, WORDS, Recipe


def matching(tiny: bool) -> Recipe:
    text, vision = {"num_attention_heads": 12}, {}
    if tiny:
        text = {**TINY, "vocab_size": WORDS, "encoder_hidden_size": 32, "projection_dim": 32, "max_position_embeddings": 40}
        vision = {**TINY, "image_size": 32, "patch_size": 8}
    config = hf.BlipConfig(text_config=text, vision_config=vision, image_text_hidden_size=32 if tiny else 256, attn_implementation="eager")
    ids, side = torch.randint(5, config.text_config.vocab_size, (1, 7)), config.vision_config.image_size
    feeds = {"input_ids": ids, "attention_mask": torch.ones_like(ids), "pixel_values": torch.randn(1, 3, side, side)}
    embeddings = "text_encoder.embeddings."
    square = {"height": side, "width": side}
    return Recipe(
        family="BLIP", architectures=("BlipForImageTextRetrieval",), model=hf.BlipForImageTextRetrieval(config), feeds=feeds,
        answers={"match": lambda a: a.itm_score}, free={"input_ids": TEXT, "attention_mask": TEXT, "pixel_values": BATCH, "match": BATCH},
        fits=FITS, sizes={
            "vocabulary": (f"{embeddings}word_embeddings.weight/0",), "positions": (f"{embeddings}position_embeddings.weight/0",),
        },
        preprocessor={"size": square, "resample": 3, "image_mean": MEAN, "image_std": STD},
        tasks={"match": "match"}, score={"by": "column", "column": 1}, words=35,
        unread=("vision_proj.", "text_proj.", "vision_model.post_layernorm"),
    )


RECIPES = {"blip-match": matching}

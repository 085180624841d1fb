"""CLIP (Radford et al., ICML 2021): two encoders that meet in one cosine."""

from __future__ import annotations

from functools import partial

import torch
import transformers as hf

from .recipe import TEXT, TINY, WORDS, Recipe

FITS = tuple(
    f"{side}_config.{key}"
    for side in ("text", "vision")
    for key in ("hidden_size", "num_hidden_layers", "num_attention_heads", "hidden_act", "layer_norm_eps")
) + ("vision_config.image_size", "vision_config.patch_size")
MEAN, STD = [0.48145466, 0.4578275, 0.40821073], [0.26862954, 0.26130258, 0.27577711]


def recipe(tiny: bool, text: dict, vision: dict, width: int) -> Recipe:
    if tiny:
        text, vision, width = {**TINY, "vocab_size": WORDS}, {**TINY, "image_size": 32, "patch_size": vision["patch_size"] // 2}, 24
    # The end of a text is its highest id, as in OpenAI's own code: transformers takes that way where the end is called 2.
    text = {"bos_token_id": 0, "pad_token_id": 1, "eos_token_id": 2, **text}
    config = hf.CLIPConfig(text_config=text, vision_config=vision, projection_dim=width, attn_implementation="eager")
    ids = torch.randint(5, config.text_config.vocab_size - 1, (1, 7))
    ids[:, -1] = config.text_config.vocab_size - 1
    side = config.vision_config.image_size
    feeds = {"input_ids": ids, "attention_mask": torch.ones_like(ids), "pixel_values": torch.randn(1, 3, side, side)}
    free = {"input_ids": TEXT, "attention_mask": TEXT, "pixel_values": {0: "images"}}
    free |= {"match": {0: "images", 1: "batch"}, "text_embeds": {0: "batch"}, "image_embeds": {0: "images"}}
    square = {"height": side, "width": side}
    preprocessor = {"size": {"shortest_edge": side}, "do_center_crop": True, "crop_size": square, "resample": 3}
    answers = {"match": lambda answer: answer.logits_per_image}
    answers |= {name: lambda answer, name=name: answer[name] for name in ("text_embeds", "image_embeds")}
    return Recipe(
        family="CLIP", architectures=("CLIPModel",), model=hf.CLIPModel(config), feeds=feeds, answers=answers, free=free, fits=FITS,
        sizes={
            "vocabulary": ("text_model.embeddings.token_embedding.weight/0",),
            "positions": ("text_model.embeddings.position_embedding.weight/0",),
        },
        preprocessor={**preprocessor, "image_mean": MEAN, "image_std": STD}, words=config.text_config.max_position_embeddings,
        tasks={"match": "match"}, score={"by": "value"},
    )


BASE = {"hidden_size": 768, "num_hidden_layers": 12, "num_attention_heads": 12, "intermediate_size": 3072}
LARGE = {"hidden_size": 1024, "num_hidden_layers": 24, "num_attention_heads": 16, "intermediate_size": 4096}
WIDE = {"hidden_size": 768, "num_attention_heads": 12, "intermediate_size": 3072}

RECIPES = {
    "clip-b32": partial(recipe, text={}, vision={**BASE, "patch_size": 32}, width=512),
    "clip-b16": partial(recipe, text={}, vision={**BASE, "patch_size": 16}, width=512),
    "clip-l14": partial(recipe, text=WIDE, vision={**LARGE, "patch_size": 14}, width=768),
}

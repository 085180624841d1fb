"""FLAVA (Singh et al., CVPR 2022): an encoder of words, one of patches, and one of both together. Scored by the cosine of the first two, or by the third,
which guesses hidden words as well."""

from __future__ import annotations

import torch
import transformers as hf

from .clip import MEAN, STD
from .recipe import BATCH, TEXT, TINY, WORDS, Recipe

FITS = tuple(
    f"{side}_config.{key}"
    for side in ("text", "image", "multimodal")
    for key in ("hidden_size", "num_hidden_layers", "num_attention_heads", "hidden_act", "layer_norm_eps")
) + ("image_config.image_size", "image_config.patch_size")


def configured(tiny: bool) -> hf.FlavaConfig:
    sizes = {}
    if tiny:
        text = {**TINY, "vocab_size": WORDS, "max_position_embeddings": 40}
        image = {**TINY, "image_size": 32, "patch_size": 8, "vocab_size": 20}
        sizes = {"text_config": text, "image_config": image, "multimodal_config": TINY, "hidden_size": 16, "projection_dim": 24}
    return hf.FlavaConfig(**sizes, init_codebook=False, attn_implementation="eager")


def preprocessor(side: int) -> dict:
    square = {"height": side, "width": side}
    return {"size": square, "do_center_crop": True, "crop_size": square, "resample": 3, "image_mean": MEAN, "image_std": STD}


def feeds_of(config: hf.FlavaConfig) -> dict[str, torch.Tensor]:
    ids, side = torch.randint(5, config.text_config.vocab_size, (1, 7)), config.image_config.image_size
    return {"input_ids": ids, "attention_mask": torch.ones_like(ids), "pixel_values": torch.randn(1, 3, side, side)}


def pretraining(tiny: bool) -> Recipe:
    model = hf.FlavaForPreTraining(configured(tiny))
    config, feeds, embeddings = model.config, feeds_of(model.config), "flava.text_model.embeddings."
    model.forward = model.flava.forward  # its own wants every input a second time, masked
    first = 2 + (config.image_config.image_size // config.image_config.patch_size) ** 2  # behind two [CLS] and the patches
    towers = tuple(f"flava.{part}_{rest}" for part in ("image", "text") for rest in ("model.pooler.", "model.layernorm.", "projection."))
    return Recipe(
        family="FLAVA", architectures=("FlavaForPreTraining",), model=model, feeds=feeds,
        answers={
            "match": lambda a: model.itm_head(a.multimodal_embeddings), "words": lambda a: model.mmm_text_head(a.multimodal_embeddings[:, first:]),
        },
        free={"input_ids": TEXT, "attention_mask": TEXT, "pixel_values": BATCH, "match": BATCH, "words": {**TEXT, 2: "vocabulary"}}, fits=FITS,
        sizes={
            "vocabulary": (f"{embeddings}word_embeddings.weight/0", "mmm_text_head.decoder.bias/0", "mmm_text_head.decoder.weight/0"),
            "positions": (f"{embeddings}position_embeddings.weight/0",),
        },
        preprocessor=preprocessor(config.image_config.image_size),
        tasks={"match": "match", "mask": "words"}, score={"by": "column", "column": 1}, words=77,
        unread=("image_codebook.", "mmm_image_head.", "mim_", "mlm_", *towers, "flava.logit_scale", "flava.multimodal_model.pooler.",
                "flava.image_model.embeddings.mask_token"),
    )  # fmt: skip


def contrast(tiny: bool) -> Recipe:
    model = hf.FlavaModel(configured(tiny))
    feeds, side = feeds_of(model.config), model.config.image_config.image_size

    def match(answer) -> torch.Tensor:
        image = model.image_projection(answer.image_embeddings[:, 0])
        text = model.text_projection(answer.text_embeddings[:, 0])
        # Lengths by hand: F.normalize leaves a float64 in the graph, which the runtime's WebGPU build cannot cast.
        cosine = (image * text).sum(-1, keepdim=True) / (image.norm(dim=-1, keepdim=True) * text.norm(dim=-1, keepdim=True))
        return model.logit_scale.exp() * cosine

    joint = {0: "batch", 1: "joint"}
    return Recipe(
        family="FLAVA", architectures=("FlavaModel", "FlavaForPreTraining"), model=model, feeds=feeds,
        answers={"match": match, "joint": lambda a: a.multimodal_embeddings},
        free={"input_ids": TEXT, "attention_mask": TEXT, "pixel_values": BATCH, "match": BATCH, "joint": joint}, fits=FITS,
        sizes={
            "vocabulary": ("text_model.embeddings.word_embeddings.weight/0",),
            "positions": ("text_model.embeddings.position_embeddings.weight/0",),
        },
        preprocessor=preprocessor(side), tasks={"match": "match"}, score={"by": "value"}, words=77,
        unread=("image_model.embeddings.mask_token", "image_codebook.", "mmm_", "mim_", "mlm_", "itm_", "flava.image_model.embeddings.mask_token",
                "image_model.pooler.", "text_model.pooler.", "multimodal_model.pooler.", "flava.image_model.pooler.", "flava.text_model.pooler.",
                "flava.multimodal_model.pooler."),
    )  # fmt: skip


RECIPES = {"flava": pretraining, "flava-match": contrast}

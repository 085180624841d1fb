"""ViT-GPT2 (nlpconnect, 2022): a picture encoder and a language model whose every layer looks at it; writes captions word by word."""

from __future__ import annotations

import torch
import transformers as hf

from .recipe import BATCH, TEXT, TINY, WORDS, Recipe

FITS = tuple(f"encoder.{key}" for key in ("hidden_size", "num_hidden_layers", "num_attention_heads", "hidden_act", "image_size", "patch_size")) + tuple(
    f"decoder.{key}" for key in ("n_embd", "n_layer", "n_head", "activation_function")
)


def captions(tiny: bool) -> Recipe:
    vision, text = {}, {"bos_token_id": 50256, "eos_token_id": 50256}
    if tiny:
        vision = {**TINY, "image_size": 32, "patch_size": 8}
        text = {"n_embd": 16, "n_layer": 2, "n_head": 4, "n_positions": 40, "vocab_size": WORDS, "bos_token_id": 2, "eos_token_id": 3}
    decoder = hf.GPT2Config(**text, add_cross_attention=True, is_decoder=True)
    config = hf.VisionEncoderDecoderConfig.from_encoder_decoder_configs(hf.ViTConfig(**vision), decoder)
    config.decoder_start_token_id, config.eos_token_id = decoder.bos_token_id, decoder.eos_token_id
    config._attn_implementation = "eager"
    model = hf.VisionEncoderDecoderModel(config)
    for part in (model.config, model.decoder.config):
        part.use_cache = False
    ids, side = torch.randint(5, decoder.vocab_size, (1, 7)), config.encoder.image_size
    ids[0, 0] = decoder.bos_token_id
    feeds = {"pixel_values": torch.randn(1, 3, side, side), "decoder_input_ids": ids, "decoder_attention_mask": torch.ones_like(ids)}
    free = {"pixel_values": BATCH, "decoder_input_ids": TEXT, "decoder_attention_mask": TEXT, "words": {**TEXT, 2: "vocabulary"}}
    square = {"height": side, "width": side}
    return Recipe(
        family="ViT-GPT2", architectures=("VisionEncoderDecoderModel",), model=model, feeds=feeds, answers={"words": lambda a: a.logits},
        free=free, fits=FITS,
        sizes={"vocabulary": ("decoder.transformer.wte.weight/0",), "positions": ("decoder.transformer.wpe.weight/0",)},
        preprocessor={"size": square, "resample": 2, "image_mean": [0.5] * 3, "image_std": [0.5] * 3},
        tasks={"match": "words"}, score={"by": "likelihood"}, words=40, unread=("encoder.pooler.",),
        writes={"output": "words", "start": "decoder_start_token_id", "end": "eos_token_id"},
    )  # fmt: skip


RECIPES = {"vit-gpt2-captions": captions}

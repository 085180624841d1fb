"""BLIP (Li et al., ICML 2022): a text encoder whose every layer looks at the picture, and says whether both match; or a decoder, which writes;
or both, where the decoder writes an answer and looks at what the encoder made of the question."""

from __future__ import annotations

import torch
import transformers as hf

from .clip import FITS, MEAN, STD
from .recipe import BATCH, TEXT, TINY, WORDS, Recipe


def configured(tiny: bool) -> hf.BlipConfig:
    text, vision = {"num_attention_heads": 12}, {}
    if tiny:
        text = {**TINY, "vocab_size": WORDS, "encoder_hidden_size": 16, "projection_dim": 16, "max_position_embeddings": 40}
        text |= {"bos_token_id": 98, "sep_token_id": 3, "eos_token_id": 3}
        vision = {**TINY, "image_size": 32, "patch_size": 8}
    return hf.BlipConfig(text_config=text, vision_config=vision, image_text_hidden_size=32 if tiny else 256, attn_implementation="eager")


def preprocessor(side: int) -> dict:
    return {"size": {"height": side, "width": side}, "resample": 3, "image_mean": MEAN, "image_std": STD}


def matching(tiny: bool) -> Recipe:
    config = configured(tiny)
    ids, side = torch.randint(5, config.text_config.vocab_size, (1, 7)), config.vision_config.image_size
    feeds = {"input_ids": ids, "attention_mask": torch.ones_like(ids), "pixel_values": torch.randn(1, 3, side, side)}
    embeddings = "text_encoder.embeddings."
    return Recipe(
        family="BLIP", architectures=("BlipForImageTextRetrieval",), model=hf.BlipForImageTextRetrieval(config), feeds=feeds,
        answers={"match": lambda a: a.itm_score}, free={"input_ids": TEXT, "attention_mask": TEXT, "pixel_values": BATCH, "match": BATCH},
        fits=FITS, sizes={
            "vocabulary": (f"{embeddings}word_embeddings.weight/0",), "positions": (f"{embeddings}position_embeddings.weight/0",),
        },
        preprocessor=preprocessor(side),
        tasks={"match": "match"}, score={"by": "column", "column": 1}, words=35,
        unread=("vision_proj.", "text_proj.", "vision_model.post_layernorm"),
    )


def captions(tiny: bool) -> Recipe:
    config = configured(tiny)
    model = hf.BlipForConditionalGeneration(config)
    ids, side = torch.randint(5, config.text_config.vocab_size - 1, (1, 7)), config.vision_config.image_size
    ids[0, 0] = config.text_config.bos_token_id
    feeds = {"input_ids": ids, "attention_mask": torch.ones_like(ids), "pixel_values": torch.randn(1, 3, side, side)}
    embeddings = "text_decoder.bert.embeddings."
    return Recipe(
        family="BLIP", architectures=("BlipForConditionalGeneration",), model=model, feeds=feeds, answers={"words": lambda a: a.logits},
        free={"input_ids": TEXT, "attention_mask": TEXT, "pixel_values": BATCH, "words": {**TEXT, 2: "vocabulary"}}, fits=FITS,
        sizes={
            "vocabulary": (f"{embeddings}word_embeddings.weight/0", "text_decoder.cls.predictions.bias/0"),
            "positions": (f"{embeddings}position_embeddings.weight/0",),
        },
        preprocessor=preprocessor(side), tasks={"match": "words"}, score={"by": "likelihood"}, words=40,
        writes={"output": "words", "start": "text_config.bos_token_id", "end": "text_config.sep_token_id"},
    )  # fmt: skip


def answering(tiny: bool) -> Recipe:
    config = configured(tiny)
    model, states = hf.BlipForQuestionAnswering(config), {}
    model.text_decoder.register_forward_hook(lambda _module, _given, out: states.update(words=out.logits))  # its own answer is the picture alone
    ids, side = torch.randint(5, config.text_config.vocab_size - 1, (1, 7)), config.vision_config.image_size
    ids[0, 0], ids[0, -1] = 2 if tiny else 101, config.text_config.sep_token_id
    answer = torch.randint(5, config.text_config.vocab_size - 1, (1, 4))
    answer[0, 0] = config.text_config.bos_token_id
    feeds = {"input_ids": ids, "attention_mask": torch.ones_like(ids), "pixel_values": torch.randn(1, 3, side, side), "decoder_input_ids": answer}
    tables = [f"{part}.embeddings." for part in ("text_encoder", "text_decoder.bert")]
    written = {0: "batch", 1: "answer"}
    return Recipe(
        family="BLIP", architectures=("BlipForQuestionAnswering",), model=model, feeds=feeds, answers={"words": lambda _: states["words"]},
        free={
            "input_ids": TEXT, "attention_mask": TEXT, "pixel_values": BATCH, "decoder_input_ids": written, "words": {**written, 2: "vocabulary"},
        },
        fits=FITS, sizes={
            "vocabulary": (*(f"{table}word_embeddings.weight/0" for table in tables), "text_decoder.cls.predictions.bias/0"),
            "positions": tuple(f"{table}position_embeddings.weight/0" for table in tables),
        },
        preprocessor=preprocessor(side), tasks={"answer": "words"}, words=35,
        writes={
            "output": "words", "start": "text_config.bos_token_id", "end": "text_config.sep_token_id", "input": "decoder_input_ids",
        },
    )  # fmt: skip


RECIPES = {"blip-match": matching, "blip-captions": captions, "blip-answers": answering}

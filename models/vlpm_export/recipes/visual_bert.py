"""VisualBERT (Li et al., 2019): one stream of words and regions, without the places of the regions."""

from __future__ import annotations

import torch
import transformers as hf

from .recipe import BATCH, TEXT, TINY, WORDS, Recipe

FITS = ("hidden_size", "num_hidden_layers", "num_attention_heads", "hidden_act", "layer_norm_eps", "bypass_transformer")
EMBEDDINGS = "visual_bert.embeddings."


def pretraining(tiny: bool) -> Recipe:
    small = {**TINY, "vocab_size": WORDS, "visual_embedding_dim": 20, "max_position_embeddings": 40} if tiny else {"visual_embedding_dim": 2048}
    config = hf.VisualBertConfig(**small, attn_implementation="eager")
    ids, regions = torch.randint(5, config.vocab_size, (1, 7)), 36
    feeds = {"input_ids": ids, "attention_mask": torch.ones_like(ids), "token_type_ids": torch.zeros_like(ids)}
    feeds["visual_embeds"] = torch.randn(1, regions, config.visual_embedding_dim)
    feeds["visual_attention_mask"] = torch.ones(1, regions, dtype=torch.int64)
    feeds["visual_token_type_ids"] = torch.ones(1, regions, dtype=torch.int64)
    free = {name: TEXT for name in ("input_ids", "attention_mask", "token_type_ids")} | {"match": BATCH}
    free["words"] = {0: "batch", 1: "sequence", 2: "vocabulary"}
    return Recipe(
        family="VisualBERT", architectures=("VisualBertForPreTraining",), model=hf.VisualBertForPreTraining(config), feeds=feeds,
        answers={"words": lambda a: a.prediction_logits, "match": lambda a: a.seq_relationship_logits}, free=free, fits=FITS,
        sizes={
            "vocabulary": (f"{EMBEDDINGS}word_embeddings.weight/0", "cls.predictions.bias/0"),
            "positions": (f"{EMBEDDINGS}position_embeddings.weight/0", f"{EMBEDDINGS}visual_position_embeddings.weight/0"),
            "features": (f"{EMBEDDINGS}visual_projection.weight/1",),
        },
        preprocessor=None, tasks={"mask": "words", "match": "match"}, score={"by": "column", "column": 0}, words=128,
    )


RECIPES = {"visual-bert-pretraining": pretraining}

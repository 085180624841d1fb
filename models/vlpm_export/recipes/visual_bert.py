"""VisualBERT (Li et al., 2019): one stream of words and regions, without the places of the regions."""

from __future__ import annotations

import torch
import transformers as hf

from .recipe import BATCH, TEXT, TINY, WORDS, Recipe

FITS = ("hidden_size", "num_hidden_layers", "num_attention_heads", "hidden_act", "layer_norm_eps", "bypass_transformer")
EMBEDDINGS = "visual_bert.embeddings."
TABLES = (f"{EMBEDDINGS}word_embeddings.weight/0",)


def recipe(tiny: bool, build: type, architectures: tuple[str, ...], **more) -> Recipe:
    small = {**TINY, "vocab_size": WORDS, "visual_embedding_dim": 20, "max_position_embeddings": 40} if tiny else {"visual_embedding_dim": 2048}
    config = hf.VisualBertConfig(**small, **more.pop("config", {}), attn_implementation="eager")
    ids, regions = torch.randint(5, config.vocab_size, (1, 7)), 36
    feeds = {"input_ids": ids, "attention_mask": torch.ones_like(ids), "token_type_ids": torch.zeros_like(ids)}
    feeds["visual_embeds"] = torch.randn(1, regions, config.visual_embedding_dim)
    feeds["visual_attention_mask"] = torch.ones(1, regions, dtype=torch.int64)
    feeds["visual_token_type_ids"] = torch.ones(1, regions, dtype=torch.int64)
    free = {name: TEXT for name in ("input_ids", "attention_mask", "token_type_ids")} | more.pop("shapes")
    free |= {name: {0: "batch", 1: "regions"} for name in feeds if name.startswith("visual_")}
    sizes = {
        "vocabulary": TABLES,
        "positions": (f"{EMBEDDINGS}position_embeddings.weight/0", f"{EMBEDDINGS}visual_position_embeddings.weight/0"),
        "features": (f"{EMBEDDINGS}visual_projection.weight/1",),
    }
    return Recipe(
        family="VisualBERT", architectures=architectures, model=build(config), feeds=feeds, free=free, fits=FITS,
        sizes=sizes | more.pop("sizes"), preprocessor=None, words=128, **more,
    )  # fmt: skip


def pretraining(tiny: bool) -> Recipe:
    answers = {"words": lambda a: a.prediction_logits, "match": lambda a: a.seq_relationship_logits}
    more = {"answers": answers, "tasks": {"mask": "words", "match": "match"}, "score": {"by": "column", "column": 0}}
    more |= {"shapes": {"words": {0: "batch", 1: "sequence", 2: "vocabulary"}, "match": BATCH}}
    vocabulary = {"vocabulary": (*TABLES, "cls.predictions.bias/0")}
    return recipe(tiny, hf.VisualBertForPreTraining, ("VisualBertForPreTraining",), sizes=vocabulary, **more)


def answers(tiny: bool) -> Recipe:
    """Read at the last piece before the end, which its questions have a [MASK] at."""
    more = {"answers": {"answers": lambda a: a.logits}, "tasks": {"answer": "answers"}, "shapes": {"answers": {**BATCH, 1: "labels"}}}
    more |= {"config": {"num_labels": 6 if tiny else 3129}, "tail": "[MASK]", "unread": ("visual_bert.pooler.",)}
    labels = {"labels": ("cls.weight/0", "cls.bias/0")}
    return recipe(tiny, hf.VisualBertForQuestionAnswering, ("VisualBertForQuestionAnswering",), sizes=labels, **more)


RECIPES = {"visual-bert-pretraining": pretraining, "visual-bert-answers": answers}

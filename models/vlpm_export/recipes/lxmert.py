"""LXMERT (Tan and Bansal, EMNLP 2019): words and regions, each with an encoder, then co-attention both ways."""

from __future__ import annotations

import torch
import transformers as hf

from .recipe import BATCH, TEXT, WORDS, Recipe

FITS = ("hidden_size", "num_attention_heads", "hidden_act", "l_layers", "r_layers", "x_layers")
EMBEDDINGS = "lxmert.embeddings."
SIZES = {
    "vocabulary": (f"{EMBEDDINGS}word_embeddings.weight/0",),
    "positions": (f"{EMBEDDINGS}position_embeddings.weight/0",),
    "segments": (f"{EMBEDDINGS}token_type_embeddings.weight/0",),
    "features": ("lxmert.encoder.visn_fc.visn_fc.weight/1",),
}


def recipe(tiny: bool, build: type, architectures: tuple[str, ...], labels: int, answers: dict, **more) -> Recipe:
    small = {"hidden_size": 16, "num_attention_heads": 4, "intermediate_size": 32, "vocab_size": WORDS, "visual_feat_dim": 16}
    small |= {"max_position_embeddings": 40, "l_layers": 2, "r_layers": 1, "x_layers": 2, "num_qa_labels": 6, "num_object_labels": 7, "num_attr_labels": 5}
    config = hf.LxmertConfig(**(small if tiny else {"num_qa_labels": labels}), attn_implementation="eager")
    ids = torch.randint(5, config.vocab_size, (1, 7))
    feeds = {"input_ids": ids, "attention_mask": torch.ones_like(ids), "token_type_ids": torch.zeros_like(ids)}
    feeds |= {"visual_feats": torch.randn(1, 36, config.visual_feat_dim).relu(), "visual_pos": torch.rand(1, 36, 4)}
    regions = {0: "batch", 1: "regions"}
    free = {name: TEXT for name in ("input_ids", "attention_mask", "token_type_ids")}
    free |= {"visual_feats": regions, "visual_pos": regions, "regions": regions, "match": BATCH}
    free |= {"words": {**TEXT, 2: "vocabulary"}, "answers": {**BATCH, 1: "labels"}}
    sizes = SIZES | more.pop("sizes")
    model, states = build(config), {}
    # No answer reads the regions after the last layer: without an output for them its last attentions would not be in the graph.
    model.lxmert.register_forward_hook(lambda _module, _given, out: states.update(regions=out.vision_output))
    read = answers | {"regions": lambda _: states["regions"]}
    return Recipe(
        family="LXMERT", architectures=architectures, model=model, feeds=feeds, free=free, fits=FITS, sizes=sizes,
        preprocessor=None, words=20, answers=read, **more,
    )


def labels(head: str) -> dict:
    return {"labels": (f"{head}.logit_fc.3.weight/0", f"{head}.logit_fc.3.bias/0")}


def pretraining(tiny: bool) -> Recipe:
    outputs = {
        "words": lambda a: a.prediction_logits,
        "match": lambda a: a.cross_relationship_score,
        "answers": lambda a: a.question_answering_score,
    }
    sizes = labels("answer_head") | {"vocabulary": (*SIZES["vocabulary"], "cls.predictions.bias/0")}
    tasks = {"mask": "words", "match": "match", "answer": "answers"}
    more = {"sizes": sizes, "tasks": tasks, "score": {"by": "column", "column": 1}, "unread": ("obj_predict_head.",)}
    return recipe(tiny, hf.LxmertForPreTraining, ("LxmertForPreTraining", "LxmertForPretraining"), 9500, answers=outputs, **more)


def answers(tiny: bool) -> Recipe:
    outputs = {"answers": lambda a: a.question_answering_score}
    return recipe(
        tiny, hf.LxmertForQuestionAnswering, ("LxmertForQuestionAnswering",), 3129, answers=outputs, sizes=labels("answer_head"),
        tasks={"answer": "answers"},
    )


RECIPES = {"lxmert-pretraining": pretraining, "lxmert-answers": answers}

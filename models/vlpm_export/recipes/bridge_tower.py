"""BridgeTower (Xu et al., AAAI 2023): an encoder of words and one of patches, whose upper layers are bridged to layers of co-attention."""

from __future__ import annotations

from functools import partial

import torch
import transformers as hf
from torch import nn
from transformers.models.bridgetower.modeling_bridgetower import BridgeTowerMLMHead

from ..narrow import heads_of, written_out
from .clip import MEAN, STD
from .recipe import BATCH, TEXT, TINY, WORDS, Recipe

FITS = (
    "hidden_size", "num_hidden_layers", "num_attention_heads", "hidden_act", "layer_norm_eps", "link_tower_type", "share_link_tower_layers",
    "share_cross_modal_transformer_layers", "text_config.num_hidden_layers", "text_config.num_attention_heads", "vision_config.hidden_size",
    "vision_config.num_hidden_layers", "vision_config.image_size", "vision_config.patch_size", "vision_config.share_layernorm",
)  # fmt: skip
EMBEDDINGS = "bridgetower.text_model.embeddings."
CLASSES = ("BridgeTowerForMaskedLM", "BridgeTowerForImageAndTextRetrieval", "BridgeTowerForContrastiveLearning", "BridgeTowerForPreTraining")
SMALL = {key: value for key, value in TINY.items() if key != "num_hidden_layers"}
BASE = {"hidden_size": 768, "num_attention_heads": 12}
LARGE = {"hidden_size": 1024, "num_attention_heads": 16}


def recipe(tiny: bool, heads: tuple[str, ...], width: dict, layers: int, side: int, patch: int) -> Recipe:
    width = SMALL if tiny else {**width, "intermediate_size": 4 * width["hidden_size"]}
    text = {**width, "num_hidden_layers": 3 if tiny else layers}
    vision = {"hidden_size": width["hidden_size"], "num_hidden_layers": text["num_hidden_layers"], "image_size": side, "patch_size": patch}
    if tiny:
        text, vision = {**text, "vocab_size": WORDS, "max_position_embeddings": 40}, {**vision, "image_size": 32, "patch_size": 8}
    config = hf.BridgeTowerConfig(
        text_config=text, vision_config=vision, num_hidden_layers=2 if tiny else 6, **width, attn_implementation="eager"
    )
    with heads_of(TINY["hidden_size"] // 4 if tiny else 64):
        model = hf.BridgeTowerForImageAndTextRetrieval(config)
    written_out(model.bridgetower)
    if "mask" in heads:
        model.mlm_score = BridgeTowerMLMHead(config)
    states: dict[str, torch.Tensor] = {}
    if "match" not in heads:
        del model.itm_score
        model.itm_score = nn.Identity()
    model.bridgetower.register_forward_hook(lambda _module, _given, out: states.update(text=out.text_features, image=out.image_features))
    answers = {"mask": ("words", lambda _: model.mlm_score(states["text"])), "match": ("match", lambda a: a.logits)}
    read = dict(answers[head] for head in heads)
    if "match" not in heads:  # no word looks at what the last layer makes of the picture
        read["patches"] = lambda _: states["image"]
    ids, side = torch.randint(5, config.text_config.vocab_size, (1, 7)), config.vision_config.image_size
    feeds = {"input_ids": ids, "attention_mask": torch.ones_like(ids), "pixel_values": torch.randn(1, 3, side, side)}
    square = {"height": side, "width": side}
    table = (f"{EMBEDDINGS}word_embeddings.weight/0",)
    decoder = ("mlm_score.decoder.weight/0", "mlm_score.bias/0") if "mask" in heads else ()
    free = {"input_ids": TEXT, "attention_mask": TEXT, "pixel_values": BATCH, "words": {**TEXT, 2: "vocabulary"}, "match": BATCH, "patches": BATCH}
    return Recipe(
        family="BridgeTower", architectures=CLASSES, model=model, feeds=feeds, answers=read,
        free={name: axes for name, axes in free.items() if name in feeds or name in read}, fits=FITS,
        sizes={"vocabulary": (*table, *decoder), "positions": (f"{EMBEDDINGS}position_embeddings.weight/0",)},
        preprocessor={
            "size": {"shortest_edge": side}, "size_divisor": 32, "do_center_crop": True, "crop_size": square, "resample": 3,
            "image_mean": MEAN, "image_std": STD,
        },
        tasks={head: answers[head][0] for head in heads}, score={"by": "column", "column": 1} if "match" in heads else None, words=50,
        unread=(
            "itc_", "logit_scale", "mlm_score.", "itm_score.", "bridgetower.text_model.pooler.", "bridgetower.cross_modal_text_pooler.",
            "bridgetower.cross_modal_image_pooler.",
        ),
    )  # fmt: skip


base = partial(recipe, width=BASE, layers=12, side=288, patch=16)
large = partial(recipe, width=LARGE, layers=24, side=294, patch=14)
BOTH, MATCH, MASK = ("match", "mask"), ("match",), ("mask",)

RECIPES = {
    "bridge-tower-base": partial(base, heads=BOTH),
    "bridge-tower-base-match": partial(base, heads=MATCH),
    "bridge-tower-base-words": partial(base, heads=MASK),
    "bridge-tower-large": partial(large, heads=BOTH),
}

"""ViLT (Kim et al., ICML 2021): one stream of words and patches of 32 px; its patches in the order of the picture. For a sentence about two pictures
the words are read once with each."""

from __future__ import annotations

import torch
import transformers as hf
from torch import Tensor

from ..raster import in_raster_order
from .recipe import BATCH, PICTURE, TEXT, TINY, WORDS, Recipe

FITS = ("hidden_size", "num_hidden_layers", "num_attention_heads", "hidden_act", "layer_norm_eps", "image_size", "patch_size")
TABLES = ("vilt.embeddings.text_embeddings.word_embeddings.weight/0",)
SIZES = {
    "vocabulary": TABLES,
    "positions": ("vilt.embeddings.text_embeddings.position_embeddings.weight/0",),
    "segments": ("vilt.embeddings.text_embeddings.token_type_embeddings.weight/0",),
    "pictures": ("vilt.embeddings.token_type_embeddings.weight/0",),
}


def recipe(tiny: bool, build: type, architectures: tuple[str, ...], **more) -> Recipe:
    small = {**TINY, "hidden_size": 32, "intermediate_size": 64, "vocab_size": WORDS, "image_size": 32, "patch_size": 8} if tiny else {}
    config = hf.ViltConfig(**small, **more.pop("config", {}), attn_implementation="eager")
    model = build(config)
    in_raster_order(model.vilt)
    ids = torch.randint(5, config.vocab_size, (1, 7))
    feeds = {"input_ids": ids, "attention_mask": torch.ones_like(ids), "token_type_ids": torch.zeros_like(ids)}
    feeds["pixel_values"] = torch.randn(1, 3, 6 * config.patch_size, 4 * config.patch_size)
    free = {name: TEXT for name in ("input_ids", "attention_mask", "token_type_ids")} | {"pixel_values": PICTURE}
    preprocessor = {"size": {"shortest_edge": config.image_size}, "size_divisor": config.patch_size, "resample": 3}
    preprocessor |= {"image_mean": [0.5] * 3, "image_std": [0.5] * 3, "do_pad": True}
    sizes = SIZES | more.pop("sizes", {})
    free |= more.pop("shapes", {"logits": BATCH})
    fits = FITS + more.pop("fits", ())
    return Recipe(
        family="ViLT", architectures=architectures, model=model, feeds=feeds, free=free, fits=fits, sizes=sizes,
        answers={"logits": lambda answer: answer.logits}, preprocessor=preprocessor, words=config.max_position_embeddings, **more,
    )


def masked_words(tiny: bool) -> Recipe:
    vocabulary = {"vocabulary": (*TABLES, "mlm_score.decoder.bias/0")}
    names = ("ViltForMaskedLM", "ViltForPreTraining")
    more = {"sizes": vocabulary, "tasks": {"mask": "logits"}, "unread": ("itm_score.", "vilt.pooler.")}
    return recipe(tiny, hf.ViltForMaskedLM, names, shapes={"logits": {**TEXT, 2: "vocabulary"}}, **more)


def answers(tiny: bool) -> Recipe:
    labels = {"labels": ("classifier.3.weight/0", "classifier.3.bias/0")}
    count = {"num_labels": 6 if tiny else 3129}
    more = {"sizes": labels, "config": count, "tasks": {"answer": "logits"}, "shapes": {"logits": {**BATCH, 1: "labels"}}}
    return recipe(tiny, hf.ViltForQuestionAnswering, ("ViltForQuestionAnswering",), **more)


def retrieval(tiny: bool) -> Recipe:
    names = ("ViltForImageAndTextRetrieval", "ViltForImageRetrievalTextRetrieval")
    return recipe(tiny, hf.ViltForImageAndTextRetrieval, names, tasks={"match": "logits"}, score={"by": "value"})


class Pair(hf.ViltForImagesAndTextClassification):
    """The class with a tensor for each picture, so that they need not be of one size: nothing is padded, and nothing looks at padding."""

    def forward(self, second_pixel_values: Tensor, pixel_values: Tensor, **words: Tensor):
        pictures = enumerate((pixel_values, second_pixel_values), start=1)
        pooled = [self.vilt(pixel_values=pixels, image_token_type_idx=kind, **words).pooler_output for kind, pixels in pictures]
        return hf.modeling_outputs.SequenceClassifierOutput(logits=self.classifier(torch.cat(pooled, dim=-1)))


def pair(tiny: bool) -> Recipe:
    labels = {"id2label": {0: "False", 1: "True"}, "label2id": {"False": 0, "True": 1}}
    made = recipe(
        tiny, Pair, ("ViltForImagesAndTextClassification",), config={"num_images": 2, "modality_type_vocab_size": 3, **labels},
        fits=("num_images",), tasks={"match": "logits"}, score={"by": "column", "column": 1}, second="second_pixel_values",
    )  # fmt: skip
    patch = made.model.config.patch_size
    made.feeds[made.second], made.free[made.second] = torch.randn(1, 3, 3 * patch, 5 * patch), {0: "batch", 2: "second height", 3: "second width"}
    return made


RECIPES = {"vilt-words": masked_words, "vilt-answers": answers, "vilt-match": retrieval, "vilt-pair": pair}

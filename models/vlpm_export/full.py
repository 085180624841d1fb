"""Public architectures at their published size, with random weights, in the file that their users have: no download needed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import torch
import transformers as hf
from torch import Tensor, nn

from .raster import in_raster_order
from .words import bert_tokenizer, clip_tokenizer


@dataclass
class Full:
    """A model with what it is fed, the names of its answers, its free axes, and how its pictures and texts are read."""

    model: nn.Module
    feeds: dict[str, Tensor]
    answers: tuple[str, ...]
    free: dict[str, dict[int, str]]
    pictures: Callable | None
    tokenizer: Callable


class Named(nn.Module):
    """Calls a model with tensors by name and returns the answers asked for in a row, as the exporter wants it."""

    def __init__(self, full: Full):
        super().__init__()
        self.model, self.names, self.answers = full.model, tuple(full.feeds), full.answers

    def forward(self, *tensors: Tensor) -> tuple[Tensor, ...]:
        found = self.model(**dict(zip(self.names, tensors, strict=True)))
        return tuple(found[name] for name in self.answers)


WORDS = {0: "batch", 1: "text"}
BATCH = {0: "batch"}


def words(length: int, vocabulary: int) -> dict[str, Tensor]:
    ids = torch.randint(1000, vocabulary - 2, (1, length))
    return {"input_ids": ids, "attention_mask": torch.ones_like(ids)}


def lxmert() -> Full:
    """LXMERT (Tan and Bansal, EMNLP 2019), base: 9 layers of language, 5 of vision, 5 of both; 36 regions a picture."""
    config = hf.LxmertConfig()
    feeds = words(12, config.vocab_size)
    feeds["visual_feats"] = torch.randn(1, 36, config.visual_feat_dim).relu()
    feeds["visual_pos"] = torch.rand(1, 36, 4)
    answers = ("prediction_logits", "cross_relationship_score", "question_answering_score")
    regions = {0: "batch", 1: "regions"}
    free = {"input_ids": WORDS, "attention_mask": WORDS, "visual_feats": regions, "visual_pos": regions}
    free |= {"prediction_logits": WORDS, "cross_relationship_score": BATCH, "question_answering_score": BATCH}
    return Full(hf.LxmertForPreTraining(config), feeds, answers, free, None, bert_tokenizer)


def clip() -> Full:
    """CLIP ViT-B/32 (Radford et al., ICML 2021): text and picture in one graph."""
    text = {"bos_token_id": 49406, "eos_token_id": 49407, "pad_token_id": 49407}
    model = hf.CLIPModel(hf.CLIPConfig(text_config=text))
    feeds = words(10, 49406)
    feeds["input_ids"][:, 0], feeds["input_ids"][:, -1] = 49406, 49407
    side = model.config.vision_config.image_size
    feeds["pixel_values"] = torch.randn(1, 3, side, side)
    answers = ("logits_per_image", "logits_per_text", "text_embeds", "image_embeds")
    free = {"input_ids": WORDS, "attention_mask": WORDS, "pixel_values": {0: "images"}}
    free |= {"logits_per_image": {0: "images", 1: "batch"}, "logits_per_text": {0: "batch", 1: "images"}}
    free |= {"text_embeds": BATCH, "image_embeds": {0: "images"}}
    return Full(model, feeds, answers, free, hf.CLIPImageProcessorPil, clip_tokenizer)


def vilt() -> Full:
    """ViLT-B/32 (Kim et al., ICML 2021) that says whether text and picture match, its patches in the order of the picture."""
    model = hf.ViltForImageAndTextRetrieval(hf.ViltConfig())
    in_raster_order(model.vilt)
    feeds = words(12, model.config.vocab_size)
    feeds["token_type_ids"] = torch.zeros_like(feeds["input_ids"])
    feeds["pixel_values"] = torch.randn(1, 3, 384, 384)
    free = {name: WORDS for name in ("input_ids", "attention_mask", "token_type_ids")}
    free |= {"pixel_values": BATCH, "logits": BATCH}
    return Full(model, feeds, ("logits",), free, hf.ViltImageProcessorPil, bert_tokenizer)


FULL = {"lxmert": lxmert, "clip": clip, "vilt": vilt}


def export_full(name: str, folder: Path, vocabulary: Path | None) -> None:
    """Writes model.onnx with config.json, and preprocessor_config.json and tokenizer.json where there is something to say."""
    torch.manual_seed(1)
    full = FULL[name]()
    full.model.eval()
    folder.mkdir(parents=True, exist_ok=True)
    full.model.config.save_pretrained(folder)
    if full.pictures:
        full.pictures().save_pretrained(folder)
    if vocabulary:
        full.tokenizer(vocabulary).save_pretrained(folder)
    torch.onnx.export(
        Named(full),
        tuple(full.feeds.values()),
        folder / "model.onnx",
        dynamo=False,
        opset_version=17,
        input_names=list(full.feeds),
        output_names=list(full.answers),
        dynamic_axes=full.free,
    )

"""Tiny models of public architectures with random weights: what a real export looks like, without its download."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch
import transformers as hf
from torch import Tensor, nn

from .narrow import heads_of
from .raster import in_raster_order

WIDTH, HEADS, LAYERS, WORDS, SIDE, PATCH, REGIONS = 32, 4, 2, 99, 32, 16, 5

TEXT = {
    "vocab_size": WORDS,
    "hidden_size": WIDTH,
    "num_hidden_layers": LAYERS,
    "num_attention_heads": HEADS,
    "intermediate_size": 2 * WIDTH,
    "max_position_embeddings": 40,
    "pad_token_id": 0,
    "bos_token_id": 1,
    "eos_token_id": 2,
}
IMAGE = {
    "image_size": SIDE,
    "patch_size": PATCH,
    "hidden_size": WIDTH,
    "num_hidden_layers": LAYERS,
    "num_attention_heads": HEADS,
    "intermediate_size": 2 * WIDTH,
}
EAGER = {"attn_implementation": "eager"}


@dataclass
class Cell:
    """A model, what it is fed, which of its answers count, and the blocks of its attentions in PyTorch's order.

    Blocks are written query first: ``tv`` has text queries and image keys; ``joint`` has both streams on both sides.
    """

    model: nn.Module
    feeds: dict[str, Tensor]
    outputs: dict[str, Callable]
    blocks: str
    axes: bool = True

    def run(self, *feeds: Tensor) -> list[Tensor]:
        answer = self.model(**dict(zip(self.feeds, feeds, strict=True)))
        return [read(answer) for read in self.outputs.values()]


def words(count: int = 7) -> Tensor:
    return torch.tensor([[1, *range(11, 9 + count), 2]])


def pixels() -> Tensor:
    return torch.randn(1, 3, SIDE, SIDE)


def ones(like: Tensor) -> Tensor:
    return torch.ones_like(like[:, :, 0] if like.dim() == 3 else like, dtype=torch.int64)


def both() -> dict[str, Tensor]:
    return {"input_ids": words(), "pixel_values": pixels(), "attention_mask": ones(words())}


def bert() -> Cell:
    model = hf.BertForMaskedLM(hf.BertConfig(**TEXT, **EAGER))
    feeds = {"input_ids": words(), "attention_mask": ones(words())}
    return Cell(model, feeds, {"logits": lambda a: a.logits}, "tt tt")


def vit() -> Cell:
    model = hf.ViTForImageClassification(hf.ViTConfig(**IMAGE, num_labels=6, **EAGER))
    return Cell(model, {"pixel_values": pixels()}, {"logits": lambda a: a.logits}, "vv vv")


def clip() -> Cell:
    config = hf.CLIPConfig(text_config=TEXT, vision_config=IMAGE, projection_dim=WIDTH, **EAGER)
    return Cell(hf.CLIPModel(config), both(), {"logits": lambda a: a.logits_per_image}, "vv vv tt tt")


def siglip() -> Cell:
    config = hf.SiglipConfig(text_config={**TEXT, "projection_size": WIDTH}, vision_config=IMAGE, **EAGER)
    blocks = "vv vv qv tt tt"
    return Cell(hf.SiglipModel(config), both(), {"logits": lambda a: a.logits_per_image}, blocks)


def vilt() -> Cell:
    config = hf.ViltConfig(**TEXT, image_size=SIDE, patch_size=PATCH, **EAGER)
    model = hf.ViltForImageAndTextRetrieval(config)
    in_raster_order(model.vilt)
    return Cell(model, both(), {"logits": lambda a: a.logits}, "joint joint")


def visual_bert() -> Cell:
    config = hf.VisualBertConfig(**TEXT, visual_embedding_dim=20, **EAGER)
    regions = torch.randn(1, REGIONS, 20)
    feeds = {"input_ids": words(), "attention_mask": ones(words()), "visual_embeds": regions}
    feeds["visual_attention_mask"] = ones(regions)
    model = hf.VisualBertForPreTraining(config)
    outputs = {"words": lambda a: a.prediction_logits, "match": lambda a: a.seq_relationship_logits}
    return Cell(model, feeds, outputs, "joint joint", axes=False)


def lxmert() -> Cell:
    layers = {"l_layers": 2, "r_layers": 1, "x_layers": 2, "visual_feat_dim": 20, "visual_pos_dim": 4}
    text = {key: value for key, value in TEXT.items() if key != "num_hidden_layers"}
    model = hf.LxmertModel(hf.LxmertConfig(**text, **layers, **EAGER))
    feeds = {"input_ids": words(), "visual_feats": torch.randn(1, REGIONS, 20), "visual_pos": torch.rand(1, REGIONS, 4)}
    feeds["attention_mask"] = ones(words())
    outputs = {"language": lambda a: a.language_output, "vision": lambda a: a.vision_output}
    cross = "tv vt tt vv"
    return Cell(model, feeds, outputs, f"tt tt vv {cross} {cross}")


def blip() -> Cell:
    text = {**TEXT, "encoder_hidden_size": WIDTH, "projection_dim": WIDTH}
    vision = {**IMAGE, "initializer_range": 0.02}
    config = hf.BlipConfig(text_config=text, vision_config=vision, image_text_hidden_size=WIDTH, **EAGER)
    model, blocks = hf.BlipForImageTextRetrieval(config), "vv vv tt tv tt tv"
    return Cell(model, both(), {"itm": lambda a: a.itm_score, "joint": lambda a: a.question_embeds}, blocks)


def bridgetower() -> Cell:
    wide = {"hidden_size": WIDTH, "num_attention_heads": HEADS, "intermediate_size": 32}
    vision = {"hidden_size": WIDTH, "num_hidden_layers": LAYERS, "patch_size": PATCH, "image_size": SIDE}
    config = hf.BridgeTowerConfig(text_config={**TEXT, **wide}, vision_config=vision, num_hidden_layers=1, **wide, **EAGER)
    with heads_of(WIDTH // HEADS):
        model = hf.BridgeTowerForImageAndTextRetrieval(config)
    return Cell(model, both(), {"logits": lambda a: a.logits}, "tt tt vv vv tt tv vv vt", axes=False)


def flava() -> Cell:
    joint = {key: IMAGE[key] for key in ("hidden_size", "num_hidden_layers", "num_attention_heads", "intermediate_size")}
    config = hf.FlavaConfig(
        text_config=TEXT, image_config=IMAGE, multimodal_config=joint, hidden_size=WIDTH, projection_dim=WIDTH, **EAGER
    )
    outputs = {"joint": lambda a: a.multimodal_embeddings, "text": lambda a: a.text_embeddings}
    return Cell(hf.FlavaModel(config), both(), outputs, "vv vv tt tt joint joint")


def vit_gpt2() -> Cell:
    gpt2 = {"n_embd": WIDTH, "n_layer": LAYERS, "n_head": HEADS, "n_positions": 40, "vocab_size": WORDS}
    decoder = hf.GPT2Config(**gpt2, add_cross_attention=True, is_decoder=True, bos_token_id=1, eos_token_id=2)
    config = hf.VisionEncoderDecoderConfig.from_encoder_decoder_configs(hf.ViTConfig(**IMAGE), decoder)
    config._attn_implementation = "eager"
    model = hf.VisionEncoderDecoderModel(config)
    model.config.use_cache = model.decoder.config.use_cache = False
    feeds = {"pixel_values": pixels(), "decoder_input_ids": words(), "decoder_attention_mask": ones(words())}
    return Cell(model, feeds, {"logits": lambda a: a.logits}, "vv vv tt tv tt tv")


CELLS = (bert, vit, clip, siglip, vilt, visual_bert, lxmert, blip, bridgetower, flava, vit_gpt2)

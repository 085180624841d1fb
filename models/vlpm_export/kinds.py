"""Tiny models of further public architectures, random: those whose parts are easily taken for something else."""

from __future__ import annotations

import torch
import transformers as hf
from torch import Tensor, nn

from .cells import EAGER, Cell, ones
from .joined import HEADS, PATCH, SIDE, WIDTH, WORDS, Frames, Joined, Pooled

PLACE = 5
"""The id that stands where an image is put in."""

TEXT = {
    "vocab_size": WORDS,
    "hidden_size": WIDTH,
    "num_hidden_layers": 1,
    "num_attention_heads": HEADS,
    "intermediate_size": WIDTH,
    "max_position_embeddings": 24,
    "pad_token_id": 0,
    "bos_token_id": 1,
    "eos_token_id": 2,
}
IMAGE = {
    "image_size": SIDE,
    "patch_size": PATCH,
    "hidden_size": WIDTH,
    "num_hidden_layers": 1,
    "num_attention_heads": HEADS,
    "intermediate_size": WIDTH,
}
DECODER = {**TEXT, "num_key_value_heads": HEADS, "head_dim": 8, "use_cache": False}


def words(*places: int, count: int = 7) -> Tensor:
    """Ids of a text, with image places after its first."""
    return torch.tensor([[1, *places, *range(11, 9 + count), 2]])


def pixels(*lead: int) -> Tensor:
    return torch.randn(*(lead or (1,)), 3, SIDE, SIDE)


def both(ids: Tensor) -> dict[str, Tensor]:
    return {"input_ids": ids, "pixel_values": pixels(), "attention_mask": ones(ids)}


LOGITS = {"logits": lambda a: a.logits}


def plain(module: nn.Module, feeds: dict[str, Tensor], blocks: str) -> Cell:
    return Cell(module, feeds, {"match": lambda a: a}, blocks, axes=False)


def lead_word() -> Cell:
    feeds = {"input_ids": words(), "pixel_values": pixels()}
    return plain(Joined(1), feeds, "joint joint")


def picture_first() -> Cell:
    return plain(Joined(0), {"input_ids": words(), "pixel_values": pixels()}, "joint joint")


def linear_patches() -> Cell:
    return plain(Joined(7, convolves=False), {"input_ids": words(), "pixel_values": pixels()}, "joint joint")


def mixed_mask() -> Cell:
    """Patches see each other and words what stands before them, as in PaliGemma and Gemma 3."""
    feeds = {"input_ids": words(), "pixel_values": pixels()}
    return plain(Joined(0, mixed=True), feeds, "joint joint")


def pooled() -> Cell:
    return plain(Pooled(joins=False), {"input_ids": words(), "pixel_values": pixels()}, "qq qv tq")


def resampled() -> Cell:
    return plain(Pooled(joins=True), {"input_ids": words(), "pixel_values": pixels()}, "qq qv joint")


def video() -> Cell:
    return plain(Frames(), {"pixel_values": pixels(1, 2)}, "vv")


def tiles() -> Cell:
    return plain(Frames(), {"pixel_values": pixels(1, 2, 2)}, "vv")


def blip2() -> Cell:
    former = {**TEXT, "encoder_hidden_size": WIDTH, "cross_attention_frequency": 1}
    opt = {**TEXT, "ffn_dim": WIDTH, "word_embed_proj_dim": WIDTH, "model_type": "opt", "use_cache": False}
    config = hf.Blip2Config(
        vision_config=IMAGE, qformer_config=former, text_config=opt, num_query_tokens=3, image_token_index=PLACE, **EAGER
    )
    model = hf.Blip2ForConditionalGeneration(config)
    return Cell(model, both(words(PLACE, PLACE, PLACE)), LOGITS, "vv qq qv joint", axes=False)


def align() -> Cell:
    vision = {"image_size": SIDE, "hidden_dim": WIDTH, "in_channels": [32], "out_channels": [WIDTH], "kernel_sizes": [3],
              "strides": [2], "num_block_repeats": [1], "expand_ratios": [1], "depthwise_padding": [], "width_coefficient": 1.0, "depth_coefficient": 1.0, "depth_divisor": 8}
    config = hf.AlignConfig(text_config=TEXT, vision_config=vision, projection_dim=WIDTH, **EAGER)
    return Cell(hf.AlignModel(config), both(words()), {"logits": lambda a: a.logits_per_image}, "tt", axes=False)


def in_one_piece() -> Cell:
    """CLIP as today's exporter writes it for opset 23: every attention is one operation."""
    config = hf.CLIPConfig(text_config=TEXT, vision_config=IMAGE, projection_dim=WIDTH, attn_implementation="sdpa")
    feeds = {"input_ids": words(), "pixel_values": pixels()}
    return Cell(hf.CLIPModel(config), feeds, {"logits": lambda a: a.logits_per_image}, "vv tt", axes=False)


def git() -> Cell:
    config = hf.GitConfig(vision_config=IMAGE, **{**TEXT, "num_hidden_layers": 2}, use_cache=False, **EAGER)
    return Cell(hf.GitForCausalLM(config), both(words()), LOGITS, "vv joint joint", axes=False)


def t5() -> Cell:
    sizes = {"vocab_size": WORDS, "d_model": WIDTH, "d_kv": 8, "d_ff": WIDTH, "num_layers": 1, "num_heads": HEADS}
    model = hf.T5ForConditionalGeneration(hf.T5Config(**sizes, use_cache=False, **EAGER))
    feeds = {"input_ids": words(), "attention_mask": ones(words()), "decoder_input_ids": words(count=4)}
    return Cell(model, feeds, LOGITS, "tt tt tt", axes=False)


def llava() -> Cell:
    config = hf.LlavaConfig(vision_config={**IMAGE, "model_type": "clip_vision_model"}, vision_feature_layer=-1,
                            text_config={**DECODER, "model_type": "llama"}, image_token_id=PLACE, image_token_index=PLACE, **EAGER)
    model = hf.LlavaForConditionalGeneration(config)
    return Cell(model, both(words(*[PLACE] * 4)), LOGITS, "vv joint", axes=False)


def qwen2_vl() -> Cell:
    vision = {"depth": 1, "embed_dim": WIDTH, "num_heads": HEADS, "hidden_size": WIDTH, "mlp_ratio": 1, "patch_size": 4, "temporal_patch_size": 2, "spatial_merge_size": 2}
    text = {**DECODER, "rope_parameters": {"rope_type": "default", "mrope_section": [1, 1, 2], "rope_theta": 10000.0}}
    config = hf.Qwen2VLConfig(vision_config=vision, text_config=text, image_token_id=PLACE, vision_start_token_id=6, **EAGER)
    model = hf.Qwen2VLForConditionalGeneration(config)
    ids = words(6, *[PLACE] * 4)
    feeds = {"input_ids": ids, "attention_mask": ones(ids), "pixel_values": torch.randn(16, 96), "image_grid_thw": torch.tensor([[1, 4, 4]]), "mm_token_type_ids": (ids == PLACE).long()}
    return Cell(model, feeds, LOGITS, "vv joint", axes=False)


def x_clip() -> Cell:
    """Words are gathered to one vector before that looks at the frames."""
    mit = {"mit_hidden_size": WIDTH, "mit_intermediate_size": WIDTH, "mit_num_hidden_layers": 1, "mit_num_attention_heads": HEADS}
    config = hf.XCLIPConfig(text_config=TEXT, vision_config={**IMAGE, **mit, "num_frames": 2}, projection_dim=WIDTH,
                            prompt_layers=1, prompt_num_attention_heads=HEADS, **EAGER)
    feeds = {"input_ids": words(), "pixel_values": pixels(1, 2), "attention_mask": ones(words())}
    return Cell(hf.XCLIPModel(config), feeds, {"logits": lambda a: a.logits_per_video}, "vv vv vv tt tv", axes=False)


class WithPast(nn.Module):
    def __init__(self, model):
        super().__init__()
        self.model = model

    def forward(self, input_ids, attention_mask, past_key_0, past_value_0):
        cache = hf.DynamicCache([(past_key_0, past_value_0)])
        return self.model(input_ids=input_ids, attention_mask=attention_mask, past_key_values=cache)


def with_past() -> Cell:
    gpt2 = {"n_embd": WIDTH, "n_layer": 1, "n_head": HEADS, "n_positions": 24, "vocab_size": WORDS}
    model = WithPast(hf.GPT2LMHeadModel(hf.GPT2Config(**gpt2, **EAGER)))
    past = torch.randn(1, HEADS, 3, 8)
    feeds = {"input_ids": words(count=4), "attention_mask": torch.ones(1, 7, dtype=torch.int64)}
    feeds |= {"past_key_values.0.key": past, "past_key_values.0.value": past.flip(2)}
    cell = Cell(model, feeds, LOGITS, "tt", axes=False)
    cell.run = lambda *given: [model(*given).logits]
    return cell


class FromEmbeddings(nn.Module):
    def __init__(self, model):
        super().__init__()
        self.model = model

    def forward(self, inputs_embeds, attention_mask):
        return self.model(inputs_embeds=inputs_embeds, attention_mask=attention_mask)


def embedded() -> Cell:
    model = FromEmbeddings(hf.LlamaForCausalLM(hf.LlamaConfig(**DECODER, **EAGER)))
    feeds = {"inputs_embeds": torch.randn(1, 7, WIDTH), "attention_mask": torch.ones(1, 7, dtype=torch.int64)}
    return Cell(model, feeds, LOGITS, "oo", axes=False)


class Encoder(nn.Module):
    def __init__(self, model):
        super().__init__()
        self.model = model

    def forward(self, pixel_values):
        return self.model.vision_tower(pixel_values).last_hidden_state


def florence2() -> Cell:
    vision = {"depths": [1, 1], "patch_size": [7, 3], "patch_stride": [4, 2], "patch_padding": [3, 1], "patch_prenorm": [False, True],
              "embed_dim": [8, 8], "num_heads": [2, 2], "num_groups": [2, 2], "window_size": 12, "projection_dim": WIDTH, "drop_path_rate": 0.0}
    text = {"vocab_size": WORDS, "d_model": WIDTH, "encoder_layers": 1, "decoder_layers": 1, "encoder_attention_heads": HEADS, "decoder_attention_heads": HEADS,
            "encoder_ffn_dim": WIDTH, "decoder_ffn_dim": WIDTH, "max_position_embeddings": 24, "pad_token_id": 1, "bos_token_id": 0, "eos_token_id": 2, "use_cache": False}
    config = hf.Florence2Config(vision_config=vision, text_config=text, image_token_id=PLACE, **EAGER)
    vision = Encoder(hf.Florence2ForConditionalGeneration(config).model)
    return Cell(vision, {"pixel_values": torch.randn(1, 3, 768, 768)}, {"features": lambda a: a}, "vv cc vv cc", axes=False)


def detr() -> Cell:
    backbone = hf.ResNetConfig(embedding_size=8, hidden_sizes=[8, 8], depths=[1, 1], layer_type="basic", out_features=["stage2"])
    config = hf.DetrConfig(use_timm_backbone=False, use_pretrained_backbone=False, backbone=None, backbone_config=backbone, d_model=WIDTH, num_queries=3, encoder_layers=1, decoder_layers=2,
                           encoder_attention_heads=HEADS, decoder_attention_heads=HEADS, encoder_ffn_dim=WIDTH, decoder_ffn_dim=WIDTH, num_labels=3, **EAGER)
    model = hf.DetrForObjectDetection(config)
    return Cell(model, {"pixel_values": pixels(), "pixel_mask": torch.ones(1, SIDE, SIDE, dtype=torch.int64)}, LOGITS, "vv qq qv qq qv", axes=False)


KINDS = (
    lead_word,
    picture_first,
    linear_patches,
    mixed_mask,
    pooled,
    resampled,
    video,
    tiles,
    blip2,
    align,
    in_one_piece,
    git,
    t5,
    llava,
    qwen2_vl,
    x_clip,
    with_past,
    embedded,
    florence2,
    detr,
)

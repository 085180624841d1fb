"""Tiny models, random, of architectures that no fixture holds."""

from __future__ import annotations

import torch
import transformers as hf

from ..cells import EAGER, Cell
from ..kinds import DECODER, HEADS, IMAGE, LOGITS, PATCH, PLACE, SIDE, TEXT, WIDTH, WORDS, both, ones, pixels, words

PATCHES = (SIDE // PATCH) ** 2
MATCH = {"logits": lambda a: a.logits_per_image}


def placed(count: int = PATCHES) -> dict[str, torch.Tensor]:
    """A text with places for a picture behind its first word."""
    return both(words(*[PLACE] * count))


def deit() -> Cell:
    model = hf.DeiTForImageClassification(hf.DeiTConfig(**IMAGE, num_labels=6, **EAGER))
    return Cell(model, {"pixel_values": pixels()}, LOGITS, "vv", axes=False)


def dinov2() -> Cell:
    model = hf.Dinov2WithRegistersForImageClassification(
        hf.Dinov2WithRegistersConfig(**IMAGE, num_labels=6, num_register_tokens=2, mlp_ratio=1, **EAGER)
    )
    return Cell(model, {"pixel_values": pixels()}, LOGITS, "vv", axes=False)


def swin() -> Cell:
    sizes = {"image_size": 32, "patch_size": 4, "embed_dim": 8, "depths": [2, 1], "num_heads": [2, 2], "window_size": 4}
    model = hf.SwinForImageClassification(hf.SwinConfig(**sizes, num_labels=6, **EAGER))
    return Cell(model, {"pixel_values": torch.randn(1, 3, 32, 32)}, LOGITS, "vv vv vv", axes=False)


def clipseg() -> Cell:
    config = hf.CLIPSegConfig(text_config=TEXT, vision_config=IMAGE, projection_dim=WIDTH, **EAGER)
    return Cell(hf.CLIPSegModel(config), both(words()), MATCH, "vv tt", axes=False)


def owlvit() -> Cell:
    config = hf.OwlViTConfig(text_config=TEXT, vision_config=IMAGE, projection_dim=WIDTH, **EAGER)
    return Cell(hf.OwlViTModel(config), both(words()), MATCH, "vv tt", axes=False)


def chinese_clip() -> Cell:
    config = hf.ChineseCLIPConfig(text_config=TEXT, vision_config=IMAGE, projection_dim=WIDTH, **EAGER)
    return Cell(hf.ChineseCLIPModel(config), both(words()), MATCH, "vv tt", axes=False)


def altclip() -> Cell:
    text = {**TEXT, "project_dim": WIDTH}
    config = hf.AltCLIPConfig(text_config=text, vision_config=IMAGE, projection_dim=WIDTH, **EAGER)
    return Cell(hf.AltCLIPModel(config), both(words()), MATCH, "vv tt", axes=False)


def siglip2() -> Cell:
    vision = {**IMAGE, "num_patches": PATCHES}
    vision.pop("image_size")
    config = hf.Siglip2Config(text_config={**TEXT, "projection_size": WIDTH}, vision_config=vision, **EAGER)
    feeds = {
        "input_ids": words(),
        "pixel_values": torch.randn(1, PATCHES, 3 * PATCH**2),
        "pixel_attention_mask": torch.ones(1, PATCHES, dtype=torch.int64),
        "spatial_shapes": torch.tensor([[SIDE // PATCH] * 2]),
    }
    return Cell(hf.Siglip2Model(config), feeds, MATCH, "vv qv tt", axes=False)


def paligemma() -> Cell:
    vision = {**IMAGE, "model_type": "siglip_vision_model", "projection_dim": WIDTH, "vision_use_head": False}
    text = {**DECODER, "model_type": "gemma"}
    config = hf.PaliGemmaConfig(vision_config=vision, text_config=text, image_token_index=PLACE, projection_dim=WIDTH, **EAGER)
    model = hf.PaliGemmaForConditionalGeneration(config)
    ids = torch.tensor([[*[PLACE] * PATCHES, 1, 11, 12, 13, 2]])
    return Cell(model, {"input_ids": ids, "pixel_values": pixels(), "attention_mask": ones(ids)}, LOGITS, "vv joint", axes=False)


def gemma3() -> Cell:
    vision = {**IMAGE, "model_type": "siglip_vision_model", "vision_use_head": False}
    text = {**DECODER, "model_type": "gemma3_text", "layer_types": ["full_attention"]}
    config = hf.Gemma3Config(
        vision_config=vision, text_config=text, image_token_index=PLACE, mm_tokens_per_image=PATCHES, boi_token_index=6, eoi_token_index=7, **EAGER
    )
    ids = words(6, *[PLACE] * PATCHES, 7)
    feeds = {"input_ids": ids, "pixel_values": pixels(), "attention_mask": ones(ids), "token_type_ids": (ids == PLACE).long()}
    return Cell(hf.Gemma3ForConditionalGeneration(config), feeds, LOGITS, "vv joint", axes=False)


def idefics3() -> Cell:
    vision = {**IMAGE, "model_type": "idefics3_vision"}
    config = hf.Idefics3Config(
        vision_config=vision, text_config={**DECODER, "model_type": "llama"}, image_token_id=PLACE, scale_factor=1, **EAGER
    )
    feeds = placed()
    feeds["pixel_values"] = pixels(1, 1)
    return Cell(hf.Idefics3ForConditionalGeneration(config), feeds, LOGITS, "vv joint", axes=False)


def internvl() -> Cell:
    vision = {**IMAGE, "image_size": [SIDE, SIDE], "patch_size": [PATCH, PATCH], "model_type": "internvl_vision"}
    config = hf.InternVLConfig(
        vision_config=vision,
        text_config={**DECODER, "model_type": "qwen2"},
        image_token_id=PLACE,
        downsample_ratio=1.0,
        vision_feature_layer=-1,
        **EAGER,
    )
    return Cell(hf.InternVLForConditionalGeneration(config), placed(), LOGITS, "vv joint", axes=False)


def qwen2_5_vl() -> Cell:
    vision = {
        "depth": 1, "out_hidden_size": WIDTH, "num_heads": HEADS, "hidden_size": WIDTH, "intermediate_size": WIDTH, "patch_size": 4,
        "temporal_patch_size": 2, "spatial_merge_size": 2, "window_size": 16, "fullatt_block_indexes": [0],
    }  # fmt: skip
    rope = {"rope_type": "default", "mrope_section": [1, 1, 2], "rope_theta": 10000.0}
    config = hf.Qwen2_5_VLConfig(
        vision_config=vision, text_config={**DECODER, "rope_parameters": rope}, image_token_id=PLACE, vision_start_token_id=6, **EAGER
    )
    ids = words(6, *[PLACE] * 4)
    feeds = {
        "input_ids": ids,
        "attention_mask": ones(ids),
        "pixel_values": torch.randn(16, 96),
        "image_grid_thw": torch.tensor([[1, 4, 4]]),
        "mm_token_type_ids": (ids == PLACE).long(),
    }
    return Cell(hf.Qwen2_5_VLForConditionalGeneration(config), feeds, LOGITS, "vv joint", axes=False)


def trocr() -> Cell:
    sizes = {"d_model": WIDTH, "decoder_layers": 1, "decoder_attention_heads": HEADS, "decoder_ffn_dim": WIDTH, "vocab_size": WORDS}
    decoder = hf.TrOCRConfig(**sizes, cross_attention_hidden_size=WIDTH, max_position_embeddings=24, use_cache=False)
    config = hf.VisionEncoderDecoderConfig.from_encoder_decoder_configs(hf.ViTConfig(**IMAGE), decoder)
    config._attn_implementation = "eager"
    model = hf.VisionEncoderDecoderModel(config)
    model.config.use_cache = model.decoder.config.use_cache = False
    return Cell(model, {"pixel_values": pixels(), "decoder_input_ids": words()}, LOGITS, "vv tt tv", axes=False)


def grounding_dino() -> Cell:
    backbone = hf.SwinConfig(image_size=64, patch_size=4, embed_dim=8, depths=[1, 1], num_heads=[2, 2], window_size=4, out_features=["stage1", "stage2"])
    config = hf.GroundingDinoConfig(
        backbone_config=backbone, use_timm_backbone=False, use_pretrained_backbone=False, backbone=None, text_config={**TEXT, "model_type": "bert"},
        d_model=32, num_queries=3, encoder_layers=1, decoder_layers=2, encoder_attention_heads=HEADS, decoder_attention_heads=HEADS,
        encoder_ffn_dim=WIDTH, decoder_ffn_dim=WIDTH, num_feature_levels=2, fusion_dropout=0.0, encoder_n_points=2, decoder_n_points=2, max_text_len=16, **EAGER,
    )  # fmt: skip
    feeds = {"pixel_values": torch.randn(1, 3, 64, 64), "input_ids": words(), "attention_mask": ones(words())}
    return Cell(hf.GroundingDinoForObjectDetection(config), feeds, LOGITS, "?", axes=False)


def instructblip() -> Cell:
    former = {**TEXT, "encoder_hidden_size": WIDTH, "cross_attention_frequency": 1}
    opt = {**TEXT, "ffn_dim": WIDTH, "word_embed_proj_dim": WIDTH, "model_type": "opt", "use_cache": False}
    config = hf.InstructBlipConfig(
        vision_config=IMAGE, qformer_config=former, text_config=opt, num_query_tokens=3, image_token_index=PLACE, **EAGER
    )
    ids = words(PLACE, PLACE, PLACE)
    feeds = {
        "pixel_values": pixels(),
        "qformer_input_ids": words(),
        "qformer_attention_mask": ones(words()),
        "input_ids": ids,
        "attention_mask": ones(ids),
    }
    return Cell(hf.InstructBlipForConditionalGeneration(config), feeds, LOGITS, "vv joint qv joint", axes=False)


def yolos() -> Cell:
    config = hf.YolosConfig(**{**IMAGE, "image_size": [SIDE, SIDE]}, num_detection_tokens=3, num_labels=3, **EAGER)
    outputs = {**LOGITS, "boxes": lambda a: a.pred_boxes}
    return Cell(hf.YolosForObjectDetection(config), {"pixel_values": pixels()}, outputs, "vv", axes=False)


def fuyu() -> Cell:
    text = {**TEXT, "model_type": "persimmon", "use_cache": False}
    config = hf.FuyuConfig(**TEXT, image_size=SIDE, patch_size=PATCH, text_config=text, use_cache=False, image_token_id=PLACE, **EAGER)
    ids = words(*[PLACE] * PATCHES)
    feeds = {"input_ids": ids, "image_patches": torch.randn(1, PATCHES, 3 * PATCH**2), "attention_mask": ones(ids)}
    return Cell(hf.FuyuForCausalLM(config), feeds, LOGITS, "joint", axes=False)


FURTHER = (
    deit, dinov2, swin, clipseg, owlvit, chinese_clip, altclip, siglip2, paligemma, gemma3, idefics3, internvl, qwen2_5_vl, trocr,
    grounding_dino, instructblip, yolos, fuyu,
)  # fmt: skip

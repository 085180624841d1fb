"""A LLaVA at a published geometry in several files, as the Hub has such, with random weights rounded to blocks of four bits by onnxruntime's own tool:
CLIP ViT-L/14 at 336 px, whose 576 patches stand in the text of a Qwen2 of 0.5 billion parameters."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from tempfile import TemporaryDirectory

import torch
import transformers as hf

from .cells import EAGER
from .split import Decoder, Language, Vision, Words, export, export_decoder
from .words import bert_tokenizer

PLACE = 30522
"""The id that stands where the picture is put in: the first behind BERT's vocabulary."""


def llava(shrink: int) -> hf.LlavaForConditionalGeneration:
    """``shrink`` divides the number of layers and of words."""
    vision = {
        "model_type": "clip_vision_model", "image_size": 336, "patch_size": 14, "hidden_size": 1024, "intermediate_size": 4096,
        "num_hidden_layers": max(2, 24 // shrink), "num_attention_heads": 16, "projection_dim": 768,
    }  # fmt: skip
    text = {
        "model_type": "qwen2", "vocab_size": max(PLACE + 8, 151936 // shrink), "hidden_size": 896, "intermediate_size": 4864,
        "num_hidden_layers": max(2, 24 // shrink), "num_attention_heads": 14, "num_key_value_heads": 2, "max_position_embeddings": 4096,
        "tie_word_embeddings": False,
    }  # fmt: skip
    config = hf.LlavaConfig(vision_config=vision, text_config=text, vision_feature_layer=-2, image_token_id=PLACE, image_token_index=PLACE, **EAGER)
    return hf.LlavaForConditionalGeneration(config)


def four_bits(path: Path, to: Path) -> None:
    import onnx
    from onnxruntime.quantization.matmul_nbits_quantizer import MatMulNBitsQuantizer

    quantizer = MatMulNBitsQuantizer(onnx.load(path), block_size=32, is_symmetric=True)
    quantizer.process()
    onnx.save(quantizer.model.model, to)


def halves(path: Path, to: Path) -> None:
    import onnx
    from onnxruntime.transformers.float16 import convert_float_to_float16

    onnx.save(convert_float_to_float16(onnx.load(path), keep_io_types=True), to)


def export_large(folder: Path, vocabulary: Path | None, shrink: int = 1) -> None:
    """Writes vision_encoder_q4.onnx, embed_tokens_fp16.onnx and decoder_model_merged_q4.onnx with their configuration."""
    torch.manual_seed(1)
    folder.mkdir(parents=True, exist_ok=True)
    model = llava(shrink).eval()
    inner, text = model.model, model.config.text_config
    words, image = {0: "batch_size", 1: "sequence_length"}, {0: "batch_size"}
    ids, picture = torch.tensor([[101, 1037, 3899, 102]]), torch.randn(1, 3, 336, 336)
    with TemporaryDirectory() as scratch:
        work = Path(scratch)
        table, vision, decoder = (work / name / "model.onnx" for name in ("table", "vision", "decoder"))
        for path in (table, vision, decoder):
            path.parent.mkdir()
        export(Words(inner.language_model.embed_tokens), (ids,), table, ["input_ids"], ["inputs_embeds"], {"input_ids": words, "inputs_embeds": words})
        halves(table, folder / "embed_tokens_fp16.onnx")
        axes = {"pixel_values": image, "image_features": image}
        export(Vision(inner, True), (picture,), vision, ["pixel_values"], ["image_features"], axes)
        four_bits(vision, folder / "vision_encoder_q4.onnx")
        module = Decoder(Language(inner.language_model, model.lm_head), text.num_hidden_layers)
        size = text.hidden_size // text.num_attention_heads
        export_decoder(module, decoder, text.hidden_size, text.num_key_value_heads, size)
        four_bits(decoder, folder / "decoder_model_merged_q4.onnx")
        shutil.rmtree(work, ignore_errors=True)
    model.config.save_pretrained(folder)
    hf.CLIPImageProcessorPil(size={"shortest_edge": 336}, crop_size={"height": 336, "width": 336}).save_pretrained(folder)
    said = {"processor_class": "LlavaProcessor", "image_token": "<image>", "patch_size": 14}
    (folder / "processor_config.json").write_text(json.dumps(said))
    if vocabulary:
        tokenizer = bert_tokenizer(vocabulary)
        tokenizer.add_tokens(["<image>"], special_tokens=True)
        tokenizer.save_pretrained(folder)

"""Public architectures at half of their published width, random, as public tools leave them: exported by PyTorch, fused, halved and quantised by onnxruntime's own commands, and not
touched further. Beside each what PyTorch says of one picture and one caption, with the weights rounded as the tool rounded them.

    cd models && python -m vlpm_export tools /somewhere --words vocab.txt --pieces bpe_simple_vocab_16e6.txt.gz
    cd .. && npx tsx tests/truth/whole.ts /somewhere/clip-fp16
"""

from __future__ import annotations

import json
import subprocess
import sys
import warnings
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy
import onnx
import torch
import transformers as hf
from lab.tensors import write_tensors
from onnx import numpy_helper
from torch import Tensor, nn

from ..cells import EAGER
from ..full import BATCH, WORDS
from ..hub import watched
from ..large import PLACE, four_bits
from ..split import Decoder, Language, Vision, Words, export, export_decoder
from ..words import bert_tokenizer, clip_tokenizer

CAPTION = "a red dog beside trees"
WIDE = {"hidden_size": 256, "num_hidden_layers": 2, "num_attention_heads": 4, "intermediate_size": 512}
HEADS, WIDTH = "4", "256"


def spread(model: nn.Module) -> None:
    """Matrices larger than a fresh model's, so that attention is not uniform, nor so large that it is on one key."""
    for name, weight in model.named_parameters():
        if weight.dim() >= 2 and "position" not in name:
            weight.data.mul_(1.5 / weight[0].numel() ** 0.5 / weight.data.std())


def picture(side: int) -> Tensor:
    """A picture of noise [side, side, 3] in bytes."""
    return torch.randint(0, 256, (side, side, 3), generator=torch.Generator().manual_seed(side), dtype=torch.uint8)


def pixel_values(shown: Tensor, processor: dict) -> Tensor:
    mean, std = (torch.tensor(processor[key]) for key in ("image_mean", "image_std"))
    return ((shown / 255 - mean) / std).permute(2, 0, 1)[None].float()


def write_reference(folder: Path, shown: Tensor | None, caption: str, run: Callable[[], Tensor]) -> None:
    """What PyTorch shows: its maps in the order of its calls, and one answer."""
    with torch.no_grad(), watched() as maps:
        answer = run()
    arrays = {f"attention.{i}": one for i, one in enumerate(maps)} | {"answer": answer}
    if shown is not None:
        from PIL import Image

        arrays["pixels"] = shown
        Image.fromarray(shown.numpy()).save(folder / "picture.png")
    found = {key: numpy.ascontiguousarray(value.detach().numpy()) for key, value in arrays.items()}
    write_tensors(folder / "pytorch.safetensors", found, {"caption": caption})


def optimise(plain: Path, to: Path, kind: str, *more: str) -> None:
    """By onnxruntime's own command, as its users call it."""
    words = ["--input", str(plain), "--output", str(to), "--model_type", kind, "--num_heads", HEADS, "--hidden_size", WIDTH, *more]
    subprocess.run([sys.executable, "-m", "onnxruntime.transformers.optimizer", *words], check=True, capture_output=True)


def halve(model: nn.Module) -> None:
    """Weights as half floats hold them."""
    for weight in model.parameters():
        weight.data = weight.data.half().float()


def clip(folder: Path, vocabulary: dict[str, Path]) -> None:
    text = {"bos_token_id": 49406, "eos_token_id": 49407, "pad_token_id": 49407, **WIDE}
    vision = {"image_size": 224, "patch_size": 32, **WIDE}
    model = hf.CLIPModel(hf.CLIPConfig(text_config=text, vision_config=vision, projection_dim=256, **EAGER)).eval()
    spread(model)
    processor = hf.CLIPImageProcessorPil()
    processor.save_pretrained(folder)
    tokenizer = clip_tokenizer(vocabulary["pieces"])
    tokenizer.save_pretrained(folder)
    model.config.save_pretrained(folder)
    ids, shown = tokenizer(CAPTION, return_tensors="pt").input_ids, picture(224)
    feeds = (ids, pixel_values(shown, processor.to_dict()), torch.ones_like(ids))
    names = ("input_ids", "pixel_values", "attention_mask")
    axes = {"input_ids": WORDS, "attention_mask": WORDS, "pixel_values": {0: "images"}, "logits_per_image": {0: "images", 1: "batch"}}
    module = Answer(model, names, "logits_per_image")
    with TemporaryDirectory() as scratch:
        export(module, feeds, Path(scratch) / "model.onnx", names, ["logits_per_image"], axes)
        optimise(Path(scratch) / "model.onnx", folder / "model_fp16.onnx", "clip", "--float16")
    halve(model)
    write_reference(folder, shown, CAPTION, lambda: module(*feeds))


class Answer(nn.Module):
    """One answer of a model that is given tensors by name."""

    def __init__(self, model: nn.Module, names: tuple[str, ...], answer: str):
        super().__init__()
        self.model, self.names, self.answer = model, names, answer

    def forward(self, *given: Tensor) -> Tensor:
        return self.model(**dict(zip(self.names, given, strict=True)))[self.answer]


def bert(folder: Path, vocabulary: dict[str, Path]) -> None:
    model = hf.BertForMaskedLM(hf.BertConfig(**WIDE, **EAGER)).eval()
    spread(model)
    tokenizer = bert_tokenizer(vocabulary["words"])
    tokenizer.save_pretrained(folder)
    model.config.save_pretrained(folder)
    ids = tokenizer(CAPTION, return_tensors="pt").input_ids
    feeds = (ids, torch.ones_like(ids), torch.zeros_like(ids))
    names = ("input_ids", "attention_mask", "token_type_ids")
    module = Answer(model, names, "logits")
    with TemporaryDirectory() as scratch:
        export(module, feeds, Path(scratch) / "model.onnx", names, ["logits"], dict.fromkeys((*names, "logits"), WORDS))
        optimise(Path(scratch) / "model.onnx", folder / "model_optimized.onnx", "bert")
    write_reference(folder, None, CAPTION, lambda: module(*feeds))


def as_rounded(model: nn.Module, plain: Path, rounded: Path) -> None:
    """Gives a model the weights that blocks of four bits hold: those of `rounded` in place of the equal ones of `plain`, which was exported of it."""
    before = {one.name: numpy_helper.to_array(one) for one in onnx.load(plain).graph.initializer}
    graph = onnx.load(rounded).graph
    stored = {one.name: numpy_helper.to_array(one) for one in graph.initializer}
    weights = [weight for weight in model.parameters() if weight.dim() == 2]
    for node in graph.node:
        if node.op_type != "MatMulNBits":
            continue
        said = {one.name: onnx.helper.get_attribute_value(one) for one in node.attribute}
        rows, columns, block = said["N"], said["K"], said["block_size"]
        packed = stored[node.input[1]].reshape(rows, -1)
        halves = numpy.stack([packed & 15, packed >> 4], -1).reshape(rows, -1, block).astype(numpy.float32) - 8
        values = (halves * stored[node.input[2]].reshape(rows, -1, 1)).reshape(rows, -1)[:, :columns]
        old = torch.from_numpy(before[node.input[1].removesuffix("_Q4")].T.copy())
        (same,) = [weight for weight in weights if weight.shape == old.shape and torch.equal(weight.data, old)]
        same.data = torch.from_numpy(values.copy())


def small_llava() -> hf.LlavaForConditionalGeneration:
    vision = {"model_type": "clip_vision_model", "image_size": 112, "patch_size": 14, "projection_dim": 256, **WIDE}
    text = {"model_type": "qwen2", "vocab_size": PLACE + 8, "num_key_value_heads": 2, "max_position_embeddings": 512, "tie_word_embeddings": False, **WIDE}
    config = hf.LlavaConfig(vision_config=vision, text_config=text, vision_feature_layer=-1, image_token_id=PLACE, image_token_index=PLACE, **EAGER)
    return hf.LlavaForConditionalGeneration(config)


def llava(quantised: bool) -> Callable[[Path, dict[str, Path]], None]:
    def make(folder: Path, vocabulary: dict[str, Path]) -> None:
        model = small_llava().eval()
        spread(model)
        inner, text = model.model, model.config.text_config
        processor = hf.CLIPImageProcessorPil(size={"shortest_edge": 112}, crop_size={"height": 112, "width": 112})
        processor.save_pretrained(folder)
        tokenizer = bert_tokenizer(vocabulary["words"])
        tokenizer.add_tokens(["<image>"], special_tokens=True)
        tokenizer.save_pretrained(folder)
        model.config.save_pretrained(folder)
        (folder / "processor_config.json").write_text(json.dumps({"processor_class": "LlavaProcessor", "image_token": "<image>", "patch_size": 14}))
        shown = picture(112)
        pixels = pixel_values(shown, processor.to_dict())
        caption = f"<image> {CAPTION}"
        ids = tokenizer(caption).input_ids[:-1]
        expanded = torch.tensor([[one for id in ids for one in ([PLACE] * 64 if id == PLACE else [id])]])
        with TemporaryDirectory() as scratch:
            work = Path(scratch)
            axes = {"input_ids": WORDS, "inputs_embeds": WORDS}
            export(Words(inner.language_model.embed_tokens), (expanded,), folder / "embed_tokens.onnx", ["input_ids"], ["inputs_embeds"], axes)
            vision = work / "vision_encoder.onnx"
            export(Vision(inner, True), (pixels,), vision, ["pixel_values"], ["image_features"], dict.fromkeys(("pixel_values", "image_features"), BATCH))
            decoder = work / "decoder_model_merged.onnx"
            layers, size = text.num_hidden_layers, text.hidden_size // text.num_attention_heads
            export_decoder(Decoder(Language(inner.language_model, model.lm_head), layers), decoder, text.hidden_size, text.num_key_value_heads, size)
            for path in (vision, decoder):
                to = folder / f"{path.stem}{'_q4' if quantised else ''}.onnx"
                if quantised:
                    four_bits(path, to)
                    as_rounded(model, path, to)
                else:
                    path.rename(to)
        write_reference(folder, shown, caption, lambda: model(input_ids=expanded, pixel_values=pixels, attention_mask=torch.ones_like(expanded)).logits)

    return make


class Whole(nn.Module):
    """A LLaVA-NeXT for a picture of one size, which fills its tiles."""

    def __init__(self, model: nn.Module, sides: list[list[int]]):
        super().__init__()
        self.model, self.sides = model, sides

    def forward(self, input_ids: Tensor, pixel_values: Tensor, attention_mask: Tensor) -> Tensor:
        return self.model(input_ids=input_ids, pixel_values=pixel_values, attention_mask=attention_mask, image_sizes=self.sides).logits


def llava_next(folder: Path, vocabulary: dict[str, Path]) -> None:
    """In one file: a picture as a whole and in 2 × 2 tiles, a separator behind each row of these. A trace cannot follow how padding is cut off, and here is none."""
    from PIL import Image
    from transformers.models.llava_next import modeling_llava_next

    side, full = 112, 224
    vision = {"model_type": "clip_vision_model", "image_size": side, "patch_size": 14, "projection_dim": 256, **WIDE}
    text = {"model_type": "qwen2", "vocab_size": PLACE + 8, "num_key_value_heads": 2, "max_position_embeddings": 512, "use_cache": False, **WIDE}
    config = hf.LlavaNextConfig(
        vision_config=vision, text_config=text, vision_feature_layer=-1, image_token_index=PLACE, image_token_id=PLACE,
        image_grid_pinpoints=[[full, full]], **EAGER,
    )  # fmt: skip
    model = hf.LlavaNextForConditionalGeneration(config).eval()
    spread(model)
    model.model.image_newline.data = torch.randn(256)
    processor = hf.CLIPImageProcessorPil(size={"shortest_edge": side}, crop_size={"height": side, "width": side})
    processor.save_pretrained(folder)
    tokenizer = bert_tokenizer(vocabulary["words"])
    tokenizer.add_tokens(["<image>"], special_tokens=True)
    tokenizer.save_pretrained(folder)
    model.config.save_pretrained(folder)
    (folder / "processor_config.json").write_text(json.dumps({"processor_class": "LlavaNextProcessor", "image_token": "<image>", "patch_size": 14}))
    shown = picture(full)
    small = torch.from_numpy(numpy.array(Image.fromarray(shown.numpy()).resize((side, side), Image.Resampling.BICUBIC)))
    tiles = shown.reshape(2, side, 2, side, 3).permute(0, 2, 1, 3, 4).reshape(4, side, side, 3)
    pixels = torch.cat([pixel_values(one, processor.to_dict()) for one in (small, *tiles)])[None]
    caption = f"<image> {CAPTION}"
    places = 64 + 16 * (16 + 1)
    ids = tokenizer(caption).input_ids[:-1]
    expanded = torch.tensor([[one for id in ids for one in ([PLACE] * places if id == PLACE else [id])]])
    feeds = {"input_ids": expanded, "pixel_values": pixels, "attention_mask": torch.ones_like(expanded)}
    module, unpad = Whole(model, [[full, full]]), modeling_llava_next.unpad_image
    modeling_llava_next.unpad_image = lambda features, _: features
    try:
        axes = dict.fromkeys(("input_ids", "attention_mask", "logits"), WORDS)
        export(module, tuple(feeds.values()), folder / "model.onnx", tuple(feeds), ["logits"], axes)
        write_reference(folder, shown, caption, lambda: module(**feeds))
    finally:
        modeling_llava_next.unpad_image = unpad


MADE: dict[str, Callable[[Path, dict[str, Path]], None]] = {
    "clip-fp16": clip,
    "bert-fused": bert,
    "llava-split": llava(False),
    "llava-q4": llava(True),
    "llava-next": llava_next,
}


def make_all(folder: Path, vocabulary: dict[str, Path]) -> None:
    """A folder for each, as a visitor drops it, with pytorch.safetensors and picture.png."""
    warnings.simplefilter("ignore")
    torch.backends.mha.set_fastpath_enabled(False)
    for name, make in MADE.items():
        torch.manual_seed(1)
        (folder / name).mkdir(parents=True, exist_ok=True)
        make(folder / name, vocabulary)
        print(name, ", ".join(f"{path.name} {path.stat().st_size / 1e6:.1f} MB" for path in sorted((folder / name).glob("*.onnx"))), flush=True)

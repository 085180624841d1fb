"""Tiny models in several files, as optimum and the Hub have them: a vision encoder, a table of words, a decoder that takes embedded words and
keys and values of earlier steps. Random, with what PyTorch says of the whole model.

Run in models: python -m vlpm_export.split ../tests/oracle/split
"""

from __future__ import annotations

import sys
import warnings
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy
import torch
import transformers as hf
from lab.tensors import write_tensors
from torch import Tensor, nn

from .cells import EAGER
from .hub import pack, spread_short, watched
from .joined import HEADS, SIDE, WIDTH, WORDS
from .kinds import DECODER, IMAGE, PLACE

STEPS = 4
"""How many words are written one after another."""


def noise(side: int) -> Tensor:
    """The picture that tests of the page give, as it brings it to numbers with mean and deviation 0.5."""
    red, green, blue = ([(4 * at + channel) * 2654435761 % 2**32 >> 24 for at in range(side * side)] for channel in range(3))
    return (torch.tensor([red, green, blue]).view(1, 3, side, side) / 255 - 0.5) / 0.5


def picture_of_noise() -> Tensor:
    return noise(SIDE)


class Words(nn.Module):
    """The table that ids are looked up in."""

    def __init__(self, table: nn.Module):
        super().__init__()
        self.table = table

    def forward(self, input_ids: Tensor) -> Tensor:
        return self.table(input_ids)


class Vision(nn.Module):
    """A picture's features as the language model has them, or as the vision encoder has them where a projector follows."""

    def __init__(self, model: nn.Module, projects: bool):
        super().__init__()
        self.model, self.projects = model, projects

    def forward(self, pixel_values: Tensor) -> Tensor:
        states = self.model.vision_tower(pixel_values, output_hidden_states=True).hidden_states[self.model.config.vision_feature_layer][:, 1:]
        return self.model.multi_modal_projector(states) if self.projects else states


class States(nn.Module):
    """What an encoder makes of a picture."""

    def __init__(self, model: nn.Module):
        super().__init__()
        self.model = model

    def forward(self, pixel_values: Tensor) -> Tensor:
        return self.model(pixel_values).last_hidden_state


class Language(nn.Module):
    """A language model with its head."""

    def __init__(self, model: nn.Module, head: nn.Module):
        super().__init__()
        self.model, self.head = model, head

    def forward(self, **given: Tensor):
        answer = self.model(**given)
        answer.logits = self.head(answer.last_hidden_state)
        return answer


class Decoder(nn.Module):
    """A language model from embedded words, with earlier keys and values in and all of them out."""

    def __init__(self, model: nn.Module, layers: int, embedded: bool = True):
        super().__init__()
        self.model, self.layers, self.embedded = model, layers, embedded

    def forward(self, words: Tensor, attention_mask: Tensor, position_ids: Tensor, *past: Tensor):
        cache = hf.DynamicCache([(past[2 * i], past[2 * i + 1]) for i in range(self.layers)])
        name = "inputs_embeds" if self.embedded else "input_ids"
        answer = self.model(**{name: words}, attention_mask=attention_mask, position_ids=position_ids, past_key_values=cache, use_cache=True)
        present = [one for layer in answer.past_key_values.layers for one in (layer.keys, layer.values)]
        return (answer.logits, *present)


def export_decoder(module: Decoder, path: Path, width: int, heads: int = HEADS, size: int = WIDTH // HEADS, rotary: int = 0) -> None:
    """As optimum names and frees its axes; ``heads`` of ``size`` numbers are those of keys and values, positions are ``rotary`` rows of them where not 0."""
    past = [torch.randn(1, heads, 3, size) for _ in range(2 * module.layers)]
    words = torch.randn(1, 5, width) if module.embedded else torch.tensor([[1, 11, 12, 13, 14]])
    positions = torch.arange(3, 8)[None]
    positions = positions.expand(rotary, 1, 5).contiguous() if rotary else positions
    feeds = (words, torch.ones(1, 8, dtype=torch.int64), positions, *past)
    sides = [f"{i}.{side}" for i in range(module.layers) for side in ("key", "value")]
    first = "inputs_embeds" if module.embedded else "input_ids"
    inputs = [first, "attention_mask", "position_ids", *(f"past_key_values.{side}" for side in sides)]
    outputs = ["logits", *(f"present.{side}" for side in sides)]
    text = {0: "batch_size", 1: "sequence_length"}
    axes: dict[str, dict[int, str]] = {first: text, "position_ids": {1: text[0], 2: text[1]} if rotary else text, "logits": text}
    axes |= {"attention_mask": {0: "batch_size", 1: "past_sequence_length + sequence_length"}}
    axes |= {f"past_key_values.{side}": {0: "batch_size", 2: "past_sequence_length"} for side in sides}
    axes |= {f"present.{side}": {0: "batch_size", 2: "past_sequence_length + sequence_length"} for side in sides}
    export(module, feeds, path, inputs, outputs, axes)


class Captioner(nn.Module):
    """A decoder that looks at what an encoder made of a picture: its first step, or a later one that is given all of the earlier ones."""

    def __init__(self, model: nn.Module, layers: int, later: bool):
        super().__init__()
        self.model, self.layers, self.later = model, layers, later

    def forward(self, input_ids: Tensor, encoder_hidden_states: Tensor, *past: Tensor):
        cache = hf.EncoderDecoderCache(hf.DynamicCache(), hf.DynamicCache())
        if self.later:
            own, cross = ([(past[4 * i + side], past[4 * i + side + 1]) for i in range(self.layers)] for side in (0, 2))
            cache = hf.EncoderDecoderCache(hf.DynamicCache(own), hf.DynamicCache(cross))
        answer = self.model(input_ids=input_ids, encoder_hidden_states=encoder_hidden_states, past_key_values=cache, use_cache=True)
        caches = answer.past_key_values
        both = zip(caches.self_attention_cache.layers, caches.cross_attention_cache.layers, strict=True)
        return (answer.logits, *(one for pair in both for layer in pair for one in (layer.keys, layer.values)))


def merge(first: Path, later: Path, merged: Path) -> None:
    """Both as the branches of one If, by optimum-onnx itself (`pip install --no-deps optimum optimum-onnx`)."""
    from optimum.onnx.graph_transformations import merge_decoders

    merge_decoders(str(first), str(later), strict=False, save_path=str(merged))


def export_captioner(model: nn.Module, folder: Path, layers: int) -> None:
    """The decoder of a captioner in two steps, as optimum names and merges them."""
    sides = [f"{i}.{which}.{side}" for i in range(layers) for which in ("decoder", "encoder") for side in ("key", "value")]
    outputs = ["logits", *(f"present.{side}" for side in sides)]
    lengths = {"decoder": "past_decoder_sequence_length", "encoder": "encoder_sequence_length_out"}
    axes: dict[str, dict[int, str]] = {"input_ids": {0: "batch_size", 1: "decoder_sequence_length"}, "logits": {0: "batch_size", 1: "decoder_sequence_length"}}
    axes |= {"encoder_hidden_states": {0: "batch_size", 1: "encoder_sequence_length"}}
    axes |= {f"past_key_values.{side}": {0: "batch_size", 2: lengths[side.split(".")[1]]} for side in sides}
    axes |= {f"present.{side}": {0: "batch_size", 2: f"{lengths[side.split('.')[1]]} + 1"} for side in sides}
    states = torch.randn(1, 5, WIDTH)
    ids = torch.tensor([[1, 11, 12]])
    export(Captioner(model, layers, False), (ids, states), folder / "first.onnx", ["input_ids", "encoder_hidden_states"], outputs, axes)
    past = [torch.randn(1, HEADS, 3 if ".decoder." in side else 5, WIDTH // HEADS) for side in sides]
    inputs = ["input_ids", "encoder_hidden_states", *(f"past_key_values.{side}" for side in sides)]
    export(Captioner(model, layers, True), (ids[:, -1:], states, *past), folder / "later.onnx", inputs, outputs, axes)
    merge(folder / "first.onnx", folder / "later.onnx", folder / "captioner_decoder_merged.onnx")


def export(module: nn.Module, feeds: tuple, path: Path, inputs: Sequence[str], outputs: Sequence[str], axes: dict) -> None:
    torch.onnx.export(
        module.eval(), feeds, path, dynamo=False, opset_version=17, input_names=list(inputs), output_names=list(outputs), dynamic_axes=axes
    )


def llava() -> nn.Module:
    config = hf.LlavaConfig(
        vision_config={**IMAGE, "model_type": "clip_vision_model"},
        vision_feature_layer=-1,
        text_config={**DECODER, "num_hidden_layers": 2, "model_type": "llama"},
        image_token_id=PLACE,
        image_token_index=PLACE,
        **EAGER,
    )
    return hf.LlavaForConditionalGeneration(config)


def greedy(run, ids: Tensor) -> list[int]:
    """The likeliest next word, so many times, each looked for anew from the start."""
    written: list[int] = []
    for _ in range(STEPS):
        logits = run(torch.cat([ids, torch.tensor([written], dtype=torch.int64).view(1, -1)], 1))
        written.append(int(logits[0, -1].argmax()))
    return written


def write(path: Path, arrays: dict[str, Tensor], metadata: dict[str, str]) -> None:
    found = {key: value.int() if value.dtype == torch.int64 else value for key, value in arrays.items()}
    write_tensors(path, {key: numpy.ascontiguousarray(value.detach().numpy()) for key, value in found.items()}, metadata)


def make_llava(folder: Path) -> None:
    torch.manual_seed(7)
    model = llava().eval()
    spread_short(model)
    inner, place = model.model, torch.tensor([[PLACE]])
    ids = torch.tensor([[1, 11, 12, 13]])
    expanded = torch.cat([ids[:, :1], place.expand(1, 4), ids[:, 1:]], 1)
    picture = picture_of_noise()
    with TemporaryDirectory() as scratch:
        work = Path(scratch)
        image, text = {0: "batch_size"}, {0: "batch_size", 1: "sequence_length"}
        words = Words(inner.language_model.embed_tokens)
        export(words, (ids,), work / "embed_tokens.onnx", ["input_ids"], ["inputs_embeds"], {"input_ids": text, "inputs_embeds": text})
        export(Vision(inner, True), (picture,), work / "vision_encoder.onnx", ["pixel_values"], ["image_features"], {"pixel_values": image, "image_features": image})
        export(Vision(inner, False), (picture,), work / "vision_tower.onnx", ["pixel_values"], ["last_hidden_state"], {"pixel_values": image, "last_hidden_state": image})
        states = Vision(inner, False)(picture)
        export(inner.multi_modal_projector, (states,), work / "multi_modal_projector.onnx", ["image_features"], ["projected"],
               {"image_features": {0: "batch_size"}, "projected": {0: "batch_size"}})
        export_decoder(Decoder(Language(inner.language_model, model.lm_head), 2), work / "decoder_model_merged.onnx", WIDTH)
        for path in sorted(work.glob("*.onnx")):
            print(path.name, pack(path, folder))
    run = lambda ids: model(input_ids=ids, pixel_values=picture, attention_mask=torch.ones_like(ids)).logits
    with torch.no_grad(), watched() as maps:
        logits = run(expanded)
    with torch.no_grad():
        written = greedy(run, expanded)
    arrays = {"logits": logits, "written": torch.tensor(written)}
    arrays |= {f"attention.{i}": one for i, one in enumerate(maps)}
    write(folder / "llava.safetensors", arrays, {})
    print(written, [tuple(one.shape) for one in maps])


def make_past(folder: Path) -> None:
    torch.manual_seed(1)
    gpt2 = {"n_embd": WIDTH, "n_layer": 2, "n_head": HEADS, "n_positions": 24, "vocab_size": WORDS}
    model = hf.GPT2LMHeadModel(hf.GPT2Config(**gpt2, **EAGER)).eval()
    spread_short(model)
    ids = torch.tensor([[1, 11, 12, 13]])
    with TemporaryDirectory() as scratch:
        path = Path(scratch) / "past.onnx"
        export_decoder(Decoder(model, 2, embedded=False), path, WIDTH)
        print(path.name, pack(path, folder))
    with torch.no_grad(), watched() as maps:
        logits = model(input_ids=ids).logits
    with torch.no_grad():
        written = greedy(lambda ids: model(input_ids=ids).logits, ids)
    arrays = {"logits": logits, "written": torch.tensor(written)}
    write(folder / "past.safetensors", arrays | {f"attention.{i}": one for i, one in enumerate(maps)}, {})
    print(written)


def make_captioner(folder: Path) -> None:
    torch.manual_seed(10)
    gpt2 = {"n_embd": WIDTH, "n_layer": 2, "n_head": HEADS, "n_positions": 24, "vocab_size": WORDS, "bos_token_id": 1, "eos_token_id": 2}
    decoder = hf.GPT2Config(**gpt2, add_cross_attention=True, is_decoder=True)
    config = hf.VisionEncoderDecoderConfig.from_encoder_decoder_configs(hf.ViTConfig(**IMAGE), decoder)
    config._attn_implementation = "eager"
    model = hf.VisionEncoderDecoderModel(config).eval()
    spread_short(model)
    picture, ids = picture_of_noise(), torch.tensor([[1, 11, 12, 13]])
    with TemporaryDirectory() as scratch:
        work = Path(scratch)
        image = {0: "batch_size"}
        export(States(model.encoder), (picture,), work / "encoder_model.onnx", ["pixel_values"], ["last_hidden_state"], {"pixel_values": image, "last_hidden_state": image})
        export_captioner(model.decoder, work, 2)
        for name in ("encoder_model", "captioner_decoder_merged"):
            print(name, pack(work / f"{name}.onnx", folder))
    run = lambda ids: model(pixel_values=picture, decoder_input_ids=ids, use_cache=False).logits
    with torch.no_grad(), watched() as maps:
        logits = run(ids)
    with torch.no_grad():
        written = greedy(run, ids)
    arrays = {"logits": logits, "written": torch.tensor(written)}
    write(folder / "captioner.safetensors", arrays | {f"attention.{i}": one for i, one in enumerate(maps)}, {})
    print(written, [tuple(one.shape) for one in maps])


def main(folder: Path) -> None:
    warnings.simplefilter("ignore")
    torch.backends.mha.set_fastpath_enabled(False)
    folder.mkdir(parents=True, exist_ok=True)
    make_past(folder)
    make_llava(folder)
    make_captioner(folder)


if __name__ == "__main__":
    main(Path(sys.argv[1]))

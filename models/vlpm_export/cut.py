"""Tiny models whose picture comes in cut into patches, in frames or in tiles, with what PyTorch says of what the page gives them.

Run in models: python -m vlpm_export.cut ../tests/oracle/cut [names]
"""

from __future__ import annotations

import sys
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy
import torch
import transformers as hf
from lab.tensors import write_tensors
from torch import Tensor, nn

from . import kinds
from .cells import EAGER, Cell
from .hub import pack, spread_short, watched
from .joined import HEADS, WIDTH, Frames
from .kinds_oracle import export as written
from .kinds import DECODER, IMAGE, PLACE
from .split import Decoder, Language, Words, export, export_decoder, noise
from .truth import further

SIDE = 24
"""Of the picture in px: 6 × 6 patches, 3 × 3 places in the text."""

TEXT = {**DECODER, "rope_parameters": {"rope_type": "default", "mrope_section": [1, 1, 2], "rope_theta": 10000.0}}
IDS = torch.tensor([[1, 11, 12, 13, 14]])
LEAD = 2
"""Words before the picture."""
TEXT_AXES = {0: "batch_size", 1: "sequence_length"}


def rows(picture: Tensor, side: int = 4, frames: int = 2, merge: int = 2) -> Tensor:
    """Patches of a picture [1, 3, height, width] as Qwen2-VL's processor lays them out, a row each."""
    high, wide = (length // side // merge for length in picture.shape[-2:])
    cut = picture.expand(frames, -1, -1, -1).reshape(1, frames, 3, high, merge, side, wide, merge, side)
    return cut.permute(0, 3, 6, 4, 7, 2, 1, 5, 8).reshape(high * wide * merge * merge, -1)


@dataclass
class Case:
    """What is exported, by file, and the run of the whole model."""

    files: Callable[[Path], None]
    run: Callable[[], Tensor]
    hidden: int = 0
    """So many of its first attentions are not kept."""


def qwen(model: nn.Module, side: int = SIDE) -> tuple[nn.Module, dict[str, Tensor]]:
    """A model with what its processor would give it for the words and a picture of noise."""
    spread_short(model.eval())
    places = (side // 8) ** 2
    ids = torch.cat([IDS[:, :LEAD], torch.full((1, places), PLACE), IDS[:, LEAD:]], 1)
    grid = torch.tensor([[1, side // 4, side // 4]])
    positions, _ = model.model.get_rope_index(ids, (ids == PLACE).int(), grid)
    feeds = {"input_ids": ids, "attention_mask": torch.ones_like(ids), "position_ids": positions}
    return model, feeds | {"pixel_values": rows(noise(side)), "image_grid_thw": grid}


def qwen2_vl(side: int = SIDE) -> tuple[nn.Module, dict[str, Tensor]]:
    vision = {"depth": 1, "embed_dim": WIDTH, "num_heads": HEADS, "hidden_size": WIDTH, "mlp_ratio": 1, "patch_size": 4, "temporal_patch_size": 2, "spatial_merge_size": 2}
    return qwen(hf.Qwen2VLForConditionalGeneration(hf.Qwen2VLConfig(vision_config=vision, text_config=TEXT, image_token_id=PLACE, vision_start_token_id=6, **EAGER)), side)


def qwen2_5_vl() -> tuple[nn.Module, dict[str, Tensor]]:
    vision = {"depth": 1, "out_hidden_size": WIDTH, "num_heads": HEADS, "hidden_size": WIDTH, "intermediate_size": WIDTH, "patch_size": 4,
              "temporal_patch_size": 2, "spatial_merge_size": 2, "window_size": 16, "fullatt_block_indexes": [0]}
    return qwen(hf.Qwen2_5_VLForConditionalGeneration(hf.Qwen2_5_VLConfig(vision_config=vision, text_config=TEXT, image_token_id=PLACE, vision_start_token_id=6, **EAGER)))


class Named(nn.Module):
    """A model of tensors in a row, by name."""

    def __init__(self, model: nn.Module, names: list[str]):
        super().__init__()
        self.model, self.names = model, names

    def forward(self, *given: Tensor) -> Tensor:
        return self.model(**dict(zip(self.names, given, strict=True))).logits


def placed(build: Callable) -> Case:
    """Whole, with position_ids among its inputs."""
    model, feeds = build()
    module = Named(model, list(feeds))
    axes = {"input_ids": TEXT_AXES, "attention_mask": TEXT_AXES, "position_ids": {1: "batch_size", 2: "sequence_length"}, "logits": TEXT_AXES}
    write = lambda work: export(module, tuple(feeds.values()), work / "model.onnx", list(feeds), ["logits"], axes)
    return Case(write, lambda: module(*feeds.values()))


class Seen(nn.Module):
    """What Qwen2-VL's vision tower makes of rows of patches."""

    def __init__(self, model: nn.Module, grid: Tensor):
        super().__init__()
        self.visual, self.grid = model.model.visual, grid

    def forward(self, pixel_values: Tensor) -> Tensor:
        return self.visual(pixel_values, grid_thw=self.grid).pooler_output


def apart() -> Case:
    """In three files, of which the decoder takes position_ids."""
    model, feeds = qwen2_vl()
    inner = model.model

    def write(work: Path) -> None:
        export(Words(inner.language_model.embed_tokens), (IDS,), work / "embed_tokens.onnx", ["input_ids"], ["inputs_embeds"], {"input_ids": TEXT_AXES, "inputs_embeds": TEXT_AXES})
        export(Seen(model, feeds["image_grid_thw"]), (feeds["pixel_values"],), work / "vision_encoder.onnx", ["pixel_values"], ["image_features"], {})
        decoder = Decoder(Language(inner.language_model, model.lm_head), 1)
        export_decoder(decoder, work / "decoder_model_merged.onnx", WIDTH, rotary=3)

    return Case(write, lambda: model(**feeds).logits)


class SeenAnySize(nn.Module):
    """As `Seen`, for any number of patches of one picture: which row and column each is in follows from its place and from how many there are."""

    def __init__(self, model: nn.Module):
        super().__init__()
        self.visual, self.merge = model.model.visual, model.config.vision_config.spatial_merge_size

    def forward(self, pixel_values: Tensor, image_grid_thw: Tensor) -> Tensor:
        merge, at = self.merge, torch.arange(pixel_values.shape[0])
        square, inside, across = at // merge**2, at % merge**2, image_grid_thw[0, 2] // merge
        places = torch.stack([square // across * merge + inside // merge, square % across * merge + inside % merge], -1)
        return self.visual(pixel_values, grid_thw=image_grid_thw, position_ids=places).pooler_output


@contextmanager
def one_picture() -> Iterator[None]:
    """A sequence of one picture is not cut: a trace would hold where."""
    split = torch.split
    torch.split = lambda tensor, *_, **__: (tensor,)
    try:
        yield
    finally:
        torch.split = split


def any_size() -> Case:
    """The vision encoder of `apart` for pictures of any size, and what the whole shows of a larger one."""
    model, feeds = qwen2_vl(32)

    def write(work: Path) -> None:
        seen = (feeds["pixel_values"], feeds["image_grid_thw"])
        axes = {"pixel_values": {0: "num_patches"}, "image_grid_thw": {0: "num_images"}, "image_features": {0: "num_places"}}
        with one_picture():
            export(SeenAnySize(model), seen, work / "vision_encoder.onnx", ["pixel_values", "image_grid_thw"], ["image_features"], axes)

    return Case(write, lambda: model(**feeds).logits, hidden=1)


def frames() -> Case:
    """One picture twice, all patches in one attention."""
    model = Frames().eval()
    spread_short(model)
    picture = noise(16)[:, None].repeat(1, 2, 1, 1, 1)
    write = lambda work: export(model, (picture,), work / "model.onnx", ["pixel_values"], ["logits"], {})
    return Case(write, lambda: model(picture))


class Tiles(nn.Module):
    """A ViT that sees every picture by itself, and the mean of what it made of them."""

    def __init__(self):
        super().__init__()
        self.vit = hf.ViTModel(hf.ViTConfig(**{**IMAGE, "num_hidden_layers": 2}, **EAGER), add_pooling_layer=False)

    def forward(self, pixel_values: Tensor) -> Tensor:
        return self.vit(pixel_values.flatten(0, 1)).last_hidden_state[:, 0].mean(0, keepdim=True)


def tiles() -> Case:
    """A picture in 2 × 2 tiles."""
    model = Tiles().eval()
    spread_short(model)
    cut = noise(32).reshape(3, 2, 16, 2, 16).permute(1, 3, 0, 2, 4).reshape(1, 4, 3, 16, 16)
    write = lambda work: export(model, (cut,), work / "model.onnx", ["pixel_values"], ["logits"], {})
    return Case(write, lambda: model(cut))


def asked(build: Callable[[], Cell]) -> Case:
    """A model of `kinds.py` with the picture of noise."""
    torch.manual_seed(1)
    cell = build()
    cell.model.eval()
    spread_short(cell.model)
    feeds = cell.feeds | {"pixel_values": noise(16)}
    return Case(lambda work: written(cell, work / "model.onnx"), lambda: cell.run(*feeds.values())[0])


def rows_last(picture: Tensor, side: int) -> Tensor:
    """Patches of a picture [1, 3, height, width] as Fuyu's processor lays them out, a row each: the channels of a pixel side by side."""
    high, wide = (length // side for length in picture.shape[-2:])
    return picture.reshape(3, high, side, wide, side).permute(1, 3, 2, 4, 0).reshape(1, high * wide, -1)


def fuyu() -> Case:
    """Rows of patches that a linear layer goes over, at their places in the text."""
    torch.manual_seed(1)
    cell = further.fuyu()
    cell.model.eval()
    spread_short(cell.model)
    feeds = cell.feeds | {"image_patches": rows_last(noise(kinds.SIDE), kinds.PATCH)}
    return Case(lambda work: written(cell, work / "model.onnx"), lambda: cell.run(*feeds.values())[0])


CASES: dict[str, Callable[[], Case]] = {
    "qwen2_vl": lambda: placed(qwen2_vl),
    "qwen2_5_vl": lambda: placed(qwen2_5_vl),
    "qwen2_vl_split": apart,
    "qwen2_vl_any": any_size,
    "frames": frames,
    "tiles": tiles,
    "blip2": lambda: asked(kinds.blip2),
    "detr": lambda: asked(kinds.detr),
    "pooled": lambda: asked(kinds.pooled),
    "yolos": lambda: asked(further.yolos),
    "fuyu": fuyu,
}


def make(name: str, folder: Path) -> None:
    torch.manual_seed(3)
    case = CASES[name]()
    with torch.no_grad(), watched() as maps:
        logits = case.run()
    with TemporaryDirectory() as scratch:
        work = Path(scratch)
        case.files(work)
        for path in sorted(work.glob("*.onnx")):
            path = path.rename(work / f"{name}.{path.stem}.onnx")
            print(path.name, pack(path, folder), [tuple(one.shape) for one in maps])
    arrays = {"logits": logits} | {f"attention.{i}": one for i, one in enumerate(maps) if i >= case.hidden}
    write_tensors(folder / f"{name}.safetensors", {key: numpy.ascontiguousarray(value.detach().numpy()) for key, value in arrays.items()}, {})


def main(folder: Path, wanted: list[str]) -> None:
    warnings.simplefilter("ignore")
    torch.backends.mha.set_fastpath_enabled(False)
    folder.mkdir(parents=True, exist_ok=True)
    for name in wanted or CASES:
        make(name, folder)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])

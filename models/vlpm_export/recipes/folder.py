"""A checkpoint with random weights in a folder, as save_pretrained and torch.save leave it, with what PyTorch says of one input."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import torch
from lab.tensors import write_tensors
from safetensors.torch import load_file, save_file
from torch import Tensor

from ..hub import watched
from ..words import bert_tokenizer
from .graph import at, save, scatter, ties
from .recipe import Recipe

PIECES = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "a", "red", "dog", "beside", "trees", "##s", "what", "is", "it", "?", "."]


@dataclass
class Form:
    """How weights are stored: "safetensors", "zip" (torch.save) or "pickles" (torch.save before 1.6), in which type."""

    container: str = "safetensors"
    dtype: torch.dtype = torch.float32


def write_folder(recipe: Recipe, folder: Path, form: Form, spread: float | None, vocabulary: Path | None) -> None:
    model = recipe.model.eval()
    scatter(model, spread)
    for weight in model.parameters():
        weight.data = weight.data.to(form.dtype).to(torch.float32)  # the reference is of the weights as they are stored
    folder.mkdir(parents=True, exist_ok=True)
    disk = save(model, folder)
    (folder / "config.json").write_text(json.dumps(model.config.to_dict() | {"architectures": [recipe.architectures[0]]}, indent=1))
    store(folder, form, ties(model, disk))
    if recipe.preprocessor:
        (folder / "preprocessor_config.json").write_text(json.dumps(recipe.preprocessor))
    words(recipe, folder, vocabulary)
    reference(recipe, folder / "reference.safetensors")


def store(folder: Path, form: Form, alias: dict[str, list[str]]) -> None:
    """Writes the weights anew in the form asked for. torch.save keeps every name of a tied weight, safetensors one."""
    file = folder / "model.safetensors"
    tensors = {name: tensor.to(form.dtype) if tensor.is_floating_point() else tensor for name, tensor in load_file(file).items()}
    if form.container == "safetensors":
        save_file(tensors, file, {"format": "pt"})
        return
    file.unlink()
    tensors |= {name: tensors[kept] for kept, names in alias.items() for name in names}
    torch.save(tensors, folder / "pytorch_model.bin", _use_new_zipfile_serialization=form.container == "zip")


def words(recipe: Recipe, folder: Path, vocabulary: Path | None) -> None:
    """vocab.txt, as old repositories have it; of as many pieces as the tiny model knows, or a real vocabulary."""
    (folder / "tokenizer_config.json").write_text(json.dumps({"do_lower_case": True, "tokenizer_class": "BertTokenizer"}))
    if vocabulary:
        bert_tokenizer(vocabulary).save_pretrained(folder)
        return
    size = next(tensor.max() for name, tensor in recipe.feeds.items() if name.endswith("input_ids")) + 1
    pieces = PIECES + [f"piece{i}" for i in range(len(PIECES), max(99, int(size)))]
    (folder / "vocab.txt").write_text("\n".join(pieces) + "\n", encoding="utf-8")


def written(recipe: Recipe, feeds: dict[str, Tensor]) -> Tensor:
    """What ``generate`` of transformers writes of a picture, to a question if it reads one, each time the likeliest word: ids after the start, the end
    among them."""
    start, end = (at(recipe.model.config.to_dict(), recipe.writes[edge]) for edge in ("start", "end"))
    given = [name for name in feeds if "input" in recipe.writes and name in ("input_ids", "attention_mask")]
    with torch.no_grad():
        read = {name: feeds[name] for name in ("pixel_values", *given)}
        (found,) = recipe.model.generate(**read, max_new_tokens=8, do_sample=False, num_beams=1)
    ids = found.tolist()[1:] if found[0] == start else found.tolist()
    return torch.tensor(ids[: ids.index(end) + 1] if end in ids else ids, dtype=torch.int32)


def reference(recipe: Recipe, file: Path) -> None:
    """One input and all that PyTorch makes of it, for `src/runtime/trial/reference.ts`."""
    feeds = dict(recipe.feeds)
    answers = (recipe.writes or {}).get("input")
    ids = feeds["input_ids" if answers else "decoder_input_ids" if "decoder_input_ids" in feeds else "input_ids"][0]
    arrays: dict[str, Tensor] = {"input_ids": ids.int(), "pixels": torch.zeros(1, 1, 3, dtype=torch.uint8)}
    for name, stored in (("pixel_values", "pixels"), (recipe.second, "second_pixels")):
        if name not in feeds:
            continue
        pixels = torch.randint(0, 256, feeds[name].shape, dtype=torch.uint8)
        mean, std = (torch.tensor(recipe.preprocessor[key])[None, :, None, None] for key in ("image_mean", "image_std"))
        feeds[name] = (pixels / 255 - mean) / std
        arrays[stored] = pixels[0].permute(1, 2, 0).contiguous()
    for name in ("visual_feats", "visual_pos", "visual_embeds"):
        if name in feeds:
            feeds[name] = torch.zeros_like(feeds[name])  # the page has no detector, and says so
    with torch.no_grad(), watched() as attentions:
        found = dict(zip(recipe.answers, recipe.run(*feeds.values()), strict=True))
    for task, name in recipe.tasks.items():
        arrays[{"match": "match_logit", "mask": "mask_logits", "answer": "answer_logits"}[task]] = found[name]
    if "mask_logits" in arrays:
        arrays["mask_logits"] = arrays["mask_logits"][0, : len(ids)]
    if recipe.score and recipe.score["by"] == "column":
        column, logits = recipe.score["column"], arrays["match_logit"].flatten()
        arrays["match_logit"] = (logits[column] - logits[1 - column])[None]
    if recipe.writes:
        arrays["mask_logits"] = found[recipe.writes["output"]][0]
        if answers:
            arrays["answer_ids"] = feeds[answers][0].int()
        else:
            after = arrays["mask_logits"][:-1].log_softmax(-1)
            arrays["match_logit"] = after[torch.arange(len(ids) - 1), ids[1:]].mean()[None]
        arrays["written"] = written(recipe, feeds)
    # MultiheadAttention of PyTorch has the heads of the one example along the first axis.
    shown = [attention[0] if attention.dim() == 4 else attention for attention in attentions]
    arrays |= {f"attention.{k}": attention for k, attention in enumerate(shown)}
    write_tensors(file, {name: tensor.contiguous().numpy() for name, tensor in arrays.items()}, {"family": recipe.family})

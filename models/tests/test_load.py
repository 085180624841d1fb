"""Published checkpoints in PyTorch: found, filled, exported, compared."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("transformers")
import onnxruntime
import torch
from safetensors.numpy import load_file
from safetensors.torch import load_file as load_tensors
from safetensors.torch import save_file

from vlpm_export.__main__ import main
from vlpm_export.recipes.load import choose, load, match, write_export, write_reference

PUBLISHED = Path(__file__).parents[2] / "tests/oracle/published"
HOW = {"recipes": PUBLISHED / "recipes", "tiny": True}
NAMES = sorted(folder.name for folder in PUBLISHED.iterdir() if folder.name != "recipes")


def said(folder: Path, arrays: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """What PyTorch, filled from a folder, says of the input of a stored reference."""
    _, _, recipe = load(folder, **HOW)
    feeds = dict(recipe.feeds)
    for name in feeds:
        if name.endswith("input_ids"):
            ids = arrays["answer_ids" if name == (recipe.writes or {}).get("input") else "input_ids"]
            feeds[name] = torch.tensor(ids, dtype=torch.int64)[None]
        elif name in ("visual_feats", "visual_pos", "visual_embeds"):
            feeds[name] = torch.zeros_like(feeds[name])
    for name, pixels in (("pixel_values", "pixels"), (recipe.second, "second_pixels")):
        if name in feeds:
            mean, std = (torch.tensor(recipe.preprocessor[key])[:, None, None] for key in ("image_mean", "image_std"))
            feeds[name] = ((torch.tensor(arrays[pixels]).permute(2, 0, 1) / 255 - mean) / std)[None]
    with torch.no_grad():
        return dict(zip(recipe.answers, (answer.numpy() for answer in recipe.run(*feeds.values())), strict=True))


@pytest.mark.parametrize("name", NAMES)
def test_a_folder_fills_the_model_that_its_reference_was_made_by(name):
    stored = load_file(PUBLISHED / name / "reference.safetensors")
    index = json.loads((PUBLISHED / "recipes/index.json").read_text())[name]
    found = said(PUBLISHED / name, stored)
    keys = {"mask": "mask_logits", "answer": "answer_logits", "match": "match_logit"}
    compared = {keys[task]: found[output] for task, output in index["tasks"].items()}
    if index.get("writes"):
        compared = {"mask_logits": found[index["writes"]["output"]]}
    elif index["score"] and index["score"]["by"] == "column":
        column, logits = index["score"]["column"], compared["match_logit"].flatten()
        compared["match_logit"] = logits[column : column + 1] - logits[1 - column : 2 - column]
    assert compared
    for key, got in compared.items():
        wanted = stored[key]
        assert np.abs(got.reshape(-1)[: wanted.size] - wanted.reshape(-1)).max() < 1e-4, key


def test_an_export_answers_in_onnxruntime_as_pytorch_does_with_other_labels(tmp_path):
    folder = tmp_path / "checkpoint"
    shutil.copytree(PUBLISHED / "vilt-answers", folder)
    tensors = load_tensors(folder / "model.safetensors")
    tensors["classifier.3.weight"], tensors["classifier.3.bias"] = torch.randn(11, 64).half(), torch.randn(11).half()
    save_file(tensors, folder / "model.safetensors")
    file = write_export(str(folder), tmp_path / "export", **HOW)
    session = onnxruntime.InferenceSession(file, providers=["CPUExecutionProvider"])
    _, _, recipe = load(folder, **HOW)
    with torch.no_grad():
        (wanted,) = recipe.run(*recipe.feeds.values())
    (got,) = session.run(None, {key: value.numpy() for key, value in recipe.feeds.items()})
    assert got.shape == (1, 11)
    assert np.abs(got - wanted.numpy()).max() < 1e-4
    written = {one.name for one in file.parent.iterdir()}
    assert written >= {"model.onnx", "manifest.json", "reference.safetensors", "config.json", "vocab.txt", "preprocessor_config.json"}
    assert load_file(file.parent / "reference.safetensors")["answer_logits"].shape == (1, 11)


def test_a_reference_is_written_beside_a_checkpoint_and_is_of_its_weights(tmp_path):
    folder = tmp_path / "checkpoint"
    shutil.copytree(PUBLISHED / "clip-b32", folder)
    (folder / "reference.safetensors").unlink()
    first = load_file(write_reference(str(folder), **HOW))
    tensors = {name: tensor * 1.5 for name, tensor in load_tensors(folder / "model.safetensors").items()}
    save_file(tensors, folder / "model.safetensors")
    second = load_file(write_reference(str(folder), **HOW))
    assert first["match_logit"].shape == second["match_logit"].shape == (1, 1)
    assert np.abs(first["attention.0"] - second["attention.0"]).max() > 1e-3


def test_names_of_old_checkpoints_are_found():
    given = ["bert.norm.LayerNorm.gamma", "bert.table"]
    assert match(["norm.LayerNorm.weight", "head"], {"head": ["table"]}, given) == {
        "norm.LayerNorm.weight": "bert.norm.LayerNorm.gamma",
        "head": "bert.table",
    }


def test_what_does_not_fit_is_one_sentence(tmp_path):
    recipes = PUBLISHED / "recipes"
    config = json.loads((PUBLISHED / "vilt-match/config.json").read_text())
    with pytest.raises(ValueError, match=r"^expected a config.json whose model_type is one of .*vilt.*, got llama$"):
        choose({"model_type": "llama"}, [], recipes)
    with pytest.raises(ValueError, match=r"^expected ViLT with num_hidden_layers of 2, got 6: no recipe is made for that size$"):
        choose(config | {"num_hidden_layers": 6}, [], recipes)
    with pytest.raises(ValueError, match=r"^expected .* among the 1 tensors of the checkpoint, got none of that name$"):
        choose(config, ["nothing"], recipes)
    with pytest.raises(SystemExit, match="expected a folder or the id of a repository, owner/name, got no/such/place"):
        main_with("export", "no/such/place", "--out", str(tmp_path))


def main_with(*words: str) -> None:
    import sys

    before, sys.argv = sys.argv, ["vlpm_export", *words]
    try:
        main()
    finally:
        sys.argv = before

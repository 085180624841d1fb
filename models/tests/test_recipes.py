"""Recipes: what is in a graph without weights, and what stops one from being made."""

import gzip
import json

import numpy as np
import pytest
import torch

transformers = pytest.importorskip("transformers")
import onnx
import onnxruntime
from safetensors.numpy import load_file

from vlpm_export.hub import watched
from vlpm_export.recipes.catalogue import RECIPES
from vlpm_export.recipes.folder import Form
from vlpm_export.recipes.graph import CHECKPOINT, export, make, save, scatter, strip
from vlpm_export.recipes.proof import apart, listed, prove
from vlpm_export.recipes.write import SPREAD, write_checkpoint


def bound(packed: bytes, tensors: dict[str, np.ndarray]) -> bytes:
    """A recipe with weights inside, as the page binds them from a file."""
    model = onnx.load_model_from_string(gzip.decompress(packed))
    for tensor in model.graph.initializer:
        if tensor.data_location == onnx.TensorProto.EXTERNAL:
            assert tensor.external_data[0].value == CHECKPOINT
            tensor.CopyFrom(onnx.numpy_helper.from_array(tensors[tensor.name], tensor.name))
    return model.SerializeToString()


@pytest.mark.parametrize("name", RECIPES)
def test_a_recipe_with_another_checkpoint_answers_as_pytorch_does(name, tmp_path):
    torch.manual_seed(1)
    packed, said = make(RECIPES[name](True), SPREAD)
    torch.manual_seed(2)
    other = RECIPES[name](True)
    other.model.eval()
    scatter(other.model, SPREAD)
    tensors = save(other.model, tmp_path)
    session = onnxruntime.InferenceSession(bound(packed, tensors), providers=["CPUExecutionProvider"])
    with torch.no_grad():
        wanted = other.run(*other.feeds.values())
    got = session.run(list(other.answers), {key: value.numpy() for key, value in other.feeds.items()})
    for one, two in zip(got, wanted, strict=True):
        assert np.abs(one - two.numpy()).max() < 1e-4
    weights = {place.rsplit("/", 1)[0] for places in said["sizes"].values() for place in places}
    assert weights <= set(tensors), "sizes are of weights that the checkpoint has"
    assert set(said["tasks"].values()) <= set(other.answers)


def test_vilt_takes_pictures_that_are_not_square(tmp_path):
    torch.manual_seed(1)
    recipe = RECIPES["vilt-match"](True)
    packed, _ = make(recipe, SPREAD)
    tensors = save(recipe.model, tmp_path)
    session = onnxruntime.InferenceSession(bound(packed, tensors), providers=["CPUExecutionProvider"])
    for height, width in ((8, 40), (32, 32), (56, 24)):
        feeds = {**recipe.feeds, "pixel_values": torch.randn(1, 3, height, width)}
        with torch.no_grad():
            (wanted,) = recipe.run(*feeds.values())
        (got,) = session.run(["logits"], {key: value.numpy() for key, value in feeds.items()})
        assert np.abs(got - wanted.numpy()).max() < 1e-4


def test_two_pictures_are_read_as_the_class_reads_them():
    torch.manual_seed(1)
    recipe = RECIPES["vilt-pair"](True)
    scatter(recipe.model, SPREAD)
    recipe.model.eval()
    first, second = torch.randn(2, 1, 3, 24, 40)
    words = {name: recipe.feeds[name] for name in ("input_ids", "attention_mask", "token_type_ids")}
    theirs = transformers.ViltForImagesAndTextClassification.forward
    with torch.no_grad():
        answer = theirs(recipe.model, pixel_values=torch.stack([first, second], 1), output_attentions=True, **words)
        with watched() as attentions:
            (got,) = recipe.run(*{**recipe.feeds, "pixel_values": first, "second_pixel_values": second}.values())
        (turned,) = recipe.run(*{**recipe.feeds, "pixel_values": second, "second_pixel_values": first}.values())
    assert torch.equal(got, answer.logits)
    assert (turned - got).abs().max() > 1e-2
    wanted = [attention for branch in answer.attentions for attention in branch]
    assert len(attentions) == len(wanted) == 4
    assert all(torch.equal(one, two) for one, two in zip(attentions, wanted))


def test_a_tensor_that_nothing_reads_stops_the_recipe():
    recipe = RECIPES["vilt-match"](True)
    recipe.model.extra = torch.nn.Linear(3, 3)
    with pytest.raises(ValueError, match=r"every tensor bound or named as unread, got \['extra\.bias', 'extra\.weight'\]"):
        make(recipe)


def test_equal_weights_would_be_merged_which_is_why_they_are_drawn(tmp_path):
    recipe = RECIPES["vilt-match"](True)
    disk = save(recipe.model, tmp_path)
    assert len(strip(export(recipe), disk)) < len(disk)
    scatter(recipe.model)
    disk = save(recipe.model, tmp_path / "drawn")
    assert len(strip(export(recipe), disk)) == len(disk)


@pytest.mark.parametrize("container", ["safetensors", "zip", "pickles"])
def test_a_folder_holds_what_the_hub_has(container, tmp_path):
    write_checkpoint("vilt-words", tmp_path, Form(container, torch.float16), tiny=True)
    config = json.loads((tmp_path / "config.json").read_text())
    assert (config["model_type"], config["architectures"]) == ("vilt", ["ViltForMaskedLM"])
    if container == "safetensors":
        tensors = load_file(tmp_path / "model.safetensors")
        assert {str(array.dtype) for array in tensors.values()} == {"float16"}
        return
    tensors = torch.load(tmp_path / "pytorch_model.bin", weights_only=True)
    words = tensors["vilt.embeddings.text_embeddings.word_embeddings.weight"]
    assert torch.equal(tensors["mlm_score.decoder.weight"], words), "torch.save keeps both names of a tied weight"


@pytest.mark.parametrize("name", ["blip-answers", "siglip-b16"])
def test_a_recipe_is_proven_from_both_forms_of_file(name, tmp_path):
    torch.manual_seed(1)
    packed, said = make(RECIPES[name](True), SPREAD)
    recipes = tmp_path / "recipes"
    recipes.mkdir()
    (recipes / f"{name}.onnx.gz").write_bytes(packed)
    (recipes / "index.json").write_text(json.dumps({name: said}))
    proof = prove(name, tmp_path, recipes, tiny=True, spread=SPREAD)
    assert proof["attentions"] == (10 if name == "blip-answers" else 5)
    assert 0 < max(proof["safetensors"], proof["bin"]) < 1e-4
    assert sorted(file.name for file in (tmp_path / "bin").glob("*model*")) == ["pytorch_model.bin"]
    file = tmp_path / "safetensors" / "model.safetensors"
    tensors, places = load_file(file), listed(file)
    weight = next(iter(tensors))
    offset, length = places[weight]
    assert file.read_bytes()[offset : offset + length] == tensors[weight].tobytes()


def test_a_graph_that_differs_from_pytorch_is_not_proven():
    assert apart(np.ones((1, 4, 2, 3)), np.ones((4, 2, 3))) == 0
    assert apart(np.ones((4, 2, 3)), np.ones((4, 3, 2))) == float("inf")

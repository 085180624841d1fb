"""A published checkpoint, from the Hub or from a folder, in the model that its recipe is made of: for exports and for what PyTorch says of it."""

from __future__ import annotations

import gzip
import json
import re
import shutil
import tempfile
from collections.abc import Iterable
from pathlib import Path

import onnx
import torch
from safetensors.torch import load_file
from torch import Tensor, nn

from .catalogue import RECIPES
from .folder import reference
from .graph import LARGEST, at, digest, export, save, scatter
from .recipe import Recipe

SHIPPED = Path(__file__).parents[2] / "recipes"
COMPANIONS = (
    "config.json", "preprocessor_config.json", "tokenizer.json", "tokenizer_config.json", "vocab.txt", "vocab.json", "merges.txt",
    "special_tokens_map.json",
)  # fmt: skip
WEIGHTS = ("model.safetensors", "model.safetensors.index.json", "pytorch_model.bin", "pytorch_model.bin.index.json")
FORMER = ((r"LayerNorm\.gamma$", "LayerNorm.weight"), (r"LayerNorm\.beta$", "LayerNorm.bias"))


def bring(place: str) -> Path:
    """The folder of a checkpoint: ``place`` itself where it is one, else the repository of that id, fetched as huggingface_hub does."""
    if Path(place).is_dir():
        return Path(place)
    if not re.fullmatch(r"[\w.-]+/[\w.-]+", place):
        raise ValueError(f"expected a folder or the id of a repository, owner/name, got {place}")
    from huggingface_hub import list_repo_files, snapshot_download

    files = list_repo_files(place)
    safe = any(name.endswith(".safetensors") and "/" not in name for name in files)
    weights = ["model*.safetensors", "model.safetensors.index.json"] if safe else ["pytorch_model*.bin", "pytorch_model.bin.index.json"]
    return Path(snapshot_download(place, allow_patterns=[*COMPANIONS, *weights]))


def read(folder: Path) -> tuple[dict, dict[str, Tensor]]:
    """The configuration of a folder and its tensors under their names on disk, in float32. Pickles are read without running anything."""
    if not (folder / "config.json").exists():
        raise ValueError(f"expected a config.json in {folder}, got none")
    files = [folder / name for name in WEIGHTS if (folder / name).exists()]
    if not files:
        raise ValueError(f"expected model.safetensors or pytorch_model.bin in {folder}, got neither")
    parts = sorted(set(json.loads(files[0].read_text())["weight_map"].values())) if files[0].suffix == ".json" else [files[0].name]
    missing = [name for name in parts if not (folder / name).exists()]
    if missing:
        raise ValueError(f"expected {len(parts)} shards, got all but {', '.join(missing)}")
    found: dict[str, Tensor] = {}
    for name in parts:
        file = folder / name
        found |= load_file(file) if file.suffix == ".safetensors" else torch.load(file, map_location="cpu", weights_only=True)
    tensors = {name: tensor.float() if tensor.is_floating_point() else tensor for name, tensor in found.items()}
    return json.loads((folder / "config.json").read_text()), tensors


def modern(name: str) -> str:
    for old, new in FORMER:
        name = re.sub(old, new, name)
    return name


def match(wanted: Iterable[str], ties: dict[str, list[str]], given: Iterable[str]) -> dict[str, str]:
    """Names on disk for those of a graph: as they are, as of tied weights, as old checkpoints have them, with one first part more or less."""
    there, wanted = {modern(name): name for name in given}, list(wanted)
    firsts = {name.split(".", 1)[0] + "." for name in [*there, *wanted]}
    changes = [lambda name: name]
    changes += [lambda name, first=first: first + name for first in firsts]
    changes += [lambda name, first=first: name.removeprefix(first) for first in firsts]

    def attempt(change) -> dict[str, str]:
        found = {}
        for name in wanted:
            alias = next((a for a in (name, *ties.get(name, ())) if change(a) in there), None)
            if alias:
                found[name] = there[change(alias)]
        return found

    return max(map(attempt, changes), key=len)


def choose(config: dict, names: Iterable[str], recipes: Path = SHIPPED) -> tuple[str, dict, dict[str, str]]:
    """The recipe of a configuration whose tensors are all there, what is said of it, and the name on disk of each tensor that it reads."""
    index = json.loads((recipes / "index.json").read_text())
    family = {name: said for name, said in index.items() if said["type"] == config.get("model_type")}
    if not family:
        known = sorted({said["type"] for said in index.values()})
        raise ValueError(f"expected a config.json whose model_type is one of {', '.join(known)}, got {config.get('model_type', 'none')}")
    classes = config.get("architectures") or []
    own = {name: said for name, said in family.items() if set(classes) & set(said["architectures"])} or family
    fitting = {name: said for name, said in own.items() if all(same(config, fit) for fit in said["fits"])}
    if not fitting:
        said = next(iter(own.values()))
        fit = next(fit for fit in said["fits"] if not same(config, fit))
        raise ValueError(f"expected {said['family']} with {fit['key']} of {fit['value']}, got {value(config, fit)}: no recipe is made for that size")
    given, missing = list(names), None
    for name, said in fitting.items():
        graph = onnx.load_model_from_string(gzip.decompress((recipes / f"{name}.onnx.gz").read_bytes()))
        wanted = [t.name for t in graph.graph.initializer if t.data_location == onnx.TensorProto.EXTERNAL]
        found = match(wanted, said["ties"], given)
        if len(found) == len(wanted):
            return name, said, found
        missing = missing or next(one for one in wanted if one not in found)
    raise ValueError(f"expected {missing} among the {len(given)} tensors of the checkpoint, got none of that name")


def value(config: dict, fit: dict):
    found = at(config, fit["key"])
    return fit["default"] if found is None else found


def same(config: dict, fit: dict) -> bool:
    found, wanted = value(config, fit), fit["value"]
    numbers = isinstance(found, (int, float)) and isinstance(wanted, (int, float))
    return abs(found - wanted) <= 1e-6 * abs(wanted) if numbers else found == wanted


def fill(recipe: Recipe, tensors: dict[str, Tensor]) -> None:
    """Puts a checkpoint's tensors, by the recipe's names of them, into its model; axes that a checkpoint may choose are made as long as they are there."""
    scatter(recipe.model)
    with tempfile.TemporaryDirectory() as folder:
        disk = {digest(array): name for name, array in reversed(save(recipe.model, Path(folder)).items())}
    free = {place.rsplit("/", 1)[0] for places in recipe.sizes.values() for place in places}
    held = dict(recipe.model.named_parameters(remove_duplicate=False)) | dict(recipe.model.named_buffers())
    names = {id(tensor): disk.get(digest(tensor.detach().numpy())) for tensor in held.values()}
    for tensor in {id(tensor): tensor for tensor in held.values()}.values():
        name = names[id(tensor)]
        if name not in tensors:
            continue
        found = tensors[name]
        if found.shape != tensor.shape and name not in free:
            raise ValueError(f"expected {name} of {list(tensor.shape)}, got {list(found.shape)}")
        tensor.data = found.clone()
    count = max((len(tensors[place.rsplit("/", 1)[0]]) for place in recipe.sizes.get("labels", ())), default=None)
    if count is not None and hasattr(recipe.model, "num_labels"):
        recipe.model.num_labels = count
    vocabulary = len(tensors[recipe.sizes["vocabulary"][0].rsplit("/", 1)[0]])
    for module in recipe.model.modules():
        if isinstance(module, nn.Embedding):
            module.num_embeddings = len(module.weight)
    for name, ids in recipe.feeds.items():
        if name.endswith("input_ids"):
            recipe.feeds[name] = ids.clamp(max=vocabulary - 1)


def load(folder: Path, recipes: Path = SHIPPED, tiny: bool = False) -> tuple[str, dict, Recipe]:
    """The model of a folder as a recipe: its name, what is said of it with the lengths that the checkpoint chose, and the model with its weights."""
    config, tensors = read(folder)
    name, said, names = choose(config, tensors, recipes)
    torch.manual_seed(3)
    recipe = RECIPES[name](tiny)
    bound = {wanted: tensors[there] for wanted, there in names.items()}
    fill(recipe, bound)
    places = {size: places[0].rsplit("/", 1) for size, places in recipe.sizes.items()}
    said = said | {"lengths": {size: bound[weight].shape[int(axis)] for size, (weight, axis) in places.items()}}
    for edge in ("start", "end"):
        if recipe.writes and (own := at(config, recipe.writes[edge])) is not None:
            place, *keys = recipe.model.config, *recipe.writes[edge].split(".")
            for key in keys[:-1]:
                place = getattr(place, key)
            setattr(place, keys[-1], own)
    recipe.model.eval()
    return name, said, recipe


def write_reference(place: str, out: Path | None = None, **how) -> Path:
    """Writes what PyTorch says of one input beside a checkpoint: ``reference.safetensors``, which the page compares when it opens the folder."""
    folder = bring(place)
    _, _, recipe = load(folder, **how)
    target = (out or folder) / "reference.safetensors"
    target.parent.mkdir(parents=True, exist_ok=True)
    reference(recipe, target)
    return target


def write_export(place: str, out: Path, **how) -> Path:
    """Writes an ordinary ONNX file with its weights, what is known of it (``manifest.json``), PyTorch's reference, tokenizer and processor."""
    folder = bring(place)
    name, said, recipe = load(folder, **how)
    out.mkdir(parents=True, exist_ok=True)
    model = export(recipe)
    large = sum(weight.nbytes for weight in recipe.model.parameters()) > LARGEST
    onnx.save(model, out / "model.onnx", save_as_external_data=large, location="model.onnx.data")
    (out / "manifest.json").write_text(json.dumps({name: said}, indent=1) + "\n")
    if recipe.preprocessor:
        (out / "preprocessor_config.json").write_text(json.dumps(recipe.preprocessor))
    reference(recipe, out / "reference.safetensors")
    for companion in COMPANIONS:
        if (folder / companion).exists():
            shutil.copy(folder / companion, out / companion)
    return out / "model.onnx"

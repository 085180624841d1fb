"""What ships of the photo models answers what PyTorch answered, and still tells pictures apart: a broken export cannot pass. The pictures are
the page's own four photographs, of free licence (`static/samples/index.json`)."""

import hashlib
import json
import shutil
from functools import lru_cache
from pathlib import Path

import numpy as np
import onnx
import pytest
from lab.photos.figures.look import look as look_at
from lab.photos.figures.look import looked
from lab.photos.figures.sessions import SessionReader, regions_found
from lab.photos.nets.backbone import MEAN, SCALE, SIZE
from lab.photos.nets.detector import regions_of
from lab.photos.nets.zoo import MODELS
from lab.photos.ship.card import card
from lab.photos.ship.graphs import session
from lab.photos.ship.overview import overview
from lab.photos.ship.publish import OVERVIEW, REPORT, SEEN, compact, look, metrics
from lab.photos.ship.reference import repeated
from lab.photos.world.outside import Sign
from lab.photos.world.store import Store
from lab.ship.card import identity
from lab.ship.graph import exposed
from lab.ship.observed import observations
from lab.tensors import read_tensors
from PIL import Image
from tokenizers import Tokenizer

ROOT = Path(__file__).parents[3]
ZOO, SAMPLES = ROOT / "models" / "zoo", ROOT / "static" / "samples"
FOLDERS = ("backbone", "detector-mini", *MODELS)
TELLS = {
    "photo-cow.jpg": ("A cow stands in the grass .", "A brown and white cow in a field .", "An animal stands in a green field ."),
    "photo-coffee.jpg": ("A cup of coffee on a table .", "A cup with a spoon .", "A drink on a wooden table ."),
    "photo-bird.jpg": ("A red bird sits on a branch .", "A colorful bird .", "A close up of a bird with red feathers ."),
    "photo-kitten.jpg": ("A small cat plays on the floor .", "A kitten with a ball .", "A cat lies on the ground ."),
}
LEAST = 24
"""Of 36 pairs of a caption's own picture and another one. A coin gets 18, and 24 or more once in 30 times."""


def manifest(name):
    return json.loads((ZOO / name / "manifest.json").read_text(encoding="utf-8"))


def reference(name):
    return read_tensors(ZOO / name / "reference.safetensors")[0]


@lru_cache
def opened(name, role):
    """A graph with its attentions as further outputs."""
    graph = manifest(name)["graphs"][role]
    return session(exposed(onnx.load(ZOO / name / graph["file"]), [entry["tensor"] for entry in graph["attentions"]]))


def run(name, role, feeds):
    graph = opened(name, role)
    told = manifest(name)["graphs"][role]
    names = [*(port["name"] for port in told["outputs"]), *(entry["tensor"] for entry in told["attentions"])]
    return dict(zip(names, graph.run(names, {one.name: feeds[one.name] for one in graph.get_inputs()}), strict=True))


def features(pixels):
    """Features of pictures, uint8 [N, 288, 288, 3]."""
    return run("backbone", "backbone", {"pixel_values": (pixels.transpose(0, 3, 1, 2).astype(np.float32) - MEAN) / SCALE})


@lru_cache
def of_reference():
    return features(repeated(reference("backbone")["pixels"])[None])


def agrees(stored, name, found, scale=1.0):
    """Whether the stored rows of a tensor are those found, to 1e-4 of ``scale``."""
    rows = stored.get(f"rows.{name}")
    own = found if rows is None else found[..., rows, :]
    assert own.shape == stored[name].shape, name
    np.testing.assert_allclose(own, stored[name], atol=1e-4 * max(1.0, scale), rtol=0, err_msg=name)


@pytest.mark.parametrize("name", FOLDERS)
def test_files_are_those_that_the_manifest_names(name):
    told = manifest(name)
    stamps = {graph["file"]: graph for graph in told["graphs"].values()} | told["files"]
    for file, stamp in stamps.items():
        data = (ZOO / name / file).read_bytes()
        assert (len(data), hashlib.sha256(data).hexdigest()) == (stamp["bytes"], stamp["sha256"])


def test_models_are_small_and_those_that_fuse_alike_in_size():
    assert sum(path.stat().st_size for name in FOLDERS for path in (ZOO / name).iterdir()) <= 19e6
    sizes = [manifest(name)["parameters"] for name in MODELS if name != "clip-photo-mini"]
    assert len(sizes) == 3 and max(sizes) <= 1.15 * min(sizes)


def test_the_backbone_and_the_detector_answer_as_pytorch_did():
    found = of_reference()
    for name in ("coarse", "fine"):
        agrees(reference("backbone"), name, found[name], np.abs(found[name]).max())
    stored, told = reference("detector-mini"), run("detector-mini", "detector", found)
    for name, value in told.items():
        agrees(stored, name, value, np.abs(value).max())
    np.testing.assert_allclose(regions_of(told["boxes"], told["thing_logits"]), stored["regions"], atol=1e-4)
    np.testing.assert_allclose(regions_found(ZOO / "detector-mini", found["coarse"], found["fine"]), stored["regions"], atol=1e-4)


@pytest.mark.parametrize("name", MODELS)
def test_a_model_answers_as_pytorch_did(name):
    stored, number = reference(name), 0
    ids = stored["input_ids"].astype(np.int64)
    feeds = {**of_reference(), **{k: stored[k] for k in ("boxes",) if k in stored}, "input_ids": ids, "attention_mask": np.ones_like(ids)}
    for role, graph in manifest(name)["graphs"].items():
        told = run(name, role, feeds)
        for port in graph["outputs"]:
            agrees(stored, port["name"], told[port["name"]], np.abs(told[port["name"]]).max())
        for entry in graph["attentions"]:
            agrees(stored, f"attention.{number}", told[entry["tensor"]])
            number += 1
    assert f"attention.{number}" not in stored


@lru_cache
def of_samples():
    """Features of the page's photographs with the regions that the detector finds."""
    read = [Image.open(SAMPLES / file).convert("RGB").resize((SIZE, SIZE), Image.Resampling.BICUBIC) for file in TELLS]
    found = features(np.stack([np.asarray(one) for one in read]))
    told = run("detector-mini", "detector", found)
    return found | {"boxes": regions_of(told["boxes"], told["thing_logits"])}


def score(name, tokenizer, caption):
    """How well each of the page's photographs fits a caption, [4]."""
    seen = of_samples()
    ids = np.tile(np.array([tokenizer.encode(caption).ids], dtype=np.int64), (len(TELLS), 1))
    feeds = seen | {"input_ids": ids, "attention_mask": np.ones_like(ids)}
    if name != "clip-photo-mini":
        return run(name, "model", feeds)["match_logit"]
    text, image = run(name, "text", feeds)["text_features"], run(name, "vision", feeds)["image_features"]
    means = [x.mean(axis=1) / np.linalg.norm(x.mean(axis=1), axis=-1, keepdims=True) for x in (text, image)]
    return (means[0] * means[1]).sum(axis=-1)


@pytest.mark.parametrize("name", MODELS)
def test_a_model_tells_the_pages_photographs_apart(name):
    tokenizer = Tokenizer.from_file(str(ZOO / name / "tokenizer.json"))
    above = []
    for own, captions in enumerate(TELLS.values()):
        for caption in captions:
            fit = score(name, tokenizer, caption)
            above += [fit[own] > fit[other] for other in range(len(TELLS)) if other != own]
    assert len(above) == 36 and sum(above) >= LEAST, f"{sum(above)} of 36 pairs, expected {LEAST}"


def test_the_sign_tells_photographs_from_composed_scenes():
    told = manifest("backbone")["world"]
    sign = Sign(np.array(told["weights"], dtype=np.float32), told["bias"])
    pictures = [*sorted(SAMPLES.glob("composed-*")), *sorted(SAMPLES.glob("photo-*"))]
    read = [np.asarray(Image.open(path).convert("RGB").resize((SIZE, SIZE), Image.Resampling.BICUBIC)) for path in pictures]
    outside = sign.score(features(np.stack(read))["coarse"]) > 0
    assert outside.tolist() == [path.name.startswith("composed") for path in pictures]


def test_twenty_photographs_were_looked_at_with_the_files_that_ship():
    rows = looked((ZOO / SEEN).read_text(encoding="utf-8"))
    assert len({row.id for row in rows}) == len(rows) == 20
    for name, (start, _) in observations((ZOO / SEEN).read_text(encoding="utf-8")).items():
        assert identity(manifest(name)).startswith(start), f"{name} was looked at with other weights"


def test_looking_says_where_the_best_heads_look(tmp_path):
    (tmp_path / "images").mkdir()
    shutil.copy(SAMPLES / "photo-kitten.jpg", tmp_path / "images" / "000000000007.jpg")
    lines = look_at(ZOO, tmp_path, looked("| `7` | A cat lies on the floor. | cat, floor |\n"))
    assert [line.partition(", ")[0] for line in lines] == ["7 cat", "7 floor"] * len(MODELS)
    store = Store([], *(of_kitten()[key] for key in ("coarse", "fine")), None, of_kitten()["boxes"])
    for name, line in zip(MODELS, lines[::2], strict=True):
        reader = SessionReader(ZOO / name)
        ids = Tokenizer.from_file(str(ZOO / name / "tokenizer.json")).encode("A cat lies on the floor.").ids
        assert f" {reader.id} " in line
        if reader.dual:
            continue
        read, best = reader.read(store, [0], [tuple(ids)]), manifest(name)["heads"]["pointing"]
        order = np.argsort(-read.looks[0, reader.looks.index(f"{best['attention']}, head {best['head']}"), 2])
        first = line.partition(": ")[2]
        assert first.startswith(f"{order[0] + 1} " if reader.regions else f"row {order[0] // 9 + 1}, column {order[0] % 9 + 1} ")


def of_kitten():
    """Features and regions of the page's kitten."""
    return {name: value[list(TELLS).index("photo-kitten.jpg")][None] for name, value in of_samples().items()}


def test_manifests_cards_and_report_say_one_thing():
    text = (ZOO / REPORT).read_text(encoding="utf-8")
    report = json.loads(text)
    look(ZOO, report)
    assert compact(report) == text and set(report) == set(MODELS)
    for name, entry in report.items():
        told = manifest(name)
        assert entry["sha256"] == identity(told) and told["metrics"] == metrics(entry["figures"])
        assert (ZOO / name / "card.md").read_text(encoding="utf-8") == card(told, entry)
    assert (ZOO / OVERVIEW).read_text(encoding="utf-8") == overview(report, {name: manifest(name) for name in report}, manifest("detector-mini")["metrics"])

import json
import random
import shutil
from collections import Counter

import lab.photos.nets.zoo as zoo
import numpy as np
import pytest
import torch
from lab.checkpoint import averaged
from lab.photos.detect import train_detector
from lab.photos.figures.evaluate import evaluate
from lab.photos.figures.heads import disagreements
from lab.photos.figures.judge import baselines, judge_foils, judge_places, judge_words
from lab.photos.figures.readers import TorchReader
from lab.photos.figures.suite import Ask
from lab.photos.nets.backbone import Backbone
from lab.photos.nets.detector import NAME
from lab.photos.ship.export import Sample, export_all
from lab.photos.train import Budget, World, run_folder, run_of, train
from lab.photos.world.batches import Feed, hide
from lab.photos.world.features import extract, features
from lab.photos.world.lexicon import Lexicon
from lab.photos.world.questions import foil_questions, place_questions, word_questions
from lab.photos.world.store import Said, neighbours
from lab.photos.world.words import SPECIALS, word_pieces

NOUNS = ("dog", "cat", "ball", "car")
PIECES = [*SPECIALS, "a", "the", "on", "under", "red", "blue", "sees", *NOUNS]
SPLITS = {"train": 24, "val": 8}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Made-up pictures in words: captions, boxes, phrases, and random features."""
    root = tmp_path_factory.mktemp("photos")
    rng = np.random.default_rng(0)
    for split, count in SPLITS.items():
        rows = []
        for i in range(count):
            first, second = NOUNS[i % 4], NOUNS[(i + 1 + i // 8) % 4]
            colour, relation = ("red", "blue")[i % 2], ("on", "under")[i // 2 % 2]
            caption = f"A {colour} {first} sees the {second}"
            at = caption.index(second, 8)
            boxes = [[first, 0.1, 0.1, 0.4, 0.4], [second, 0.5, 0.5, 0.4, 0.4]]
            kinds = ["animals" if noun in ("dog", "cat") else "other" for noun in (first, second)]
            phrases = [[0, 0, 3 + len(colour) + len(first), kinds[0], [0]], [0, at - 4, at + len(second), kinds[1], [1]]]
            rows.append({"file": f"{i}.jpg", "captions": [caption, f"the {second} {relation} a {first}"], "boxes": boxes, "phrases": phrases})
        (root / f"{split}.jsonl").write_text("\n".join(map(json.dumps, rows)))
        (root / "cache" / "features").mkdir(parents=True, exist_ok=True)
        for name, shape in (("coarse", (81, 1280)), ("fine", (324, 120))):
            np.save(root / "cache" / "features" / f"{split}.{name}.npy", rng.random((count, *shape)).astype(np.float16))
        (root / "cache" / "features" / f"{split}.done").write_text(str(count))
    (root / "cache" / "tokenizer.json").write_text(word_pieces(PIECES).to_str())
    return root


@pytest.fixture
def world(folder, monkeypatch):
    """A world of those, with words that start from noise: the published table is no part of this test."""
    table = lambda tokenizer, width: torch.randn(tokenizer.get_vocab_size(), width, generator=torch.Generator().manual_seed(0)) * 0.05  # noqa: E731
    monkeypatch.setattr(zoo, "published_embeddings", table)
    monkeypatch.setattr("lab.photos.world.lexicon.COMMON", 4)
    monkeypatch.setattr("lab.photos.train.label_nouns", lambda photographs, tokenizer, lexicon: list(NOUNS))
    made = World(folder, folder / "cache")
    made.feed.size = 8
    return made


def test_batches_depend_on_their_number_and_not_on_their_size(world):
    small, large = (Feed(world.train, world.lexicon, list(NOUNS), world.feed.pool, size) for size in (4, 8))
    parts, whole = [small.batch(0), small.batch(1)], large.batch(0)
    assert np.concatenate([part.rows for part in parts]).tolist() == whole.rows.tolist()
    texts = [world.tokenizer.decode([i for i in ids.tolist() if i]) for part in parts for ids in part.true]
    assert texts == [world.tokenizer.decode([i for i in ids.tolist() if i]) for ids in whole.true]
    seen = np.concatenate([small.batch(i).rows for i in range(6)])
    assert sorted(seen.tolist()) == list(range(24))


def test_a_batch_says_what_was_edited_and_where_phrases_are(world):
    batch = world.feed.batch(3)
    edited = batch.kind == 1
    assert (batch.wrong.any(dim=1) == edited).all()
    assert (batch.true[batch.wrong] != batch.false[batch.wrong]).all()
    assert batch.hidden.any(dim=1).all() and not batch.hidden[:, 0].any()
    assert batch.owner.tolist() == [1, 2, 3, 0, 5, 6, 7, 4] and (batch.swapped == batch.true[batch.owner]).all()
    torch.testing.assert_close(batch.link_pieces.sum(dim=1), torch.ones(len(batch.link_row)))
    assert batch.regions.shape == (8, 20, 4)


def test_all_pieces_of_a_hidden_word_are_hidden():
    one = Said([2, 5, 6, 7, 3], [("dogs", [1, 2]), ("run", [3])], [])
    lexicon = Lexicon(kinds={"dogs": "animals"})
    drawn = Counter(tuple(hide(one, random.Random(seed), lexicon)) for seed in range(400))
    assert set(drawn) == {(1, 2), (3,), (1, 2, 3)}
    assert drawn[1, 2] > 1.5 * drawn[3,]
    assert hide(Said([2, 3], [], []), random.Random(0), lexicon) == []


def test_neighbours_leave_out_the_picture_itself():
    rng = np.random.default_rng(0)
    near = neighbours(rng.random((30, 4, 6)).astype(np.float16), first=2, last=6)
    assert near.shape == (30, 4) and all(i not in row for i, row in enumerate(near))


@pytest.mark.parametrize("name", zoo.MODELS)
def test_an_interrupted_run_goes_on_as_if_nothing_had_happened(world, name, tmp_path):
    torch.set_num_threads(1)
    world.feed.size = 4
    weights = []
    for sittings in ((3,), (2, 1)):
        world.cache = tmp_path / str(len(sittings))
        for steps in sittings:
            assert not train(name, world, Budget(10_000), [], steps=steps)
        average, spent = averaged(run_folder(world.cache, name, 0) / "checkpoint.pt")
        assert spent["step"] == 3
        weights.append(average)
    for key, value in weights[0].items():
        torch.testing.assert_close(value, weights[1][key], msg=key)


def test_a_signal_ends_a_run_and_a_spent_budget_is_passed_over(world, tmp_path):
    world.cache = tmp_path
    assert not train("uniter-mini", world, Budget(100), [15])
    assert train("uniter-mini", world, Budget(0), [])
    with pytest.raises(ValueError, match="expected one of clip-photo-mini"):
        run_of("vilt-mini", world, 0)


def test_a_budget_is_spent_by_pictures_or_by_time_whichever_is_ahead():
    assert Budget(100).spent(30, 0, 1e9) == 0.3
    assert Budget(100, minutes=10).spent(60, 20, 60) == 0.6
    assert Budget(100, minutes=10).spent(21, 20, 300) == pytest.approx(0.6)
    assert Budget(100, minutes=10).spent(21, 20, 900) == 1.0


def test_the_detector_trains_and_can_be_stopped(world, tmp_path):
    world.cache = tmp_path
    assert not train_detector(world, 0, [15], pictures=64)
    assert train_detector(world, 0, [], pictures=64)
    assert averaged(run_folder(tmp_path, NAME, 0) / "checkpoint.pt")[1]["scenes"] == 64


def test_questions_are_answered_by_every_kind_of_model(world):
    world.val.regions = np.tile(np.array([[0.1, 0.1, 0.5, 0.5], [0.5, 0.5, 0.9, 0.9]], dtype=np.float32), (8, 1, 1))
    rows = list(range(8))
    foils, places = foil_questions(world.val, world.lexicon, world.judges, rows), place_questions(world.val, rows)
    nouns = word_questions(world.val, world.lexicon, rows)
    assert {q.kind for q in foils} >= {"relation", "colour"} and all(q.true != q.false for q in foils)
    assert len(nouns) == 8 and all(q.answer in q.fine for q in nouns)
    for name in zoo.MODELS:
        reader = TorchReader(run_of(name, world, 0).model)
        assert len(judge_foils(reader, world.val, foils)) == len(foils)
        assert judge_places(reader, world.val, places).shape == (len(places), len(reader.looks))
        if not reader.dual:
            assert set(judge_words(reader, world.val, nouns)) == {"top-1", "top-5", "true"}
    wanted = baselines(world.val, places, regions=True)
    assert wanted["ceiling"].mean() == 1.0 and wanted["uniform"].mean() == 0.5


def test_what_is_exported_is_measured(world, folder, monkeypatch):
    monkeypatch.setattr("lab.photos.figures.evaluate.learn", lambda photographs: world.lexicon)
    cache = folder / "cache"
    (cache / "regions").mkdir(exist_ok=True)
    for split in ("val", "test"):
        np.save(cache / "regions" / f"{split}.npy", np.tile(np.array([[0.1, 0.1, 0.5, 0.5], [0.5, 0.5, 0.9, 0.9]], dtype=np.float32), (8, 1, 1)))
        if split == "test":
            (folder / "test.jsonl").write_text((folder / "val.jsonl").read_text())
            for name in ("coarse.npy", "fine.npy", "done"):
                shutil.copy(cache / "features" / f"val.{name}", cache / "features" / f"test.{name}")
    names = ["clip-photo-mini", "lxmert-mini"]
    for name in names:
        train(name, world, Budget(10_000), [], steps=1)
    sample = Sample(np.zeros((288, 288, 3), np.uint8), "A red dog", "nobody")
    monkeypatch.setattr("lab.photos.ship.export.pretrained", lambda: Backbone().eval())
    worst = export_all(cache, names, world.tokenizer, list(NOUNS), sample, 0)
    assert set(worst) == {"backbone", *names} and max(worst.values()) < 1e-4
    report = evaluate(folder, cache, names, None, Ask(8, 1), 1)
    for name in names:
        found = {row["name"]: row for row in report[name]["figures"]}
        assert found["R@5 of 8, captions"]["n"] == 8
        assert found["pointing, ceiling"]["value"] == 1.0
        assert found["foils"]["chance"] == 0.5 and found["foils, text only"]["group"] == "control"
        tables = report[name]["grounding"]
        assert disagreements(tables, report[name]["heads"], report[name]["figures"]) == []
        assert tables["pointing"]["candidates"] == report[name]["candidates"]
        assert np.mean([v for one in tables["pointing"]["modules"].values() for v in one["value"]]) == pytest.approx(found["pointing, mean of heads"]["value"], abs=1e-3)
        manifest = json.loads((cache / "exports" / name / "manifest.json").read_text())
        assert manifest["files"]["tokenizer.json"]["bytes"] == (cache / "exports" / name / "tokenizer.json").stat().st_size
    assert [report[name]["candidates"] for name in names] == [1, 12]
    assert manifest["grounded"]["looks"] == {"attention": "text → image 2", "head": 0}


def test_missing_features_say_what_to_do(world, tmp_path):
    with pytest.raises(FileNotFoundError, match="run `python -m lab photos features` first"):
        features(tmp_path, "train", "coarse")
    with pytest.raises(FileNotFoundError, match="expected train.jsonl"):
        extract(tmp_path, tmp_path / "c", None, ("train",))

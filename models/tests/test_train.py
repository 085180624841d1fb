from dataclasses import replace

import pytest
import torch
from lab import config as configs
from lab.checkpoint import averaged
from lab.feed import Feed, make_model
from lab.losses import hide_words, keen_words
from lab.train import train, with_budget

QUIET = {"preset": "shapes", "scenes": 4, "warmup": 2, "hours": 1e6, "checkpoint_seconds": 1e9, "probe_seconds": 1e9}


def config(model="vilt-mini", **changes):
    loaded = configs.load(model)
    return replace(loaded, train=replace(loaded.train, **(QUIET | changes)))


@pytest.mark.parametrize("model", ["vilt-mini", "meter-mini", "clip-mini"])
def test_an_interrupted_run_ends_like_one_that_was_not(model, tmp_path):
    chosen = config(model)
    feed = Feed(chosen)
    train(chosen, feed, tmp_path / "whole", steps=4)
    train(chosen, feed, tmp_path / "parts", steps=3)
    train(chosen, feed, tmp_path / "parts", steps=1)
    (whole, spent), (parts, spent_in_parts) = (averaged(tmp_path / name / "checkpoint.pt") for name in ("whole", "parts"))
    assert spent | {"elapsed": 0} == spent_in_parts | {"elapsed": 0}
    scenes = 4 * 4 * chosen.train.join
    assert (spent["step"], spent["scenes"], spent["sequences"]) == (4, scenes, scenes * (2 if model == "clip-mini" else 4))
    for name, value in whole.items():
        assert torch.equal(value, parts[name]), name


def test_the_budget_ends_a_run_and_may_be_lowered(tmp_path):
    chosen = config()
    feed = Feed(chosen)
    assert train(with_budget(chosen, None, 12), feed, tmp_path).step == 3
    assert train(with_budget(chosen, None, 8), feed, tmp_path).step == 3
    assert train(with_budget(chosen, None, 16), feed, tmp_path).step == 4


def test_models_and_seeds_see_and_hide_the_same():
    chosen = [config("vilt-mini"), config("meter-mini", seed=2)]
    batches = [Feed(one).batch(7) for one in chosen]
    for name in ("images", "ids", "foil_ids"):
        assert torch.equal(getattr(batches[0], name), getattr(batches[1], name))
    masks = [hide_words(b.content, b.word, keen_words(b), 0.45, torch.Generator().manual_seed(7)) for b in batches]
    assert torch.equal(*masks)


def test_held_out_figures_and_a_picture_are_kept(tmp_path):
    chosen = config(probe_seconds=0)
    train(chosen, Feed(chosen), tmp_path, steps=2)
    rows = (tmp_path / "curve.csv").read_text().splitlines()
    assert len(rows) == 3
    assert {"foils", "words", "labels", "naming"} <= set(rows[0].split(","))
    assert (tmp_path / "curve.png").stat().st_size > 1000


def test_a_model_that_joins_batches_sees_the_scenes_of_the_others():
    joined = Feed(config("clip-mini")).batch(1)
    join = config("clip-mini").train.join
    plain = [Feed(config("vilt-mini")).batch(join + i).images for i in range(join)]
    assert torch.equal(joined.images, torch.cat(plain))


def test_weights_are_kept_after_shares_of_the_training(tmp_path):
    chosen = config(keep=(0.0, 0.5))
    feed = Feed(chosen)
    train(with_budget(chosen, None, 16), feed, tmp_path)
    (first, none), (half, spent) = (averaged(tmp_path / f"stage-{share}.pt") for share in ("00", "50"))
    assert (none["scenes"], spent["scenes"]) == (0, 8)
    assert torch.equal(first["match_head.weight"], make_model(chosen, feed).state_dict()["match_head.weight"])
    assert not torch.equal(first["match_head.weight"], half["match_head.weight"])


def test_another_tokenizer_is_refused(tmp_path):
    (tmp_path / "tokenizer.json").write_text("{}")
    chosen = config()
    with pytest.raises(ValueError, match="tokenizer"):
        train(chosen, Feed(chosen), tmp_path, steps=1)


def test_an_unknown_model_is_named_with_those_that_exist():
    with pytest.raises(ValueError, match="vilt-mini.*got 'train'"):
        configs.load("train")

from dataclasses import replace

import pytest
import torch
from lab import config as configs
from lab.checkpoint import averaged
from lab.feed import Feed
from lab.losses import hide_words
from lab.train import train, with_budget

QUIET = {"preset": "shapes", "scenes": 4, "warmup": 2, "hours": 1e6, "checkpoint_seconds": 1e9, "probe_seconds": 1e9}


def config(model="vilt-mini", **changes):
    loaded = configs.load(model)
    return replace(loaded, train=replace(loaded.train, **(QUIET | changes)))


@pytest.mark.parametrize("model", ["vilt-mini", "meter-mini"])
def test_an_interrupted_run_ends_like_one_that_was_not(model, tmp_path):
    chosen = config(model)
    feed = Feed(chosen)
    train(chosen, feed, tmp_path / "whole", steps=4)
    train(chosen, feed, tmp_path / "parts", steps=3)
    train(chosen, feed, tmp_path / "parts", steps=1)
    (whole, spent), (parts, spent_in_parts) = (averaged(tmp_path / name / "checkpoint.pt") for name in ("whole", "parts"))
    assert (spent["step"], spent["sequences"]) == (spent_in_parts["step"], spent_in_parts["sequences"]) == (4, 48)
    for name, value in whole.items():
        assert torch.equal(value, parts[name]), name


def test_the_budget_ends_a_run_and_may_be_lowered(tmp_path):
    chosen = config()
    feed = Feed(chosen)
    assert train(with_budget(chosen, None, 36), feed, tmp_path).step == 3
    assert train(with_budget(chosen, None, 24), feed, tmp_path).step == 3
    assert train(with_budget(chosen, None, 48), feed, tmp_path).step == 4


def test_both_models_see_and_hide_the_same():
    batches = [Feed(config(model)).batch(7) for model in ("vilt-mini", "meter-mini")]
    for name in ("images", "ids", "foil_ids"):
        assert torch.equal(getattr(batches[0], name), getattr(batches[1], name))
    masks = [hide_words(b.content, b.word, 0.45, torch.Generator().manual_seed(7)) for b in batches]
    assert torch.equal(*masks)


def test_held_out_figures_and_a_picture_are_kept(tmp_path):
    chosen = config(probe_seconds=0)
    train(chosen, Feed(chosen), tmp_path, steps=2)
    rows = (tmp_path / "curve.csv").read_text().splitlines()
    assert len(rows) == 3
    assert {"foils", "words", "labels", "naming"} <= set(rows[0].split(","))
    assert (tmp_path / "curve.png").stat().st_size > 1000


def test_another_tokenizer_is_refused(tmp_path):
    (tmp_path / "tokenizer.json").write_text("{}")
    chosen = config()
    with pytest.raises(ValueError, match="tokenizer"):
        train(chosen, Feed(chosen), tmp_path, steps=1)


def test_an_unknown_model_is_named_with_those_that_exist():
    with pytest.raises(ValueError, match="vilt-mini.*got 'train'"):
        configs.load("train")

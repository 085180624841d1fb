import json
import re
from pathlib import Path

import numpy as np
import pytest
import torch
from lab.tensors import read_tensors
from torch import nn
from torch.nn import functional as F
from vlpm_export.recorder import from_outputs, save_trace, watch

ROOT = Path(__file__).parents[2]


def weights(*shape):
    return torch.rand(shape).softmax(-1)


def test_a_softmax_is_seen_however_it_is_spelt_and_answers_do_not_change():
    scores = torch.randn(1, 2, 3, 5)
    ways = [lambda x: x.softmax(-1), lambda x: torch.softmax(x, -1), lambda x: F.softmax(x, dim=-1), nn.Softmax(-1)]
    for way in ways:
        with watch() as maps:
            out = way(scores)
        assert [m.shape for m in maps] == [(1, 2, 3, 5)]
        assert torch.equal(maps[0], out)
    with watch() as maps:
        torch.randn(4, 9).softmax(-1), torch.randn(1, 7, 99).softmax(-1), torch.randn(2, 4, 3, 3).softmax(-1)
    assert maps == []


@pytest.mark.parametrize("is_causal", [False, True])
def test_fused_attention_is_written_out(is_causal):
    query, key, value = (torch.randn(1, 4, 6, 8) for _ in range(3))
    mask = None if is_causal else torch.rand(6, 6) > 0.3
    wanted = F.scaled_dot_product_attention(query, key, value, attn_mask=mask, is_causal=is_causal)
    with watch() as maps:
        got = F.scaled_dot_product_attention(query, key, value, attn_mask=mask, is_causal=is_causal)
    assert torch.allclose(got, wanted, atol=1e-6)
    assert torch.allclose(maps[0] @ value, wanted, atol=1e-6)


def test_pytorchs_own_encoder_is_seen_without_its_fast_path():
    layer = nn.TransformerEncoderLayer(16, 2, 32, batch_first=True).eval()
    x = torch.randn(1, 5, 16)
    with torch.no_grad():
        wanted = layer(x)
        with watch() as maps:
            got = layer(x)
    assert [m.shape for m in maps] == [(1, 2, 5, 5)]
    assert torch.allclose(got, wanted, atol=1e-5)


def test_attentions_of_encoders_inside_an_output_come_in_their_order():
    inner = {"attentions": (weights(1, 2, 3, 3),), "last": torch.zeros(1)}
    found = from_outputs({"text": inner, "attentions": None, "cross_attentions": (weights(1, 2, 3, 4), weights(1, 2, 3, 4))})
    assert [m.shape[-1] for m in found] == [3, 4, 4]


def test_a_file_says_what_its_arrays_are(tmp_path):
    maps = [weights(1, 2, 5, 5), weights(2, 1, 4).bfloat16()]
    save_trace(tmp_path / "a.npz", maps, ["a"], image=np.zeros((2, 2, 3), np.uint8), grid=[2, 2], outputs={"match": torch.ones(1)})
    file = np.load(tmp_path / "a.npz")
    assert json.loads(file["meta"].item()) == {"format": "vlpm trace 1", "tokens": ["a"], "grid": [2, 2]}
    assert np.array_equal(file["attention_0"], maps[0].numpy())
    assert file["attention_1"].dtype == np.float32
    assert (file["image"].shape, file["output_match"].item()) == ((2, 2, 3), 1)


def test_the_example_of_the_documentation_runs(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    page = (ROOT / "docs/trace-format.md").read_text(encoding="utf-8")
    exec(re.search(r"```python\n(.*?)```", page, re.S)[1], {})
    assert set(np.load("dog.npz")) >= {"meta", "image", "attention_0"}


@pytest.mark.parametrize("name", ["vilt", "lxmert"])
def test_the_page_is_tested_with_what_the_command_writes(tmp_path, name):
    pytest.importorskip("transformers")
    from vlpm_export import recorded

    recorded.main(tmp_path)
    kept = np.load(ROOT / f"tests/oracle/trace/{name}.npz")
    made = np.load(tmp_path / f"{name}.npz")
    assert set(kept) == set(made)
    assert kept["meta"] == made["meta"]
    wanted, _ = read_tensors(ROOT / f"tests/oracle/trace/{name}.safetensors")
    for k in range(len(wanted)):
        assert np.array_equal(kept[f"attention_{k}"], wanted[f"attention.{k}"])
        assert np.allclose(made[f"attention_{k}"], wanted[f"attention.{k}"], atol=1e-5)


def test_numpy_opens_what_the_page_saved():
    saved, recorded = (np.load(ROOT / f"tests/oracle/trace/{name}.npz") for name in ("saved", "lxmert"))
    assert json.loads(saved["meta"].item())["caption"] == json.loads(recorded["meta"].item())["caption"]
    assert np.array_equal(saved["image"], recorded["image"])
    for k in range(5):
        assert np.array_equal(saved[f"attention_{k}"], recorded[f"attention_{k}"][0])

"""Models of published size, and the tokenizers that come along with them."""

import gzip
import json

import pytest
import torch

pytest.importorskip("transformers")
from vlpm_export.full import FULL
from vlpm_export.words import bert_tokenizer, clip_tokenizer


@pytest.mark.parametrize(("name", "parameters"), [("clip", 151_277_313), ("vilt", 111_595_777)])
def test_models_have_as_many_parameters_as_the_published_ones(name, parameters):
    """CLIP's number is that of OpenAI's ViT-B/32; ViLT's is that of dandelin/vilt-b32-finetuned-coco."""
    with torch.device("meta"):
        full = FULL[name]()
    assert sum(weight.numel() for weight in full.model.parameters()) == parameters


def test_lxmert_has_the_layers_of_the_paper():
    with torch.device("meta"):
        encoder = FULL["lxmert"]().model.lxmert.encoder
    assert [len(layers) for layers in (encoder.layer, encoder.r_layers, encoder.x_layers)] == [9, 5, 5]


def test_wordpieces_a_line(tmp_path):
    file = tmp_path / "vocab.txt"
    file.write_text("[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\na\ncat\n##s\n", encoding="utf-8")
    tokenizer = bert_tokenizer(file)
    assert tokenizer("A cats dog")["input_ids"] == [2, 5, 6, 7, 1, 3]
    tokenizer.save_pretrained(tmp_path)
    assert bert_tokenizer(tmp_path / "tokenizer.json").mask_token_id == 4


def test_merges_of_clip(tmp_path):
    file = tmp_path / "merges.txt.gz"
    file.write_bytes(gzip.compress(b"#version: 0.2\nl o\nlo w</w>\n"))
    tokenizer = clip_tokenizer(file)
    assert tokenizer.tokenize("low LO") == ["low</w>", "l", "o</w>"]
    tokenizer.save_pretrained(tmp_path)
    vocabulary = json.loads((tmp_path / "tokenizer.json").read_text(encoding="utf-8"))["model"]["vocab"]
    assert [vocabulary[piece] for piece in ("!", "lo", "low</w>", "<|startoftext|>", "<|endoftext|>")] == [0, 512, 513, 514, 515]
    assert clip_tokenizer(tmp_path / "tokenizer.json")("low")["input_ids"] == [514, 513, 515]

import json

import numpy as np
import pytest
import torch
from lab.nets.base import Shape
from lab.nets.build import build
from lab.nets.layers import Attention
from lab.ship.changes import Change, answer_changed, changed_oracle, changes
from lab.ship.oracle import Sample

LAYERS = {"single-stream": (4,), "dual-stream": (2, 2, 2), "dual-encoder": (2, 2)}
SAMPLE = Sample(np.random.default_rng(1).integers(0, 256, (96, 96, 3), dtype=np.uint8), "a dog", [2, 7, 9, 11, 3])


@pytest.fixture(params=LAYERS)
def model(request):
    torch.manual_seed(0)
    model = build(request.param, Shape(50, width=32, layers=LAYERS[request.param])).eval()
    for part in model.modules():
        if isinstance(part, Attention):
            torch.nn.init.normal_(part.out.weight)
    return model


def close(one, other):
    return all(np.allclose(one[name], other[name], rtol=0, atol=1e-5) for name in one)


def test_an_attention_without_probabilities_gives_its_bias_and_nothing_else(model):
    modules = []
    for module in model.modules():
        if isinstance(module, Attention):
            module.register_forward_hook(lambda module, *_: modules.append(module))
    answer_changed(model, SAMPLE, Change(0))
    assert len(modules) == len(model.spots())
    for index, module in enumerate(list(modules)):
        off = answer_changed(model, SAMPLE, Change(index, factor=np.zeros((1, 1, 1), np.float32)))
        handle = module.register_forward_hook(lambda module, _, out: module.out.bias.expand_as(out))
        assert close(off, answer_changed(model, SAMPLE, Change(index)))
        handle.remove()


def test_neutral_changes_change_nothing_and_those_of_the_oracle_do(model):
    plain = answer_changed(model, SAMPLE, Change(0))
    ones, zeros = np.ones((1, 1, 1), np.float32), np.zeros((1, 1, 1), np.float32)
    assert close(plain, answer_changed(model, SAMPLE, Change(1, factor=ones, term=zeros)))
    for change in changes(model, SAMPLE):
        assert not close(plain, answer_changed(model, SAMPLE, change))


def test_keys_hidden_by_a_term_are_as_if_they_were_not_there():
    torch.manual_seed(0)
    model = build("single-stream", Shape(50, width=32, layers=(1,))).eval()
    term = np.zeros((1, 1, 5 + 64), np.float32)
    term[..., 2] = -1e4
    hidden = answer_changed(model, SAMPLE, Change(0, term=term))["match_logit"]
    other = Sample(SAMPLE.image, "a cat", [2, 7, 20, 11, 3])
    np.testing.assert_allclose(hidden, answer_changed(model, other, Change(0, term=term))["match_logit"], atol=1e-6)


def test_the_oracle_holds_each_change_with_its_answers(model):
    tensors, metadata = changed_oracle(model, SAMPLE)
    attentions = json.loads(metadata["attentions"])
    assert metadata["caption"] == "a dog"
    for number, index in enumerate(attentions):
        spot = model.spots()[index]
        (what,) = {f"{number}.factor", f"{number}.term"} & set(tensors)
        assert tensors[what].shape[0] in (1, spot.heads)
        assert tensors[f"{number}.match_logit"].shape == (1,)

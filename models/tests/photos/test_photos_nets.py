import math

import numpy as np
import onnxruntime
import pytest
import torch
from lab.nets.encoders import pooled, similarity_map
from lab.photos.losses import contrast_loss, naming_loss, naming_target, phrase_loss, word_maps
from lab.photos.nets.backbone import Backbone, folded, same
from lab.photos.nets.base import Picture, Shape, gathered, own_share, parameters
from lab.photos.nets.encoders import ClipPhoto
from lab.photos.nets.fusing import CrossLayer, Lxmert, PixelBert, Uniter
from lab.photos.ship.export import export_model
from lab.photos.ship.graphs import backbone_graph, session
from lab.photos.ship.parts import answer
from lab.ship.storage import rounded
from lab.tensors import read_tensors

SHAPES = {PixelBert: (2,), Uniter: (2,), Lxmert: (0, 0, 2), ClipPhoto: (1, 2)}


def made(kind, width=24):
    torch.manual_seed(0)
    model = kind(Shape(50, width=width, heads=3, layers=SHAPES[kind], length=12)).eval()
    model.nouns = torch.tensor([7, 9])
    return model


def feeds(regions=5, length=6):
    rng = np.random.default_rng(0)
    ids = rng.integers(5, 50, (1, length))
    low = rng.random((1, regions, 2)).astype(np.float32) * 0.5
    return {
        "coarse": rng.random((1, 81, 1280)).astype(np.float32),
        "fine": rng.standard_normal((1, 324, 120)).astype(np.float32),
        "boxes": np.concatenate([low, low + 0.3], axis=-1),
        "input_ids": ids,
        "attention_mask": np.ones_like(ids),
    }


def picture(given):
    return Picture(*(torch.from_numpy(given[name]) for name in ("coarse", "fine", "boxes")))


def test_same_padding_is_lopsided_at_stride_two():
    assert same(288, 3, 2) == (0, 1)
    assert same(9, 5, 1) == (2, 2)
    assert same(144, 5, 2) == (1, 2)
    assert same(9, 1, 1) == (0, 0)


def test_a_folded_norm_is_convolution_then_norm():
    torch.manual_seed(0)
    convolution, norm = torch.nn.Conv2d(3, 4, 3, bias=False), torch.nn.BatchNorm2d(4, eps=1e-3).eval()
    for value in (norm.weight, norm.bias, norm.running_mean):
        torch.nn.init.normal_(value)
    torch.nn.init.uniform_(norm.running_var, 0.5, 2.0)
    weight, bias = folded(convolution.weight, {f"n.{key}": value for key, value in norm.state_dict().items()}, "n")
    x = torch.randn(2, 3, 8, 8)
    torch.testing.assert_close(torch.nn.functional.conv2d(x, weight, bias), norm(convolution(x)), atol=1e-5, rtol=1e-5)


def test_the_backbone_has_lite2s_weights_and_grids():
    torch.manual_seed(0)
    model = Backbone().eval()
    # 6,092,072 of the published model, less 1,281,000 of its classifier, less one of two numbers of each norm's channel
    channels = sum(part.inner.out_channels for part in model.modules() if hasattr(part, "bent"))
    assert sum(p.numel() for p in model.parameters()) == 6_092_072 - 1_281_000 - channels
    with torch.no_grad():
        coarse, fine = model(torch.randn(1, 3, 288, 288))
    assert coarse.shape == (1, 81, 1280) and fine.shape == (1, 324, 120)
    assert coarse.min() >= 0 and coarse.max() <= 6
    pixels = torch.randn(1, 3, 288, 288)
    found = session(backbone_graph(model)).run(None, {"pixel_values": pixels.numpy()})
    with torch.no_grad():
        for one, wanted in zip(found, model(pixels), strict=True):
            np.testing.assert_allclose(one, wanted.numpy(), atol=1e-4)


def test_four_fine_cells_lie_in_each_coarse_one():
    fine = torch.arange(324.0)[None, :, None]
    cells = gathered(fine)
    assert cells.shape == (1, 81, 4)
    assert cells[0, 0].tolist() == [0, 1, 18, 19]
    assert cells[0, 10].tolist() == [2 * 18 + 2, 2 * 18 + 3, 3 * 18 + 2, 3 * 18 + 3]


def test_some_cells_are_seen_as_they_are_among_all():
    model, given = made(PixelBert), picture(feeds())
    cells = torch.tensor([3, 40, 80])
    whole = model.sight(given)
    torch.testing.assert_close(model.sight(Picture(given.coarse, given.fine, None, cells)), whole[:, cells])


def test_lxmerts_cross_attention_shares_weights_and_reads_inputs():
    torch.manual_seed(0)
    layer = CrossLayer(8, 2).eval()
    text, image, mask = torch.randn(1, 3, 8), torch.randn(1, 4, 8), torch.zeros(1, 1, 1, 3)
    seen = []
    found = layer(text, image, mask, seen)
    said, shown = layer.norm(text), layer.norm(image)
    torch.testing.assert_close(found[0], layer.text(text + layer.cross(said, shown, None, None), mask, None))
    torch.testing.assert_close(found[1], layer.image(image + layer.cross(shown, said, None, None), None, None))
    assert [tuple(w.shape) for w in seen] == [(1, 2, 3, 4), (1, 2, 4, 3), (1, 2, 3, 3), (1, 2, 4, 4)]


@pytest.mark.parametrize("kind", [PixelBert, Uniter, Lxmert])
def test_trained_heads_are_those_that_the_model_names(kind):
    model, given = made(kind), feeds()
    seen = []
    ids = torch.from_numpy(given["input_ids"])
    with torch.no_grad():
        states = model.fuse(ids, torch.ones_like(ids), model.sight(picture(given)), seen)
    spots = model.spots()
    assert len(spots) == len(seen) and [s.heads for s in spots] == [w.shape[1] for w in seen]
    places = states.image.shape[1]
    for way, (name, head) in model.grounded().items():
        index = [spot.name for spot in spots].index(name)
        weights = seen[index][:, head]
        if kind is not Lxmert:
            weights = weights[:, :6, 6:] if way == "looks" else weights[:, 6:, :6]
        torch.testing.assert_close(getattr(states, way), own_share(weights))
    assert states.looks.shape == (1, 6, places) and states.named.shape == (1, places, 6)
    assert model.labels(states).shape == (1, places, 3)


@pytest.mark.parametrize("kind", list(SHAPES))
def test_what_ships_answers_as_pytorch_does_in_eight_bits(tmp_path, kind):
    model, given = rounded(made(kind), 8), feeds()
    graphs, worst = export_model(tmp_path, "x", model, given)
    assert worst < 1e-5
    stored = sum(math.prod(tensor.dims) for graph in graphs for tensor in graph.graph.initializer)
    assert stored < 1.1 * sum(p.numel() for p in model.parameters())  # nothing is there twice


def test_regions_and_text_may_be_of_any_number(tmp_path):
    model = rounded(made(Uniter), 8)
    (graph,), _ = export_model(tmp_path, "x", model, feeds())
    opened = onnxruntime.InferenceSession(graph.SerializeToString(), providers=["CPUExecutionProvider"])
    given = feeds(regions=2, length=9)
    found = opened.run(["match_logit", "label_logits"], given)
    wanted = answer(model, given)
    np.testing.assert_allclose(found[0], wanted["match_logit"], atol=1e-5)
    assert found[1].shape == (1, 2, 3)


def test_the_dual_encoders_score_is_the_sum_of_its_map():
    model, given = made(ClipPhoto), feeds()
    ids = torch.from_numpy(given["input_ids"])
    with torch.no_grad():
        pieces, cells = model.read(ids, torch.ones_like(ids)), model.look(picture(given))[0]
        cosine = model.scale * (pooled(pieces) * pooled(cells)).sum()
        torch.testing.assert_close(similarity_map(pieces[0], cells[0], model.scale).sum(), cosine)
        looks, named = word_maps(pieces, cells, torch.tensor([[1, 1, 1, 1, 0, 0]]), torch.tensor(10.0))
    torch.testing.assert_close(looks.sum(dim=-1), torch.ones(1, 6))
    assert named[0, :, 4:].abs().max() < 1e-6


def test_weights_that_only_training_uses_do_not_count():
    model = made(PixelBert)
    assert sum(p.numel() for p in model.parameters()) - parameters(model) == 2 * 24 + 24 + 1


def test_phrase_loss_by_hand():
    looks = torch.tensor([[[0.5, 0.25, 0.25], [0.1, 0.8, 0.1]]])
    pieces, rows = torch.tensor([[0.5, 0.5], [1.0, 0.0]]), torch.tensor([0, 0])
    targets = torch.tensor([[0.0, 1.0, 0.0], [0.0, 0.0, 0.0]])
    found = phrase_loss(looks, rows, pieces, targets)
    assert found.item() == pytest.approx(-(math.log(0.25) + math.log(0.8)) / 2)
    assert phrase_loss(looks, rows[:0], pieces[:0], targets[:0]).item() == 0.0


def test_places_are_named_by_the_smaller_thing_more():
    pieces = torch.tensor([[1.0, 0.0, 0.0], [0.0, 0.5, 0.5]])
    targets = torch.tensor([[0.25, 0.25, 0.25, 0.25], [0.75, 0.25, 0.0, 0.0]])
    wanted = naming_target(2, torch.tensor([1, 1]), pieces, targets)
    assert wanted[0].sum() == 0
    torch.testing.assert_close(wanted[1, 0], torch.tensor([0.25, 0.375, 0.375]))
    torch.testing.assert_close(wanted[1, 3], torch.tensor([1.0, 0.0, 0.0]))
    named = torch.full((2, 4, 3), 1 / 3)
    assert naming_loss(named, wanted).item() == pytest.approx(math.log(3))


def test_only_edits_are_further_negatives():
    scores = torch.zeros(2, 4)
    scores[0, 2] = scores[1, 3] = 50.0
    none = contrast_loss(scores, torch.tensor([False, False])).item()
    assert none == pytest.approx(math.log(2))
    assert contrast_loss(scores, torch.tensor([True, False])).item() > 10


def test_references_are_stored_without_loss_of_shape(tmp_path):
    from lab.tensors import write_tensors

    write_tensors(tmp_path / "x", {"a": np.ones((2, 3), np.float16)}, {"of": "backbone"})
    assert read_tensors(tmp_path / "x")[0]["a"].shape == (2, 3)

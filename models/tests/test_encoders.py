import math

import pytest
import torch
from lab.contrast import contrast_loss, may_be_true
from lab.nets.base import Shape
from lab.nets.build import build
from lab.nets.encoders import pooled, similarity_map
from lab.world.batches import batch
from torch.nn import functional as F


@pytest.fixture
def model():
    torch.manual_seed(0)
    return build("dual-encoder", Shape(50, width=32, layers=(2, 3))).eval()


def inputs(length=7, n=2):
    generator = torch.Generator().manual_seed(1)
    ids = torch.randint(5, 50, (n, length), generator=generator)
    return torch.randn(n, 3, 96, 96, generator=generator), ids, torch.ones_like(ids)


def test_each_encoder_attends_within_its_own_stream(model):
    pixels, ids, mask = inputs()
    seen = []
    model.read(ids, mask, seen)
    model.look(pixels, seen)
    assert [spot.stage for spot in model.spots()] == ["text"] * 2 + ["image"] * 3
    for spot, weights in zip(model.spots(), seen, strict=True):
        size = 7 if spot.stage == "text" else 64
        assert weights.shape == (2, 4, size, size)
        assert spot.queries == spot.keys == (spot.stage,)


def test_the_map_of_words_and_patches_sums_to_the_cosine(model):
    pixels, ids, mask = inputs()
    with torch.no_grad():
        text, image = model.read(ids, mask), model.look(pixels)[0]
        parts = similarity_map(text[0], image[0], model.scale.item())
        cosine = F.cosine_similarity(text[0].mean(0), image[0].mean(0), dim=0)
    assert parts.shape == (7, 64)
    assert parts.sum().item() == pytest.approx(cosine.item() / 0.07, rel=1e-5)
    assert model.scale.item() == pytest.approx(1 / 0.07)


def test_padding_changes_no_mean(model):
    _, ids, mask = inputs()
    with torch.no_grad():
        alone = pooled(model.read(ids, mask))
        padded, shorter = F.pad(ids, (0, 4)), F.pad(mask, (0, 4))
        torch.testing.assert_close(pooled(model.read(padded, shorter), shorter), alone, atol=1e-6, rtol=0)


def test_contrast_of_undecided_scores():
    nothing = torch.zeros(2, 2, dtype=torch.bool)
    loss = contrast_loss(torch.zeros(2, 4), nothing, nothing)
    assert loss.item() == pytest.approx(0.5 * (math.log(4) + math.log(2)))


def test_a_caption_that_may_be_true_of_another_picture_is_left_out():
    other, nothing = torch.tensor([[True, True], [False, True]]), torch.zeros(2, 2, dtype=torch.bool)
    loss = contrast_loss(torch.zeros(2, 4), other, nothing)
    pictures = 0.5 * (math.log(3) + math.log(4))
    captions = 0.5 * (math.log(2) + math.log(1))
    assert loss.item() == pytest.approx(0.5 * (pictures + captions))


def test_every_caption_may_be_true_of_its_own_scene_and_an_object_foil_is_not():
    scenes = batch("shapes", 3, 0, 16, easy_share=0.0, stage=2, kind="object").scenes
    true = may_be_true(scenes, [scene.caption for scene in scenes])
    foil = may_be_true(scenes, [scene.foil for scene in scenes])
    assert true.diagonal().all()
    assert not foil.diagonal().any()

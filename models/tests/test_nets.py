import pytest
import torch
from lab.nets.base import Shape
from lab.nets.build import build, parameters
from lab.nets.embed import PatchEmbedding
from lab.nets.layers import Attention, CoLayer, additive

SHAPES = {"single-stream": Shape(50, width=32, layers=(4,)), "dual-stream": Shape(50, width=32, layers=(2, 2, 2))}


@pytest.fixture(params=SHAPES)
def model(request):
    torch.manual_seed(0)
    return build(request.param, SHAPES[request.param]).eval()


def inputs(length=9, n=2):
    generator = torch.Generator().manual_seed(1)
    return (
        torch.randn(n, 3, 96, 96, generator=generator),
        torch.randint(5, 50, (n, length), generator=generator),
        torch.ones(n, length, dtype=torch.long),
    )


def test_attention_equals_pytorchs_own():
    torch.manual_seed(0)
    ours = Attention(32, 4)
    theirs = torch.nn.MultiheadAttention(32, 4, batch_first=True)
    parts = (ours.query, ours.key, ours.value)
    with torch.no_grad():
        theirs.in_proj_weight.copy_(torch.cat([part.weight for part in parts]))
        theirs.in_proj_bias.copy_(torch.cat([part.bias for part in parts]))
    theirs.out_proj.load_state_dict(ours.out.state_dict())
    queries, keys = torch.randn(3, 5, 32), torch.randn(3, 7, 32)
    mask = torch.ones(3, 7)
    mask[1, 4:] = 0
    seen = []
    out = ours(queries, keys, additive(mask), seen)
    expected, weights = theirs(queries, keys, keys, key_padding_mask=mask == 0, average_attn_weights=False)
    torch.testing.assert_close(out, expected)
    torch.testing.assert_close(seen[0], weights)


def test_each_direction_of_a_co_attention_layer_reads_the_other_streams_input():
    torch.manual_seed(0)
    layer = CoLayer(32, 4)
    text, image = torch.randn(1, 6, 32), torch.randn(1, 9, 32)
    before = layer(text, image, None, None)
    with torch.no_grad():
        layer.text.own.out.weight.add_(1.0)
    after = layer(text, image, None, None)
    assert not torch.allclose(before[0], after[0])
    torch.testing.assert_close(before[1], after[1])


def test_every_attention_is_returned_as_its_spot_says(model):
    seen = []
    model(*inputs(), seen)
    spots = model.spots()
    assert len(spots) == len(seen)
    size = {"text": 9, "image": 64}
    for spot, weights in zip(spots, seen, strict=True):
        expected = (2, spot.heads, sum(size[s] for s in spot.queries), sum(size[s] for s in spot.keys))
        assert weights.shape == expected, spot.name
        torch.testing.assert_close(weights.sum(-1), torch.ones(expected[:3]))
    assert (spots[0].depth, spots[-1].depth) == (0.0, 1.0)
    fusion = [spot.depth for spot in spots if spot.stage == "fusion"]
    assert fusion == sorted(fusion)


def test_padding_changes_no_answer(model):
    pixels, ids, mask = inputs()
    padded = torch.nn.functional.pad(ids, (0, 4))
    shorter = torch.nn.functional.pad(mask, (0, 4))
    with torch.no_grad():
        match, words, answers = model(pixels, ids, mask)
        padded_match, padded_words, padded_answers = model(pixels, padded, shorter)
    torch.testing.assert_close(match, padded_match, atol=1e-5, rtol=0)
    torch.testing.assert_close(answers, padded_answers, atol=1e-5, rtol=0)
    torch.testing.assert_close(words, padded_words[:, :9], atol=1e-5, rtol=0)


def test_patches_come_in_raster_order():
    torch.manual_seed(0)
    embed = PatchEmbedding(96, 8, 32)
    image = torch.zeros(1, 3, 96, 96)
    changed = image.clone()
    row, column = 2, 5
    changed[:, :, row * 12 + 5 : row * 12 + 7, column * 12 + 5 : column * 12 + 7] = 1.0
    difference = (embed(changed) - embed(image)).abs().sum(-1)[0]
    assert difference.argmax() == row * 8 + column
    assert (difference > 0).sum() == 1


def test_heads_that_only_train_are_not_counted():
    model = build("single-stream", SHAPES["single-stream"])
    extra = sum(p.numel() for p in model.extra.parameters())
    assert parameters(model) == sum(p.numel() for p in model.parameters()) - extra


def test_an_unknown_adapter_is_refused():
    with pytest.raises(ValueError, match="dual-stream.*got 'triple'"):
        build("triple", SHAPES["single-stream"])

from dataclasses import replace

import numpy as np
import onnx
import pytest
import torch
from lab import config as configs
from lab.feed import Feed, make_model
from lab.figures.ablation import maskable
from lab.figures.cost import flops
from lab.figures.exported import MAP, run_by, session
from lab.figures.similarity import scores, similarity
from lab.losses import pixels
from lab.ship.graph import attention_tensors, onnx_graph
from lab.ship.parts import parts
from lab.world.batches import batch
from onnx import TensorProto, helper

BATCH = batch("shapes", 5, 0, 3, easy_share=0.0, split="test")


def a_model(name):
    loaded = configs.load(name)
    chosen = replace(loaded, train=replace(loaded.train, preset="shapes"))
    return make_model(chosen, Feed(chosen)).eval()


def exported(model, adapter, **more):
    """A model as evaluation reads it, with as much of a manifest as that needs."""
    graphs, made = {}, parts(model)
    for part in made:
        graph = onnx_graph(part, model.shape)
        entries = [{**vars(spot), "tensor": tensor} for spot, tensor in zip(part.spots, attention_tensors(graph), strict=True)]
        graphs[part.role] = (graph, {"attentions": entries})
    tasks = {task: {"output": f"model/{task}_{kind}"} for task, kind in (("match", "logit"), ("mask", "logits"), ("answer", "logits"))}
    manifest = {"adapter": adapter, "graphs": {role: entry for role, (_, entry) in graphs.items()}, "image": {"grid": [model.shape.grid] * 2}, "tasks": tasks, **more}
    return run_by(manifest, [graph for graph, _ in graphs.values()])


def small(nodes, inputs, outputs, weights):
    ports = [[helper.make_tensor_value_info(name, TensorProto.FLOAT, dims) for name, dims in side.items()] for side in (inputs, outputs)]
    held = [onnx.numpy_helper.from_array(value.astype(np.float32), name) for name, value in weights.items()]
    return helper.make_model(helper.make_graph(nodes, "g", *ports, held), opset_imports=[helper.make_opsetid("", 17)], ir_version=8)


def test_a_masked_head_gives_nothing_and_the_others_what_they_gave():
    nodes = [helper.make_node("Softmax", ["x"], ["a"], axis=-1), helper.make_node("MatMul", ["a", "v"], ["y"])]
    graph = small(nodes, {"x": [1, 2, 2, 3]}, {"y": [1, 2, 2, 1]}, {"v": np.ones((1, 2, 3, 1))})
    run = session(maskable(graph, ["a"], [2]))
    x = np.random.default_rng(0).normal(size=(1, 2, 2, 3)).astype(np.float32)
    kept = np.array([1, 0], np.float32).reshape(1, 2, 1, 1)
    np.testing.assert_allclose(run.run(["y"], {"x": x, "keep.0": kept})[0][0, :, :, 0], [[1, 1], [0, 0]], atol=1e-6)
    with pytest.raises(ValueError, match="'b'"):
        maskable(graph, ["b"], [2])


def test_operations_counted_by_hand():
    nodes = [
        helper.make_node("Conv", ["x", "k"], ["c"], strides=[2, 2]),
        helper.make_node("Flatten", ["c"], ["f"]),
        helper.make_node("Gemm", ["f", "w"], ["g"], transB=1),
        helper.make_node("MatMul", ["g", "u"], ["y"]),
    ]
    weights = {"k": np.ones((5, 3, 2, 2)), "w": np.ones((7, 20)), "u": np.ones((7, 2))}
    graph = small(nodes, {"x": [1, 3, 4, 4]}, {"y": [1, 2]}, weights)
    feeds = {"x": np.zeros((1, 3, 4, 4), np.float32), "not asked for": np.zeros(1)}
    assert flops(graph, feeds) == 2 * (20 * 12 + 7 * 20 + 2 * 7)


def test_a_similarity_by_hand_sums_to_the_score():
    text, counted = np.array([[[1.0, 0.0], [0.0, 1.0], [9.0, 9.0]]]), np.array([[True, True, False]])
    image = np.array([[[2.0, 0.0], [2.0, 0.0]]])
    assert scores(text, counted, image, 10.0) == pytest.approx(np.array([[10 / 2**0.5]]))
    parts_of = similarity(text, counted, image, 10.0)
    assert parts_of.tolist() == [[pytest.approx([5 / 2**0.5] * 2), [0, 0], [0, 0]]]
    assert parts_of.sum() == pytest.approx(10 / 2**0.5)


def test_a_fusion_model_says_what_pytorch_says_also_without_a_head():
    model = a_model("vilt-mini")
    run = exported(model, "single-stream")
    images, ids = BATCH.images.numpy(), BATCH.ids.numpy()
    feeds = pixels(BATCH.images), BATCH.ids, (BATCH.ids != 0).long()
    with torch.no_grad():
        match, words = model(*feeds)[:2]
        np.testing.assert_allclose(run.match(images, ids), match, atol=1e-4)
        np.testing.assert_allclose(run.words(images, ids, np.array([1, 2, 3])), words[[0, 1, 2], [1, 2, 3]], atol=1e-4)
        np.testing.assert_allclose(np.diag(run.matrix(images, ids)), match, atol=1e-4)
        layer, size = model.layers[2].attention, model.shape.width // model.shape.heads
        layer.out.weight[:, size : 2 * size] = 0
        np.testing.assert_allclose(run.without("joint 3", 1).match(images, ids), model(*feeds)[0], atol=1e-4)
    assert np.abs(run.without("joint 3", 1).match(images, ids) - match.numpy()).max() > 1e-6
    maps = run.maps(images, ids)
    assert maps["pointing"].shape == (3, len(run.heads("pointing")), ids.shape[1], 64)
    assert maps["naming"].shape == (3, 24, 64, ids.shape[1])


def test_a_dual_encoder_has_a_similarity_in_place_of_heads():
    run = exported(a_model("clip-mini"), "dual-encoder", similarity={"scale": 5.0})
    images, ids = BATCH.images.numpy(), BATCH.ids.numpy()
    maps = run.maps(images, ids)
    assert run.heads("naming") == [(MAP, 0)]
    np.testing.assert_allclose(maps["pointing"].sum(axis=(1, 2, 3)), run.match(images, ids), rtol=1e-4)
    np.testing.assert_array_equal(maps["naming"], maps["pointing"].swapaxes(-1, -2))
    np.testing.assert_allclose(np.diag(run.matrix(images, ids)), run.match(images, ids), rtol=1e-5)
    assert not maps["pointing"][ids[:, None] == 0].any()

import json
import struct
from dataclasses import replace

import numpy as np
import onnx
import onnxruntime
import pytest
import torch
from lab import config as configs
from lab.evaluate import evaluate_and_report
from lab.export import export
from lab.feed import Feed, make_model
from lab.ship.card import write_card
from lab.ship.graph import attention_tensors, exposed, onnx_graph
from lab.ship.manifest import stamp
from lab.ship.oracle import feeds
from lab.ship.parts import answer, parts
from lab.ship.storage import rounded
from lab.ship.samples import samples
from lab.tensors import read_tensors, write_tensors
from lab.world.tokenizer import PATH

SPENT = {"step": 0, "scenes": 0, "sequences": 0, "elapsed": 0.0}


@pytest.fixture(params=["vilt-mini", "meter-mini", "clip-mini"])
def made(request):
    loaded = configs.load(request.param)
    chosen = replace(loaded, train=replace(loaded.train, preset="shapes"))
    return chosen, make_model(chosen, Feed(chosen))


def write(made, folder):
    texts = {"tokenizer.json": PATH.read_text(encoding="utf-8"), "lexicon.json": '{"words": ["a"], "content": []}'}
    return export(*made, samples("shapes"), texts, Feed(made[0]).answers, folder / "zoo", folder / "oracle")


def test_onnxruntime_agrees_with_pytorch_on_every_weight(made):
    model = rounded(made[1])
    given = [feeds(sample) for sample in samples("shapes")]
    wanted = [answer(model, one) for one in given]
    at = 0
    for part in parts(model):
        graph = onnx_graph(part, model.shape)
        tensors = attention_tensors(graph)
        session = onnxruntime.InferenceSession(exposed(graph, tensors), providers=["CPUExecutionProvider"])
        names = [*part.outputs, *(f"attention.{at + k}" for k in range(len(tensors)))]
        at += len(tensors)
        for one, expected in zip(given, wanted, strict=True):
            got = session.run([*part.outputs, *tensors], {name: one[name] for name in part.inputs})
            for name, found in zip(names, got, strict=True):
                np.testing.assert_allclose(found, expected[name], atol=1e-4, rtol=0, err_msg=name)
    assert at == len(model.spots())


def test_matrices_are_stored_in_half_and_nothing_is_lost(made):
    model = rounded(made[1])
    graphs = [onnx_graph(part, model.shape) for part in parts(model)]
    kinds = {(i, t.name): (t.data_type, np.prod(t.dims)) for i, graph in enumerate(graphs) for t in graph.graph.initializer}
    half = sum(size for kind, size in kinds.values() if kind == onnx.TensorProto.FLOAT16)
    full = sum(size for kind, size in kinds.values() if kind == onnx.TensorProto.FLOAT)
    assert full < 0.05 * half


def test_two_exports_are_the_same_bytes(made, tmp_path):
    for name in ("one", "two"):
        write(made, tmp_path / name)
    files = sorted(p.relative_to(tmp_path / "one") for p in (tmp_path / "one").rglob("*") if p.is_file())
    assert len(files) == 7 + len(parts(made[1]))
    for file in files:
        assert (tmp_path / "one" / file).read_bytes() == (tmp_path / "two" / file).read_bytes(), file


def test_the_manifest_describes_its_files(made, tmp_path):
    assert write(made, tmp_path) <= 1e-4
    folder = tmp_path / "zoo" / made[0].id
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    for name, entry in manifest["files"].items():
        assert entry == stamp(folder / name)
    for graph in manifest["graphs"].values():
        assert {key: graph[key] for key in ("sha256", "bytes")} == stamp(folder / graph["file"])
        loaded = onnx.load(folder / graph["file"])
        assert [a["tensor"] for a in graph["attentions"]] == attention_tensors(loaded)
        for kind, found in (("inputs", loaded.graph.input), ("outputs", loaded.graph.output)):
            assert [(entry["name"], len(entry["dims"])) for entry in graph[kind]] == [
                (one.name, len(one.type.tensor_type.shape.dim)) for one in found
            ]
            for entry, one in zip(graph[kind], found, strict=True):
                for said, dim in zip(entry["dims"], one.type.tensor_type.shape.dim, strict=True):
                    assert isinstance(said, str) or said == dim.dim_value or dim.dim_param, entry
    if manifest["adapter"] == "dual-stream":
        crossing = [a for a in manifest["graphs"]["model"]["attentions"] if a["queries"] != a["keys"]]
        assert [a["name"] for a in crossing] == ["text → image 1", "image → text 1", "text → image 2", "image → text 2"]


def test_the_reference_holds_what_the_model_says(made, tmp_path):
    write(made, tmp_path)
    tensors, metadata = read_tensors(tmp_path / "zoo" / made[0].id / "reference.safetensors")
    wanted = answer(rounded(made[1]), feeds(samples("shapes")[0]))
    assert metadata["caption"] == samples("shapes")[0].caption
    assert tensors["pixels"].shape == (96, 96, 3)
    for name, value in wanted.items():
        np.testing.assert_array_equal(tensors[name], value)


def test_safetensors_as_its_format_says(tmp_path):
    path = tmp_path / "x.safetensors"
    write_tensors(path, {"b": np.array([1, 2], np.uint8), "a": np.array([[1.5]], np.float32)}, {"caption": "é"})
    raw = path.read_bytes()
    (size,) = struct.unpack("<Q", raw[:8])
    header = json.loads(raw[8 : 8 + size])
    assert size % 8 == 0
    assert header == {
        "__metadata__": {"caption": "é"},
        "a": {"dtype": "F32", "shape": [1, 1], "data_offsets": [0, 4]},
        "b": {"dtype": "U8", "shape": [2], "data_offsets": [4, 6]},
    }
    assert raw[8 + size :] == struct.pack("<f", 1.5) + b"\x01\x02"


def test_evaluation_of_untrained_weights_stays_at_chance(made, tmp_path):
    write(made, tmp_path)
    zoo = tmp_path / "zoo"
    write_card(made[0], zoo, SPENT)
    evaluate_and_report([made[0]], zoo, 60)
    manifest = json.loads((zoo / made[0].id / "manifest.json").read_text(encoding="utf-8"))
    figures = {metric["name"]: metric for metric in manifest["metrics"]}
    assert 17 <= 60 * figures["foils, pairwise"]["value"] <= 43  # 60 fair coins, 999 times in 1000
    report = json.loads((zoo / "report.json").read_text(encoding="utf-8"))["models"][made[0].id]
    assert report["sha256"] == "-".join(graph["sha256"] for graph in manifest["graphs"].values())
    assert {row["set"] for row in report["figures"]} == {"held-out scenes", "held-out pairs", "held-out triples", "untrained weights"}
    assert "foils, pairwise" in (zoo / made[0].id / "card.md").read_text(encoding="utf-8")
    if made[0].adapter == "dual-encoder":
        assert "heads" not in manifest
        assert not {"masked words", "answers"} & set(figures)
        return
    assert figures["masked words"]["value"] < 0.2
    assert figures["answers"]["low"] < 0.5
    assert set(manifest["heads"]) == {"naming", "pointing"}

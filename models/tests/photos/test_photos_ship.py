import json

import numpy as np
import onnx
import pytest
import torch
from lab.photos.figures.prejudice import sex_questions
from lab.photos.figures.suite import OUTSIDE_SET, TEST_SET
from lab.photos.ship.card import card
from lab.photos.ship.graphs import graph_of, session
from lab.photos.ship.publish import budgets, compact, metrics, publish, recalled
from lab.photos.ship.reference import coarsened, repeated, some_rows
from lab.photos.ship.targets import TARGETS, against
from lab.photos.world.data import Photograph
from lab.photos.world.outside import drawn_shapes, learnt, lines, noise, page
from lab.photos.world.store import Store
from lab.ship.storage import rounded
from PIL import Image


class Small(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.first, self.norm, self.last = torch.nn.Linear(40, 60), torch.nn.LayerNorm(60), torch.nn.Linear(60, 3)

    def forward(self, x):
        half = x.unflatten(1, (2, 20)).flatten(1) + 0.5
        return self.last(torch.softmax(self.norm(self.first(half + 0.5)), dim=-1))


def test_graphs_hold_what_pytorch_holds_under_short_names_and_in_few_bytes():
    torch.manual_seed(0)
    model = rounded(Small(), 8, vectors=True)
    graph = graph_of(model, (torch.zeros(2, 40),), {"x": {0: "batch"}}, {"y": {0: "batch"}})
    given = torch.randn(5, 40)
    with torch.no_grad():
        wanted = model(given).numpy()
    np.testing.assert_allclose(session(graph).run(None, {"x": given.numpy()})[0], wanted, atol=1e-6)
    assert [(one.name) for one in (*graph.graph.input, *graph.graph.output)] == ["x", "y"]
    inner = {name for node in graph.graph.node for name in (*node.input, *node.output)} - {"x", "y", ""}
    assert all(len(name.split(".")[0]) < 5 for name in inner) and not any(node.name for node in graph.graph.node)
    # biases and gains in two bytes, matrices in one, no constant twice
    stored = sum(len(tensor.raw_data) for tensor in graph.graph.initializer)
    assert stored == 60 * 40 + 3 * 60 + 2 * (60 + 3 + 3 * 60 + 3)
    contents = [node.attribute[0].SerializeToString() for node in graph.graph.node if node.op_type == "Constant"]
    assert len(contents) == len(set(contents))
    onnx.checker.check_model(graph, full_check=True)


class Clamped(torch.nn.Module):
    def forward(self, x):
        return x.clamp(0.1, 6.0) + x.clamp(max=0.3)


def test_bounds_of_clamps_are_stored_in_32_bits():
    graph = graph_of(Clamped(), (torch.zeros(2, 3),), {"x": {0: "batch"}}, {"y": {0: "batch"}})
    stored = [node.attribute[0].t.data_type for node in graph.graph.node if node.op_type == "Constant"]
    assert stored == [onnx.TensorProto.FLOAT] * 3
    given = torch.tensor([[-1.0, 0.2, 9.0]])
    np.testing.assert_array_equal(session(graph).run(None, {"x": given.numpy()})[0], Clamped()(given).numpy())


def test_references_keep_some_rows_and_say_which():
    maps = np.arange(2 * 11 * 3, dtype=np.float32).reshape(1, 2, 11, 3)
    kept = some_rows({"attention.0": maps, "match_logit": np.zeros(1, np.float32), "boxes": np.zeros((1, 20, 4)), "mask_logits": np.zeros((1, 9, 3600))})
    assert kept["rows.attention.0"].tolist() == [0, 2, 4, 6, 8, 10]
    assert (kept["attention.0"] == maps[:, :, ::2]).all()
    assert kept["boxes"].shape == (1, 20, 4) and kept["rows.mask_logits"].tolist() == [0, 8]
    picture = np.random.default_rng(0).integers(0, 256, (12, 12, 3), dtype=np.uint8)
    assert (coarsened(repeated(picture)) == picture).all() and repeated(picture).shape == (48, 48, 3)


def figure(name, value, where=TEST_SET, **rest):
    return {"name": name, "value": value, "low": value - 0.02, "high": value + 0.02, "n": 300, "set": where, **rest}


FIGURES = [
    figure("foils, object", 0.86, chance=0.5),
    figure("foils, object", 0.7, OUTSIDE_SET, chance=0.5),
    figure("hidden nouns, top-1", 0.4499),
    figure("foils, text only", 0.529, chance=0.5, group="control"),
    figure("pointing, best head", 0.5),
    figure("pointing, centre", 0.3, group="baseline"),
    figure("pointing, clothing, best head", 0.5),
    figure("pointing, clothing, centre", 0.45, group="baseline"),
    figure("“man” preferred where captions say “woman”", 0.2, group="prejudice"),
]


def test_what_was_aimed_at_is_met_or_missed():
    told = [[cell.strip() for cell in line.split("|")[1:-1]] for line in against("uniter-mini", FIGURES).splitlines()[2:]]
    assert told == [
        ["object foils", "≥ 85%", "86.0%", "met"],
        ["hidden nouns, top-1", "≥ 45%", "45.0%", "**missed**"],
        ["pointing over the centre", "≥ 15%", "20.0%", "met"],
        ["pointing over the centre, clothing (central ones too)", "≥ 20%", "5.0%", "**missed**"],
        ["text only, foils", "50% ± 3%", "52.9%", "met"],
        ["object foils, 87 photographs outside", "≥ 75%", "70.0%", "**missed**"],
    ]
    assert "object foils" not in against("clip-photo-mini", FIGURES)
    assert {target.where for target in TARGETS} == {TEST_SET, OUTSIDE_SET}


MANIFEST = {
    "id": "uniter-mini", "name": "UNITER-mini", "summary": "One.", "after": "UNITER", "differs": "Small.", "parameters": 1234567, "visual": "region",
    "text": {"maxTokens": 28}, "spent": {"scenes": 15016, "sequences": 30000, "elapsed": 3600.0}, "graphs": {"model": {"sha256": "a" * 64}},
}  # fmt: skip
ENTRY = {"figures": FIGURES, "heads": {"looks": "joint 3, head 0", "named": "joint 3, head 1"}, "candidates": 24, "asked": 300, "sha256": "a" * 64}


def test_a_card_says_what_was_learnt_from_and_what_was_missed():
    text = card(MANIFEST, ENTRY)
    assert "15,016 pictures (2 times over)" in text and "1,234,567 parameters" in text and "1.0 hours" in text
    assert "CC BY-NC 4.0" in text and "Flickr8k" in text and "**missed**" in text
    assert "| foils, object | 86.0% (84.0% to 88.0%) | 50.0% | 300 | 70.0% (68.0% to 72.0%) |" in text
    assert "“man” preferred where captions say “woman”: 20.0% (18.0% to 22.0%, of 300)" in text


def test_a_card_tells_what_was_seen_and_of_which_weights():
    assert "What its maps look like" not in card(MANIFEST, ENTRY)
    seen = {"of": "a" * 12, "paragraphs": ["**On the thing.** A bear is found.", "**Beside it.** Grass is not."]}
    text = card(MANIFEST, ENTRY | {"seen": seen})
    assert "## What its maps look like" in text and "A bear is found.\n\n**Beside it.**" in text and "earlier weights" not in text
    assert "earlier weights (`bbbbbbbbbbbb`) than these" in card(MANIFEST, ENTRY | {"seen": seen | {"of": "b" * 12}})


def test_publishing_takes_figures_of_the_exported_files_alone(tmp_path):
    exports, zoo = tmp_path / "cache" / "exports", tmp_path / "zoo"
    for name in ("backbone", "detector-mini", "uniter-mini"):
        (exports / name).mkdir(parents=True)
        (exports / name / "manifest.json").write_text(json.dumps(MANIFEST | {"id": name}))
    (exports / "report.json").write_text(json.dumps({"uniter-mini": ENTRY}))
    zoo.mkdir()
    (zoo / "photos-seen.md").write_text("# Seen\n\n## uniter-mini\n\nOf `bbbbbbbbbbbb`.\n\nA bear\nis found.\n")
    assert publish(tmp_path / "cache", zoo, [figure("found", 0.5)]) == ["backbone", "detector-mini", "uniter-mini"]
    told = json.loads((zoo / "uniter-mini" / "manifest.json").read_text())
    assert told["metrics"] == metrics(FIGURES) and all("group" not in row for row in told["metrics"]) and told["card"] == "card.md"
    assert told["heads"] == {"pointing": {"attention": "joint 3", "head": 0, "value": 0.5}}
    told = json.loads((zoo / "photos.json").read_text())
    seen = {"of": "b" * 12, "paragraphs": ["A bear is found."]}
    assert {"uniter-mini": ENTRY | {"note": told["uniter-mini"]["note"], "seen": seen}} == told == json.loads(compact(told))
    assert "saw 15,016 pictures" in (zoo / "uniter-mini" / "card.md").read_text()
    assert "(`bbbbbbbbbbbb`) than these.**\n\nA bear is found." in (zoo / "uniter-mini" / "card.md").read_text()
    assert "| foils, object | 50.0% | 86.0% (84.0% to 88.0%) |" in (zoo / "photos.md").read_text()
    assert json.loads((zoo / "detector-mini" / "manifest.json").read_text())["metrics"][0]["value"] == 0.5
    (exports / "report.json").write_text(json.dumps({"uniter-mini": ENTRY | {"sha256": "b" * 64}}))
    with pytest.raises(ValueError, match="expected figures of the exported files of uniter-mini"):
        publish(tmp_path / "cache", zoo, [])


def test_recall_counts_boxes_that_a_region_overlaps_by_half():
    boxes = ((0.0, 0.0, 0.5, 0.5), (0.5, 0.5, 1.0, 1.0))
    photographs = [Photograph("a.jpg", (), ("dog", "cat"), boxes, ()), Photograph("b.jpg", (), (), (), ())]
    regions = np.array([[[0.0, 0.0, 0.5, 0.4]], [[0.0, 0.0, 1.0, 1.0]]], dtype=np.float32)
    (row,) = recalled({TEST_SET: (photographs, regions)})
    assert (row["value"], row["n"], row["set"]) == (0.5, 2, "held-out photographs")


def test_the_sign_finds_a_direction_that_parts_two_kinds_and_bears_features_of_none():
    rng = np.random.default_rng(0)
    inside, outside = rng.random((400, 12)).astype(np.float32), rng.random((30, 12)).astype(np.float32)
    outside[:, 3] += 2.0
    sign = learnt(inside[:300], outside[:20])
    assert sign.of_means(outside[20:]).min() > max(0.0, sign.of_means(inside[300:]).max())
    assert np.abs(sign.weights).argmax() == 3
    cells = np.repeat(outside[20:, None], 5, axis=1)
    np.testing.assert_allclose(sign.score(cells), sign.of_means(outside[20:]), rtol=1e-5)
    assert np.isfinite(sign.of_means(np.zeros((1, 12), np.float32))).all()


def test_pictures_that_are_no_photographs_are_made_anew_from_their_number():
    for make in (drawn_shapes, page, noise):
        assert np.array_equal(np.asarray(make(3)), np.asarray(make(3))) and np.asarray(make(1)).std() > 0
        assert not np.array_equal(np.asarray(make(0)), np.asarray(make(1)))
    assert np.asarray(noise(3)).std() == 0
    drawn = np.asarray(lines(Image.new("RGB", (50, 40), (9, 99, 9))))
    assert drawn.shape == (288, 288, 3) and (drawn[40:-40, 40:-40] == 255).all()


def test_captions_of_one_sex_are_asked_about_with_the_other_word():
    photographs = [
        Photograph("a.jpg", ("A man runs .", "The man and a man"), (), (), ()),
        Photograph("b.jpg", ("A man runs .", "A girl runs ."), (), (), ()),
        Photograph("c.jpg", ("A woman runs .", "A human runs ."), (), (), ()),
    ]
    store = Store(photographs, np.empty(0), np.empty(0), None)
    assert [(q.row, q.true, q.false) for q in sex_questions(store, [0, 1, 2], "man")] == [(0, "A man runs .", "A woman runs .")]
    assert [(q.row, q.false) for q in sex_questions(store, [0, 1, 2], "woman")] == [(2, "A man runs .")]


def test_a_card_says_whether_all_saw_as_many_pictures():
    assert budgets({"a": 160_000, "b": 160_000}).startswith("Each of the 2 models saw 160,000 pictures, in the same order.")
    assert budgets({"a": 160_000, "b": 1_500}).startswith("Budgets were meant to be equal and are not: `a` 160,000, `b` 1,500 pictures.")

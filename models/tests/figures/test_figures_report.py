import json

from lab.evaluate import candidates, main_figures, seeds_of, stages_of, table, tell_manifest, with_seeds

ROW = {"name": "foils, pairwise", "value": 0.9, "low": 0.8, "high": 1.0, "n": 100, "set": "held-out scenes", "chance": 0.5}
HEAD = {"attention": "joint 4", "head": 2, "value": 0.9, "chance": 0.4, "rescaled": 0.8, "candidates": 24, "heads": []}
ENTRY = {
    "figures": [
        ROW | {"seeds": {"values": [0.9, 0.7], "mean": 0.8, "low": 0.6, "high": 1.0}},
        ROW | {"name": "a control", "group": "control"},
        ROW | {"set": "unseen style"},
    ],
    "heads": {"naming": HEAD},
    "reliability": None,
}


def test_candidates_are_a_hundred_where_scenes_allow():
    assert [candidates(scenes) for scenes in (5, 60, 500, 4000)] == [2, 12, 100, 100]


def test_other_seeds_are_found_in_their_order(tmp_path):
    for name in ("vilt-mini-10", "vilt-mini-2", "vilt-mini-0", "vilt-mini-x", "meter-mini-1"):
        (tmp_path / name).mkdir()
    assert [path.name for path in seeds_of("vilt-mini", tmp_path)] == ["vilt-mini-2", "vilt-mini-10"]
    assert seeds_of("vilt-mini", tmp_path / "missing") == []


def test_the_best_heads_of_other_seeds_stand_beside_the_own():
    own = {"naming": HEAD}
    assert with_seeds(own, []) == own
    other = {"naming": HEAD | {"attention": "joint 3", "head": 1}}
    assert with_seeds(own, [other])["naming"] == HEAD | {"seeds": [{"attention": "joint 3", "head": 1}]}


def test_stages_are_those_that_say_whose_they_are(tmp_path):
    for name, more in (("m", {}), ("m-30", {"training": {"of": "m", "share": 0.3}}), ("m-03", {"training": {"of": "m", "share": 0.03}}), ("m-2", {})):
        (tmp_path / name).mkdir()
        (tmp_path / name / "manifest.json").write_text(json.dumps(more))
    assert [path.name for path in stages_of("m", tmp_path)] == ["m-03", "m-30"]


def test_a_manifest_is_told_the_main_figures_and_the_best_heads(tmp_path):
    (tmp_path / "manifest.json").write_text(json.dumps({"adapter": "single-stream", "metrics": []}))
    assert main_figures(ENTRY) == [ROW]
    told = tell_manifest(tmp_path, ENTRY)
    assert told == json.loads((tmp_path / "manifest.json").read_text())
    assert told["metrics"] == [ROW]
    assert told["heads"] == {"naming": {"attention": "joint 4", "head": 2, "value": 0.9, "chance": 0.4}}
    (tmp_path / "manifest.json").write_text(json.dumps({"adapter": "dual-encoder", "metrics": []}))
    assert "heads" not in tell_manifest(tmp_path, ENTRY)


def test_the_printed_table_names_sets_and_seeds():
    text = table("m", ENTRY)
    assert text.splitlines()[:2] == ["m", " held-out scenes"]
    assert "seeds 0.900 0.700" in text
    assert " unseen style" in text
    assert "naming: joint 4, head 3, of 24" in text

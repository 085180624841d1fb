import numpy as np
import pytest
from lab.figures.blocks import block
from lab.figures.grounding import Noun, Scene, inside, naming, naming_baselines, pointing, pointing_baselines
from lab.figures.heads import best, head_table, head_tallies, judge, stack
from lab.figures.interval import Tally, figure, figures

LEFT, RIGHT, LOW = (0.0, 0.0, 0.5, 0.5), (0.5, 0.0, 1.0, 0.5), (0.0, 0.5, 0.5, 1.0)
SCENE = Scene((Noun((1,), (LEFT,)), Noun((2, 3), (RIGHT,))), ((7, LEFT), (8, RIGHT), (9, LOW)))


def peaks(*columns, width=4):
    """Rows that put all their weight on one key each, [1, rows, width]."""
    return np.eye(width)[list(columns)][None]


def test_patches_inside_a_box_by_their_centre():
    assert inside((LEFT,), 2).tolist() == [True, False, False, False]
    assert inside(((0.0, 0.0, 0.6, 1.0),), 2).tolist() == [True, False, True, False]


def test_a_box_smaller_than_a_patch_owns_the_patch_of_its_centre():
    assert inside(((0.55, 0.6, 0.6, 0.65),), 2).tolist() == [False, False, False, True]


def test_pointing_by_hand():
    hit = pointing(peaks(0, 0, 1, 1, 0), SCENE, 2)
    assert hit.own.tolist() == [1.0]
    assert hit.other.tolist() == [0.0]
    assert hit.chance == pytest.approx(1 / 3)
    assert hit.area == 0.25
    miss = pointing(peaks(0, 1, 2, 2, 0), SCENE, 2)
    assert (miss.own.tolist(), miss.other.tolist()) == ([0.0], [1.0])
    nothing = pointing(peaks(0, 0, 3, 3, 0), SCENE, 2)
    assert (nothing.own.tolist(), nothing.other.tolist()) == ([0.5], [0.0])


def test_pointing_needs_three_classes_and_naming_two_nouns():
    assert pointing(peaks(0, 0, 0, 0, 0), Scene(SCENE.nouns, SCENE.objects[:2]), 2) is None
    assert naming(peaks(0, 0, 0, 0), Scene(SCENE.nouns[:1], SCENE.objects), 2) is None


def test_naming_by_hand():
    right = naming(peaks(1, 2, 0, 0, width=5), SCENE, 2)
    assert (right.own.tolist(), right.chance) == ([1.0], 0.5)
    always_first = naming(peaks(1, 1, 1, 1, width=5), SCENE, 2)
    assert always_first.own.tolist() == [0.5]


def test_blocks_of_a_joint_and_of_a_co_attention():
    joint = np.arange(25).reshape(1, 5, 5)
    both = ("text", "image")
    assert block(joint, both, both, 2, ("text", "image")).tolist() == [[[2, 3, 4], [7, 8, 9]]]
    assert block(joint, both, both, 2, ("image", "text")).shape == (1, 3, 2)
    assert block(joint, ("text",), ("image",), 2, ("text", "image")).shape == (1, 5, 5)
    assert block(joint, ("text",), ("text",), 2, ("text", "image")) is None


def test_baselines_by_hand():
    assert pointing_baselines(SCENE, 2) == {"the centre patch": 0.0, "the largest object": 0.5}
    small, large = (0.0, 0.0, 0.5, 0.5), (0.5, 0.0, 1.0, 1.0)
    scene = Scene((Noun((1,), (small,)), Noun((2,), (large,))), ((7, small), (8, large)))
    assert pointing_baselines(scene, 2) == {"the centre patch": 0.5, "the largest object": 0.5}
    assert naming_baselines(scene, 2) == {"the largest object": 0.5}


def test_the_best_head_is_chosen_on_one_set_and_reported_on_another():
    hit, miss = peaks(0, 0, 1, 1, 0), peaks(0, 1, 2, 2, 0)
    names = peaks(1, 2, 0, 0, width=5)
    maps = [{"pointing": np.concatenate(pair), "naming": np.concatenate([names, names])} for pair in ((hit, miss), (hit, hit), (miss, hit))]
    judged = [judge(each, SCENE, 2)["pointing"] for each in maps]
    chosen = best(stack(judged[:2], 2))
    assert chosen == 0
    scores = stack([judged[2], None], 2)
    labels = [("across", 0), ("across", 1)]
    tallies = {tally.name: tally for tally in head_tallies("pointing", labels, chosen, scores)}
    assert figure(tallies["pointing, best head"], "here").value == 0.0
    assert figure(tallies["pointing, mean over heads"], "here").value == 0.5
    assert figure(tallies["naming specificity, best pointing head"], "here").value == -1.0
    assert figure(tallies["pointing, uniform attention"], "here").value == 0.25
    assert tallies["pointing, best head"].counts.tolist() == [1.0, 0.0]
    table = head_table(labels, chosen, scores)
    assert (table["candidates"], table["chance"], table["rescaled"]) == (2, 0.3333, -0.5)
    assert [head["specificity"] for head in table["heads"]] == [-1.0, 1.0]


def test_without_a_scene_to_judge_heads_on():
    with pytest.raises(ValueError, match="more scenes"):
        stack([None], 2)


def test_an_interval_over_scenes():
    hits = np.repeat([1.0, 0.0], [300, 100])
    found = figure(Tally("x", hits, np.ones(400), 0.5), "here")
    assert (found.value, found.n) == (0.75, 400)
    spread = 1.96 * (0.75 * 0.25 / 400) ** 0.5
    assert found.low == pytest.approx(0.75 - spread, abs=0.01)
    assert found.high == pytest.approx(0.75 + spread, abs=0.01)


def test_an_interval_over_scenes_and_seeds():
    ones = np.ones(400)
    good, bad = Tally("x", ones, ones), Tally("x", 0 * ones, ones)
    found = figure(good, "here", [bad])
    assert found.seeds == {"values": [1.0, 0.0], "mean": 0.5, "low": 0.0, "high": 1.0}
    same = figure(Tally("x", np.repeat([1.0, 0.0], [300, 100]), ones), "here", [Tally("x", np.repeat([1.0, 0.0], [300, 100]), ones)])
    assert (same.seeds["low"], same.seeds["high"]) == pytest.approx((same.low, same.high))


def test_all_or_none_right_leaves_doubt():
    ones = np.ones(300)
    right, wrong = figure(Tally("x", ones, ones), "here"), figure(Tally("x", 0 * ones, ones), "here")
    assert (right.value, right.low, right.high) == (1.0, 0.99, 1.0)
    assert (wrong.value, wrong.low, wrong.high) == (0.0, 0.0, 0.01)
    assert figure(Tally("x", 0 * ones, ones, group="ablation"), "here").high == 0.0
    alike = figure(Tally("x", ones, ones), "here", [Tally("x", ones, ones)])
    assert (alike.seeds["low"], alike.seeds["high"]) == (0.99, 1.0)


def test_what_nobody_judged_is_left_out_or_an_error():
    empty = Tally("x", np.zeros(3), np.zeros(3))
    assert [found.name for found in figures([empty, Tally("y", np.ones(3), np.ones(3))], "here")] == ["y"]
    with pytest.raises(ValueError, match="'x'"):
        figure(empty, "here")


def test_a_row_says_only_what_there_is():
    row = figure(Tally("x", np.ones(3), np.ones(3)), "here").row()
    assert row == {"name": "x", "value": 1.0, "low": 0.0, "high": 1.0, "n": 3, "set": "here"}
    row = figure(Tally("y", np.ones(3), np.ones(3), 0.0, "control", "nats"), "here").row()
    assert (row["chance"], row["group"], row["unit"]) == (0.0, "control", "nats")

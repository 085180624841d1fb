import numpy as np
import pytest
from lab.figures.blocks import block
from lab.figures.grounding import Noun, Scene, inside, naming, pointing
from lab.figures.interval import figure

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


def test_an_interval_over_scenes():
    hits = np.repeat([1.0, 0.0], [300, 100])
    found = figure("x", hits, np.ones(400), "here", 0.5)
    assert (found.value, found.n) == (0.75, 400)
    spread = 1.96 * (0.75 * 0.25 / 400) ** 0.5
    assert found.low == pytest.approx(0.75 - spread, abs=0.01)
    assert found.high == pytest.approx(0.75 + spread, abs=0.01)


def test_nothing_to_judge_is_an_error():
    with pytest.raises(ValueError, match="'x'"):
        figure("x", np.zeros(3), np.zeros(3), "here", None)

"""What each patch of a scene shows, against a scene laid out by hand."""

import numpy as np
from lab.world.classes import object_classes
from lab.world.compose import Placed
from lab.world.drawing import INK, inked
from lab.world.grammar import Group
from lab.world.patches import patches_of
from lab.world.presets import SHAPES_ONLY
from lab.world.scenes import Scene
from PIL import Image

SQUARE, CIRCLE = (next(c for c in object_classes() if c.noun == noun) for noun in ("square", "circle"))


def placed(cls, x0: int, y0: int, x1: int, y1: int) -> Placed:
    return Placed(cls, "red", (x0 / 8, y0 / 8, x1 / 8, y1 / 8), None, (255, 0, 0), False)


def test_two_squares_and_a_circle() -> None:
    groups = [Group((placed(SQUARE, 0, 0, 2, 2), placed(SQUARE, 4, 0, 5, 1))), Group((placed(CIRCLE, 6, 6, 8, 7),))]
    owner = np.zeros((96, 96), np.uint8)
    owner[0:24, 0:24], owner[0:12, 48:60], owner[72:84, 72:96] = 1, 2, 3
    owner[72:84, 72:78] = 0
    made = Scene(np.zeros((96, 96, 3), np.uint8), [*groups[0].members, *groups[1].members], owner, groups, [], [], "object")
    found = patches_of(made, SHAPES_ONLY)
    squares, circles = [0, 1, 4, 8, 9], [54, 55]
    assert np.flatnonzero(found.labels == SQUARE.id).tolist() == squares and np.flatnonzero(found.labels == CIRCLE.id).tolist() == circles
    assert found.counts[squares].tolist() == [2] * 5 and found.counts[circles].tolist() == [1, 1] and found.counts.sum() == 12
    assert found.centres[[0, 1, 4, 8, 9]].tolist() == [[0.5, 0.5], [-0.5, 0.5], [0, 0], [0.5, -0.5], [-0.5, -0.5]]
    assert found.centres[circles].tolist() == [[0.5, 0], [-0.5, 0]]
    assert np.isnan(found.centres[found.labels == 0]).all()
    assert found.shares[0].sum() == 5 and found.shares[1][circles].tolist() == [0.5, 1]


def test_ink_lines_the_rim_and_what_changes_and_keeps_the_rest() -> None:
    image = np.zeros((40, 40, 4), np.uint8)
    image[5:35, 5:35] = (200, 60, 60, 255)
    image[5:35, 20:35, :3] = 240, 220, 90
    lined = np.asarray(inked(Image.fromarray(image)))
    assert (lined[..., 3] == image[..., 3]).all()
    assert (lined[5:7, 5:35, :3] == INK).all() and (lined[5:35, 33:35, :3] == INK).all()
    assert (lined[10:30, 20, :3] == INK).all()
    assert (lined[10:30, 8:20, :3] == (200, 60, 60)).all() and (lined[10:30, 21:32, :3] == (240, 220, 90)).all()

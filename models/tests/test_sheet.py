import numpy as np
from lab.figures.sheet import SIDE, _veiled
from PIL import Image


def test_a_map_shows_the_picture_where_it_is_largest_and_white_where_it_is_nothing():
    weights = np.zeros(64, np.float32)
    weights[10] = 0.5
    shown = np.asarray(_veiled(Image.new("RGB", (SIDE, SIDE), "red"), weights))
    patch = SIDE // 8
    row, column = divmod(10, 8)
    assert (shown[row * patch + 3, column * patch + 3] == (255, 0, 0)).all()
    assert (shown[row * patch + 3, (column + 1) * patch + 3] == 255).all()

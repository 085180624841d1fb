"""What a folder of photographs gives to the atlas, and how light falls on a scene."""

import json
import random
from pathlib import Path

import numpy as np
import pytest
from lab.world.drawing import lit
from lab.world.photos import BACKDROP, read, worth
from PIL import Image


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "images").mkdir()
    half = np.zeros((160, 240, 3), np.uint8)
    half[:, 120:] = 200
    for name in ("room.png", "field.png"):
        Image.fromarray(half).save(tmp_path / "images" / name)
    cut = np.zeros((100, 100, 4), np.uint8)
    cut[20:80, 30:90] = (250, 10, 10, 255)
    Image.fromarray(cut).save(tmp_path / "images" / "ape.png")
    entries = [
        {"file": "room.png", "boxes": [{"label": "tv", "box": [130, 20, 80, 60]}, {"label": "mouse", "box": [0, 0, 60, 60]}]},
        {"file": "field.png", "boxes": [{"label": "mouse", "box": [0, 0, 60, 60]}]},
        {"file": "ape.png", "boxes": [{"label": "gorilla", "box": [20, 10, 79, 80]}]},
    ]
    (tmp_path / "index.json").write_text(json.dumps(entries))
    return tmp_path


def test_a_photograph_gives_a_background_and_things(folder: Path) -> None:
    found = read(folder, {"television", "gorilla", "mouse"})
    assert found.names == ["room.png", "field.png", "ape.png"]
    (backdrop,) = found.backdrops  # not the cut-out, not the room with a television
    assert backdrop.shape == (BACKDROP, BACKDROP, 3)
    assert backdrop[5, 5].tolist() == [0, 0, 0] and backdrop[5, -5].tolist() == [200, 200, 200]
    assert {noun: [name for _, name in cuts] for noun, cuts in found.cutouts.items()} == {"television": ["room.png"], "gorilla": ["ape.png"]}
    (box, _), (ape, _) = found.cutouts["television"][0], found.cutouts["gorilla"][0]
    assert box.size == (80, 60) and box.getpixel((40, 30)) == (200, 200, 200, 255) and box.getpixel((0, 0))[3] == 0
    assert ape.getchannel("A").getbbox() == (10, 10, 70, 70)


def test_crowded_small_and_filling_boxes_are_left() -> None:
    assert worth([0, 0, 100, 100], [[0, 0, 100, 100], [95, 0, 50, 50]], (400, 300))
    assert not worth([0, 0, 100, 100], [[50, 50, 100, 100]], (400, 300))
    assert not worth([0, 0, 100, 40], [], (400, 300)) and not worth([0, 0, 390, 290], [], (400, 300))


def test_a_folder_without_an_index_is_said(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="index.json"):
        read(tmp_path, set())


def test_light_keeps_order_and_bounds() -> None:
    ramp = np.arange(256, dtype=np.uint8).reshape(16, 16, 1).repeat(3, 2)
    assert (lit(ramp, 0.0, random.Random(0)) == ramp).all()
    for seed in range(20):
        image = lit(ramp, 1.0, random.Random(seed)).reshape(256, 3).astype(int)
        assert (np.diff(image, axis=0) >= 0).all()
        assert image[40].max() < 100 and image[230].min() > 110  # dark stays dark, light stays light

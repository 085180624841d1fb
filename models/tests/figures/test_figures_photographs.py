import json

import numpy as np
import pytest
from lab.figures.grounding import Noun
from lab.figures.interval import figure
from lab.figures.photographs import Photograph, known, labels, read_photographs, seen_box, sentence, square
from lab.figures.snapshots import preference_tally, scene_of
from lab.world.classes import object_classes
from PIL import Image

CLASSES = {c.noun: c for c in object_classes()}
DOG, CAT, CAR = (CLASSES[noun] for noun in ("dog", "cat", "car"))
BLANK = np.zeros((3, 8, 8), np.uint8)


def test_every_label_names_a_class_and_a_mouse_is_none():
    assert set(labels().values()) <= set(CLASSES)
    assert "mouse" not in labels()
    assert set(known("cpu")) < set(known("full"))


def test_boxes_in_the_square_at_the_centre():
    frame = square(200, 100)
    assert frame == (50, 0, 100)
    assert seen_box([50, 0, 50, 50], frame) == (0, 0, 0.5, 0.5)
    assert seen_box([40, 0, 40, 100], frame) == (0, 0, 0.3, 1)
    assert seen_box([0, 0, 60, 100], frame) is None
    assert seen_box([160, 0, 20, 20], frame) is None


def test_a_folder_of_photographs(tmp_path):
    (tmp_path / "images").mkdir()
    pixels = np.zeros((100, 200, 3), np.uint8)
    pixels[:, :100] = 255
    Image.fromarray(pixels).save(tmp_path / "images" / "a.png")
    boxes = [{"label": label, "box": box} for label, box in (("dog", [50, 0, 40, 40]), ("bench", [60, 60, 40, 40]), ("car", [100, 0, 50, 100]), ("cat", [100, 50, 5, 5]))]
    entry = {"file": "a.png", "w": 200, "h": 100, "captions": ["A dog near two horses."], "boxes": boxes}
    (tmp_path / "index.json").write_text(json.dumps([entry]))
    (found,) = read_photographs(tmp_path, "cpu", 96, 8)
    assert (found.image.shape, found.image[0, 48, 2], found.image[0, 48, 93]) == ((3, 96, 96), 255, 0)
    assert [c.noun for c in found.nouns] == ["car", "dog"]
    assert [label for label, _ in found.objects] == ["dog", "bench", "car", "cat"]
    false = {c.noun for c in found.false}
    assert "bird" in false
    assert not {"dog", "cat", "car", "horse"} & false


def test_a_folder_that_is_none(tmp_path):
    with pytest.raises(FileNotFoundError, match="index.json"):
        read_photographs(tmp_path, "cpu", 96, 8)
    (tmp_path / "index.json").write_text("[]")
    with pytest.raises(ValueError, match="'cpu'"):
        read_photographs(tmp_path, "cpu", 96, 8)


def test_captions_of_photographs():
    assert " ".join(sentence((DOG,))) == "a photo of a dog"
    assert " ".join(sentence((DOG, CLASSES["apple"], CLASSES["scissors"]))) == "a photo of a dog , an apple and some scissors"


def test_a_preference_for_words_alone_comes_out_at_a_half():
    dogs = [Photograph(BLANK, (), (DOG,), (CAT, CAR)) for _ in range(3)]
    photographs = [*dogs, Photograph(BLANK, (), (CAT,), (DOG, CAR)), Photograph(BLANK, (), (CAR, CAT), ())]
    classes = [DOG, CAT, CAR]
    words = np.tile([3.0, 2.0, 1.0], (5, 1))
    assert figure(preference_tally("x", words, classes, photographs), "here").value == pytest.approx(0.5)
    seen = np.array([[cls in photograph.nouns for cls in classes] for photograph in photographs], float)
    found = figure(preference_tally("x", seen, classes, photographs), "here")
    assert (found.value, found.n) == (1.0, 4)


def test_the_scene_of_a_photograph():
    box, other = (0.0, 0.0, 0.5, 0.5), (0.5, 0.5, 1.0, 1.0)
    photograph = Photograph(BLANK, (("dog", box), ("bench", other), ("dog", other)), (DOG,), ())
    scene = scene_of(photograph, (DOG,))
    assert scene.nouns == (Noun((5,), (box, other)),)
    assert scene.objects == ((0, box), (1, other), (0, other))

"""Tables of every head, by hand: one picture of 9 × 9 cells, a dog in its upper left and a ball in its lower right corner."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from lab.photos.figures.heads import by_module, disagreements, head_tables
from lab.photos.figures.readers import Reading
from lab.photos.world.data import Photograph, Phrase
from lab.photos.world.store import Store
from lab.photos.world.words import encode
from lab.ship.heads import of_photographs
from tokenizers import Tokenizer

ZOO = Path(__file__).parents[2] / "zoo"
TOKENIZER = Tokenizer.from_file(str(ZOO / "uniter-mini" / "tokenizer.json"))
CAPTION = "A dog and a ball"
DOG, BALL = (0.0, 0.0, 1 / 3, 1 / 3), (2 / 3, 2 / 3, 1.0, 1.0)
CELLS = {"dog": 10, "ball": 70, "middle": 40}
REGIONS = {"dog": 0, "ball": 1, "middle": 2}
PHRASES = tuple(Phrase(0, CAPTION.index(noun), CAPTION.index(noun) + len(noun), "other", (i,)) for i, noun in enumerate(("dog", "ball")))
PICTURE = Photograph("one.jpg", (CAPTION,), ("dog", "ball"), (DOG, BALL), PHRASES)


@dataclass
class Drawn:
    """Heads drawn by hand: each says where the dog's and the ball's word look, and which word all places look at."""

    regions: bool
    looks = ["joint 1, head 0", "joint 1, head 1", "joint 2, head 0"]
    named = ["joint 1, head 0", "joint 1, head 1"]
    at = (("dog", "ball"), ("ball", "dog"), ("dog", "middle"))

    def read(self, store, rows, ids, heads=True, words=False):
        places, spots = (3, REGIONS) if self.regions else (81, CELLS)
        looks, named = np.zeros((len(rows), 3, len(ids[0]), places)), np.zeros((len(rows), 2, places, len(ids[0])))
        dog, ball = (ids[0].index(TOKENIZER.token_to_id(noun)) for noun in ("dog", "ball"))
        for head, (first, second) in enumerate(self.at):
            looks[:, head, dog, spots[first]] = looks[:, head, ball, spots[second]] = 1.0
        named[:, 0, :, dog] = named[:, 1, spots["dog"], dog] = named[:, 1, spots["ball"], ball] = 1.0
        return Reading(np.zeros(len(rows)), None, looks, named)


def store(regions=None):
    return Store([PICTURE], np.zeros((1, 81, 2)), np.zeros((1, 324, 2)), TOKENIZER, regions)


def test_every_head_points_names_and_tells_things_apart_as_drawn():
    tables = head_tables(Drawn(False), store(), [0])
    assert tables["pointing"] == {
        "chance": round(9 / 81, 4),  # each thing lies on 3 × 3 of the cells
        "centre": 0.0,
        "candidates": 3,
        "modules": {"joint 1": {"value": [1.0, 0.0], "specificity": [1.0, -1.0]}, "joint 2": {"value": [0.5], "specificity": [0.5]}},
    }
    assert tables["naming"] == {"chance": 0.5, "candidates": 2, "modules": {"joint 1": {"value": [0.5, 1.0]}}}


def test_regions_have_a_ceiling():
    boxes = np.array([[DOG, (0.6, 0.6, 0.9, 0.7), (0.4, 0.4, 0.6, 0.6)]], dtype=np.float32)
    tables = head_tables(Drawn(True), store(boxes), [0])["pointing"]
    assert [tables[key] for key in ("chance", "centre", "ceiling")] == [round(1 / 6, 4), 0.0, 0.5]
    assert tables["modules"]["joint 1"] == {"value": [0.5, 0.0], "specificity": [0.5, -0.5]}


def test_a_picture_without_phrases_measures_no_head():
    with pytest.raises(ValueError, match="expected pictures with phrases"):
        head_tables(Drawn(False), store(), [])


def test_tables_that_are_not_of_the_reported_pictures_are_told():
    tables, best = head_tables(Drawn(False), store(), [0]), {"looks": "joint 1, head 1", "named": "joint 1, head 1"}
    figures = [{"name": "pointing, best head", "value": 0.1}, {"name": "naming, best head", "value": 1.0}]
    assert disagreements(tables, best, figures) == ["pointing of joint 1, head 1: expected 0.1, got 0.0"]
    assert by_module(["cosine"], {"value": np.array([0.25])}) == {"cosine": {"value": [0.25]}}
    assert of_photographs({"sha256": "a", "asked": 3, "grounding": tables})["pictures"] == 3


def test_captions_are_cut_as_drawn():
    ((ids, _),) = encode(TOKENIZER, [CAPTION])
    assert all(TOKENIZER.token_to_id(noun) in ids for noun in ("dog", "ball"))

"""Scenes, boxes, captions and foils of the composed world, in its part that needs no pictures."""

import random
from collections import Counter
from dataclasses import replace

import numpy as np
import pytest
from lab.world.batches import batch, patch_labels
from lab.world.classes import object_classes, same_or_also
from lab.world.compose import compose
from lab.world.grammar import relation_between
from lab.world.presets import CPU, FULL, SHAPES_ONLY
from lab.world.scenes import Scene, scene
from lab.world.words import HELD_OUT_PAIRS, NUMBERS, RELATION_WORDS

COUNTING = replace(SHAPES_ONLY, counts=(2, 3, 4))
KINDS = ("object", "colour", "count", "relation", "roles")
SHAPE = {c.noun: c for c in object_classes() if c.is_shape}


def claims(words: list) -> tuple[list[tuple[str, str, int]], str | None]:
    """(colour, noun, number) of every noun phrase of a caption, in order, and its relation."""
    said: dict[int, dict[str, str]] = {}
    for word in words:
        if word.of >= 0:
            said.setdefault(word.of, {})[word.role] = word.text
    phrases = []
    for roles in said.values():
        number = NUMBERS.index(roles["number"]) + 1 if "number" in roles else 1
        phrases.append((roles["colour"], roles["noun"], number))
    return phrases, next((w.text for w in words if w.role == "relation" and w.text in RELATION_WORDS), None)


def is_true(words: list, item: Scene) -> bool:
    """Whether a caption holds of the scene's objects."""
    phrases, relation = claims(words)
    matches = []
    for colour, noun, number in phrases:
        stem = noun.removesuffix("es") if noun == "crosses" else noun.removesuffix("s") if number > 1 else noun
        stem = stem if stem in SHAPE else stem + "s"
        found = [o for o in item.objects if (o.cls.noun, o.colour) == (stem, colour)]
        if len(found) != number:
            return False
        matches.append(found[0])
    return relation is None or relation_between(*matches) == relation


@pytest.mark.parametrize("kind", KINDS)
def test_caption_is_true_and_foil_false(kind: str) -> None:
    rng = random.Random(kind)
    for _ in range(150):
        item = scene(COUNTING, rng, kind=kind)
        assert is_true(item.caption, item)
        assert not is_true(item.foil, item)


@pytest.mark.parametrize("kind", KINDS)
def test_foil_is_one_edit_in_the_same_template(kind: str) -> None:
    rng = random.Random(kind)
    for _ in range(150):
        item = scene(COUNTING, rng, kind=kind)
        assert [(w.role, w.of) for w in item.caption] == [(w.role, w.of) for w in item.foil]
        changed = [a.role for a, b in zip(item.caption, item.foil, strict=True) if a.text != b.text and a.role != "article"]
        expected = {"object": ["noun"], "colour": ["colour"], "count": ["number"], "relation": ["relation"]}
        if kind == "roles":
            assert set(changed) <= {"noun", "colour"} and changed.count("noun") == 2
        else:
            assert changed == expected[kind]


def test_text_alone_cannot_tell_the_foil() -> None:
    true, false = Counter(), Counter()
    for kind in KINDS:
        rng = random.Random(f"text {kind}")
        for _ in range(600):
            item = scene(COUNTING, rng, kind=kind)
            true.update((kind, w.text) for w in item.caption)
            false.update((kind, w.text) for w in item.foil)
    for key in true | false:
        # under equal rates the difference of two counts has a standard deviation below the root of their sum
        assert abs(true[key] - false[key]) <= 5 * (true[key] + false[key]) ** 0.5, key


def test_boxes_are_tight() -> None:
    for seed in range(40):
        item = scene("shapes", random.Random(seed))
        for index, placed in enumerate(item.objects):
            ys, xs = np.nonzero(item.owner == index + 1)
            seen = np.array([xs.min(), ys.min(), xs.max() + 1, ys.max() + 1])
            assert np.abs(np.array(placed.box) * 96 - seen).max() <= 2.0  # the corners of a thin tip are fainter than half


def test_patch_labels_of_one_square_by_hand() -> None:
    rng = random.Random(3)
    image, (placed,), owner = compose(SHAPES_ONLY, [(SHAPE["square"], "red")], (0.4, 0.4), "test", False, rng)
    x0, y0, x1, y1 = (round(v * 96) for v in placed.box)
    assert (owner[y0:y1, x0:x1] == 1).all() and owner.sum() == (x1 - x0) * (y1 - y0)
    labels = patch_labels(Scene(image, [placed], owner, [], [], [], "object"), SHAPES_ONLY).reshape(8, 8)
    for row in range(8):
        for column in range(8):
            width = max(0, min(x1, 12 * column + 12) - max(x0, 12 * column))
            height = max(0, min(y1, 12 * row + 12) - max(y0, 12 * row))
            assert labels[row, column] == (SHAPE["square"].id if width * height >= 72 else 0)


def test_red_square_is_red() -> None:
    image, (placed,), _ = compose(SHAPES_ONLY, [(SHAPE["square"], "red")], (0.4, 0.4), "test", False, random.Random(0))
    x, y = (int(v * 96) for v in placed.centre)
    assert image[y, x].tolist() == list(placed.tint)
    assert image[y, x, 0] > 190 > 80 > image[y, x, 1]


def test_classes_of_a_scene_are_distinct_and_held_out_pairs_stay_out() -> None:
    rng = random.Random(8)
    for _ in range(300):
        item = scene("shapes", rng)
        nouns = [o.cls.noun for o in item.objects]
        assert len(set(nouns)) == len(nouns)
        assert not {(o.colour, o.cls.noun) for o in item.objects} & HELD_OUT_PAIRS
        assert not {(colour, noun) for colour, noun, _ in claims(item.foil)[0]} & HELD_OUT_PAIRS
        assert {(o.colour, o.cls.noun) for o in scene("shapes", rng, variant="pairs").objects} & HELD_OUT_PAIRS


def test_related_nouns_never_stand_for_each_other() -> None:
    by_noun = {c.noun: c for c in object_classes()}
    assert same_or_also(by_noun["hamburger"], by_noun["sandwich"]) and same_or_also(by_noun["bird"], by_noun["owl"])
    assert not same_or_also(by_noun["dog"], by_noun["cat"])


def test_stages_bound_the_number_of_objects_and_three_are_frequent() -> None:
    rng = random.Random(4)
    assert {len(scene("shapes", rng, stage=0).objects) for _ in range(100)} == {1, 2}
    assert sum(len(scene("shapes", rng).objects) == 3 for _ in range(300)) >= 90


def test_truths_hold() -> None:
    rng = random.Random(5)
    for _ in range(150):
        item = scene("shapes", rng)
        for index, texts in item.truths.items():
            assert item.caption[index].text in texts
            for text in texts:
                changed = [replace(w, text=text) if i == index else w for i, w in enumerate(item.caption)]
                assert is_true(changed, item)


def test_presets_divide_into_patches() -> None:
    assert (CPU.grid, SHAPES_ONLY.grid, FULL.grid) == (8, 8, 8)


def test_unknown_names_are_refused_in_one_sentence() -> None:
    with pytest.raises(ValueError, match="expected one of cpu, shapes, full"):
        scene("big", random.Random(0))
    with pytest.raises(ValueError, match="expected one of train, select, test"):
        batch("shapes", 0, 0, 2, split="dev")

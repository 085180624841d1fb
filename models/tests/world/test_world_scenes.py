"""Scenes, boxes, captions and foils of the composed world, in its part that needs no pictures."""

import random
from dataclasses import replace

import numpy as np
import pytest
from lab.world.batches import batch
from lab.world.classes import object_classes, same_or_also
from lab.world.compose import Placed, draw_look, paint
from lab.world.facts import position_of, relation_between, size_of
from lab.world.grammar import Group
from lab.world.holdout import triple_held_out
from lab.world.patches import patches_of
from lab.world.plan import KINDS
from lab.world.presets import CPU, FULL, SHAPES_ONLY
from lab.world.scenes import Scene, scene
from lab.world.words import HELD_OUT_PAIRS, NUMBERS, plural

COUNTING = replace(SHAPES_ONLY, counts=(2, 3, 4))
SHAPE = {c.noun: c for c in object_classes() if c.is_shape}
SINGULAR = {plural(noun): noun for noun in SHAPE}


def phrases(words: list) -> list[dict[str, str]]:
    """What every noun phrase of a text says, by role, in order; crosses are a cross."""
    said: dict[int, dict[str, str]] = {}
    for word in words:
        if word.of >= 0:
            said.setdefault(word.of, {})[word.role] = word.text
    return [{**roles, "noun": SINGULAR.get(roles["noun"], roles["noun"])} for roles in said.values()]


def holds(said: dict[str, str], item: Scene) -> list:
    """The objects that a noun phrase speaks of, none where it is false."""
    number = NUMBERS.index(said["number"]) + 1 if "number" in said else 1
    found = [o for o in item.objects if o.cls.noun == said["noun"] and said.get("colour", o.colour) == o.colour]
    longest = [max(o.box[2] - o.box[0], o.box[3] - o.box[1]) for o in found]
    right = {"small": all(side < 0.3 for side in longest), "large": all(side > 0.35 for side in longest), None: True}[said.get("size")]
    for o in found:
        (x, y), place = o.centre, said.get("position")
        off = {"left": 0.5 - x, "right": x - 0.5, "top": 0.5 - y, "bottom": y - 0.5}
        if place == "centre":
            right = right and max(off.values()) < 0.1
        elif place:
            right = right and off[place] > 0.15 and off[place] == max(off.values())
    return found if right and len(found) == number else []


def is_true(words: list, item: Scene) -> bool:
    """Whether a caption holds of the scene's objects."""
    found = [holds(said, item) for said in phrases(words)]
    relation = next((w.text for w in words if w.role == "relation"), None)
    return all(found) and (relation is None or relation_between(*(objects[0] for objects in found)) == relation)


@pytest.mark.parametrize("kind", KINDS)
def test_caption_is_true_and_foil_false(kind: str) -> None:
    rng = random.Random(kind)
    for _ in range(150):
        item = scene(COUNTING, rng, kind=kind, painted=False)
        assert is_true(item.caption, item)
        assert not is_true(item.foil, item)


@pytest.mark.parametrize("kind", KINDS)
def test_foil_is_one_edit_in_the_same_template(kind: str) -> None:
    rng = random.Random(kind)
    for _ in range(150):
        item = scene(COUNTING, rng, kind=kind, painted=False)
        assert [(w.role, w.of) for w in item.caption] == [(w.role, w.of) for w in item.foil]
        changed = [a.role for a, b in zip(item.caption, item.foil, strict=True) if a.text != b.text and a.role != "article"]
        changed = [role for role in changed if role != "preposition"]
        expected = {"count": ["number"], "object": ["noun"]}
        if kind == "roles":
            assert set(changed) <= {"noun", "colour"} and changed.count("noun") == 2
        else:
            assert changed == expected.get(kind, [kind])


def test_boxes_are_tight() -> None:
    for seed in range(40):
        item = scene("shapes", random.Random(seed))
        for index, placed in enumerate(item.objects):
            ys, xs = np.nonzero(item.owner == index + 1)
            seen = np.array([xs.min(), ys.min(), xs.max() + 1, ys.max() + 1])
            assert np.abs(np.array(placed.box) * 96 - seen).max() <= 2.0  # the corners of a thin tip are fainter than half


def one_square(side: float) -> tuple[np.ndarray, Placed, np.ndarray]:
    look = draw_look(SHAPES_ONLY, SHAPE["square"], "red", side, (), random.Random(3))
    box = tuple(v / 96 for v in (17, 30, 17 + look.extent[0], 30 + look.extent[1]))
    placed = Placed(SHAPE["square"], "red", box, None, look.tint, look.flip)
    image, owner = paint(SHAPES_ONLY, [(placed, look)], "test", random.Random(0))
    return image, placed, owner


def test_patch_labels_of_one_square_by_hand() -> None:
    image, placed, owner = one_square(0.4)
    assert (owner[30:68, 17:55] == 1).all() and owner.sum() == 38 * 38
    labels = patches_of(Scene(image, [placed], owner, [Group((placed,))], [], [], "object"), SHAPES_ONLY).labels.reshape(8, 8)
    # columns 17-55: 7 of 12 px in column 1, all of 2 and 3, 7 of 12 in column 4; rows 30-68: 6 of 12 in row 2, all of 3 and 4, 8 of 12 in row 5
    expected = np.zeros((8, 8), int)
    expected[3:5, 1:5] = expected[5, 2:4] = expected[2, 2:4] = SHAPE["square"].id
    assert (labels == expected).all()


def test_red_square_is_red() -> None:
    image, placed, _ = one_square(0.4)
    x, y = (int(v * 96) for v in placed.centre)
    assert image[y, x].tolist() == list(placed.tint)
    assert image[y, x, 0] > 190 > 80 > image[y, x, 1]


def test_classes_of_a_scene_are_distinct_and_held_out_pairs_stay_out() -> None:
    rng = random.Random(8)
    for _ in range(300):
        item = scene("shapes", rng, painted=False)
        nouns = [group.first.cls.noun for group in item.groups]
        assert len(set(nouns)) == len(nouns)
        assert not {(o.colour, o.cls.noun) for o in item.objects} & HELD_OUT_PAIRS
        assert not {(said.get("colour"), said["noun"]) for said in phrases(item.foil)} & HELD_OUT_PAIRS
        assert {(o.colour, o.cls.noun) for o in scene("shapes", rng, variant="pairs", painted=False).objects} & HELD_OUT_PAIRS


def test_related_nouns_never_stand_for_each_other() -> None:
    by_noun = {c.noun: c for c in object_classes()}
    assert same_or_also(by_noun["hamburger"], by_noun["sandwich"]) and same_or_also(by_noun["bird"], by_noun["owl"])
    assert not same_or_also(by_noun["dog"], by_noun["cat"])


def test_stages_bound_the_number_of_objects_and_three_are_frequent() -> None:
    rng = random.Random(4)
    assert {len(scene("shapes", rng, stage=0, painted=False).objects) for _ in range(100)} == {1, 2}
    assert sum(len(scene("shapes", rng, painted=False).groups) == 3 for _ in range(300)) >= 90


def test_truths_hold() -> None:
    rng = random.Random(5)
    for _ in range(150):
        item = scene("shapes", rng, painted=False)
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
    with pytest.raises(ValueError, match="relation or roles, got 'colour'"):
        scene("shapes", random.Random(0), variant="triples", kind="colour")


def at(x: float, y: float, side: float = 0.2) -> Placed:
    return Placed(SHAPE["square"], "red", (x - side / 2, y - side / 2, x + side / 2, y + side / 2), None, (0, 0, 0), False)


def test_places_sizes_and_relations_by_hand() -> None:
    centre = [("left", 0.2, 0.5), ("right", 0.7, 0.45), ("top", 0.5, 0.3), ("bottom", 0.6, 0.8), ("centre", 0.55, 0.45)]
    assert all(position_of(at(x, y)) == place for place, x, y in centre)
    assert [position_of(at(x, y)) for x, y in ((0.2, 0.2), (0.4, 0.5), (0.2, 0.68))] == [None] * 3
    assert [size_of(at(0.5, 0.5, side), (0.26, 0.38)) for side in (0.2, 0.3, 0.4)] == ["small", None, "large"]
    assert relation_between(at(0.2, 0.5), at(0.8, 0.6)) == "left" and relation_between(at(0.4, 0.9), at(0.5, 0.3)) == "below"
    assert relation_between(at(0.2, 0.2), at(0.8, 0.8)) is None and relation_between(at(0.4, 0.5), at(0.5, 0.5)) is None


def triple(words: list) -> tuple[str, str, str] | None:
    nouns = [said["noun"] for said in phrases(words)]
    relation = next((w.text for w in words if w.role == "relation"), None)
    return (nouns[0], relation, nouns[1]) if relation else None


def test_triples_are_held_out_in_captions_foils_and_questions_and_drawn_on_demand() -> None:
    rng, held = random.Random(11), set()
    for _ in range(1500):
        item = scene("shapes", rng, painted=False)
        texts = [item.caption, item.foil]
        nouns = [w.text for w in item.question.words if w.role == "noun"] if item.question else []
        relation = next((w.text for w in item.question.words if w.role == "relation"), None) if item.question else None
        told = [triple(text) for text in texts] + ([(*nouns[:1], relation, (nouns[1:] or [item.question.answer])[0])] if relation else [])
        assert not any(triple_held_out(*one) for one in told if one)
    for _ in range(50):
        item = scene("shapes", rng, variant="triples", painted=False)
        assert triple_held_out(*triple(item.caption)) and triple_held_out(*triple(item.foil))
        held.add(triple(item.caption))
    assert len(held) > 3


def test_a_triple_is_held_out_with_its_swap_and_its_inverse_about_one_in_twenty() -> None:
    nouns = [c.noun for c in object_classes()]
    every = [(a, r, b) for i, a in enumerate(nouns) for b in nouns[:i] for r in ("left", "above")]
    share = sum(triple_held_out(*one) for one in every) / len(every)
    assert 0.045 < share < 0.055
    for a, r, b in every[:500]:
        other = {"left": "right", "above": "below"}[r]
        assert len({triple_held_out(*one) for one in ((a, r, b), (b, r, a), (a, other, b), (b, other, a))}) == 1

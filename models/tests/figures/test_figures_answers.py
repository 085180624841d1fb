import math

import numpy as np
import pytest
from lab.figures.foils import above, balanced, foil_tallies, picture_tallies
from lab.figures.interval import figure
from lab.figures.questions import answer_tallies, majority
from lab.figures.reliability import reliability
from lab.figures.retrieval import joined, may_hold, ranks, retrieval_tallies
from lab.figures.sets import draw
from lab.figures.words import Guesses, guesses, log_softmax, word_tallies
from lab.world.batches import batch


def values(tallies):
    return {tally.name: figure(tally, "here").value for tally in tallies if tally.counts.sum()}


def test_a_caption_above_its_foil():
    scores = np.array([[1.0, -1.0, 0.0, 2.0], [0.0, -2.0, 0.0, 3.0]])
    assert above(scores).tolist() == [1, 1, 0.5, 0]
    assert balanced(scores).tolist() == [1, 0.5, 0.5, 0.5]


def test_foils_over_the_mix_and_by_kind():
    own = np.array([[1.0, -1.0, 0.0, 2.0], [0.0, -2.0, 0.0, 3.0]])
    kinds, mixed = np.array(["colour", "object", "object", "colour"]), np.array([1.0, 1.0, 1.0, 0.0])
    found = values(foil_tallies(own, kinds, mixed, probable=True))
    assert found["foils, pairwise"] == pytest.approx(2.5 / 3)
    assert found["foils, balanced"] == pytest.approx(2 / 3)
    assert (found["colour foils, pairwise"], found["object foils, pairwise"]) == (0.5, 0.75)
    assert "foils, balanced" not in values(foil_tallies(own, kinds, mixed, probable=False))


def test_the_fall_of_a_preference_when_the_picture_is_replaced():
    own, other = np.array([[3.0, 1.0], [0.0, 0.0]]), np.array([[1.0, -1.0], [0.0, 0.0]])
    found = values(picture_tallies(own, other, np.array(["object", "object"]), np.ones(2), probable=True))
    assert found["foils, pairwise, another scene's picture"] == 0.5
    assert found["fall in pairwise accuracy when the picture is replaced"] == 0.5
    assert found["fall in the caption's lead over its foil when the picture is replaced"] == 2.0


def test_log_softmax_by_hand():
    assert log_softmax(np.array([[0.0, math.log(3)]])).tolist() == [pytest.approx([math.log(1 / 4), math.log(3 / 4)])]


def test_hidden_words_by_scene_and_role():
    scene, role = np.array([0, 0, 2]), np.array(["noun", "colour", "noun"])
    own = Guesses(scene, role, np.array([1.0, 0.0, 1.0]), np.array([-1.0, -2.0, -0.5]))
    other = Guesses(scene, role, np.array([0.0, 0.0, 1.0]), np.array([-3.0, -2.0, -0.5]))
    tallies = word_tallies(own, other, np.array([True, True, False]))
    assert tallies[0].hits.tolist() == [1, 0, 0]
    assert tallies[0].counts.tolist() == [2, 0, 0]
    found = values(tallies)
    assert (found["masked words"], found["masked words, noun"], found["masked words, colour"]) == (0.5, 1.0, 0.0)
    assert found["masked words, another scene's picture"] == 0.0
    assert found["fall in log-probability of a masked noun when the picture is replaced"] == 1.0


class Reader:
    """Says the piece that it finds hidden in the picture's first row of pixels, whatever it is asked."""

    def words(self, images, ids, at):
        return np.eye(2000)[images[:, 0, 0, :2].astype(int) @ [1, 256]] * 50


def test_every_content_word_is_hidden_once_and_judged_by_what_keeps_the_caption_true():
    item = batch("shapes", 1, 0, 6, easy_share=0.0, split="test")
    hidden = [(n, w) for n, truth in enumerate(item.truths) for w in truth]
    for n in range(6):
        right = next(iter(item.truths[n][max(item.truths[n])]))
        item.images[n, 0, 0, 0], item.images[n, 0, 0, 1] = right % 256, right // 256
    found = guesses(Reader(), [item])
    assert list(zip(found.scene.tolist(), found.role.tolist(), strict=True)) == [(n, item.scenes[n].caption[w].role) for n, w in hidden]
    last = [w == max(item.truths[n]) for n, w in hidden]
    assert found.right[last].all()
    assert found.right.sum() < len(found.right)


def test_the_usual_answer_of_each_kind_of_question():
    right, kinds = np.array([4, 4, 9, 2, -1]), np.array(["what", "what", "what", "colour", ""])
    usual = majority(right, kinds)
    assert usual == {"what": 4, "colour": 2}
    tallies = answer_tallies(np.array([9, 4, -1, 2]), np.array(["what", "what", "", "colour"]), np.array([9, 9, 9, 2]), usual)
    assert values(tallies) == {"answers": pytest.approx(2 / 3), "answers, colour": 1.0, "answers, what": 0.5}
    assert [tally.chance for tally in tallies] == [pytest.approx(2 / 3), 1.0, 0.5]


def test_ranks_among_candidates_that_are_false_of_the_query():
    scores = np.array([[0.5, 0.9, 0.4, 0.1], [0.0, 0.7, 0.7, 0.1], [0.3, 0.2, 0.1, 0.0], [0.0, 0.0, 0.0, 1.0]])
    false = ~np.eye(4, dtype=bool)
    assert ranks(scores, false, 4).tolist() == [2, 2, 3, 1]
    false[0, 1] = False
    assert ranks(scores, false, 3).tolist() == [1, 2, 3, 1]
    assert np.isnan(ranks(scores, false, 4)[0])
    found = values(retrieval_tallies(scores, false, 3))
    assert found["caption of a picture among 3, R@1"] == 0.5
    assert found["caption of a picture among 3, R@5"] == 1.0


def test_two_galleries_count_as_one():
    scores, false = np.eye(3), ~np.eye(3, dtype=bool)
    right, wrong = retrieval_tallies(scores, false, 3), retrieval_tallies(1 - scores, false, 3)
    both = joined((right[0], wrong[0]))
    assert both.name == "caption of a picture among 3, R@1"
    assert both.hits.tolist() == [1, 1, 1, 0, 0, 0] and both.counts.tolist() == [1] * 6


def test_a_caption_holds_of_its_own_scene_and_of_none_that_lacks_its_nouns():
    scenes = batch("shapes", 3, 0, 40, easy_share=0.0, split="test").scenes
    for told in scenes:
        assert may_hold(told, told)
        named = {(told.groups[w.of].first.cls.id, told.groups[w.of].first.colour) for w in told.caption if w.role == "noun"}
        coloured = all(any(c.role == "colour" and c.of == w.of for c in told.caption) for w in told.caption if w.role == "noun")
        for scene in scenes:
            there = {(placed.cls.id, placed.colour) for placed in scene.objects}
            if coloured:
                assert may_hold(scene, told) == (named <= there)


def test_reliability_by_hand():
    logit = math.log(0.75 / 0.25)
    scores = np.array([[logit, logit], [logit, -30.0]])
    found = reliability(scores)
    assert [(one["low"], one["n"]) for one in found["bins"]] == [(0.0, 1), (0.7, 3)]
    assert found["bins"][-1]["probability"] == 0.75
    assert found["bins"][-1]["true"] == pytest.approx(2 / 3, abs=1e-4)
    assert found["ece"] == pytest.approx(3 / 4 * abs(0.75 - 2 / 3), abs=1e-4)


def test_rare_kinds_of_foil_are_topped_up():
    drawn = draw("shapes", "select", 60)
    assert (len(drawn.kinds), int(drawn.is_mixed.sum())) == (sum(len(item.ids) for item in drawn.batches), 60)
    assert max(len(item.ids) for item in drawn.batches) <= 50
    for kind in set(drawn.kinds):
        assert (drawn.kinds == kind).sum() >= 15
    assert (draw("shapes", "select", 60).batches[-1].ids == drawn.batches[-1].ids).all()

import json
import random

import numpy as np
import pytest
from lab.photos.world.data import Photograph, Phrase, corners, photograph, read_split
from lab.photos.world.foils import Edit, drawn, edits, make, may_replace, proposals, said_of
from lab.photos.world.lexicon import Lexicon, learn, opposite, plural, words
from lab.photos.world.store import said
from lab.photos.world.words import LENGTH, SEP, SPECIALS, chosen_pieces, encode, word_pieces

LINE = {
    "file": "a.jpg",
    "captions": ["A dog runs", "Two dogs on grass"],
    "boxes": [["dog", 0.1, 0.2, 0.3, 0.4], ["grass", 0.0, 0.5, 1.2, 0.5]],
    "phrases": [[0, 0, 5, "animals", [0]], [1, 12, 17, "scene", [1]]],
}


def picture(*captions, labels=(), phrases=()):
    return Photograph("x.jpg", captions, labels, tuple((0.0, 0.0, 1.0, 1.0) for _ in labels), tuple(phrases))


def small_lexicon():
    lexicon = Lexicon()
    for noun, kind, count in (("dog", "animals", 50), ("cat", "animals", 30), ("puppy", "animals", 20), ("ape", "animals", 9), ("dogs", "animals", 9), ("ball", "other", 9)):
        lexicon.kinds[noun], lexicon.counts[noun] = kind, count
    lexicon.together = {"dog": {"puppy"}, "puppy": {"dog"}}
    for colour in ("red", "blue"):
        lexicon.counts[colour] = 5
    return lexicon


def test_a_line_becomes_a_photograph():
    read = photograph(LINE)
    assert read.boxes[0] == pytest.approx((0.1, 0.2, 0.4, 0.6))
    assert read.boxes[1] == (0.0, 0.5, 1.0, 1.0)
    assert read.phrases[1] == Phrase(1, 12, 17, "scene", (1,))


@pytest.mark.parametrize(
    "change",
    [{"phrases": [[0, 0, 99, "x", [0]]]}, {"phrases": [[0, 0, 5, "x", [7]]]}, {"boxes": [["dog", float("nan"), 0, 1, 1]]}, {"captions": None}],
)
def test_bad_lines_are_named(tmp_path, change):
    (tmp_path / "val.jsonl").write_text(json.dumps(LINE) + "\n" + json.dumps(LINE | change) + "\n")
    with pytest.raises(ValueError, match="expected a photograph in line 2 of val.jsonl"):
        read_split(tmp_path, "val")


def test_a_missing_and_an_empty_split_are_named(tmp_path):
    with pytest.raises(FileNotFoundError, match="expected train.jsonl"):
        read_split(tmp_path, "train")
    (tmp_path / "train.jsonl").write_text("")
    with pytest.raises(ValueError, match="got an empty file"):
        read_split(tmp_path, "train")


def test_boxes_stay_inside_the_picture():
    assert corners(-0.5, 0.9, 0.7, 0.4) == pytest.approx((0.0, 0.9, 0.2, 1.0))
    assert corners(1.5, 0.0, 0.2, 0.2) == (1.0, 0.0, 1.0, 0.2)
    with pytest.raises(ValueError, match="four finite numbers"):
        corners(0, float("inf"), 0, 0)


def test_words_know_their_characters():
    assert words("A T-shirt, dogs'") == [("a", 0, 1), ("t-shirt", 2, 9), ("dogs", 11, 15)]


def test_plurals():
    assert [plural(w) for w in ("dogs", "people", "grass", "dog")] == [True, True, False, False]


def test_places_for_foils():
    found = edits(small_lexicon(), "A red dog in front of two balls")
    assert [(e.kind, e.word, e.before, e.after) for e in found] == [
        ("colour", "red", "a", "dog"),
        ("object", "dog", "red", "in"),
        ("relation", "in front of", "dog", "two"),
        ("number", "two", "of", "balls"),
    ]


def test_what_may_come_in_is_of_the_family_and_false():
    def allowed(before, *said):
        edit = Edit("object", 2, 5, "dog", before, "runs")
        return [word for word in lexicon.counts if may_replace(lexicon, edit, word, set(said))]

    lexicon = small_lexicon()
    # not the plural, not the other kind, not what is said together with dogs, and no vowel after "a"
    assert allowed("a", "a", "dog", "runs") == ["cat"]
    assert allowed("the", "dog") == ["cat", "ape"]
    assert allowed("a", "dog", "cat") == []


def test_a_foil_changes_one_word_and_keeps_the_rest():
    edit = Edit("object", 4, 7, "dog", "the", "runs")
    made = [make(small_lexicon(), "The dog runs", edit, {"dog", "cat"}, random.Random(seed)) for seed in range(60)]
    assert {(foil.text, foil.out, foil.new) for foil in made if foil} == {("The ape runs", "dog", "ape")}
    assert all(foil.text[: foil.start] == "The " for foil in made if foil)


def test_words_come_in_as_often_as_they_go_out():
    lexicon = small_lexicon()
    lexicon.kinds["ape"] = "other"
    swaps = {("dog", "cat"): 0, ("cat", "dog"): 0}
    draw = random.Random(0)
    for word, times in (("dog", 5000), ("cat", 3000)):
        edit = Edit("object", 0, 3, word, "^", "runs")
        for _ in range(times):
            new = drawn(lexicon, edit, draw)
            if (word, new) in swaps:
                swaps[word, new] += 1
    assert swaps["dog", "cat"] == pytest.approx(5000 * 30 / 100, rel=0.1)
    assert swaps["cat", "dog"] == pytest.approx(3000 * 50 / 100, rel=0.1)


def test_a_relation_turns_round():
    lexicon = small_lexicon()
    lexicon.counts["behind"] = lexicon.counts["in front of"] = 7
    (foil,) = proposals(lexicon, picture("It sits behind us all"), "It sits behind us all", random.Random(0), 3, {"relation": 1.0})
    assert (foil.kind, foil.text) == ("relation", "It sits in front of us all")
    assert proposals(small_lexicon(), picture("Hello"), "Hello", random.Random(0), 3, {"object": 1.0}) == []


def test_said_of_a_picture_counts_captions_and_labels():
    assert said_of(picture("A dog", "Red cat", labels=("fire hydrant",))) == {"a", "dog", "red", "cat", "fire", "hydrant"}


def test_learning_takes_the_heads_of_phrases_and_what_goes_together():
    one = [picture("A dog", "A puppy", phrases=[Phrase(0, 0, 5, "animals", (0,)), Phrase(1, 0, 7, "animals", (0,))], labels=("dog",))] * 12
    two = [picture("A man", phrases=[Phrase(0, 0, 5, "people", (0,))], labels=("man",))] * 12
    lexicon = learn(one + two)
    assert lexicon.kinds == {"dog": "animals", "puppy": "animals", "man": "people"}
    assert lexicon.together == {"dog": {"puppy"}, "puppy": {"dog"}}
    assert lexicon.single["a"] == 36
    assert opposite("man", "girls") and not opposite("man", "boy")


def test_the_vocabulary_keeps_the_most_frequent_known_pieces():
    known = [*SPECIALS, "a", "dog", "cat", "##s", "zebra"]
    pieces = chosen_pieces(["a dog", "dogs", "a cat"], known, size=200)
    assert pieces[:5] == list(SPECIALS)
    assert {"dog", "cat", "##s", "##q"} <= set(pieces) and "zebra" not in pieces


def test_long_captions_end_in_a_separator_and_phrases_find_their_pieces():
    tokenizer = word_pieces([*SPECIALS, "a", "red", "dog", "##s", "run", "on", "grass"])
    ((ids, spans),) = encode(tokenizer, ["a " * 60])
    assert len(ids) == len(spans) == LENGTH and ids[-1] == SEP
    one = said(tokenizer, picture("A red dogs on grass", labels=("d", "g"), phrases=[Phrase(0, 0, 10, "animals", (0,)), Phrase(0, 14, 19, "scene", ())]), 0)
    assert one.content == [("red", [2]), ("dogs", [3, 4]), ("grass", [6])]
    assert one.linked == [([2, 3, 4], (0,), "animals")]

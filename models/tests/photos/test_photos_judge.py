import random
from collections import Counter

import pytest
import torch
from lab.photos.losses import swap_loss
from lab.photos.world.data import Photograph
from lab.photos.world.foils import Foil
from lab.photos.world.judge import Judge, taught
from lab.photos.world.lexicon import Lexicon
from lab.photos.world.pool import Judges, kept_judges, kept_pool


def swapped(caption, out, new):
    at = caption.index(out)
    return caption, Foil(caption.replace(out, new), "object", at, at + len(out), out, new)


def given(times, draw):
    """Dogs run three times as often as cats do, and sleeping is for both alike."""
    found = []
    for _ in range(times):
        verb = draw.choice(["runs", "sleeps"])
        dog = draw.random() < (0.75 if verb == "runs" else 0.5)
        found.append(swapped(f"the {'dog' if dog else 'cat'} {verb} here", *(("dog", "cat") if dog else ("cat", "dog"))))
    return found


@pytest.fixture(scope="module")
def judge():
    pairs = given(6000, random.Random(0))
    return taught(pairs, [caption for caption, _ in pairs])


def test_a_judge_tells_the_odds_of_the_true_word(judge):
    runs, sleeps = judge.told([swapped("the dog runs here", "dog", "cat"), swapped("the dog sleeps here", "dog", "cat")])
    assert runs == pytest.approx(1.1, abs=0.35)  # log 3
    assert sleeps == pytest.approx(0.0, abs=0.3)
    (back,) = judge.told([swapped("the cat runs here", "cat", "dog")])
    assert back == pytest.approx(-runs)


def test_foils_that_are_kept_turn_a_into_b_as_often_as_b_into_a(judge):
    judges, draw = Judges([judge]), random.Random(1)
    kept = Counter(caption for caption, foil in given(6000, draw) if judges.keeps(caption, foil, draw))
    assert kept["the dog runs here"] / kept["the cat runs here"] == pytest.approx(1.0, abs=0.25)


def test_a_word_that_was_never_seen_has_a_score_too():
    assert len(Judge(["^", "$", "dog"]).told([swapped("an aardvark", "aardvark", "okapi")])) == 1


def test_pool_and_judges_are_made_once_and_are_of_the_pictures_trained_on(tmp_path):
    lexicon = Lexicon(kinds={"dog": "animals", "cat": "animals"})
    lexicon.counts.update(dog=5, cat=5)
    pictures = [Photograph(f"{i}.jpg", (f"The {noun} runs", "Nothing to see"), (), (), ()) for i, noun in enumerate(("dog", "cat") * 3)]
    with pytest.raises(FileNotFoundError, match="run `python -m lab photos train` first"):
        kept_judges(tmp_path)
    judges, pool = kept_pool(tmp_path, lexicon, pictures)
    assert [len(captions) for captions in pool] == [2] * 6 and pool[0][1] == []
    assert all(one is None or one[0] in ("The cat runs", "The dog runs") for captions in pool for one in captions[0])
    again, same = kept_pool(tmp_path, lexicon, pictures)
    assert same == pool
    probe = [swapped("The dog runs", "dog", "cat")]
    assert [one.told(probe) for one in again.each] == [one.told(probe) for one in judges.each]
    with pytest.raises(ValueError, match="expected foils of 1 pictures"):
        kept_pool(tmp_path, lexicon, pictures[:1])


def test_a_swapped_caption_loses_to_the_picture_and_to_its_own_picture():
    true, low, none = torch.tensor([5.0, 5.0]), torch.tensor([-5.0, -5.0]), torch.tensor([-1, -1])
    own = torch.tensor([1, 0])
    assert swap_loss(true, low, own) < 0.03
    # with the picture as sure of the other's caption as of its own, log 2 is lost twice: by the picture's pair and by the caption's
    assert swap_loss(true, true, own) - swap_loss(true, true, none) == pytest.approx(0.6931, abs=1e-3)

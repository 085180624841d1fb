import math

import pytest
import torch
from lab.losses import answer_loss, hide_words, instance_loss, lengthened, match_loss, place_loss, wrong_loss
from lab.schedule import annealed, progress, rate


def test_hidden_are_whole_content_words_and_one_at_least():
    word = torch.tensor([[-1, 0, 1, 1, 2, 3, -1]]).repeat(400, 1)
    content = torch.tensor([[False, False, True, True, False, True, False]]).repeat(400, 1)
    keen = torch.zeros_like(content)
    keen[:, 5] = True
    hidden = hide_words(content, word, keen, 0.45, torch.Generator().manual_seed(0))
    assert not hidden[~content].any()
    assert torch.equal(hidden[:, 2], hidden[:, 3])
    assert hidden.any(dim=1).all()
    both = (hidden[:, 2] & hidden[:, 5]).float().mean()
    assert abs(both - 0.5 * 0.45**2) < 0.05
    alone = (hidden[:, 5] & ~hidden[:, 2]).float().mean()
    assert abs(alone - (0.5 + 0.5 * (0.55 * 0.45 + 0.5 * 0.55**2))) < 0.06


def test_the_same_step_hides_the_same_words():
    word = torch.arange(8).repeat(3, 1)
    content = torch.ones(3, 8, dtype=torch.bool)
    first, second = (hide_words(content, word, ~content, 0.4, torch.Generator().manual_seed(5)) for _ in range(2))
    assert torch.equal(first, second)


def test_place_loss_is_the_entropy_where_the_answer_is_right():
    share = torch.zeros(1, 16)
    share[0, [0, 1, 9]] = torch.tensor([1.0, 0.5, 0.5])
    logits = torch.full((1, 16), -40.0)
    logits[0, [0, 1, 9]] = torch.tensor([math.log(2), 0.0, 0.0])
    assert place_loss(logits, share).item() == pytest.approx(1.5 * math.log(2), abs=1e-5)
    assert place_loss(torch.zeros(1, 16), share).item() == pytest.approx(math.log(16), abs=1e-5)


def test_instance_loss_by_hand_leaves_the_background_out():
    counts = torch.tensor([[2, 0, 1]])
    centres = torch.tensor([[[3.0, 0.0], [math.nan, math.nan], [0.0, -0.5]]])
    logits = torch.zeros(1, 3, 6)
    logits[0, 1] = 50.0
    offset = (2.5 + 0.0 + 0.0 + 0.125) / 4
    assert instance_loss(logits, centres, counts).item() == pytest.approx(offset + math.log(4), abs=1e-5)


def test_match_loss_of_undecided_scores():
    zero = torch.zeros(3)
    assert match_loss(zero, zero).item() == pytest.approx(2 * math.log(2))
    assert match_loss(zero + 20, zero - 20).item() == pytest.approx(0, abs=1e-6)


def test_wrong_loss_looks_at_valid_pieces_only():
    wrong = torch.tensor([[False, True, False]])
    logits = torch.tensor([[-30.0, 30.0, 30.0]])
    assert wrong_loss(logits, wrong, torch.tensor([[True, True, False]])).item() == pytest.approx(0, abs=1e-6)
    assert wrong_loss(logits, wrong, torch.tensor([[True, True, True]])).item() == pytest.approx(5.0)


def test_answers_count_where_there_is_a_question():
    logits = torch.tensor([[0.0, 0.0, 0.0, 0.0], [9.0, 0.0, 0.0, 0.0]])
    assert answer_loss(logits, torch.tensor([2, -1])).item() == pytest.approx(math.log(4))
    assert answer_loss(logits, torch.tensor([-1, -1])).item() == 0


def test_texts_and_shares_are_padded_to_one_length():
    ids, shares = lengthened(3, torch.tensor([[7, 8]]), torch.ones(1, 2, 4))
    assert ids.tolist() == [[7, 8, 0]]
    assert shares.tolist() == [[[1] * 4, [1] * 4, [0] * 4]]


def test_progress_follows_the_budget_that_is_ahead():
    assert progress(50, 100, 0, 1) == 0.5
    assert progress(50, 100, 2700, 1) == 0.75
    assert progress(200, 100, 0, 1) == 1.0


def test_schedule_at_its_corners():
    assert rate(0.0, 0, 500) == pytest.approx(1 / 500)
    assert rate(0.6, 500, 500) == pytest.approx(1)
    assert rate(0.8, 500, 500) == pytest.approx(0.505)
    assert rate(1.0, 9999, 500) == pytest.approx(0.01)
    assert [annealed(p, 0.6) for p in (0.0, 0.6, 0.8, 1.0)] == pytest.approx([1, 1, 0.5, 0])

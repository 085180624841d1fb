"""The WordPiece tokenizer of every model of the lab, fixed for good in tokenizer.json (Hugging Face `tokenizers` format)."""

import string
from functools import cache, lru_cache
from pathlib import Path

from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, processors

from .classes import class_nouns, object_classes
from .common_words import COMMON, SUFFIXES
from .words import COLOURS, FRAME_WORDS, NUMBERS, POSITIONS, RELATION_WORDS, SHAPES, SIZES

PATH = Path(__file__).parent / "data" / "tokenizer.json"
PAD, UNK, CLS, SEP, MASK = range(5)
SPECIALS = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")


def vocabulary() -> list[str]:
    """Every piece in id order: specials, punctuation, letters and digits whole and continuing, suffixes, world words, common caption words."""
    characters = string.ascii_lowercase + string.digits
    world = (*class_nouns(), *SHAPES, *COLOURS, *NUMBERS, *SIZES, *POSITIONS, *RELATION_WORDS, *FRAME_WORDS)
    also = sorted({noun for c in object_classes() for noun in c.also})
    pieces = (*SPECIALS, *string.punctuation, *characters, *(f"##{c}" for c in characters), *(f"##{s}" for s in SUFFIXES), *world, *also, *COMMON)
    return list(dict.fromkeys(pieces))


def build() -> Tokenizer:
    """The tokenizer made from `vocabulary()`."""
    tokenizer = Tokenizer(models.WordPiece({p: i for i, p in enumerate(vocabulary())}, unk_token="[UNK]", max_input_chars_per_word=100))
    tokenizer.normalizer = normalizers.BertNormalizer(clean_text=True, handle_chinese_chars=True, strip_accents=True, lowercase=True)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.post_processor = processors.TemplateProcessing(single="[CLS] $A [SEP]", special_tokens=[("[CLS]", CLS), ("[SEP]", SEP)])
    tokenizer.decoder = decoders.WordPiece(prefix="##", cleanup=True)
    tokenizer.add_special_tokens(list(SPECIALS))
    return tokenizer


@cache
def tokenizer() -> Tokenizer:
    """The committed tokenizer."""
    return Tokenizer.from_file(str(PATH))


@lru_cache(maxsize=20000)
def pieces(word: str) -> tuple[int, ...]:
    """Token ids of one word, without specials."""
    return tuple(tokenizer().encode(word, add_special_tokens=False).ids)


@cache
def class_tokens() -> list[list[int]]:
    """Class id -> token ids of its noun; id 0 is the word "background"."""
    return [list(pieces(noun)) for noun in class_nouns()]

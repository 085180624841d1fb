"""Tokenizers from the vocabularies that were published with BERT and CLIP."""

from __future__ import annotations

import gzip
from pathlib import Path

import transformers as hf
from tokenizers import Tokenizer
from transformers.convert_slow_tokenizer import bytes_to_unicode


def bert_tokenizer(file: Path) -> hf.PreTrainedTokenizerFast:
    """From vocab.txt, a WordPiece a line, or from a tokenizer.json."""
    if file.suffix == ".json":
        special = {f"{name.lower()}_token": f"[{name}]" for name in ("CLS", "SEP", "MASK", "PAD", "UNK")}
        return hf.PreTrainedTokenizerFast(tokenizer_object=Tokenizer.from_file(str(file)), **special)
    lines = file.read_text(encoding="utf-8").splitlines()
    return hf.BertTokenizer(vocab={piece: i for i, piece in enumerate(lines)})


def clip_tokenizer(file: Path) -> hf.PreTrainedTokenizerFast:
    """From CLIP's bpe_simple_vocab_16e6.txt.gz, a merge a line after a heading, or from a tokenizer.json."""
    if file.suffix == ".json":
        special = {"bos_token": "<|startoftext|>"} | {f"{name}_token": "<|endoftext|>" for name in ("eos", "pad", "unk")}
        return hf.PreTrainedTokenizerFast(tokenizer_object=Tokenizer.from_file(str(file)), **special)
    letters = list(bytes_to_unicode().values())
    pieces = [*letters, *(f"{letter}</w>" for letter in letters)]
    count = 49408 - 2 - len(pieces)
    lines = gzip.decompress(file.read_bytes()).decode("utf-8").split("\n")[1 : count + 1]
    merges = [tuple(line.split()) for line in lines if line]
    pieces += ["".join(pair) for pair in merges] + ["<|startoftext|>", "<|endoftext|>"]
    return hf.CLIPTokenizer(vocab={piece: i for i, piece in enumerate(pieces)}, merges=merges)

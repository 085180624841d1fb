"""Makes tests/oracle/processing.json: what the image processors and tokenizers of transformers make of pictures and captions.

Run in models: python -m vlpm_export.processing ../tests/oracle/processing.json
"""

from __future__ import annotations

import hashlib
import json
import sys
from pathlib import Path

import numpy as np
import transformers as hf
from PIL import Image
from transformers.convert_slow_tokenizer import bytes_to_unicode

SIZES = [
    (384, 384), (640, 480), (480, 640), (1000, 600), (1000, 300), (300, 1000), (97, 61), (61, 97), (33, 500), (224, 224),
    (225, 224), (447, 335), (1, 1), (7, 3), (800, 1333), (1333, 800), (50, 49), (512, 511), (639, 384), (640, 384),
]  # fmt: skip
PROCESSORS = {
    "vilt": hf.ViltImageProcessorPil,
    "clip": hf.CLIPImageProcessorPil,
    "blip": hf.BlipImageProcessorPil,
    "siglip": hf.SiglipImageProcessorPil,
    "flava": hf.FlavaImageProcessorPil,
}
CAPTIONS = [
    "A red dog beside trees.", "two dogs, one cat & 3 birds!", "Ünïcödé façade naïve", "犬が木の横にいる", "Собака у дерева",
    "كلب بجانب شجرة", "emoji 🐕🌳 here", "don't we'll they've I'm", "tabs\tand\nlines", "  spaces   around  ", "UPPER lower MiXeD",
    "x" * 120, "a-b_c/d", "it's 12:30 on 1/2/2026", "", "ｆｕｌｌ width", "I\u0307stanbul", "na\u0308ive", "<|endoftext|> inside",
    "[MASK] of a dog", "price: $5.99 (50% off)", "한국어 문장", "हिन्दी वाक्य", "ελληνικά", "¿Qué tal?",
]  # fmt: skip


RESIZE = Image.Image.resize


def picture(width: int, height: int) -> np.ndarray:
    """Pixels that a page can make up as well: row-major [height, width, 3]."""
    y, x, c = np.meshgrid(np.arange(height), np.arange(width), np.arange(3), indexing="ij")
    return (((x * x + 3 * y * y + 7 * x * y) // 16 + 85 * c) % 256).astype(np.uint8)


def across_then_down(image: Image.Image, size, *given, **more) -> Image.Image:
    """Pillow's resize in the order of its passes up to version 12, whatever the version: 13 goes down first where that is cheaper, and an
    8-bit picture between the passes makes other pixels of it. The models were trained, and the page resizes, in the older order."""
    half = RESIZE(image, (size[0], image.height), *given, **more)
    return RESIZE(half, size, *given, **more)


def seen(processor) -> dict:
    plain = type(processor)(do_rescale=False, do_normalize=False)
    found = []
    for width, height in SIZES:
        image = Image.fromarray(picture(width, height))
        pixels = np.asarray(plain(image, return_tensors="np")["pixel_values"][0]).astype(np.uint8).transpose(1, 2, 0)
        values = np.asarray(processor(image, return_tensors="np")["pixel_values"][0])
        sha256 = hashlib.sha256(np.ascontiguousarray(pixels).tobytes()).hexdigest()
        sample = [round(float(v), 5) for v in values.reshape(-1)[:: max(1, values.size // 7)][:7]]
        found.append({"size": [width, height], "made": [pixels.shape[1], pixels.shape[0]], "sha256": sha256, "sample": sample})
    keys = ("size", "size_divisor", "do_center_crop", "crop_size", "resample", "image_mean", "image_std", "do_pad")
    config = {key: value for key, value in json.loads(processor.to_json_string()).items() if key in keys}
    return {"config": config, "pictures": found}


def cut() -> dict:
    """A picture that Qwen2-VL's processor cuts into rows of numbers, those of a patch in each."""
    sizes = {"patch_size": 4, "temporal_patch_size": 2, "merge_size": 2}
    plain = hf.Qwen2VLImageProcessorPil(**sizes, do_resize=False, do_rescale=False, do_normalize=False)
    rows = plain(Image.fromarray(picture(24, 16)), return_tensors="np")["pixel_values"]
    return {"size": [24, 16], **sizes, "rows": list(rows.shape), "sha256": hashlib.sha256(rows.astype(np.uint8).tobytes()).hexdigest()}


def word_pieces() -> dict:
    letters = [chr(code) for code in range(33, 127) if not chr(code).isupper()]
    pieces = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *letters, *(f"##{x}" for x in letters), "dog", "red", "beside", "tree", "##s", "犬", "木", "с"]
    pieces = list(dict.fromkeys(pieces))
    tokenizer = hf.BertTokenizer(vocab={piece: i for i, piece in enumerate(pieces)})
    return {"vocab.txt": "\n".join(pieces) + "\n", "ids": [tokenizer(text)["input_ids"] for text in CAPTIONS]}



def byte_pairs(kind: type, ends: list[str], suffix: str, merges: list[tuple[str, str]]) -> dict:
    letters = list(bytes_to_unicode().values())
    pieces = [*letters, *(f"{x}{suffix}" for x in letters if suffix), *("".join(pair) for pair in merges), *ends]
    vocabulary = {piece: i for i, piece in enumerate(dict.fromkeys(pieces))}
    tokenizer = kind(vocab=vocabulary, merges=merges)
    text = "#version: 0.2\n" + "".join(f"{a} {b}\n" for a, b in merges)
    return {"vocab.json": vocabulary, "merges.txt": text, "ids": [tokenizer(text)["input_ids"] for text in CAPTIONS]}


def main(file: Path) -> None:
    Image.Image.resize = across_then_down
    clip = [("d", "o"), ("do", "g</w>"), ("r", "e"), ("re", "d</w>"), ("t", "r"), ("tr", "e")]
    roberta = [("Ġ", "d"), ("Ġd", "o"), ("Ġdo", "g"), ("r", "e"), ("re", "d")]
    tokenizers = {
        "bert": word_pieces(),
        "clip": byte_pairs(hf.CLIPTokenizer, ["<|startoftext|>", "<|endoftext|>"], "</w>", clip),
        "roberta": byte_pairs(hf.RobertaTokenizer, ["<s>", "<pad>", "</s>", "<unk>", "<mask>"], "", roberta),
    }
    processors = {name: seen(make()) for name, make in PROCESSORS.items()}
    said = {"captions": CAPTIONS, "processors": processors, "tokenizers": tokenizers, "cut": cut()}
    file.write_text(json.dumps(said, ensure_ascii=False, separators=(",", ":")) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))

"""Makes tests/oracle/processing.json: what the image processors and tokenizers of transformers make of pictures and captions.

Run in models: python -m vlpm_export.processing ../tests/oracle/processing.json
"""

from __future__ import annotations

import copy
import hashlib
import json
import sys
from functools import partial
from pathlib import Path

import numpy as np
import transformers as hf
from PIL import Image
from transformers.convert_slow_tokenizer import bytes_to_unicode

SIZES = [
    (384, 384), (640, 480), (480, 640), (1000, 600), (1000, 300), (300, 1000), (97, 61), (61, 97), (33, 500), (224, 224),
    (225, 224), (447, 335), (1, 1), (7, 3), (800, 1333), (1333, 800), (50, 49), (512, 511), (639, 384), (640, 384),
    *((17 + 53 * i % 211, 19 + 71 * i % 197) for i in range(30)),
]  # fmt: skip
"""Of fifty pictures: [width, height]."""
PROCESSORS = {
    "vilt": hf.ViltImageProcessorPil,
    "clip": hf.CLIPImageProcessorPil,
    "blip": hf.BlipImageProcessorPil,
    "siglip": hf.SiglipImageProcessorPil,
    "flava": hf.FlavaImageProcessorPil,
    "vit": hf.ViTImageProcessorPil,
    "siglip2": partial(hf.SiglipImageProcessorPil, resample=2),
    "align": partial(hf.EfficientNetImageProcessorPil, resample=2, do_center_crop=True, include_top=False),
    "bridgetower": hf.BridgeTowerImageProcessorPil,
}
"""Siglip2, ALIGN and ViT are bilinear; BridgeTower's wide pictures are lower than what is cut out of them."""
ODD = [
    "A red dog beside trees.", "two dogs, one cat & 3 birds!", "Ünïcödé façade naïve", "犬が木の横にいる", "Собака у дерева",
    "كلب بجانب شجرة", "emoji 🐕🌳 here", "don't we'll they've I'm", "tabs\tand\nlines", "  spaces   around  ", "UPPER lower MiXeD",
    "x" * 120, "a-b_c/d", "it's 12:30 on 1/2/2026", "", "ｆｕｌｌ width", "I\u0307stanbul", "na\u0308ive", "<|endoftext|> inside",
    "[MASK] of a dog", "price: $5.99 (50% off)", "한국어 문장", "हिन्दी वाक्य", "ελληνικά", "¿Qué tal?",
]  # fmt: skip
SCRIPTS = [
    "a the red big dog cat tree house beside under sits runs don't ... !",
    "le chien rouge près de l’arbre où ça été naïf cœur — «ici» ?",
    "der große Hund läuft über die Straße ß ÄÖÜ „gut“ ,",
    "красная собака под деревом ёж сидит й Щука !",
    "ένας κόκκινος σκύλος κάτω από το δέντρο Ώρα ς ;",
    "كلب أحمر تحت الشجرة قِطّة ١٢ ؟ لا",
    "כלב אדום מתחת לעץ שָׁלוֹם ־ !",
    "लाल कुत्ता पेड़ के नीचे क्षत्रिय २ ।",
    "สุนัข สีแดง ใต้ ต้นไม้ กำลัง นั่ง ๓",
    "赤い 犬 木 の 横 ｶﾅ カナ が。 、",
    "红色 的 狗 在 树 下面 ， 。 龍",
    "빨간 개 나무 아래 앉아 있다 각 .",
    "con chó đỏ dưới gốc cây ở đây ế ,",
    "🐕 🌳 👩‍👧 ❤️ 🇫🇷 dog2 3.14 #tag @you a/b",
]
"""Words of one script each."""


LETTERS = sorted({x for words in SCRIPTS for x in words.lower() if not x.isspace() and ord(x) > 126})


def captions() -> list[str]:
    """Five hundred: odd ones, and such as are drawn from words of one script or, every fifth, of two."""
    state, found = 1, list(ODD)

    def draw(count: int) -> int:
        nonlocal state
        state = (state * 1103515245 + 12345) % 2**31
        return (state >> 8) % count

    while len(found) < 500:
        words = SCRIPTS[draw(len(SCRIPTS))].split()
        if len(found) % 5 == 0:
            words = words + SCRIPTS[draw(len(SCRIPTS))].split()
        found.append(" ".join(words[draw(len(words))] for _ in range(2 + draw(6))))
    return found


CAPTIONS = captions()


def digest(ids: list[int]) -> str:
    """Of the ids with commas between them, twelve digits."""
    return hashlib.sha256(",".join(map(str, ids)).encode()).hexdigest()[:12]


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
    plain = copy.copy(processor)
    plain.do_rescale = plain.do_normalize = False
    found = []
    for width, height in SIZES:
        image = Image.fromarray(picture(width, height))
        pixels = np.asarray(plain(image, return_tensors="np")["pixel_values"][0]).astype(np.uint8).transpose(1, 2, 0)
        values = np.asarray(processor(image, return_tensors="np")["pixel_values"][0])
        sha256 = hashlib.sha256(np.ascontiguousarray(pixels).tobytes()).hexdigest()
        sample = [round(float(v), 5) for v in values.reshape(-1)[:: max(1, values.size // 3)][:3]]
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
    pieces = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *letters, *(f"##{x}" for x in letters), "dog", "red", "beside", "tree", "##s", *LETTERS, *(f"##{x}" for x in LETTERS)]
    pieces = list(dict.fromkeys(pieces))
    tokenizer = hf.BertTokenizer(vocab={piece: i for i, piece in enumerate(pieces)})
    return {"vocab.txt": "\n".join(pieces) + "\n", "ids": [digest(tokenizer(text)["input_ids"]) for text in CAPTIONS]}



def byte_pairs(kind: type, ends: list[str], suffix: str, merges: list[tuple[str, str]]) -> dict:
    letters = list(bytes_to_unicode().values())
    pieces = [*letters, *(f"{x}{suffix}" for x in letters if suffix), *("".join(pair) for pair in merges), *ends]
    vocabulary = {piece: i for i, piece in enumerate(dict.fromkeys(pieces))}
    tokenizer = kind(vocab=vocabulary, merges=merges)
    text = "#version: 0.2\n" + "".join(f"{a} {b}\n" for a, b in merges)
    return {"vocab.json": vocabulary, "merges.txt": text, "ids": [digest(tokenizer(text)["input_ids"]) for text in CAPTIONS]}


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

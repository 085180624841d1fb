"""Pieces, spans and words of the Python tokenizer: ``python -m lab.oracles.pieces lab/world/data/tokenizer.json ../tests/oracle/pieces.json``."""

from __future__ import annotations

import json
import random
import sys
from pathlib import Path

from tokenizers import Tokenizer

WRITTEN = [
    "", " ", "a red car", "A RED CAR.", "  a   red\tcar\n", "a dog, a cat and two birds!", "the dog's ball", "t-shirt", "a well-known thing",
    "zebra-striped xylophone", "supercalifragilistic", "x" * 100, "x" * 101, "don't", "3 dogs and 12 cats", "1,000.50", "what?!", "...", "--",
    "café", "cafe\u0301", "naïve façade", "Ångström", "A\u030angstro\u0308m", "ÉCOLE", "İstanbul", "straße", "ẞ", "ﬁsh", "ﬃ", "ǅ", "œuvre",
    "Ω and σ", "ΣΊΣΥΦΟΣ", "Σ", "красный автомобиль", "Й", "И\u0306", "ё", "ЁЖ", "שלום עולם", "שָׁלוֹם", "مرحبا بالعالم", "مَرْحَبًا", "a \u202bred\u202c car", "\u200fa car\u200e",
    "हिन्दी", "क़", "ไทยไม่มีช่องว่าง", "ភាសាខ្មែរ", "日本語", "日本 語", "a 红色 car", "红色的汽车", "한국어", "\u1112\u1161\u11ab", "カタカナ", "が", "か\u3099", "ｆｕｌｌ ｗｉｄｔｈ", "、。「」",
    "🐶", "a 🐶 dog", "🐶🐱", "👍🏽", "👩‍👩‍👧‍👦", "a👩‍🚀b", "❤️", "❤", "1️⃣", "🇩🇪🇫🇷", "☎️ car", "dog🐶cat", "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
    "a\u200bred\u200bcar", "a\u00adred car", "\ufeffa car", "a\u00a0car", "a\u3000car", "a\u2028car", "a\u0085car", "a\u0000car", "a\u0007car", "a\u001bcar", "a\ufffdcar", "a\u000bcar", "a\u000ccar",
    "\u0301", "a\u0301\u0302\u0323b", "\u0301a", "a \u0301 b", "e\u0323\u0301", "e\u0301\u0323", "q\u0307\u0323",
    "<b>a car</b>", "<script>alert(1)</script>", "a &amp; b", "http://example.org/a?b=c#d", "me@example.org", "#tag @name", "$5 + €6 = £7", "50 % of 3/4", "a_b", "`code`", "{x: [1, 2]}", "\\n", '"quoted" \u201cquoted\u201d',
    "[MASK]", "a [MASK] car", "a[MASK]car", "[CLS] a car [SEP]", "[mask]", "[MASK][MASK]", "[UNK]", "[PAD] a", "[MASK", "##s", "a ##s", "[MASK]s",
    "\U0001d400\U0001d401 bold", "𠮷野家", "𝔘𝔫𝔦𝔠𝔬𝔡𝔢", "½ ² ³ ① Ⅳ", "™ © ®", "¿qué?", "«oui»", "dog\u2019s", "dog\u2014cat", "dog\u2026", "٣ كلاب", "१२३", "a\u0378b", "\U0001faea car", "\ue000", "i̇", "I\u0307", "\u1e9b\u0323",
]  # fmt: skip

PARTS = [
    "a", "red", "dog", "Cats", "the", "left", "of", "xyzzy", "é", "e\u0301", "ü", "Ñ", "日", "本", "語", "🐶", "👩‍🚀", "👍🏽", "❤️", "\u200d", "\u200b", "\u0301", "\u0323", "\u00ad", "\u0000", "\u0007",
    "\t", "\n", "\u00a0", "\u3000", " ", " ", " ", " ", ".", ",", "!", "-", "'", "<b>", "&", "[MASK]", "[SEP]", "##s", "ש", "ל", "ם", "م", "ر", "\u202e", "Σ", "σς", "İ", "ß", "ﬁ", "한", "क़", "ё", "9", "٣", "½", "x" * 40,
]  # fmt: skip

DIVERGENT = ["𠮷𠮷", "a 𠮷𠮷 car"]
"""Read otherwise in the browser: Han characters beyond 16 bits are one word there, and one each here."""

LONG = ("a red dog, ", 1250)


def units(text: str) -> list[int]:
    """Where every code point starts in UTF-16 units, and where the text ends."""
    starts = [0]
    for character in text:
        starts.append(starts[-1] + (2 if ord(character) > 0xFFFF else 1))
    return starts


def read(tokenizer: Tokenizer, text: str) -> dict:
    """Ids, spans in UTF-16 units and words of the pieces of a text."""
    coding = tokenizer.encode(text, add_special_tokens=False)
    starts = units(text)
    spans = [[starts[a], starts[b]] for a, b in coding.offsets]
    return {"text": text, "ids": coding.ids, "spans": spans, "words": coding.word_ids}


def main(source: Path, target: Path) -> None:
    tokenizer = Tokenizer.from_file(str(source))
    draw = random.Random(11)
    mixed = ["".join(draw.choices(PARTS, k=draw.randint(2, 12))) for _ in range(260)]
    cases = [read(tokenizer, text) for text in WRITTEN + mixed]
    part, times = LONG
    whole = read(tokenizer, part * times)
    long = {"part": part, "times": times, "count": len(whole["ids"]), "last": {key: whole[key][-4:] for key in ("ids", "spans", "words")}}
    lines = ",\n".join(json.dumps(case, separators=(",", ":")) for case in cases)
    divergent = json.dumps([read(tokenizer, text) for text in DIVERGENT])
    target.write_text(f'{{"long":{json.dumps(long)},\n"divergent":{divergent},\n"cases":[\n{lines}\n]}}\n')


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))

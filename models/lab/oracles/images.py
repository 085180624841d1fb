"""Small pictures of every kind, good and bad: ``python -m lab.oracles.images ../tests/fixtures/images`` from ``models``.

Each shows four quarters: red, green, blue, yellow in reading order when upright.
"""

from __future__ import annotations

import io
import struct
import sys
import zlib
from pathlib import Path

from PIL import Image

QUARTERS = ((220, 40, 40), (40, 160, 60), (40, 80, 220), (240, 210, 40))
SIDEWAYS = 6
"""EXIF orientation: to be turned a quarter clockwise."""


def quarters(width: int = 60, height: int = 40) -> Image.Image:
    picture = Image.new("RGB", (width, height))
    for k, colour in enumerate(QUARTERS):
        left, top = (k % 2) * width // 2, (k // 2) * height // 2
        picture.paste(colour, (left, top, left + width // 2, top + height // 2))
    return picture


def coded(picture: Image.Image, kind: str, **options: object) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, kind, **options)
    return buffer.getvalue()


def chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def png_of(width: int, height: int) -> bytes:
    """A valid PNG of one bit a pixel, whose data would inflate to width × height / 8 bytes."""
    rows = zlib.compress(bytes(64), 9)
    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def sideways(kind: str) -> bytes:
    exif = Image.Exif()
    exif[0x0112] = SIDEWAYS
    return coded(quarters().transpose(Image.Transpose.ROTATE_90), kind, exif=exif.tobytes())


def see_through() -> Image.Image:
    picture = quarters().convert("RGBA")
    picture.putalpha(Image.linear_gradient("L").resize(picture.size))
    return picture


def frames() -> tuple[Image.Image, list[Image.Image]]:
    first = quarters()
    return first, [first.transpose(Image.Transpose.ROTATE_180), Image.new("RGB", first.size, "black")]


def svg(attributes: str, inside: str = "") -> bytes:
    squares = "".join(
        f'<rect x="{30 * (k % 2)}" y="{20 * (k // 2)}" width="30" height="20" fill="rgb{colour}"/>' for k, colour in enumerate(QUARTERS)
    )
    return f'<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg" {attributes}>{squares}{inside}</svg>\n'.encode()


def files() -> dict[str, bytes]:
    first, rest = frames()
    moving = {"save_all": True, "append_images": rest, "duration": 100}
    few = quarters().quantize(8)
    plain = coded(quarters(), "JPEG", quality=90)
    script = svg('viewBox="0 0 60 40"', "<script>document.title = 'ran'; fetch('http://example.org/')</script>")
    return {
        "plain.jpg": plain,
        "progressive.jpg": coded(quarters(), "JPEG", progressive=True),
        "rotated.jpg": sideways("JPEG"),
        "grey.jpg": coded(quarters().convert("L"), "JPEG"),
        "cmyk.jpg": coded(quarters().convert("CMYK"), "JPEG"),
        "truncated.jpg": plain[: len(plain) * 9 // 10],
        "headless.jpg": plain[:40],
        "empty.jpg": b"",
        "text.jpg": b"This is a text, not a picture.\n",
        "plain.png": coded(quarters(), "PNG"),
        "grey.png": coded(quarters().convert("L"), "PNG"),
        "alpha.png": coded(see_through(), "PNG"),
        "rotated.png": sideways("PNG"),
        "rotated.avif": sideways("AVIF"),
        "palette.png": coded(few, "PNG", transparency=few.getpixel((0, 0))),
        "animated.png": coded(first, "PNG", **moving),
        "truncated.png": coded(quarters(), "PNG")[:-20],
        "huge.png": png_of(20_000, 20_000),
        "long.png": png_of(20_000, 10),
        "plain.gif": coded(quarters(), "GIF"),
        "animated.gif": coded(first, "GIF", **moving),
        "transparent.gif": coded(few, "GIF", transparency=few.getpixel((0, 0))),
        "lossy.webp": coded(quarters(), "WEBP"),
        "lossless.webp": coded(quarters(), "WEBP", lossless=True),
        "alpha.webp": coded(see_through(), "WEBP"),
        "animated.webp": coded(first, "WEBP", **moving),
        "rotated.webp": sideways("WEBP"),
        "truncated.webp": coded(quarters(), "WEBP")[:-10],
        "plain.avif": coded(quarters(), "AVIF"),
        "alpha.avif": coded(see_through(), "AVIF"),
        "animated.avif": coded(first, "AVIF", **moving),
        "plain.bmp": coded(quarters(), "BMP"),
        "truncated.bmp": coded(quarters(), "BMP")[:-100],
        "script.svg": script,
        "sized.svg": svg('width="6cm" height="40mm" viewBox="0 0 60 40"'),
        "truncated.svg": script[:120],
    }


def main(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files().items():
        (folder / name).write_bytes(content)


if __name__ == "__main__":
    main(Path(sys.argv[1]))

"""Emoji pictures from npm packages, rasterised once into an atlas file that scenes are composed from."""

import io
import json
import shutil
import subprocess
import tarfile
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path

import numpy as np
from PIL import Image

from .classes import object_classes
from .photos import BACKDROP, Photographs, read
from .presets import preset_named

CACHE = Path(__file__).resolve().parents[1] / ".cache"
MASTER = 96  # px, longest side of a sprite in the atlas
ALPHA_FLOOR = 32  # a pixel belongs to a sprite's box from this alpha on
PHOTO = "photo"  # the style of cut-outs from photographs, in training only
PACKAGES = {
    "fluent3d": "@lobehub/fluent-emoji-3d@1.1.0",
    "noto": "@iconify-json/noto@1.2.9",
    "flat": "@iconify-json/fluent-emoji-flat@1.2.6",
    "twemoji": "@twemoji/svg@15.0.0",
    "openmoji": "openmoji@17.0.0",
}


@dataclass(frozen=True)
class Atlas:
    """Sprites: `pixels` uint8 [n,MASTER,MASTER,4] top-left aligned, `sizes` int [n,2] (width, height), `class_ids` int [n],
    `styles` and `codes` (code points, or a photograph's file name) str [n]; `backdrops` uint8 [m,BACKDROP,BACKDROP,3] and `photographs`, the names of
    all photographs that went in, which therefore nothing may be measured on: both empty unless a folder was given."""

    pixels: np.ndarray
    sizes: np.ndarray
    class_ids: np.ndarray
    styles: np.ndarray
    codes: np.ndarray
    backdrops: np.ndarray
    photographs: np.ndarray


def fetch(style: str) -> Path:
    """Folder of the unpacked npm package of `style`, fetched by `npm pack` when it is not there yet.

    Raises FileNotFoundError with one sentence when npm is missing or the package cannot be had.
    """
    folder = CACHE / "packages" / style
    if (folder / "package").is_dir():
        return folder / "package"
    if shutil.which("npm") is None:
        raise FileNotFoundError("npm was not found: the sprites come from npm packages, so install Node.js (which brings npm) and run this again.")
    folder.mkdir(parents=True, exist_ok=True)
    done = subprocess.run(["npm", "pack", "--silent", PACKAGES[style]], cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise FileNotFoundError(f"npm could not fetch {PACKAGES[style]}: {done.stderr.strip()[:200] or 'no reason given'}.")
    archive = folder / done.stdout.strip().splitlines()[-1]
    with tarfile.open(archive) as tar:
        tar.extractall(folder, filter="data")
    archive.unlink()
    return folder / "package"


@cache
def _icons(folder: Path) -> tuple[dict, dict, int]:
    icons = json.loads((folder / "icons.json").read_text(encoding="utf-8"))
    characters = json.loads((folder / "chars.json").read_text(encoding="utf-8"))
    return icons, characters, icons.get("width", 16)


def _iconify_svg(folder: Path, code: str) -> str | None:
    icons, characters, width = _icons(folder)
    name = characters.get(code) or characters.get(f"{code}-fe0f")
    name = icons.get("aliases", {}).get(name, {}).get("parent", name)
    if name not in icons["icons"]:
        return None
    icon = icons["icons"][name]
    w, h = icon.get("width", width), icon.get("height", icons.get("height", width))
    return f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 {w} {h}">{icon["body"]}</svg>'


def _source(style: str, code: str) -> Path | str | None:
    """A file or SVG text of one emoji in one style, None where the style lacks it."""
    folder = fetch(style)
    if style in ("noto", "flat"):
        return _iconify_svg(folder, code)
    pattern = {"fluent3d": "assets/{}.webp", "twemoji": "{}.svg", "openmoji": "color/svg/{}.svg"}[style]
    name = code.upper() if style == "openmoji" else code
    suffixes = ("", "-FE0F" if style == "openmoji" else "-fe0f")
    return next((path for suffix in suffixes if (path := folder / pattern.format(name + suffix)).is_file()), None)


def render(style: str, code: str, size: int) -> Image.Image | None:
    """RGBA picture of an emoji cropped to its alpha, longest side `size` px; None where the style lacks it."""
    source = _source(style, code)
    if source is None:
        return None
    if isinstance(source, Path) and source.suffix == ".webp":
        image = Image.open(source).convert("RGBA")
    else:
        import resvg_py

        text = source if isinstance(source, str) else source.read_text(encoding="utf-8")
        image = Image.open(io.BytesIO(resvg_py.svg_to_bytes(svg_string=text, width=max(2 * size, 192), height=max(2 * size, 192)))).convert("RGBA")
    return fit(image, size)


def fit(image: Image.Image, size: int) -> Image.Image:
    """`image` (RGBA) cropped tight to its alpha and scaled so that its longest side is `size` px."""
    image = image.crop(image.getchannel("A").point(lambda a: 255 if a >= ALPHA_FLOOR else 0).getbbox())
    scale = size / max(image.size)
    return image.resize([max(1, round(side * scale)) for side in image.size], Image.Resampling.LANCZOS)


def build(preset: str, styles: tuple[str, ...], photographs: Photographs) -> Path:
    """Rasterise every class of `preset` ("cpu" or "full") in `styles` and write the atlas file with what photographs give; its path."""
    rows = []
    for cls in object_classes():
        if preset == "cpu" and cls.preset != "cpu":
            continue
        for code in cls.codes:
            rows += [(image, cls.id, style, code) for style in styles if (image := render(style, code, MASTER)) is not None]
        rows += [(fit(image, MASTER), cls.id, PHOTO, name) for image, name in photographs.cutouts.get(cls.noun, ())]
    pixels = np.zeros((len(rows), MASTER, MASTER, 4), np.uint8)
    for row, (image, *_) in zip(pixels, rows, strict=True):
        row[: image.height, : image.width] = np.asarray(image)
    path = CACHE / f"sprites-{preset}.npz"
    sizes, columns = [row[0].size for row in rows], [np.array([row[k] for row in rows]) for k in (1, 2, 3)]
    partial = path.with_name(f"{path.stem}-partial.npz")
    np.savez_compressed(
        partial, pixels=pixels, sizes=np.array(sizes), class_ids=columns[0], styles=columns[1], codes=columns[2],
        backdrops=np.array(photographs.backdrops, np.uint8).reshape(-1, BACKDROP, BACKDROP, 3), photographs=np.array(photographs.names, str),
    )
    partial.replace(path)
    return path


@cache
def load(preset: str) -> Atlas:
    """The atlas of `preset`. Raises FileNotFoundError with the command that makes it."""
    path = CACHE / f"sprites-{preset}.npz"
    if not path.is_file():
        raise FileNotFoundError(f"There is no sprite atlas for preset {preset!r}: make it with `python -m lab --preset {preset} sprites`.")
    with np.load(path) as data:
        missing = [field.name for field in fields(Atlas) if field.name not in data]
        if missing:
            raise ValueError(f"The sprite atlas of preset {preset!r} lacks {', '.join(missing)}: make it again with `python -m lab --preset {preset} sprites`.")
        return Atlas(*(data[field.name] for field in fields(Atlas)))


def make(preset_name: str, photographs: Path | None = None) -> str:
    """Fetches the packages of a preset's styles and of the held-out one, writes the atlas, and says so in one line. A folder of photographs adds
    backgrounds and cut-outs."""
    preset = preset_named(preset_name)
    taken = read(photographs, {c.noun for c in object_classes() if preset.name == "full" or c.preset == "cpu"}) if photographs else Photographs()
    path = build(preset.name, (*preset.styles, preset.unseen_style), taken)
    load.cache_clear()
    made = f"{len(load(preset.name).pixels)} sprites, {path.stat().st_size / 1e6:.1f} MB: {path}"
    return f"{made} (with {len(taken.backdrops)} photographs)" if photographs else made

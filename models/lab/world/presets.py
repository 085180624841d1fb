"""Presets: which part of the world a run draws from."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Preset:
    """Sizes are shares of the image's side; `objects[stage]` are weights of 1, 2, 3 ... object classes in a scene, `foils[stage]` of the kinds of
    foil, `wishes[stage]` of arranging a scene for a question about a number ("count") or a place ("place"). `sizes` are the longest side up
    to which an object is called small and from which it is called large, `small` and `large` what is drawn when a caption says so; `extras` is
    how often a caption says a size or place without need. `related` is how often one of another kind relates two things. `step` are the px by which
    drawn sizes differ, `bank` the backgrounds of a split, `light` how far a scene's light strays from white and even."""

    name: str
    side: int
    patch: int
    emoji: bool
    styles: tuple[str, ...]
    colours: tuple[str, ...]
    objects: tuple[tuple[float, ...], ...]
    scale: tuple[tuple[float, float], ...]
    foils: tuple[dict[str, float], ...]
    wishes: tuple[dict[str, float], ...]
    sizes: tuple[float, float]
    small: tuple[float, float]
    large: tuple[float, float]
    counts: tuple[int, ...]
    extras: tuple[float, ...] = (0.0, 0.06, 0.12)
    related: tuple[float, ...] = (0.0, 0.2, 0.25)
    shape_share: float = 0.22
    overlap: float = 0.0
    clutter: float = 0.0
    light: float = 0.0
    step: int = 2
    bank: int = 256
    unseen_style: str = "openmoji"

    @property
    def grid(self) -> int:
        return self.side // self.patch


_EIGHT = ("red", "yellow", "green", "blue", "purple", "pink", "black", "white")
_EASY = {"object": 0.7, "colour": 0.3}
_MIDDLE = {"object": 0.36, "colour": 0.16, "count": 0.14, "relation": 0.19, "roles": 0.15}
_WISHES = ({"": 0.75, "place": 0.25}, {"": 0.6, "count": 0.2, "place": 0.2}, {"": 0.5, "count": 0.27, "place": 0.23})

CPU = Preset(
    name="cpu", side=96, patch=12, emoji=True, styles=("fluent3d", "noto", "flat", "twemoji"), colours=_EIGHT,
    objects=((0.4, 0.6), (0.15, 0.45, 0.4), (0.15, 0.3, 0.55)),
    scale=((0.38, 0.6), (0.32, 0.52), (0.27, 0.52)),
    foils=(
        _EASY, _MIDDLE,
        {"object": 0.3, "colour": 0.13, "count": 0.22, "relation": 0.15, "roles": 0.1, "size": 0.05, "position": 0.05},
    ),
    wishes=_WISHES, sizes=(0.26, 0.38), small=(0.18, 0.25), large=(0.4, 0.55), counts=(2, 3),
)
SHAPES_ONLY = Preset(
    name="shapes", side=96, patch=12, emoji=False, styles=(), colours=_EIGHT, objects=CPU.objects, scale=CPU.scale, foils=CPU.foils,
    wishes=_WISHES, sizes=CPU.sizes, small=CPU.small, large=CPU.large, counts=(2, 3), shape_share=1.0,
)
FULL = Preset(
    name="full", side=128, patch=16, emoji=True, styles=("fluent3d", "noto", "flat", "twemoji"), colours=(*_EIGHT, "orange", "brown"),
    objects=((0.4, 0.6), (0.15, 0.45, 0.4), (0.1, 0.22, 0.34, 0.2, 0.14)),
    scale=((0.36, 0.6), (0.28, 0.5), (0.2, 0.5)),
    foils=(
        _EASY, _MIDDLE,
        {"object": 0.27, "colour": 0.13, "count": 0.22, "relation": 0.15, "roles": 0.11, "size": 0.06, "position": 0.06},
    ),
    wishes=_WISHES, sizes=(0.23, 0.36), small=(0.15, 0.22), large=(0.38, 0.52), counts=(2, 3, 4), overlap=0.18, clutter=0.3,
    light=1.0, step=4, bank=768,
)
PRESETS = {preset.name: preset for preset in (CPU, SHAPES_ONLY, FULL)}


def preset_named(name: str) -> Preset:
    """The preset called `name`. Raises ValueError naming those that exist."""
    if name not in PRESETS:
        raise ValueError(f"There is no preset {name!r}: expected one of {', '.join(PRESETS)}.")
    return PRESETS[name]

"""Presets: which part of the world a run draws from."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Preset:
    """Sizes are shares of the image's side; `objects[stage]` are weights of 1, 2, 3 ... object classes in a scene."""

    name: str
    side: int
    patch: int
    emoji: bool
    styles: tuple[str, ...]
    colours: tuple[str, ...]
    objects: tuple[tuple[float, ...], ...]
    scale: tuple[tuple[float, float], ...]
    foils: tuple[dict[str, float], ...]
    shape_share: float = 0.22
    overlap: float = 0.0
    clutter: float = 0.0
    unseen_style: str = "openmoji"
    counts: tuple[int, ...] = ()

    @property
    def grid(self) -> int:
        return self.side // self.patch


_PLAIN = {"object": 0.75, "colour": 0.25}
_EIGHT = ("red", "yellow", "green", "blue", "purple", "pink", "black", "white")

CPU = Preset(
    name="cpu", side=96, patch=12, emoji=True, styles=("fluent3d", "noto"), colours=_EIGHT,
    objects=((0.4, 0.6), (0.15, 0.35, 0.5), (0.15, 0.3, 0.55)),
    scale=((0.38, 0.6), (0.3, 0.52), (0.27, 0.52)),
    foils=(_PLAIN, _PLAIN, {"object": 0.65, "colour": 0.25, "relation": 0.10}),
)
SHAPES_ONLY = Preset(
    name="shapes", side=96, patch=12, emoji=False, styles=(), colours=_EIGHT, objects=CPU.objects, scale=CPU.scale, foils=CPU.foils,
    shape_share=1.0,
)
FULL = Preset(
    name="full", side=128, patch=16, emoji=True, styles=("fluent3d", "noto", "flat", "twemoji"), colours=(*_EIGHT, "orange", "brown"),
    objects=((0.4, 0.6), (0.15, 0.35, 0.5), (0.1, 0.2, 0.35, 0.2, 0.15)),
    scale=((0.36, 0.6), (0.26, 0.5), (0.2, 0.5)),
    foils=(_PLAIN, _PLAIN, {"object": 0.4, "colour": 0.2, "count": 0.15, "relation": 0.15, "roles": 0.1}),
    overlap=0.12, clutter=0.3, counts=(2, 3, 4),
)
PRESETS = {preset.name: preset for preset in (CPU, SHAPES_ONLY, FULL)}


def preset_named(name: str) -> Preset:
    """The preset called `name`. Raises ValueError naming those that exist."""
    if name not in PRESETS:
        raise ValueError(f"There is no preset {name!r}: expected one of {', '.join(PRESETS)}.")
    return PRESETS[name]

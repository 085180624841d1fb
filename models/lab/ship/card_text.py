"""The sentences of a card that depend on the model and on the world it was trained in."""

from __future__ import annotations

from ..config import Config
from ..world.compose import INKED_SHARE
from ..world.plan import emoji_classes
from ..world.presets import preset_named

STYLES = {
    "fluent3d": "Fluent Emoji (MIT)",
    "noto": "Noto Emoji (Apache-2.0)",
    "flat": "Fluent Emoji Flat (MIT)",
    "twemoji": "Twemoji (CC BY 4.0)",
}
COUNTED = ("no", "one", "two", "three", "four", "five", "six")

FUSION_LOSSES = {
    "words": "masked words {words}",
    "match": "matching {match} (true against false, and the caption above its foil)",
    "answer": "answers to questions {answer}",
    "label": "object labels on patches {label}, tied to the word embeddings and annealed to 0 over the last {rest:.0%}",
    "wrong": "which word is false {wrong} (as in FOIL-it, Shekhar et al., 2017)",
    "place": "where the named things are, told from the noun's text state alone {place}",
    "instance": "where the middle of its instance is and how many there are, told by each patch of a thing {instance}",
}
ENCODER_LOSSES = {
    "contrast": "pictures against the captions of a batch {contrast}, foils as further negatives (after Yuksekgonul et al., 2023)",
    "label": FUSION_LOSSES["label"],
    "instance": FUSION_LOSSES["instance"],
}


def purpose(manifest: dict) -> str:
    """What the model can be asked, and that it is no more than that."""
    if manifest["adapter"] == "dual-encoder":
        does = (
            "It says how alike a caption and a picture are. Neither of its encoders sees the other's input: it has no cross-modal\n"
            "attention. What it has is a word-patch similarity, the parts that its score is the sum of, and that is no attention."
        )
    else:
        words = ", guesses hidden words and answers short questions" if "answer" in manifest["tasks"] else " and guesses hidden words"
        does = f"It judges whether a caption is true of a picture{words}."
    stage = manifest.get("training")
    early = f" These are the weights of {stage['of']} after {stage['share']:.0%} of its training, kept to show how heads emerge." if stage and stage["share"] < 1 else ""
    return (
        "To be looked at: every attention weight of this model can be read while it runs.\n"
        f"{does}\nIt does so in English and in the small world it was trained in. It is no model to build on.{early}"
    )


def data(preset: str) -> str:
    """The world that scenes were drawn from."""
    world = preset_named(preset)
    kinds = f"of {len(emoji_classes(world))} kinds in {COUNTED[len(world.styles)]} drawing styles (one in {round(1 / INKED_SHARE)} redrawn in dark lines and flat colours), or " if world.emoji else ""
    foils = sorted(world.foils[-1])
    return (
        f"composed scenes, made anew for every batch and never repeated: things {kinds}drawn shapes in {len(world.colours)} colours,\n"
        f"  1 to {len(world.objects[-1])} named or unnamed groups of them on backgrounds of {world.side} x {world.side} px, with a caption and a foil that one\n"
        f"  edit makes false (of {', '.join(foils[:-1])} or {foils[-1]})."
    )


def losses(config: Config) -> str:
    """The losses that this family of models has."""
    told = ENCODER_LOSSES if config.adapter == "dual-encoder" else FUSION_LOSSES
    weights = vars(config.losses) | {"rest": 1 - config.losses.anneal}
    return ";\n  ".join(sentence.format(**weights) for name, sentence in told.items() if weights.get(name))


def sprites(preset: str) -> str:
    """Whose drawings the scenes are made of, with their licences."""
    named = [STYLES[style] for style in preset_named(preset).styles]
    return " and ".join([*([", ".join(named[:-1])] if named[:-1] else []), *named[-1:]]) or "shapes drawn by the project"

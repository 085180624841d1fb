"""The card of a photo model: what it is, what it learnt from, how well it does beside what was aimed at, and where it ends."""

from __future__ import annotations

import re

from ...ship.tables import shown, spread, table
from ..figures.suite import OUTSIDE_SET, TEST_SET
from .targets import against

TEXT = """# {name}

{summary} After {after}. {differs}

## What it is for

To be looked at: every attention weight of this model can be read while it runs. {does} It does so in English, in some 3,400 words and pieces, and
for photographs such as it was trained on. **For research and education only; it is no model to build on.**

## Training

- **Data**: 7,508 photographs with 33,232 captions, 40,737 boxes and 78,921 phrases linked to boxes: 6,091 of Flickr8k (Hodosh et al., 2013) with the
  phrases of Flickr30k Entities (Plummer et al., 2015; Young et al., 2014), 1,417 of COCO (Lin et al., 2014). **The pictures of Flickr8k are their
  authors'; the data set is given for research and education, and none of its pictures is shipped here.**
- **What it sees**: features of a frozen EfficientNet-Lite2 (`backbone`) that was trained on ImageNet, {sees}.
- **Words** start as the embeddings of MiniLM-L6, projected on their first principal axes.
- **Size**: {parameters:,} parameters beside the backbone's; captions of up to {length} word pieces. Weights in 8 bits a row.
- **Budget**: {scenes:,} pictures ({epochs:.0f} times over), {sequences:,} sequences, {hours:.1f} hours on one shared CPU core in bfloat16 arithmetic; one seed.
  {fair}
- **Losses**: {losses}.
- **Grounding is helped on purpose**: phrases linked to boxes train {helped}. So maps of that head show what it was told to show.

## Figures

Measured on the exported file. Intervals are 95 % bootstrap intervals over pictures. Test split: {asked} of Flickr8k's and COCO's test pictures; outside: the
87 photographs of COCO that are in no split, another domain with other captions. False captions differ in one word, which words alone do not tell: a network that reads
no picture judged each pair, and pairs were kept so that it is right as often as wrong. It learnt from the training captions: of captions of another domain text still tells more.

{targets}

{figures}

{heads}

### Controls and baselines

{controls}

### Pointing of phrases by kind

{kinds}

Off the centre: the middles of all boxes lie more than a fifth of the picture's side from its middle. Small objects: each box covers less than 3 % of the picture.
{seen}
## Limits

- Flickr8k is mostly people and dogs outdoors. Kitchens, offices, screens, food, text, crowds of small things, drawings and anything that 7,508 captions
  do not name are outside of what it knows; the page says so where the backbone's features are those of no photograph, and cannot say so for a photograph of a thing unknown to it.
- **Captions carry prejudice**: they guess people's sex from clothes and sports, and name `man` 5,813 times and `woman` 2,710 times in training. {prejudice}
- Its scores are no probabilities that a person would give, and scores of two architectures are never one scale. The figures hold for this data and this budget and
  rank no architecture.

## Licence

CC BY-NC 4.0, for research and education. Backbone: Apache-2.0 (`NOTICE`).
"""

SEES = {
    "grid": "9 × 9 cells of 1,280 numbers and inside each four of 120",
    "region": "averaged over 20 boxes that `detector-mini` finds, trained on the same boxes, filled up with a fixed set where it finds fewer",
}
DOES = {
    True: "It says how alike a caption and a picture are, and never looks from one to the other: it has no cross-modal attention. What it has is a similarity of pieces and cells.",
    False: "It judges whether a caption is true of a picture and guesses hidden words.",
}
LOSSES = {
    True: "pictures against the captions of a batch of 128, edited captions as further negatives; where phrases are; object labels on cells",
    False: "hidden words; matching against edited captions and other pictures' captions, near ones late; where phrases are, both ways; object labels; which word is false",
}
HELPED = {
    True: "the cosines of pieces and cells (there is no cross-modal attention)",
    False: "one attention head each way (`grounded` in the manifest)",
}
CONTROLS = ("control", "baseline")


def card(manifest: dict, entry: dict) -> str:
    """The card of a model from its manifest and its entry in the report."""
    dual, spent = "similarity" in manifest, manifest["spent"]
    return TEXT.format(
        **{key: manifest[key] for key in ("name", "summary", "after", "differs", "parameters")},
        does=DOES[dual],
        sees=SEES[manifest["visual"]],
        length=manifest["text"]["maxTokens"],
        scenes=spent["scenes"],
        epochs=spent["scenes"] / 7508,
        sequences=spent["sequences"],
        hours=spent["elapsed"] / 3600,
        fair=entry.get("note", ""),
        losses=LOSSES[dual],
        helped=HELPED[dual],
        asked=entry["asked"],
        targets=against(manifest["id"], entry["figures"]),
        figures=_beside([row for row in entry["figures"] if "group" not in row and not _of_kind(row)]),
        heads=_heads(entry, dual),
        controls=_beside([row for row in entry["figures"] if row.get("group") in CONTROLS and not _of_kind(row)]),
        kinds=_kinds(entry["figures"]),
        prejudice=_prejudice(entry["figures"]),
        seen=_seen(entry),
    )


def _seen(entry: dict) -> str:
    """What was seen in the maps, and of which weights; nothing where nobody looked."""
    if "seen" not in entry:
        return ""
    told = "Twenty of the photographs outside, dropped into the page one by one with a true caption each, and looked at: impressions of a few pictures."
    start = entry["seen"]["of"]
    these = entry["sha256"].startswith(start)
    whose = "" if these else f" **They are of earlier weights (`{start}`) than these.**"
    return "\n" + "\n\n".join(["## What its maps look like", told + whose, *entry["seen"]["paragraphs"]]) + "\n"


def _beside(rows: list[dict]) -> str:
    found = {(_plain(row["name"]), row["set"]): row for row in rows}
    lines = []
    for name in dict.fromkeys(_plain(row["name"]) for row in rows):
        test, outside = found.get((name, TEST_SET)), found.get((name, OUTSIDE_SET))
        chance = next((row["chance"] for row in (test, outside) if row and row.get("chance") is not None), None)
        lines.append([name, _cell(test), "" if chance is None else f"{chance:.1%}", str(test["n"]) if test else "", _cell(outside)])
    return table(["figure", "test split", "chance", "n", "87 photographs outside"], lines)


def _of_kind(row: dict) -> bool:
    """Whether a figure of pointing is of one kind of phrases."""
    return row["name"].startswith("pointing, ") and row["name"].count(",") > 1


def _plain(name: str) -> str:
    return re.sub(r"of (100|87),", "of 100 (87 outside),", name)


def _cell(row: dict | None) -> str:
    return f"{shown(row)} ({spread(row)})" if row else ""


def _heads(entry: dict, dual: bool) -> str:
    if dual:
        return "It has no cross-modal heads to choose from: naming and pointing are those of its similarity of pieces and cells."
    return f"Best heads, chosen on the validation split of {entry['candidates']}: pointing {entry['heads']['looks']}; naming {entry['heads']['named']} (counted from 0)."


def _kinds(rows: list[dict]) -> str:
    own = {row["name"]: row for row in rows if row["set"] == TEST_SET}
    kinds = ["people", "clothing", "bodyparts", "animals", "vehicles", "instruments", "scene", "other", "off the centre", "small objects"]
    ways = ["best head", "centre", "largest box", "uniform", "ceiling"]
    ways = [way for way in ways if f"pointing, {way}" in own]
    lines = [[kind, *(_cell(own.get(f"pointing, {kind}, {way}")) for way in ways)] for kind in kinds if f"pointing, {kind}, best head" in own]
    return table(["phrases", *ways], lines)


def _prejudice(rows: list[dict]) -> str:
    found = [row for row in rows if row.get("group") == "prejudice" and row["set"] == TEST_SET]
    told = "; ".join(f"{row['name']}: {shown(row)} ({spread(row)}, of {row['n']})" for row in found)
    return f"One measured example, on captions of test pictures that name one sex only, with the word changed: {told}. Where intervals overlap, no lean is shown." if found else ""

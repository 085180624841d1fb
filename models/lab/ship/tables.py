"""The figures of a report's entry as the tables of a card."""

from __future__ import annotations

OWN = "held-out scenes"
GROUPS = {
    "dependence": (
        "Dependence on the picture",
        "How far things fall when another scene's picture is shown (after Frank, Bugliarello and Elliott, 2021). What would fall by 0 does not look.",
    ),
    "control": ("Controls", "What is left when one side is taken away: this must stay at chance."),
    "baseline": ("Baselines of naming and pointing", "Rules that find objects without reading the words."),
    "ablation": (
        "Without its best heads",
        "A head is switched off by multiplying its weights by 0 in the exported file; beside it the mean over every other head of the same attention.",
    ),
}


def measurements(entry: dict) -> str:
    """Every table, for an entry of report.json."""
    rows = entry["figures"]
    own = [row for row in rows if row["set"] == OWN]
    parts = [
        f"Measured on the exported file, {entry['scenes']:,} scenes that training never draws. Intervals are 95 % bootstrap intervals over scenes.",
        main_table(rows),
        heads(entry["heads"]),
        seeds_table(own, entry.get("seeds", [])),
    ]
    for group, (title, told) in GROUPS.items():
        of = [row for row in own if row.get("group", "") == group]
        parts += [f"### {title}", told, plain_table(of)] if of else []
    parts += [reliability(entry["reliability"]), photographs([row for row in rows if row["set"] == "photographs"]), seen(entry)]
    return "\n\n".join(part for part in parts if part)


def shown(row: dict, key: str = "value") -> str:
    """A number of a figure: a share in percent, or in its unit."""
    return f"{row[key]:.2f}" if "unit" in row else f"{row[key]:.1%}"


def spread(row: dict) -> str:
    """The interval of a figure."""
    return f"{shown(row, 'low')} to {shown(row, 'high')}"


def table(head: list[str], rows: list[list[str]]) -> str:
    """Markdown."""
    return "\n".join(f"| {' | '.join(cells)} |" for cells in [head, ["---"] * len(head), *rows])


def main_table(rows: list[dict]) -> str:
    """What the model can do: on held-out scenes with interval, chance and number judged, then on every other set of scenes."""
    main = [row for row in rows if "group" not in row and row["set"] != "photographs"]
    sets = list(dict.fromkeys(row["set"] for row in main))
    found = {(row["name"], row["set"]): row for row in main}
    lines = []
    for row in (row for row in main if row["set"] == OWN):
        chance = f"{row['chance']:.1%}" if row.get("chance") is not None else ""
        others = (found.get((row["name"], where)) for where in sets[1:])
        cells = [f"{shown(other)} ({spread(other)})" if other else "" for other in others]
        lines.append([row["name"], shown(row), spread(row), chance, str(row["n"]), *cells])
    return table(["figure", OWN, "95 % interval", "chance", "n", *sets[1:]], lines)


def heads(found: dict[str, dict]) -> str:
    """The heads that the figures speak of."""
    if any(one["candidates"] == 1 for one in found.values()):
        return "It has no cross-modal heads to choose from: naming and pointing are those of its word-patch similarity."
    best = [f"{way}: {head_named(one)}, of {one['candidates']}" for way, one in found.items()]
    others = [f"{way}: {', '.join(head_named(other) for other in one['seeds'])}" for way, one in found.items() if one.get("seeds")]
    return f"Best heads, chosen on other scenes: {'; '.join(best)}." + (f" Of further seeds: {'; '.join(others)}." if others else "")


def head_named(one: dict) -> str:
    """A head by its number, counted from 1, and its attention."""
    return f"head {one['head'] + 1} of “{one['attention']}”"


def seeds_table(own: list[dict], budgets: list[dict]) -> str:
    """Every seed's value of what a model can do and of the controls, where several were trained; seed 0 ships. ``budgets``
    is what the others cost."""
    rows = [row for row in own if "seeds" in row and row.get("group", "") in ("", "control")]
    if not rows:
        return ""
    count = len(rows[0]["seeds"]["values"])
    lines = []
    for row in rows:
        scale = {**row, **row["seeds"], "value": row["seeds"]["mean"]}
        lines.append([row["name"], *(shown({**row, "value": value}) for value in row["seeds"]["values"]), shown(scale), spread(scale)])
    head = ["figure", *(f"seed {number}" for number in range(count)), "mean", "95 % over scenes and seeds"]
    hours = " and ".join(f"{one['hours']:.1f}" for one in budgets)
    scenes = " and ".join(sorted({f"{one['scenes']:,}" for one in budgets}))
    cost = f" The others took {scenes} scenes each and {hours} hours." if budgets else ""
    told = f"Seed 0 ships, decided beforehand. Heads were chosen for each seed.{cost}"
    return f"### Other seeds\n\n{told}\n\n{table(head, lines)}"


def plain_table(rows: list[dict]) -> str:
    """Value, interval and number judged of some figures."""
    lines = []
    for row in rows:
        chance = f"{row['chance']:.1%}" if row.get("chance") and "unit" not in row else ""
        lines.append([row["name"], shown(row), row.get("unit", ""), spread(row), chance, str(row["n"])])
    return table(["figure", "value", "unit", "95 % interval", "chance", "n"], lines)


def reliability(found: dict | None) -> str:
    """The reliability curve of the match probability."""
    if found is None:
        return ""
    lines = [
        [f"{one['low']:.1f} to {one['high']:.1f}", str(one["n"]), f"{one['probability']:.3f}", f"{one['true']:.3f}"] for one in found["bins"]
    ]
    told = f"Expected calibration error {found['ece']:.1%} ({found['low']:.1%} to {found['high']:.1%}), on captions and as many foils."
    return f"### Reliability of the match probability\n\n{told}\n\n{table(['probability', 'n', 'mean', 'true'], lines)}"


def photographs(rows: list[dict]) -> str:
    """Figures on photographs; what counts as above chance is the lower bound of the interval."""
    if not rows:
        return ""
    lines = []
    for row in rows:
        chance = row.get("chance")
        above = "" if chance is None else "yes" if row["low"] > chance else "no"
        lines.append([row["name"], shown(row), spread(row), f"{chance:.1%}" if chance is not None else "", above, str(row["n"])])
    told = "Outside of its world, reported without a target. Intervals are over photographs; above chance where all of the interval is."
    return f"### Photographs\n\n{told}\n\n{table(['figure', 'value', '95 % interval', 'chance', 'above chance', 'n'], lines)}"


def seen(entry: dict) -> str:
    """What was seen in the maps."""
    told = "Twenty held-out scenes and ten photographs, drawn by `python -m lab maps` and looked at one by one: impressions of a few pictures."
    return "\n\n".join(["### What its maps look like", told, *entry["observations"]]) if entry.get("observations") else ""

"""Pointing and naming of every head among photographs, in the shape of the page's file of heads."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from ..world.questions import PlaceQuestion
from ..world.store import Store
from .judge import baselines, looked_at, right_at, right_places
from .naming import judge_names, name_questions
from .readers import Reader
from .suite import asked_places


def other_places(store: Store, questions: list[PlaceQuestion], regions: bool) -> np.ndarray:
    """bool [Q, P]: which places show another thing of the picture that has a box, and not the one that is asked for."""
    everything = [replace(q, boxes=tuple(store.photographs[q.row].boxes)) for q in questions]
    return right_places(store, everything, regions) & ~right_places(store, questions, regions)


def head_tables(reader: Reader, store: Store, rows: list[int]) -> dict[str, dict]:
    """By way of grounding a table: per attention module a ``value`` a head, in order, with the ``chance`` of it. Pointing has for each head
    its ``specificity`` too (hits on what the phrase names minus hits on the picture's other things), as ``chance`` what uniform attention
    hits, as ``centre`` what the middle of every picture does, and for models of regions the ``ceiling``: the share of phrases that some
    region fits. The chance of naming is one over the caption's phrases. Raises ValueError where nothing can be asked."""
    questions = asked_places(store, rows)
    names = name_questions(store, questions, reader.regions)
    if not questions or not names:
        raise ValueError("expected pictures with phrases to measure heads on, got none")
    tops = looked_at(reader, store, questions)
    own = right_at(tops, right_places(store, questions, reader.regions)).mean(axis=0)
    off = right_at(tops, other_places(store, questions, reader.regions)).mean(axis=0)
    floor = {name: _short(values.mean()) for name, values in baselines(store, questions, reader.regions).items()}
    pointing = {"chance": floor["uniform"], "centre": floor["centre"], "candidates": len(reader.looks)}
    if reader.regions:
        pointing["ceiling"] = floor["ceiling"]
    named = judge_names(reader, store, names).mean(axis=0)
    return {
        "naming": {
            "chance": _short(np.mean([1 / len(q.phrases) for q in names])),
            "candidates": len(reader.named),
            "modules": by_module(reader.named, {"value": named}),
        },
        "pointing": pointing | {"modules": by_module(reader.looks, {"value": own, "specificity": own - off})},
    }


def by_module(heads: list[str], found: dict[str, np.ndarray]) -> dict[str, dict[str, list[float]]]:
    """Figures [H] of heads named "module, head n" as lists by module. What is no head, a cosine, is a module of one."""
    modules: dict[str, dict[str, list[float]]] = {}
    for index, name in enumerate(heads):
        module = modules.setdefault(name.partition(", head ")[0], {key: [] for key in found})
        for key, values in found.items():
            module[key].append(_short(values[index]))
    return modules


def disagreements(tables: dict[str, dict], best: dict[str, str], figures: list[dict]) -> list[str]:
    """What the tables say of the best heads otherwise than the figures of the same pictures do: nothing, unless other pictures were asked about."""
    found = []
    for way, side in (("pointing", "looks"), ("naming", "named")):
        module, _, head = best[side].partition(", head ")
        (told,) = [row["value"] for row in figures if row["name"] == f"{way}, best head"]
        measured = tables[way]["modules"][module]["value"][int(head or 0)]
        if measured != told:
            found.append(f"{way} of {best[side]}: expected {told}, got {measured}")
    return found


def _short(value: float) -> float:
    return round(float(value), 4)

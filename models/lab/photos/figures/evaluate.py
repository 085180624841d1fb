"""Measure exported photo models: the test split, and photographs of another origin; heads are chosen on the validation split."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

from tokenizers import Tokenizer

from ...figures.interval import Tally, figures
from ...ship.card import identity
from ..nets.detector import NAME
from ..nets.zoo import make
from ..ship.export import BACKBONE, export_folder
from ..world.data import OUTSIDE, read_split
from ..world.features import extract
from ..world.lexicon import Lexicon, learn
from ..world.pool import Judges, kept_judges
from ..world.questions import foil_questions
from ..world.store import Store, open_store
from ..world.words import save_json
from .heads import disagreements, head_tables
from .judge import judge_foils, judge_places
from .readers import TorchReader
from .sessions import SessionReader, regions_found
from .prejudice import sex_tallies
from .suite import TEST_SET, Ask, asked_places, attention_tallies, best_heads, foil_tallies, of_judged, retrieval_tallies, tally, word_tallies

CHOSEN_ON = 150
UNTRAINED_ON = 100


def untrained_tallies(name: str, tokenizer: Tokenizer, val: Store, store: Store, lexicon: Lexicon, judges: Judges, rows: list[int]) -> list[Tally]:
    """Foils and the best head's pointing of the same architecture with its first weights, as baselines."""
    reader = TorchReader(make(name, tokenizer))
    best = best_heads(reader, val, rows)
    size = len(store.photographs)
    judged = judge_foils(reader, store, foil_questions(store, lexicon, judges, rows))
    questions = asked_places(store, rows)
    right = judge_places(reader, store, questions)[:, best["looks"]]
    return [
        of_judged("foils, untrained", judged, size, 0.5, "baseline"),
        tally("pointing, untrained", [q.row for q in questions], right, size, None, "baseline"),
    ]


def measured_store(split: str, data: Path, cache: Path, tokenizer: Tokenizer, outside: Path | None = None) -> Store:
    """A split with the regions that the exported detector finds: models were trained on those of one with finer weights. Where none is
    exported, those in the cache."""
    store, folder = open_store(split, data, cache, tokenizer, outside), export_folder(cache) / NAME
    return replace(store, regions=regions_found(folder, store.coarse, store.fine)) if folder.exists() else store


def evaluate(data: Path, cache: Path, names: list[str], outside: Path | None, ask: Ask, threads: int) -> dict:
    """Figures of every model of ``names`` that is exported, written to report.json in the folder of exports."""
    tokenizer = Tokenizer.from_file(str(cache / "tokenizer.json"))
    lexicon, judges = learn(read_split(data, "train")), kept_judges(cache)
    sets = {TEST_SET: measured_store("test", data, cache, tokenizer)}
    if outside:
        sets[OUTSIDE] = measured_store(OUTSIDE, data, cache, tokenizer, outside)
    val = measured_store("val", data, cache, tokenizer)
    path = export_folder(cache) / "report.json"
    report: dict = {}
    for name in names:
        folder = export_folder(cache) / name
        if not (folder / "manifest.json").exists():
            continue
        reader = SessionReader(folder, threads)
        best = best_heads(reader, val, list(range(min(CHOSEN_ON, len(val.photographs)))))
        rows: list[dict] = []
        tables: dict = {}
        for where, store in sets.items():
            asked = list(range(min(ask.pictures, len(store.photographs))))
            tallies = foil_tallies(reader, store, lexicon, judges, asked)
            if not reader.dual:
                tallies += word_tallies(reader, store, lexicon, asked)
            tallies += attention_tallies(reader, store, asked, best)
            if where == TEST_SET:
                tables = head_tables(reader, store, asked)
                tallies += sex_tallies(reader, store, asked)
                tallies += untrained_tallies(name, tokenizer, val, store, lexicon, judges, asked[:UNTRAINED_ON])
            if ask.whole or reader.dual or where == TEST_SET:
                tallies += retrieval_tallies(reader, store, 5 * ask.groups if reader.dual else ask.groups)
            rows += [figure.row() for figure in figures(tallies, where)]
            print("\n".join(f"{name} {where} {row['name']}: {row['value']:.3f} ({row['low']:.3f} to {row['high']:.3f})" for row in rows if row["set"] == where), flush=True)
        heads = {"looks": reader.looks[best["looks"]], "named": reader.named[best["named"]]}
        report = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
        report[name] = {"figures": rows, "heads": heads, "candidates": len(reader.looks), "asked": ask.pictures, "sha256": identity(reader.manifest), "spent": reader.manifest["spent"], "grounding": tables}
        save_json(path, report)
    return report


def measure_heads(data: Path, cache: Path, zoo: Path, report: dict[str, dict], threads: int) -> dict[str, dict]:
    """Tables of every head of the photo models that ship, by model, on the pictures of the test split that ``report`` was asked about.
    Features that are not in the cache are computed with the backbone that ships. Raises ValueError where the report is of other files, or
    where its figures of the best heads are not those of the tables."""
    extract(data, cache, None, (TEST_SET,), zoo / BACKBONE / f"{BACKBONE}.onnx")
    found = {}
    for name, entry in report.items():
        reader = SessionReader(zoo / name, threads)
        if entry["sha256"] != identity(reader.manifest):
            raise ValueError(f"expected a report on the files of {name} that ship, got one on others: run `python -m lab photos evaluate` and `publish` first")
        store = open_store(TEST_SET, data, cache, Tokenizer.from_file(str(zoo / name / "tokenizer.json")))
        store = replace(store, regions=regions_found(zoo / NAME, store.coarse[: entry["asked"]], store.fine[: entry["asked"]]) if reader.regions else None)
        found[name] = head_tables(reader, store, list(range(entry["asked"])))
        told = [row for row in entry["figures"] if row["set"] == TEST_SET]
        if off := disagreements(found[name], entry["heads"], told):
            raise ValueError(f"{name}: {'; '.join(off)}")
        print(f"{name}: every head on {entry['asked']} pictures, best heads as reported", flush=True)
    return found

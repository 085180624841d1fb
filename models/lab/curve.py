"""Progress of a run: a line in the log, a row in a table, a picture."""

from __future__ import annotations

import csv
import time
from pathlib import Path

from PIL import Image, ImageDraw

from .checkpoint import Run

COLOURS = ["#2563a8", "#c2571a", "#2a7f4f", "#8a3ea8", "#a8323e", "#5a6472", "#b08a00"]


class Curve:
    """Losses are averaged between lines; held-out figures go to curve.csv and curve.png."""

    def __init__(self, folder: Path, step: int) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self.rows = [row for row in _read(folder / "curve.csv") if int(row["step"]) <= step]
        self.sums: dict[str, float] = {}
        self.count = 0
        self.mean: dict[str, float] = {}
        self.mark = (time.monotonic(), None)

    def add(self, losses: dict[str, float]) -> None:
        """Losses of one step."""
        for name, value in losses.items():
            self.sums[name] = self.sums.get(name, 0.0) + value
        self.count += 1

    def line(self, run: Run, spent: float) -> None:
        """Print where the run is."""
        self.mean = {name: value / self.count for name, value in self.sums.items()}
        now, (then, before) = time.monotonic(), self.mark
        speed = "" if before is None else f" {(run.sequences - before) / (now - then):.0f}/s"
        self.mark = (now, run.sequences)
        losses = " ".join(f"{name} {value:.3f}" for name, value in self.mean.items())
        print(f"{spent:6.1%} step {run.step} sequences {run.sequences} {run.elapsed / 60:.1f} min{speed} | {losses}", flush=True)
        self.sums, self.count = {}, 0

    def probe(self, run: Run, spent: float, figures: dict[str, float]) -> None:
        """Print and keep held-out figures."""
        print("       held out | " + " ".join(f"{name} {value:.3f}" for name, value in figures.items()), flush=True)
        row = {"step": run.step, "sequences": run.sequences, "minutes": round(run.elapsed / 60, 2), "spent": round(spent, 4)}
        row |= {f"loss {name}": round(value, 4) for name, value in self.mean.items()}
        row |= {name: round(value, 4) for name, value in figures.items()}
        self.rows.append({name: str(value) for name, value in row.items()})
        names = list(dict.fromkeys(name for row in self.rows for name in row))
        with (self.folder / "curve.csv").open("w", newline="") as file:
            writer = csv.DictWriter(file, names)
            writer.writeheader()
            writer.writerows(self.rows)
        draw(self.rows, list(figures)).save(self.folder / "curve.png")


def _read(path: Path) -> list[dict[str, str]]:
    if not path.exists():
        return []
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def draw(rows: list[dict[str, str]], names: list[str]) -> Image.Image:
    """Figures between 0 and 1 over thousands of sequences."""
    width, height, left, bottom = 960, 480, 48, 40
    image = Image.new("RGB", (width, height), "white")
    pen = ImageDraw.Draw(image)
    most = max(int(row["sequences"]) for row in rows)

    def point(x: float, y: float) -> tuple[float, float]:
        return left + x / most * (width - left - 230), (height - bottom) - y * (height - bottom - 16)

    for tick in range(0, 11, 2):
        y = point(0, tick / 10)[1]
        pen.line([(left, y), (width - 230, y)], fill="#dddddd")
        pen.text((12, y - 6), f"{tick / 10:.1f}", fill="#444444")
    pen.text((left, height - 24), f"0 to {most / 1000:.0f} thousand sequences", fill="#444444")
    for index, name in enumerate(names):
        colour = COLOURS[index % len(COLOURS)]
        points = [point(int(row["sequences"]), float(row[name])) for row in rows if row.get(name)]
        if len(points) > 1:
            pen.line(points, fill=colour, width=2)
        pen.text((width - 218, 20 + 20 * index), f"{name} {rows[-1].get(name, '')}", fill=colour)
    return image

"""Average linkage by scipy: ``python -m lab.oracles.linkage ../tests/oracle/linkage.json`` (needs scipy, which nothing else here does)."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np


def main(target: Path) -> None:
    from scipy.cluster.hierarchy import cut_tree, leaves_list, linkage
    from scipy.spatial.distance import jensenshannon, squareform

    draw = np.random.default_rng(7)
    rows = draw.dirichlet(np.full(6, 0.4), size=(12, 3)).round(6)
    rows /= rows.sum(-1, keepdims=True)
    distances = np.array([[np.mean([jensenshannon(p, q, base=2) for p, q in zip(a, b, strict=True)]) for b in rows] for a in rows])
    np.fill_diagonal(distances, 0)
    merges = linkage(squareform(distances, checks=False), "average")
    groups = cut_tree(merges, height=0.5)[:, 0]
    told = {"rows": rows.tolist(), "distances": distances.tolist(), "merges": merges.tolist(), "leaves": leaves_list(merges).tolist(), "at half": groups.tolist()}
    target.write_text(json.dumps(told) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))

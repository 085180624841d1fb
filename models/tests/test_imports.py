"""No module of the lab or the exporter imports itself by a circle, imports inside of functions included."""

import ast
from pathlib import Path

MODELS = Path(__file__).parent.parent
PACKAGES = ("lab", "vlpm_export")


def links(name: str, text: str, package: bool, known: set[str]) -> set[str]:
    """Modules of ``known`` that a module named ``name`` imports, wherever in its text it does."""
    here = name.split(".") if package else name.split(".")[:-1]
    found = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        if isinstance(node, ast.ImportFrom):
            above = here[: len(here) - node.level + 1] if node.level else []
            base = ".".join([*above, *([node.module] if node.module else [])])
            found |= {base} | {f"{base}.{alias.name}" for alias in node.names}
    return found & known - {name}


def circles(texts: dict[str, tuple[str, bool]]) -> list[str]:
    """Circles as "a -> b -> a", one for each link that closes one, by depth-first search."""
    graph = {name: sorted(links(name, text, package, set(texts))) for name, (text, package) in texts.items()}
    found, done = [], set()

    def visit(name: str, trail: list[str]) -> None:
        if name in trail:
            found.append(" -> ".join([*trail[trail.index(name) :], name]))
        if name in trail or name in done:
            return
        for target in graph[name]:
            visit(target, [*trail, name])
        done.add(name)

    for name in graph:
        visit(name, [])
    return found


def modules() -> dict[str, tuple[str, bool]]:
    """Text of every module by its dotted name, and whether it is a package's own."""
    found = {}
    for package in PACKAGES:
        for path in sorted((MODELS / package).rglob("*.py")):
            parts = path.relative_to(MODELS).with_suffix("").parts
            own = parts[-1] == "__init__"
            found[".".join(parts[:-1] if own else parts)] = (path.read_text(encoding="utf-8"), own)
    return found


def test_made_up_circles_are_found() -> None:
    texts = {
        "lab.a": ("from .b import thing", False),
        "lab.b": ("from . import c", False),
        "lab.c": ("def late():\n    import lab.a", False),
        "lab.d": ("from .a import other", False),
        "lab.deep": ("from .leaf import it", True),
        "lab.deep.leaf": ("from ..deep import more", False),
    }
    assert circles(texts) == ["lab.a -> lab.b -> lab.c -> lab.a", "lab.deep -> lab.deep.leaf -> lab.deep"]


def test_the_tree_has_none() -> None:
    found = modules()
    assert len(found) > 40
    assert circles(found) == []

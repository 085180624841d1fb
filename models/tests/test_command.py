"""What the command line says where something is missing, in processes of their own."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from lab import __main__ as command

MODELS = Path(__file__).parents[1]


def said(code: str) -> tuple[int, str]:
    """Exit status and standard error of Python code."""
    done = subprocess.run([sys.executable, "-c", code], cwd=MODELS, capture_output=True, text=True, check=False)
    return done.returncode, done.stderr


def test_a_missing_package_is_one_sentence_with_its_remedy() -> None:
    status, error = said("import sys; sys.modules['torch'] = None\nfrom lab.__main__ import main\nsys.exit(main(['train', 'vilt-mini']))")
    assert status == 1
    assert error == "expected the Python package torch, found none: run `pip install -e models` from the project's folder\n"


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["train", "vilt-maxi"], "expected a model of ['vilt-mini', 'meter-mini', 'clip-mini'], got 'vilt-maxi'\n"),
        (["--preset", "huge", "train", "vilt-mini"], "expected a preset with a file beside huge.toml, got 'huge'\n"),
    ],
)
def test_unknown_names_are_one_sentence(arguments: list[str], sentence: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main(arguments) == 1
    assert capsys.readouterr().err == sentence


@pytest.mark.parametrize("demand", [lambda: torch.empty(1 << 50, dtype=torch.uint8), lambda: np.empty(1 << 50, np.uint8)])
def test_too_little_memory_is_one_sentence_with_its_remedy(demand, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(command, "run", lambda _: demand())
    assert command.main(["train", "vilt-mini"]) == 1
    assert capsys.readouterr().err == (
        "expected more memory than this machine has free: set a smaller [train] scenes in the preset's file, or fewer --workers\n"
    )


def test_another_failure_is_not_mistaken_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(command, "run", lambda _: torch.ones(2) @ torch.ones(3))
    with pytest.raises(RuntimeError, match="size"):
        command.main(["train", "vilt-mini"])

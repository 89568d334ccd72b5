"""`python -m r1widget`, as a shell runs it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from r1widget import cli, engines
from r1widget.engines import shelf
from r1widget.testing import ScriptedEngine


@pytest.fixture
def scripted(monkeypatch: pytest.MonkeyPatch) -> ScriptedEngine:
    engine = ScriptedEngine("Four and four.\n</think>\n\nIt is **8**.")
    monkeypatch.setattr(shelf, "load", lambda model, **options: engine)
    monkeypatch.setattr(engines, "load", lambda model, **options: engine)
    monkeypatch.setattr(shelf, "_shelf", {})
    return engine


def test_ask_with_the_built_in_model(tmp_path: Path) -> None:
    """The command of the README, in a process of its own."""
    file = tmp_path / "out.md"
    command = ["ask", "What is 17 × 24?", "--model", "pocket", "--export", str(file), "--temperature", "0"]
    done = subprocess.run(
        [sys.executable, "-m", "r1widget", *command], capture_output=True, text=True, encoding="utf-8", check=False
    )
    assert done.returncode == 0, done.stderr
    assert "408" in done.stdout and "</think>" not in done.stdout
    assert "17" in done.stderr, "the thought is on stderr"
    text = file.read_text("utf-8")
    assert "What is 17 × 24?" in text and "<details>" in text and "\\boxed{408}" in text


def test_thought_and_answer_are_on_streams_of_their_own(scripted: ScriptedEngine, capsys: Any) -> None:
    assert cli.main(["ask", "4 + 4?", "--seed", "5", "--budget", "9"]) == 0
    out, err = capsys.readouterr()
    assert out.strip() == "It is **8**." and err.strip() == "Four and four."
    settings = scripted.requests[0].settings
    assert (settings.seed, settings.thinking_budget) == (5, 9)


def test_export_by_suffix(scripted: ScriptedEngine, tmp_path: Path, capsys: Any) -> None:
    assert cli.main(["ask", "q", "--export", str(tmp_path / "a.json")]) == 0
    assert json.loads((tmp_path / "a.json").read_text("utf-8"))["turns"][0]["question"] == "q"
    assert cli.main(["ask", "q", "--export", str(tmp_path / "a.doc")]) == 1
    assert "'a.doc'" in capsys.readouterr().err


@pytest.mark.parametrize(
    "arguments", [["ask", "q", "--model", "/no/such/folder"], ["ask", "q", "--temperature", "9"], ["ask", " "]]
)
def test_what_cannot_be_is_a_sentence(arguments: list[str], capsys: Any) -> None:
    assert cli.main(arguments) == 1
    err = capsys.readouterr().err
    assert "Traceback" not in err and err.strip()


def test_bench(scripted: ScriptedEngine, capsys: Any) -> None:
    assert cli.main(["bench", "--model", "x"]) == 0
    assert "tokens/s" in capsys.readouterr().out


def test_pull(scripted: ScriptedEngine, capsys: Any) -> None:
    assert cli.main(["pull", "some/model"]) == 0
    assert "some/model is on this machine" in capsys.readouterr().err


def test_usage(capsys: Any) -> None:
    with pytest.raises(SystemExit) as leaving:
        cli.main([])
    assert leaving.value.code == 2
    assert "usage: r1widget" in capsys.readouterr().err

"""`r1widget eval`, as a shell runs it."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from r1widget.engines import registry
from r1widget.shell import cli
from r1widget.testing import ScriptedEngine


@pytest.fixture
def scripted(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> ScriptedEngine:
    engine = ScriptedEngine("Four and four.\n</think>\n\nIt is $\\boxed{8}$.")
    monkeypatch.setattr(registry, "load", lambda model, **options: engine)
    monkeypatch.setattr(registry, "by_identity", {})
    monkeypatch.chdir(tmp_path)
    (tmp_path / "sums.csv").write_text("question,answer\n4 + 4?,8\n4 + 5?,9\n", "utf-8")
    return engine


def test_the_table_is_on_stdout_and_the_rest_on_stderr(scripted: ScriptedEngine, capsys: Any) -> None:
    options = ["-k", "2", "--budget", "9", "--temperature", "0.2", "--seed", "3", "--prompt", "Be brief."]
    assert cli.main(["eval", "sums.csv", "--model", "some/model", *options]) == 0
    out, err = capsys.readouterr()
    assert "| pass@1, 95 % interval | 50.0 %" in out and "4 to 2 questions" in out
    assert "4 of 4 answers" in err and "Kept in" in err and "wrong.ipynb" in err
    settings = scripted.requests[0].settings
    assert (settings.thinking_budget, settings.temperature, settings.seed) == (9, 0.2, 3)
    assert scripted.requests[0].messages[-1]["content"].endswith("\nBe brief.")
    assert (Path("evaluations") / "sums-model" / "wrong.ipynb").exists()
    assert cli.main(["eval", "sums.csv", "--model", "some/model", *options]) == 0
    assert len(scripted.requests) == 4, "it is all there"
    assert cli.main(["eval", "sums.csv", "--model", "some/model", "--thinking-budget", "8"]) == 1
    assert "holds another evaluation: the prompt" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("command", "said"),
    [
        (["nowhere.csv"], "There is no file 'nowhere.csv'"),
        (["sums.csv", "--question-column", "frage"], "has no column 'frage'. There are: question, answer."),
        (["sums.csv", "-k", "0"], "k=0 can't be"),
        (["sums.csv", "--temperature", "9"], "temperature=9.0 can't be"),
    ],
)
def test_what_cannot_be_is_one_sentence(scripted: ScriptedEngine, capsys: Any, command: list[str], said: str) -> None:
    assert cli.main(["eval", *command, "--model", "m"]) == 1
    out, err = capsys.readouterr()
    assert err.startswith("r1widget: ") and said in err and out == "" and scripted.requests == []


@pytest.mark.skipif(sys.platform == "win32", reason="no Ctrl-C can be sent to another process there")
def test_ctrl_c_prints_the_table_of_what_is_there(tmp_path: Path) -> None:
    lines = "".join(f"What is {n} + {n}?,{2 * n}\n" for n in range(100, 400))
    (tmp_path / "sums.csv").write_text(f"question,answer\n{lines}", "utf-8")
    command = [sys.executable, "-m", "r1widget", "eval", "sums.csv", "--model", "pocket", "-k", "1", "--out", "o"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=tmp_path) as process:
        assert process.stderr is not None
        said = [process.stderr.readline() for _ in range(2)]
        process.send_signal(signal.SIGINT)
        out, err = process.communicate()
    assert "of 300 answers" in said[-1], said
    assert process.returncode == 130, err
    assert "Traceback" not in err and "Interrupted. Run it again with the same folder, and it goes on." in out
    assert "Not all of it:" in out and (tmp_path / "o" / "table.md").exists()

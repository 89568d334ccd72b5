"""`r1widget history`, as a shell has it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from r1widget import Chat
from r1widget.journal.writer import close_all
from r1widget.shell.cli import main
from r1widget.testing import ScriptedEngine

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    monkeypatch.setenv("R1WIDGET_HISTORY", str(tmp_path / "history.sqlite"))

    def run(*words: str) -> tuple[int, str, str]:
        capsys.readouterr()
        status = main(["history", *words])
        said = capsys.readouterr()
        return status, said.out, said.err

    return run


@pytest.fixture
def kept(run: Run) -> str:
    chat = Chat(ScriptedEngine("Six times seven.\n</think>\n\nIt is **42**."))
    chat.ask("What is 6 × 7?\nPlease.")
    close_all()
    return chat.id or ""


def test_it_is_empty_at_first(run: Run) -> None:
    assert run() == (0, "", "Nothing has been kept yet.\n")
    assert run("search", "seven") == (1, "", "")
    status, out, error = run("show", "ab12")
    assert (status, out) == (1, "") and "nothing has been kept yet" in error


def test_what_was_kept_is_listed_found_shown_and_written(run: Run, kept: str, tmp_path: Path) -> None:
    status, out, _ = run()
    assert (status, out.split()[0]) == (0, kept) and out.endswith("1 turn     What is 6 × 7? Please.\n")
    assert run("list")[1] == out
    assert run("search", "times", "SEVEN") == (0, f"{kept}  reasoning  Six times seven.\n", "")
    status, out, _ = run("show", kept[:4])
    assert status == 0 and "> What is 6 × 7?" in out and "Six times seven." in out and "It is **42**." in out
    assert "Six times" not in run("show", kept, "--reasoning", "none")[1]
    assert run("export", kept, str(tmp_path / "chat.json"))[0] == 0
    assert json.loads((tmp_path / "chat.json").read_text("utf-8"))["turns"][0]["question"] == "What is 6 × 7?\nPlease."


def test_what_is_forgotten_is_gone(run: Run, kept: str) -> None:
    assert run("pin", kept)[1].endswith("(pinned)\n") and not run("unpin", kept)[1].endswith("(pinned)\n")
    assert run("forget", kept)[1].startswith(f"Forgotten: {kept}")
    assert run()[1] == ""
    assert run("forget", kept)[0] == 1
    assert run("forget", "--all")[1] == "0 conversations forgotten.\n"


def test_forgetting_wants_to_be_told_what(run: Run) -> None:
    with pytest.raises(SystemExit):
        main(["history", "forget"])


def test_a_question_in_private_leaves_no_trace(run: Run) -> None:
    assert main(["ask", "What is 2 + 3?", "--model", "pocket", "--private"]) == 0
    close_all()
    assert run()[1] == ""
    assert main(["ask", "What is 2 + 3?", "--model", "pocket"]) == 0
    close_all()
    assert "What is 2 + 3?" in run()[1]

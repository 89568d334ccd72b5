"""`python -m r1widget`, as a shell runs it."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from r1widget import engines
from r1widget.engines import registry
from r1widget.shell import cli
from r1widget.testing import ScriptedEngine, cut


@pytest.fixture
def scripted(monkeypatch: pytest.MonkeyPatch) -> ScriptedEngine:
    engine = ScriptedEngine("Four and four.\n</think>\n\nIt is **8**.")
    monkeypatch.setattr(registry, "load", lambda model, **options: engine)
    monkeypatch.setattr(engines, "load", lambda model, **options: engine)
    monkeypatch.setattr(registry, "by_identity", {})
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
    assert out.strip() == "It is **8**."
    assert err.strip().splitlines()[-1] == "Four and four.", "before it may stand that the model is loaded"
    settings = scripted.requests[0].settings
    assert (settings.seed, settings.thinking_budget) == (5, 9)


def test_export_by_suffix(scripted: ScriptedEngine, tmp_path: Path, capsys: Any) -> None:
    assert cli.main(["ask", "q", "--export", str(tmp_path / "a.json")]) == 0
    assert json.loads((tmp_path / "a.json").read_text("utf-8"))["turns"][0]["question"] == "q"


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("out.pdf", "'out.pdf' ends in '.pdf'"),
        ("out", "no suffix"),
        ("", "no suffix"),
        ("nowhere/out.md", "There is no folder"),
        ("folder.md", "it is a folder"),
        ("file.md/out.md", "There is no folder"),
        ("a" * 300 + ".md", "can't be written"),
        ("a\0.md", "can't be written"),
    ],
)
def test_an_export_that_cannot_be_is_refused_before_anything_is_asked(
    scripted: ScriptedEngine, tmp_path: Path, capsys: Any, name: str, said: str
) -> None:
    (tmp_path / "folder.md").mkdir()
    (tmp_path / "file.md").touch()
    before = sorted(tmp_path.iterdir())
    assert cli.main(["ask", "q", "--export", str(tmp_path / name) if name else name]) == 1
    out, err = capsys.readouterr()
    assert said in err and out == ""
    assert scripted.requests == []
    assert sorted(tmp_path.iterdir()) == before


def test_a_folder_that_takes_no_file_is_refused_before(
    scripted: ScriptedEngine, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: Any
) -> None:
    def refuse(path: Path, **options: Any) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "touch", refuse)
    assert cli.main(["ask", "q", "--export", str(tmp_path / "a.md")]) == 1
    assert "can't be written: Permission denied. Export to a folder" in capsys.readouterr().err
    assert cli.main(["bench", "--json", str(tmp_path / "a.json")]) == 1
    assert scripted.requests == []


def test_figures_that_cannot_be_kept_are_refused_before_they_are_measured(
    scripted: ScriptedEngine, tmp_path: Path, capsys: Any
) -> None:
    assert cli.main(["bench", "--model", "x", "--json", str(tmp_path / "nowhere" / "a.json")]) == 1
    assert "There is no folder" in capsys.readouterr().err
    assert scripted.requests == []


@pytest.mark.parametrize("encoding", ["cp1252", "cp437", "ascii"])
def test_a_terminal_that_cannot_show_it_loses_nothing_of_the_export(
    scripted: ScriptedEngine, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, encoding: str
) -> None:
    scripted.pieces = cut("Times: ×, 数.</think>It is × 数.")
    streams = [io.TextIOWrapper(io.BytesIO(), encoding=encoding) for _ in range(2)]
    monkeypatch.setattr(sys, "stdout", streams[0])
    monkeypatch.setattr(sys, "stderr", streams[1])
    assert cli.main(["ask", "数?", "--export", str(tmp_path / "a.md")]) == 0
    assert cli.main(["ask", "q", "--export", "数.pdf"]) == 1
    monkeypatch.undo()
    out, err = (stream.buffer.getvalue().decode(encoding) for stream in streams)  # type: ignore[attr-defined]
    assert "It is" in out and "?." in out and "Times:" in err and "'?.pdf'" in err
    kept = (tmp_path / "a.md").read_text("utf-8")
    assert "> 数?" in kept and "×, 数." in kept and "It is × 数." in kept


def test_who_reads_no_further_has_the_export_all_the_same(tmp_path: Path) -> None:
    """`r1widget ask … --export out.md | true`, in a process of its own: Python complains at its end of what it couldn't write."""
    file = tmp_path / "out.md"
    process = subprocess.Popen(
        [sys.executable, "-m", "r1widget", "ask", "What is 17 × 24?", "--model", "pocket", "--export", str(file)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    )
    assert process.stdout and process.stderr
    process.stdout.close()
    said = process.stderr.read()
    process.stderr.close()
    assert process.wait() == 0
    assert "Error" not in said and "Exception" not in said
    assert "\\boxed{408}" in file.read_text("utf-8")


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


def test_pull_says_which_file_it_fetched(
    scripted: ScriptedEngine, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    asked: dict[str, Any] = {}
    monkeypatch.setattr(engines, "load", lambda model, **options: (asked.update(options), scripted)[1])
    about = {"file": "X-Q4_K_M.gguf", "file_why": "the smallest that loses little, of 3 files"}
    monkeypatch.setattr(ScriptedEngine, "describe", lambda self: about)
    assert cli.main(["pull", "me/X-GGUF", "--file", "*Q4_K_M*"]) == 0
    assert asked["file"] == "*Q4_K_M*"
    said = "me/X-GGUF is on this machine and works: X-Q4_K_M.gguf (the smallest that loses little, of 3 files)."
    assert said in capsys.readouterr().err


@pytest.mark.parametrize("command", [["ask", "q"], ["bench"]])
def test_file_says_which_of_several(
    scripted: ScriptedEngine, monkeypatch: pytest.MonkeyPatch, command: list[str]
) -> None:
    asked: dict[str, Any] = {}
    for room in (registry, engines):
        monkeypatch.setattr(room, "load", lambda model, **options: (asked.update(options), scripted)[1])
    assert cli.main([*command, "--model", "me/X-GGUF", "--file", "*Q8_0*"]) == 0
    assert asked["file"] == "*Q8_0*"


def test_usage(capsys: Any) -> None:
    with pytest.raises(SystemExit) as leaving:
        cli.main([])
    assert leaving.value.code == 2
    assert "usage: r1widget" in capsys.readouterr().err

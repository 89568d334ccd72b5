"""`%%r1` and `%r1` in an IPython shell. In a kernel with a page: tests/browser and test_headless."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from IPython.core.error import UsageError
from IPython.core.interactiveshell import InteractiveShell

from r1widget import ChatWidget, magic
from r1widget.engines import shelf
from r1widget.errors import R1WidgetError
from r1widget.magic import fill_in
from r1widget.testing import ScriptedEngine


@pytest.fixture
def shell(monkeypatch: pytest.MonkeyPatch) -> Iterator[InteractiveShell]:
    """A shell with the extension, in which every model is a script."""

    def load(model: Any, **options: Any) -> ScriptedEngine:
        return ScriptedEngine("a thought</think>an answer")

    monkeypatch.setattr(shelf, "load", load)
    monkeypatch.setattr(shelf, "_shelf", {})
    shell = InteractiveShell()
    shell.run_line_magic("load_ext", "r1widget")
    yield shell
    InteractiveShell.clear_instance()


def chat_of(shell: InteractiveShell) -> ChatWidget:
    registered = shell.magics_manager.registry["R1Magics"]
    assert registered._chat is not None
    return registered._chat


def test_a_cell_prints_thought_and_answer_in_a_terminal(shell: InteractiveShell, capsys: pytest.CaptureFixture) -> None:
    shell.run_cell_magic("r1", "", "What is 2 + 2?")
    out, err = capsys.readouterr()
    assert out.strip() == "an answer" and err.strip() == "a thought"


def test_cells_are_one_conversation_unless_told_otherwise(shell: InteractiveShell) -> None:
    shell.run_cell_magic("r1", "", "one")
    shell.run_cell_magic("r1", "", "two")
    assert [turn.question for turn in chat_of(shell).turns] == ["one", "two"]
    shell.run_cell_magic("r1", "--new", "three")
    assert [turn.question for turn in chat_of(shell).turns] == ["three"]
    shell.run_cell_magic("r1", "--model pocket", "four")
    assert chat_of(shell).model_name == "pocket" and len(chat_of(shell).turns) == 1
    shell.run_cell_magic("r1", "", "five")
    assert len(chat_of(shell).turns) == 2
    shell.run_cell_magic("r1", "--chat mine", "six")
    assert [turn.question for turn in shell.user_ns["mine"].turns] == ["six"]
    assert len(chat_of(shell).turns) == 2


def test_settings_go_to_the_turn(shell: InteractiveShell) -> None:
    shell.run_cell_magic("r1", "--temperature 0.1 --top-p 0.5 --max-tokens 9 --budget 4 --seed 2", "q")
    settings = chat_of(shell).turns[0].record["settings"]
    assert settings | {"temperature": 0.1, "top_p": 0.5, "max_tokens": 9, "thinking_budget": 4, "seed": 2} == settings


def test_names_are_filled_in(shell: InteractiveShell) -> None:
    shell.user_ns["data"] = [1, 2]
    shell.run_cell_magic("r1", "", "Mean of {data}? \\frac{{a}}{{b}} {1, 2} $x$ {}")
    assert chat_of(shell).turns[0].question == "Mean of [1, 2]? \\frac{a}{b} {1, 2} $x$ {}"


def test_an_unknown_name_is_a_clear_error() -> None:
    with pytest.raises(R1WidgetError, match=r"\{dta\}.*no variable dta.*\{\{dta\}\}"):
        fill_in("Mean of {dta}?", {"data": 1})


@pytest.mark.parametrize(
    ("line", "cell"),
    [
        ("--temperature hot", "q"),
        ("--temperature 9", "q"),
        ("--no-such-flag", "q"),
        ("--chat number", "q"),
        ("", "{unknown}"),
        ("", "   "),
    ],
)
def test_what_cannot_be_is_one_line(shell: InteractiveShell, line: str, cell: str) -> None:
    shell.user_ns["number"] = 3
    with pytest.raises(UsageError):
        shell.run_cell_magic("r1", line, cell)


def test_the_line_magic(shell: InteractiveShell, capsys: pytest.CaptureFixture, tmp_path: Path) -> None:
    shell.run_line_magic("r1", "")
    assert "No conversation yet" in capsys.readouterr().out
    shell.run_line_magic("r1", "model pocket")
    shell.run_line_magic("r1", "set temperature=0.2 seed=7")
    shell.run_cell_magic("r1", "", "q")
    assert chat_of(shell).turns[0].record["settings"]["temperature"] == 0.2
    capsys.readouterr()
    shell.run_line_magic("r1", "status")
    out = capsys.readouterr().out
    assert "pocket (ready), 1 turns" in out and "temperature=0.2" in out and "seed=7" in out
    shell.run_line_magic("r1", "stop")
    shell.run_line_magic("r1", f"export {tmp_path / 'a b.json'}".replace("a b", "ab"))
    assert json.loads((tmp_path / "ab.json").read_text("utf-8"))["turns"][0]["question"] == "q"


def test_the_whole_conversation_can_be_shown(shell: InteractiveShell, monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[Any] = []
    monkeypatch.setattr(magic, "display", shown.append)
    with pytest.raises(UsageError, match="no conversation"):
        shell.run_line_magic("r1", "show")
    shell.run_cell_magic("r1", "", "q")
    first = chat_of(shell)
    shell.run_line_magic("r1", "show")
    assert shown == [first] and first.shown_by == "%r1 show"
    shell.run_cell_magic("r1", "--new", "q")
    assert (first.shown_by, chat_of(shell).shown_by) == ("", "%r1 show"), "only one of them is what it shows"


@pytest.mark.parametrize(
    "line",
    [
        "dance",
        "model",
        "model a b",
        "set",
        "set temperature",
        "set temperature=hot",
        "set temprature=1",
        'export "x',
        "export x.doc",
    ],
)
def test_what_the_line_magic_cannot_do_is_one_line(shell: InteractiveShell, line: str) -> None:
    shell.run_cell_magic("r1", "", "q")
    with pytest.raises(UsageError):
        shell.run_line_magic("r1", line)


def test_usage_is_in_the_docstrings(shell: InteractiveShell) -> None:
    cell_magic = shell.find_cell_magic("r1")
    assert "--temperature" in (cell_magic.__doc__ or "") and "{{name}}" in (cell_magic.__doc__ or "")
    assert "%r1 export" in (shell.find_line_magic("r1").__doc__ or "")

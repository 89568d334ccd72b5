"""`%%r1` and `%r1` in an IPython shell. In a kernel with a page: tests/browser and test_headless."""

from __future__ import annotations

import atexit
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from IPython.core.error import UsageError
from IPython.core.interactiveshell import InteractiveShell

from r1widget import Chat, ChatWidget
from r1widget.engines import DEFAULT_MODEL, registry
from r1widget.jupyter import magic
from r1widget.jupyter.keeping import TurnView
from r1widget.testing import ScriptedEngine


@pytest.fixture
def shell(monkeypatch: pytest.MonkeyPatch) -> Iterator[InteractiveShell]:
    """A shell with the extension, in which every model is a script."""

    def load(model: Any, **options: Any) -> ScriptedEngine:
        return ScriptedEngine("a thought</think>an answer")

    monkeypatch.setattr(registry, "load", load)
    monkeypatch.setattr(registry, "by_identity", {})
    shell = InteractiveShell()
    shell.run_line_magic("load_ext", "r1widget")
    yield shell
    InteractiveShell.clear_instance()
    atexit.unregister(shell.atexit_operations)  # or the end of the tests collects garbage once for each of them


def chat_of(shell: InteractiveShell) -> Any:
    registered = shell.magics_manager.registry["R1Magics"]
    assert registered.chat is not None
    return registered.chat


def test_a_cell_prints_thought_and_answer_in_a_terminal(shell: InteractiveShell, capsys: pytest.CaptureFixture) -> None:
    shell.run_cell_magic("r1", "", "What is 2 + 2?")
    out, err = capsys.readouterr()
    assert out.strip() == "an answer"
    assert err.strip().splitlines()[-1] == "a thought", (
        "before it, that the model is loading, where that takes a moment"
    )


def test_cells_are_one_conversation_unless_told_otherwise(shell: InteractiveShell) -> None:
    shell.run_cell_magic("r1", "", "one")
    shell.run_cell_magic("r1", "", "two")
    assert [turn.question for turn in chat_of(shell).turns] == ["one", "two"]
    shell.run_cell_magic("r1", "--new", "three")
    assert [turn.question for turn in chat_of(shell).turns] == ["three"]
    shell.run_cell_magic("r1", "--new --model pocket", "four")
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


def test_names_are_filled_in_and_said(shell: InteractiveShell, capsys: pytest.CaptureFixture) -> None:
    shell.user_ns["data"] = [1, 2]
    shell.run_cell_magic("r1", "", "Mean of {data}? \\frac{a}{b} {1, 2} $x$ {} {{ user.name }}")
    turn = chat_of(shell).turns[0]
    assert turn.question == "Mean of [1, 2]? \\frac{a}{b} {1, 2} $x$ {} {{ user.name }}"
    assert capsys.readouterr().out.startswith("Filled in: data = [1, 2]\n")
    assert turn.record["filled_in"] == {"data": "[1, 2]"}
    assert "filled in data = \\[1, 2\\]" in chat_of(shell).to_markdown()


def test_a_question_without_variables_says_nothing_of_them(
    shell: InteractiveShell, capsys: pytest.CaptureFixture
) -> None:
    shell.run_cell_magic("r1", "", "q")
    assert capsys.readouterr().out.strip() == "an answer"
    assert "filled_in" not in chat_of(shell).turns[0].record


def test_what_cannot_be_asked_begins_no_conversation(shell: InteractiveShell) -> None:
    for cell in ("  \n", "\u200b", "{nobody}"):
        with pytest.raises(UsageError):
            shell.run_cell_magic("r1", "--chat fresh", cell)
    assert "fresh" not in shell.user_ns and shell.magics_manager.registry["R1Magics"].chat is None


def test_a_model_that_is_not_the_conversations_is_refused(shell: InteractiveShell) -> None:
    shell.run_cell_magic("r1", "--chat c --model some/model", "q")
    shell.run_cell_magic("r1", "--chat c --model some/model", "q")
    shell.run_cell_magic("r1", "--chat c --model model", "q, by the name that is shown")
    with pytest.raises(UsageError, match=r"conversation c is with model, not with pocket.*another --chat"):
        shell.run_cell_magic("r1", "--chat c --model pocket", "q")
    with pytest.raises(UsageError, match="not with other/model"):
        shell.run_cell_magic("r1", "--chat c --model other/model", "q")
    assert len(shell.user_ns["c"].turns) == 3
    shell.run_cell_magic("r1", "--model pocket", "q")
    shell.run_cell_magic("r1", "--model pocket", "q")
    with pytest.raises(UsageError, match=r"is with pocket, not with some/model.*add --new"):
        shell.run_cell_magic("r1", "--model some/model", "q")
    assert len(chat_of(shell).turns) == 2


def test_a_chat_with_an_engine_is_known_by_its_name(shell: InteractiveShell) -> None:
    shell.user_ns["c"] = ChatWidget(ScriptedEngine("x</think>y", name="mine"))
    shell.run_cell_magic("r1", "--chat c --model mine", "q")
    with pytest.raises(UsageError, match="is with mine, not with pocket"):
        shell.run_cell_magic("r1", "--chat c --model pocket", "q")
    shell.user_ns["server"] = ChatWidget(base_url="http://127.0.0.1:9/v1")
    with pytest.raises(UsageError, match="not with"):
        shell.run_cell_magic("r1", f"--chat server --model {DEFAULT_MODEL}", "q")


def test_the_default_model_has_a_name_and_a_folder_more_than_one(shell: InteractiveShell, tmp_path: Path) -> None:
    shell.run_cell_magic("r1", "", "q")
    shell.run_cell_magic("r1", f"--model {DEFAULT_MODEL}", "q")
    assert len(chat_of(shell).turns) == 2
    folder = tmp_path / "my model"
    (folder / "sub").mkdir(parents=True)
    shell.run_cell_magic("r1", f'--chat mine --model "{folder}"', "q")
    shell.run_cell_magic("r1", f'--chat mine --model "{folder}/sub/.."', "q")
    assert len(shell.user_ns["mine"].turns) == 2 and shell.user_ns["mine"].model_name == "my model"


def test_a_name_that_is_taken_cannot_be_new(shell: InteractiveShell) -> None:
    shell.run_cell_magic("r1", "--new --chat c --model pocket", "q")
    chat = shell.user_ns["c"]
    with pytest.raises(UsageError, match="c is a conversation already"):
        shell.run_cell_magic("r1", "--new --chat c", "q")
    assert shell.user_ns["c"] is chat and len(chat.turns) == 1


@pytest.mark.parametrize(
    ("line", "cell"),
    [
        ("--temperature hot", "q"),
        ("--temperature 9", "q"),
        ("--no-such-flag", "q"),
        ("--chat number", "q"),
        ("--chat my-chat", "q"),
        ('--model "x', "q"),
        ("", "{unknown}"),
        ("", "   "),
    ],
)
def test_what_cannot_be_is_one_line(shell: InteractiveShell, line: str, cell: str) -> None:
    shell.user_ns["number"] = 3
    with pytest.raises(UsageError):
        shell.run_cell_magic("r1", line, cell)


def test_the_line_magic(shell: InteractiveShell, capsys: pytest.CaptureFixture) -> None:
    shell.run_line_magic("r1", "")
    assert "No conversation yet" in capsys.readouterr().out
    shell.run_line_magic("r1", "model pocket")
    shell.run_line_magic("r1", "set temperature=0 seed=7")
    shell.run_cell_magic("r1", "", "q")
    assert chat_of(shell).turns[0].record["settings"]["temperature"] == 0
    capsys.readouterr()
    shell.run_line_magic("r1", "status")
    out = capsys.readouterr().out
    assert "pocket (ready), 1 turn\n" in out and "temperature=0," in out and "seed=7" in out and "None" not in out
    shell.run_line_magic("r1", "stop")


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("temperature=0.2 seed=7", {"temperature": 0.2, "seed": 7}),
        ("stop_loops=True", {"stop_loops": True}),
        ("stop_loops=true top-p=1", {"stop_loops": True, "top_p": 1}),
        ("budget=500", {"thinking_budget": 500}),
        ("thinking_budget = 1_000", {"thinking_budget": 1000}),
        ("--budget=500", {"thinking_budget": 500}),
        ("thinking_budget=none", {"thinking_budget": None}),
        ("thinking_budget=None", {"thinking_budget": None}),
        ('system="Be brief, and 5 = 5." seed=3', {"system": "Be brief, and 5 = 5.", "seed": 3}),
        ("system=Brief", {"system": "Brief"}),
        ("system='5'", {"system": "5"}),
        ("system='a \"word\"'", {"system": 'a "word"'}),
    ],
)
def test_settings_are_read_as_python_reads_them(shell: InteractiveShell, line: str, expected: dict[str, Any]) -> None:
    shell.run_line_magic("r1", f"set {line}")
    settings = chat_of(shell).settings.to_dict()
    assert {name: settings[name] for name in expected} == expected
    assert [type(settings[name]) for name in expected] == [type(value) for value in expected.values()]


def test_settings_stay_when_a_new_conversation_begins(shell: InteractiveShell) -> None:
    shell.run_line_magic("r1", "set temperature=0.2")
    shell.run_line_magic("r1", "model pocket")
    assert (chat_of(shell).model_name, chat_of(shell).settings.temperature) == ("pocket", 0.2)
    shell.run_cell_magic("r1", "--new", "q")
    assert chat_of(shell).turns[0].record["settings"]["temperature"] == 0.2


@pytest.mark.parametrize(
    ("line", "name", "folded"),
    [
        ("C:\\Users\\me\\chat.md", "C:\\Users\\me\\chat.md", True),
        ("C:\\new\\table.md none", "C:\\new\\table.md", False),
        ("'my chat.md'", "my chat.md", True),
        ('"my chat.md" none', "my chat.md", False),
        ("my chat.md", "my chat.md", True),
        ("my chat.md   none", "my chat.md", False),
        ("it's.md", "it's.md", True),
        ("~/home.md", "home.md", True),
    ],
)
def test_an_export_goes_where_it_was_told(
    shell: InteractiveShell, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, line: str, name: str, folded: bool
) -> None:
    if os.name == "nt" and ":" in line:
        pytest.skip("a folder that isn't there")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    shell.run_cell_magic("r1", "", "q")
    shell.run_line_magic("r1", f"export {line}")
    (written,) = tmp_path.iterdir()
    assert written.name == name
    assert ("a thought" in written.read_text("utf-8")) == folded


def test_the_whole_conversation_can_be_shown(shell: InteractiveShell, monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[Any] = []
    monkeypatch.setattr(magic, "display", shown.append)
    monkeypatch.setattr(magic, "in_kernel", lambda: True)
    with pytest.raises(UsageError, match="no conversation"):
        shell.run_line_magic("r1", "show")
    shell.run_cell_magic("r1", "", "q")
    first = chat_of(shell)
    shell.run_line_magic("r1", "show")
    assert isinstance(shown[0], TurnView) and shown[1:] == [first] and first.shown_by == "%r1 show"
    shell.run_cell_magic("r1", "--new", "q")
    assert (first.shown_by, chat_of(shell).shown_by) == ("", "%r1 show"), "only one of them is what it shows"


def test_a_terminal_has_a_chat_and_a_kernel_a_view_of_one(
    shell: InteractiveShell, monkeypatch: pytest.MonkeyPatch
) -> None:
    shell.run_cell_magic("r1", "", "q")
    chat = chat_of(shell)
    assert type(chat) is Chat
    shown: list[Any] = []
    monkeypatch.setattr(magic, "display", shown.append)
    monkeypatch.setattr(magic, "in_kernel", lambda: True)
    shell.user_ns["mine"] = chat
    for _ in range(2):
        shell.run_cell_magic("r1", "--chat mine", "q")
    assert [len(chat.turns), len(shown)] == [3, 2]
    assert len({view._chat for view in shown}) == 1, "one widget for all cells that name the chat"


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
        "set stop_loops=perhaps",
        "set seed=1 temperature",
        "set system='open",
        "status now",
        "stop it",
        "export",
        'export "x',
        "export x.doc",
        "export x.md nonsense",
    ],
)
def test_what_the_line_magic_cannot_do_is_one_line(shell: InteractiveShell, line: str) -> None:
    shell.run_cell_magic("r1", "", "q")
    with pytest.raises(UsageError):
        shell.run_line_magic("r1", line)


def test_an_unknown_setting_has_a_hint(shell: InteractiveShell) -> None:
    with pytest.raises(UsageError, match=r"no setting 'temprature'\. Did you mean 'temperature'"):
        shell.run_line_magic("r1", "set temprature=1")
    with pytest.raises(UsageError, match=r"no setting 'tokens'\. Did you mean 'max_tokens'"):
        shell.run_line_magic("r1", "set tokens=1")
    with pytest.raises(UsageError, match=r"no setting 'bugdet'\. Did you mean 'thinking_budget'"):
        shell.run_line_magic("r1", "set bugdet=1")


def test_usage_is_in_the_docstrings(shell: InteractiveShell) -> None:
    cell_magic = shell.find_cell_magic("r1")
    assert "--temperature" in (cell_magic.__doc__ or "") and "{{name}}" in (cell_magic.__doc__ or "")
    assert "%r1 export" in (shell.find_line_magic("r1").__doc__ or "")

"""An exported notebook's first cell opens the conversation again, also when later cells show it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from r1widget import Chat
from r1widget.export.stored import MIME
from r1widget.testing import ScriptedEngine


def _run_the_first_cell(path: Path) -> Any:
    names: dict[str, Any] = {}
    exec("".join(json.loads(path.read_text("utf-8"))["cells"][0]["source"]), names)
    return names["chat"]


@pytest.fixture
def exported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    chat = Chat(ScriptedEngine("Hm.</think>It is so."), keep=False)
    chat.ask("Is it?")
    chat.regenerate()
    chat.turns[0].wait(30)
    chat.export('a "quoted" name.ipynb')
    return tmp_path / 'a "quoted" name.ipynb'


def test_the_first_cell_opens_it(exported: Path) -> None:
    chat = _run_the_first_cell(exported)
    assert [(turn.question, turn.reasoning, turn.answer) for turn in chat.turns] == [("Is it?", "Hm.", "It is so.")]
    assert len(chat.turns[0].siblings) == 2


def test_it_still_does_where_the_notebook_shows_chats(exported: Path) -> None:
    other = Chat(ScriptedEngine("No."), keep=False)
    other.ask("Another?")
    notebook = json.loads(exported.read_text("utf-8"))
    output = {
        "output_type": "display_data",
        "data": {MIME: {**other.data_of(other.turns), "chat": "0123456789ab"}},
        "metadata": {},
    }
    notebook["cells"][0]["outputs"] = [output]
    exported.write_text(json.dumps(notebook), "utf-8")
    assert [turn.question for turn in _run_the_first_cell(exported).turns] == ["Is it?"]

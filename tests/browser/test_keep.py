"""A conversation outlives its kernel: what comes back after a restart and after a kill, under a name, in a copy; and what stands in the
saved file meanwhile.
"""

from __future__ import annotations

import os
import shutil
import signal
from pathlib import Path
from typing import Any

import nbformat
import pytest
from playwright.sync_api import expect

from r1widget import Conversation
from r1widget.export import stored

from .conftest import Open
from .lab import PATIENCE, Lab, Notebook
from .scripts import IMPORTS
from .test_cells import type_into

THOUGHT = [f"w{number} " for number in range(1000)]


@pytest.fixture
def history(tmp_path: Path) -> str:
    """A cell that names a history of this test's own."""
    return f"import os\nos.environ['R1WIDGET_HISTORY'] = {str(tmp_path / 'history.sqlite')!r}\n{IMPORTS}"


def engine(text: str | list[str] = "Hm.</think>Yes.") -> str:
    return f"gate = threading.Semaphore(0)\nengine = ScriptedEngine({text!r}, gate={'gate' if isinstance(text, list) else None})\n"


def restart(notebook: Notebook) -> None:
    notebook.page.evaluate(
        "() => window.jupyterapp.shell.currentWidget.sessionContext.session.kernel.restart().then(() => null)"
    )


def kill(notebook: Notebook) -> None:
    """As a machine that has no memory left does; Jupyter's server starts a new kernel by itself."""
    os.kill(notebook.python("__import__('os').getpid()"), signal.SIGKILL)
    notebook.page.locator(".jp-Dialog button", has_text="Ok").click(timeout=PATIENCE)


def in_file(notebook: Notebook, cell: int) -> dict[str, Any]:
    """Our JSON in a cell of the saved file."""
    found = [
        output.data[stored.MIME]
        for output in notebook.save().cells[cell].outputs
        if stored.MIME in output.get("data", {})
    ]
    assert len(found) == 1
    return dict(found[0])


@pytest.mark.parametrize("end", [restart, kill])
def test_what_a_kernel_ended_in_goes_on_in_the_next(open_notebook: Open, history: str, end: Any) -> None:
    """Restarted, and killed, in the middle of a thought."""
    notebook = open_notebook(
        [history, engine(THOUGHT) + "chat = ChatWidget(engine); chat", "chat.send('Long?'); gate.release(20)"]
    )
    notebook.run(0, 1, 2)
    expect(notebook.chat(1).locator(".r1-thought")).to_contain_text("w19")
    notebook.python("(__import__('r1widget.journal.writer').journal.writer.writer().flush(), 0)[1]")
    id = notebook.python("chat.chat.id")
    notebook.chat(1).get_by_role("textbox").fill("Half a quest")
    end(notebook)
    expect(notebook.chat(1).locator(".r1-state")).to_have_text(
        "The kernel ended while this was written.", timeout=PATIENCE
    )
    expect(notebook.chat(1)).to_contain_text("Run the cell that makes it again")
    notebook._wait_for_kernel()
    notebook.run(0, 1)
    before = notebook.chat(1).locator(".r1-before-line")
    expect(before).to_contain_text("This cell had 1 turn · ")
    expect(before).to_contain_text("the last was cut off")
    notebook.picture(f"before-{end.__name__}")
    before.get_by_role("button", name="Look").click()
    shown = notebook.chat(1).locator(".r1-before-shown")
    expect(shown.locator(".r1-question")).to_have_text("Long?")
    expect(shown.get_by_role("textbox")).to_have_count(0)
    notebook.picture(f"look-{end.__name__}")
    before.get_by_role("button", name="Continue").click()
    turn = notebook.chat(1).locator(".r1-turn")
    expect(turn).to_have_count(1)
    expect(before).to_be_hidden()
    assert notebook.python("chat.chat.id") == id
    notebook.python("(gate.release(1000), 0)[1]")
    turn.get_by_role("button", name="Continue", exact=True).click()
    expect(turn.locator(".r1-versions:visible").first).to_contain_text("2/2")
    notebook.python("(chat.wait(), 0)[1]")
    (first, second) = (notebook.python(f"chat.conversation.all_turns[{number}].to_dict()") for number in (0, 1))
    kept = first["spans"][0]["text"]
    assert first["record"]["interrupted"] == "kernel" and kept.startswith("w0 ") and "w19" in kept
    assert second["spans"][0]["text"].startswith(kept) and second["version"]["of"] == first["id"]
    notebook.kept(1, "went on")
    data = in_file(notebook, 1)
    assert data["chat"] == id and [turn["id"] for turn in data["turns"]] == [first["id"], second["id"]]
    assert Conversation.from_dict(data).turns[0].finish_reason == "stop"
    expect(notebook.chat(1).get_by_role("textbox").last).to_have_value("Half a quest")
    assert notebook.our_errors == []


def test_the_line_goes_when_the_chat_begins_and_what_was_there_stays_in_the_history(
    open_notebook: Open, history: str
) -> None:
    notebook = open_notebook([history, engine() + "chat = ChatWidget(engine); chat", "chat.ask('From a cell?');"])
    notebook.run(0, 1, 2)
    once = notebook.kept(1, "From a cell?")
    restart(notebook)
    notebook.run(0, 1)
    expect(notebook.chat(1).locator(".r1-before-line")).to_contain_text("This cell had 1 turn")
    notebook.run(2)
    expect(notebook.chat(1).locator(".r1-before-line")).to_be_hidden()
    again = notebook.kept(1, "From a cell?")
    assert again.count("> From a cell?") == once.count("> From a cell?") == 1
    assert notebook.python("len(__import__('r1widget').history.list())") == 2
    type_into(notebook.chat(1), "By hand?")
    notebook.run(0, 1)  # in the same kernel it comes back by itself
    expect(notebook.chat(1).locator(".r1-turn")).to_have_count(2)
    expect(notebook.chat(1).locator(".r1-before-line")).to_be_hidden()


def test_a_chat_with_a_name_goes_on_by_itself_and_a_copy_goes_its_own_way(
    open_notebook: Open, history: str, lab: Lab
) -> None:
    cells = [
        history,
        engine() + "chat = ChatWidget(engine, name='sums'); chat",
        "other = ChatWidget(name='sums'); other",
    ]
    notebook = open_notebook(cells)
    notebook.run(0, 1)
    type_into(notebook.chat(1), "In the first kernel?")
    notebook.kept(1, "In the first kernel?")
    notebook.run(2)
    assert notebook.python("other.chat is chat.chat"), "another view of it"
    id = notebook.python("chat.chat.id")
    restart(notebook)
    notebook.run(0, 1)
    expect(notebook.chat(1).locator(".r1-question")).to_have_text("In the first kernel?")
    type_into(notebook.chat(1), "In the second?")
    notebook.kept(1, "In the second?")
    assert notebook.python("chat.chat.id") == id and in_file(notebook, 1)["name"] == "sums"

    path = notebook.path.with_name(f"copy-of-{notebook.path.name}")
    shutil.copy(notebook.path, path)
    copy = open_notebook(path=path)
    copy.run(0, 1)
    expect(copy.chat(1).locator(".r1-question")).to_have_text(["In the first kernel?", "In the second?"])
    assert copy.python("chat.chat.id") != id
    type_into(copy.chat(1), "In the copy?")
    assert copy.kept(1, "In the copy?").count("> In the") == 3
    assert copy.python(f"len(__import__('r1widget').history.load({id!r}).all_turns)") == 2


def test_a_notebook_that_was_moved_goes_on_and_one_from_elsewhere_begins_with_its_file(
    open_notebook: Open, history: str, tmp_path: Path
) -> None:
    notebook = open_notebook([history, engine() + "chat = ChatWidget(engine, name='sums'); chat"])
    notebook.run(0, 1)
    type_into(notebook.chat(1), "Before it was moved?")
    notebook.kept(1, "Before it was moved?")
    id = notebook.python("chat.chat.id")
    moved = notebook.path.with_name(f"moved-{notebook.path.name}")
    notebook.path.rename(moved)
    there = open_notebook(path=moved)
    there.run(0, 1)
    expect(there.chat(1).locator(".r1-question")).to_have_text("Before it was moved?")
    assert there.python("chat.chat.id") == id
    elsewhere = nbformat.read(moved, as_version=4)
    elsewhere.cells[0].source = history.replace("history.sqlite", "another.sqlite")
    nbformat.write(elsewhere, sent := moved.with_name(f"sent-{moved.name}"))
    got = open_notebook(path=sent)
    got.run(0, 1)
    expect(got.chat(1).locator(".r1-question")).to_have_text("Before it was moved?")
    assert got.python("chat.chat.id") != id


def test_of_a_private_chat_nothing_is_in_the_file_or_on_the_disk(
    open_notebook: Open, history: str, tmp_path: Path
) -> None:
    notebook = open_notebook([history, engine() + "chat = ChatWidget(engine, keep=False); chat"])
    notebook.run(0, 1)
    expect(notebook.chat(1)).to_contain_text("Private: nothing of this chat is kept")
    type_into(notebook.chat(1), "Secretly, xylophone?")
    file = notebook.save()
    assert "xylophone" not in notebook.path.read_text("utf-8") and len(file.cells[1].outputs) == 1
    assert not (tmp_path / "history.sqlite").exists()
    notebook.picture("private")
    notebook.page.wait_for_timeout(5000)  # as long as a page waits before it says that a notebook doesn't keep
    expect(notebook.chat(1)).not_to_contain_text("don't reach the notebook")


def test_a_copied_cell_goes_on_with_what_its_output_shows_as_another_conversation(
    open_notebook: Open, history: str
) -> None:
    notebook = open_notebook([history, engine() + "chat = ChatWidget(engine); chat"])
    notebook.run(0, 1)
    type_into(notebook.chat(1), "In the first cell?")
    notebook.kept(1, "In the first cell?")
    id = notebook.python("chat.chat.id")
    notebook.page.evaluate(
        """async () => {
          const { commands } = window.jupyterapp;
          for (const name of ["copy-cell", "paste-cell-below"]) await commands.execute(`notebook:${name}`);
        }"""
    )
    notebook.save()
    restart(notebook)
    notebook.run(0, 2)
    notebook.chat(2).get_by_role("button", name="Continue").click()
    expect(notebook.chat(2).locator(".r1-question")).to_have_text("In the first cell?")
    type_into(notebook.chat(2), "In the second cell?")
    assert notebook.python("chat.chat.id") != id
    assert notebook.python(f"len(__import__('r1widget').history.load({id!r}).all_turns)") == 1
    notebook.run(1)
    expect(notebook.chat(1).locator(".r1-before-line")).to_contain_text("This cell had 1 turn")

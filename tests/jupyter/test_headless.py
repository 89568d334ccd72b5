"""What is kept: a notebook executed with no page, and what becomes of its file."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbclient
import nbconvert
import nbformat
import pytest

SETUP = """
%load_ext r1widget
from r1widget import ChatWidget
from r1widget.testing import ScriptedEngine
chat = ChatWidget(ScriptedEngine("Six times seven: $6 \\\\times 7$.\\n</think>\\n\\nIt is **42**."))
"""


def execute(folder: Path, *cells: str) -> nbformat.NotebookNode:
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in (SETUP, *cells)])
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
    path = folder / "executed.ipynb"
    nbclient.NotebookClient(notebook, timeout=240, kernel_name="python3").execute()
    nbformat.write(notebook, path)
    return nbformat.read(path, as_version=4)


def transcript(cell: nbformat.NotebookNode) -> str:
    """What the texts of a cell that shows a chat say: those below the view."""
    view, *texts = cell.outputs
    assert "application/vnd.jupyter.widget-view+json" in view.data
    assert not any("application/vnd.jupyter.widget-view+json" in text.data for text in texts)
    return "".join(text.data["text/markdown"] for text in texts)


@pytest.fixture(scope="module")
def executed(tmp_path_factory: pytest.TempPathFactory) -> nbformat.NotebookNode:
    return execute(
        tmp_path_factory.mktemp("headless"),
        "chat",
        'turn = chat.ask("What is 6 × 7?")',
        "%%r1 --chat chat\nAnd once more?",
        "turn.wait(1), chat.turns[1].answer",
    )


def test_the_file_holds_the_whole_conversation(executed: nbformat.NotebookNode) -> None:
    """The first cell's text follows turns of later cells; the magic's cell has its own turn."""
    text = transcript(executed.cells[1])
    assert "What is 6 × 7?" in text and "And once more?" in text
    assert text.count("<details") == 2 and text.count("It is **42**.") == 2 and "Six times seven" in text
    own = transcript(executed.cells[3])
    assert "And once more?" in own and "What is 6" not in own and "It is **42**." in own
    assert executed.cells[4].outputs[0].data["text/plain"] == "(True, 'It is **42**.')"


def test_converted_it_shows_the_whole_conversation(executed: nbformat.NotebookNode) -> None:
    markdown, _ = nbconvert.MarkdownExporter().from_notebook_node(executed)
    html, _ = nbconvert.HTMLExporter().from_notebook_node(executed)
    for text in (markdown, html):
        assert "What is 6 × 7?" in text and "Six times seven" in text and "<details" in text
    assert "It is **42**." in markdown
    assert "It is <strong>42</strong>" in html


def test_without_stored_widgets_too(executed: nbformat.NotebookNode) -> None:
    """As JupyterLab saves it: no widget state."""
    notebook = nbformat.from_dict({**executed, "metadata": {**executed.metadata}})
    notebook.metadata.pop("widgets", None)
    html, _ = nbconvert.HTMLExporter().from_notebook_node(notebook)
    assert html.count("It is <strong>42</strong>") == 3


def strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from strings(inner)


def test_the_stored_state_is_small(executed: nbformat.NotebookNode) -> None:
    """A chat, and a turn of its own: what hears the front end's code is state, the code isn't."""
    widgets = executed.metadata.widgets
    models = widgets["application/vnd.jupyter.widget-state+json"].state.values()
    assert sorted(model.state._anywidget_id.split(".")[-1] for model in models if "_esm" in model.state) == [
        *("ChatWidget", "Library", "TurnView")
    ]
    assert len(json.dumps(widgets)) < 15_000
    assert max(map(len, strings(widgets))) < 3_000
    assert max(map(len, strings(executed.cells))) < 5_000


def test_the_stored_state_holds_no_text(executed: nbformat.NotebookNode) -> None:
    state = str(executed.metadata.get("widgets", {}))
    assert not re.search(r"Six times seven|And once more", state)


GATED = """
from IPython.display import display
import threading
gate = threading.Semaphore(0)
chat = ChatWidget(ScriptedEngine(["one ", "two ", "three", "</think>", "It is ", "**42**."], gate=gate))
display(chat)
"""
SENT = """
get_ipython().events.register("post_run_cell", lambda result: gate.release(100))  # after the cell, so between two
turn = chat.send("Later?")
"""


@pytest.mark.parametrize(
    "cell",
    [
        "chat.wait(turn)",
        "turn.wait()",
        "while not turn.wait(timeout=0.01): pass",
        "while turn.state != 'ended': pass",
        "done = threading.Event()\nthreading.Thread(target=lambda: (turn.wait(), done.set())).start()\ndone.wait()",
    ],
)
def test_a_turn_in_the_background_is_kept_however_it_is_waited_for(tmp_path: Path, cell: str) -> None:
    notebook = execute(tmp_path, GATED, SENT, cell)
    assert "It is **42**." in transcript(notebook.cells[1]) and "In progress" not in transcript(notebook.cells[1])


def test_a_turn_that_ended_between_two_cells_is_kept_by_the_next_whatever_it_does(tmp_path: Path) -> None:
    ended = "get_ipython().events.register('post_run_cell', lambda result: turn.wait())"
    notebook = execute(tmp_path, GATED, SENT, ended, "1 + 1")
    assert "It is **42**." in transcript(notebook.cells[1])


def test_a_turn_that_nobody_waited_for_is_kept_as_far_as_it_came(tmp_path: Path) -> None:
    so_far = "turn = chat.send('Later?')\ngate.release(2)\nwhile turn.text('reasoning') != 'one two ': pass"
    notebook = execute(tmp_path, GATED, so_far)
    kept = transcript(notebook.cells[1])
    assert "> Later?" in kept and "one two" in kept and "*In progress.*" in kept


def test_a_turn_that_still_runs_when_the_last_cell_ends_is_marked(tmp_path: Path) -> None:
    """And one that waits behind it stands there too."""
    ask = (
        "begun = threading.Event()\n"
        "chat.on('turn_changed', lambda turn: turn.state == 'running' and begun.set())\n"
        "turns = [chat.send('First?'), chat.send('Second?')]\n"
        "assert begun.wait(60)"
    )
    notebook = execute(tmp_path, GATED, ask)
    kept = transcript(notebook.cells[1])
    assert "> First?" in kept and "> Second?" in kept
    assert kept.count("*In progress.*") == kept.count("*Waiting to be answered.*") == 1
    assert not notebook.cells[2].outputs


BOXED = {
    "the last line": "VBox([chat])",
    "display": "display(HBox([VBox([chat])]))",
    "tab": "tab = Tab([Label('one'), chat]); tab",
    "accordion": "display(Accordion([chat]), Label('after'))",
    "a layout": "AppLayout(center=chat)",
    "an output": "out = Output(); display(out)\nwith out: display(chat)",
    "an output in a box": "out = Output(); display(VBox([out]))\nwith out:\n    display(chat); print('beside it')",
    "an output that is shown later": "out = Output()\nwith out: display(chat)\ndisplay(out)",
}


@pytest.mark.parametrize("cell", BOXED.values(), ids=BOXED.keys())
def test_a_chat_in_a_box_is_kept_in_the_cell_that_shows_the_box(tmp_path: Path, cell: str) -> None:
    notebook = execute(tmp_path, f"from ipywidgets import *\n{cell}", "turn = chat.ask('What is 6 × 7?')")
    *_, title, text, second, third, fourth = notebook.cells[1].outputs
    assert title.data["text/plain"].startswith("r1widget: a chat with scripted")
    assert "> What is 6 × 7?" in text.data["text/markdown"] and "It is **42**." in text.data["text/markdown"]
    assert [output.data for output in (second, third, fourth)] == [{"text/markdown": ""}] * 3
    shown = "".join(output.data.get("text/markdown", "") for output in notebook.cells[1].outputs if "data" in output)
    assert shown.count("It is **42**.") == 1


def test_a_chat_in_a_box_is_kept_while_its_cell_runs(tmp_path: Path) -> None:
    """Its texts are there from the first turn on, and not only at the end of a cell that may take an hour, or die."""
    cell = "from ipywidgets import VBox\ndisplay(VBox([chat]))\nturn = chat.ask('q')\nprint('then')\nchat.ask('r');"
    notebook = execute(tmp_path, "from IPython.display import display", cell)
    kinds = [output.get("text") or output.data.get("text/plain", "") for output in notebook.cells[2].outputs]
    assert kinds[-1] == "then\n" and "a chat with" in kinds[1]
    assert "> r" in notebook.cells[2].outputs[2].data["text/markdown"]


def test_each_chat_of_a_box_is_kept_once_in_their_order(tmp_path: Path) -> None:
    two = """
from ipywidgets import HBox, VBox
first, second = (ChatWidget(ScriptedEngine(f"Hm.</think>{n}", name=n)) for n in ("one", "two"))
HBox([VBox([second]), first, second])
"""
    notebook = execute(tmp_path, two, "turns = [first.ask('q'), second.ask('q')]", "first")
    _box, *kept = notebook.cells[1].outputs
    titles = [output.data["text/plain"] for output in kept if "with" in output.data.get("text/plain", "")]
    assert [title.split(".")[0] for title in titles] == ["r1widget: a chat with two", "r1widget: a chat with one"]
    assert len(kept) == 2 * 5
    assert "> q" in transcript(notebook.cells[3]), "and in every cell that shows it"


def test_what_shows_no_chat_is_left_alone(tmp_path: Path) -> None:
    notebook = execute(
        tmp_path, "from ipywidgets import VBox, Label\nVBox([Label('x')])", "chat;", "l = [chat]; l.append(l)", "l"
    )
    assert [len(cell.outputs) for cell in notebook.cells[1:]] == [1, 0, 0, 1]


def test_an_error_is_in_the_file(tmp_path: Path) -> None:
    notebook = execute(
        tmp_path,
        "from IPython.display import display\nbroken = ChatWidget('/no/such/folder')\ndisplay(broken)\nturn = broken.ask('q')",
    )
    assert "no/such/folder" in transcript(notebook.cells[1]) and "q" in transcript(notebook.cells[1])

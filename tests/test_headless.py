"""What is kept: a notebook executed with no page, and what becomes of its file."""

from __future__ import annotations

import re
from pathlib import Path

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
    """The one text output of a cell that shows a chat: below the view."""
    view, text = cell.outputs
    assert "application/vnd.jupyter.widget-view+json" in view.data
    assert "application/vnd.jupyter.widget-view+json" not in text.data
    return text.data["text/markdown"]


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


def test_the_stored_state_holds_no_text(executed: nbformat.NotebookNode) -> None:
    state = str(executed.metadata.get("widgets", {}))
    assert not re.search(r"Six times seven|And once more", state)


def test_a_turn_in_the_background_is_kept_when_it_was_waited_for(tmp_path: Path) -> None:
    show = "from IPython.display import display\ndisplay(chat)\nturn = chat.send('Later?')"
    notebook = execute(tmp_path, show, "chat.wait(turn)")
    assert "It is **42**." in transcript(notebook.cells[1])


def test_an_error_is_in_the_file(tmp_path: Path) -> None:
    notebook = execute(
        tmp_path,
        "from IPython.display import display\nbroken = ChatWidget('/no/such/folder')\ndisplay(broken)\nturn = broken.ask('q')",
    )
    assert "no/such/folder" in transcript(notebook.cells[1]) and "q" in transcript(notebook.cells[1])

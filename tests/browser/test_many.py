"""A long notebook: twenty chats, each with a finished thought of 8,000 tokens."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from .conftest import Open
from .lab import Notebook

SETUP = """
import sys
sys.path.insert(0, {root!r})
from benchmarks.workload import pieces
from r1widget import ChatWidget
from r1widget.testing import ScriptedEngine
text = "".join(pieces(8000))
chats = [ChatWidget(ScriptedEngine(f"{{text}}\\n</think>\\n\\nanswer {{n}}"), settings={{"max_tokens": 10**6}}) for n in range(20)]
turns = [chat.ask("Go.") for chat in chats]
"""
SHOW = "from ipywidgets import VBox\nVBox(chats)"
"""In a box, since JupyterLab shows 50 outputs of a cell at first, and a chat has five."""
BARE = """
import anywidget
class Bare(anywidget.AnyWidget):
    _esm = "export default { render({ el }) { el.textContent = 'bare'; } }"
VBox([Bare() for _ in range(20)])
"""
"""Jupyter itself keeps an empty element of each view that there was, and 80 listeners: they are counted too."""


SCROLL = """
async number => {
  const tasks = [];
  const observer = new PerformanceObserver(list => tasks.push(...list.getEntries()));
  observer.observe({ type: "longtask" });
  const scroller = document.querySelectorAll(".r1")[number].querySelector(".r1-scroller");
  for (let step = 0; step < 120; step++) {
    scroller.scrollTop += 600;
    await new Promise(requestAnimationFrame);
  }
  observer.disconnect();
  return tasks.length;
}
"""


def counters(page: Page) -> dict[str, int]:
    """What the browser counts, after it has collected its garbage."""
    devtools = page.context.new_cdp_session(page)
    devtools.send("HeapProfiler.collectGarbage")
    found: dict[str, int] = devtools.send("Memory.getDOMCounters")
    devtools.detach()
    return found


def clear(notebook: Notebook) -> dict[str, int]:
    """Away with the outputs; what is left."""
    page = notebook.page
    page.evaluate("() => window.jupyterapp.commands.execute('notebook:clear-cell-output').then(() => null)")
    page.wait_for_function("() => document.querySelectorAll('.r1').length === 0")
    # The browser keeps hold of what was clicked last, and with it of all that it stood in.
    page.locator(".jp-InputArea-editor").first.click()
    return counters(page)


def show_and_clear(notebook: Notebook) -> dict[str, int]:
    """All twenty shown, two of them opened, and away with them."""
    chats = notebook.output(1).locator(".r1")
    notebook.run(1)
    expect(chats.last.locator(".r1-answer")).to_have_text("answer 19")
    for number in (0, 19):
        chats.nth(number).locator(".r1-fold").click()
        expect(chats.nth(number).locator(".r1-step").last).to_be_attached()
    return clear(notebook)


def test_twenty_long_chats_open_scroll_and_go_away(open_notebook: Open, request: pytest.FixtureRequest) -> None:
    notebook = open_notebook([SETUP.format(root=str(request.config.rootpath)), SHOW, BARE], is_new=True)
    page, chats = notebook.page, notebook.output(1).locator(".r1")
    notebook.run(0)
    first = show_and_clear(notebook)
    second = show_and_clear(notebook)
    notebook.run(2)
    expect(notebook.output(2).get_by_text("bare")).to_have_count(20)
    bare = clear(notebook)
    for what in ("nodes", "jsEventListeners"):
        assert second[what] - first[what] <= bare[what] - second[what] + 40, f"views that are gone leave {what}"

    notebook.run(1)
    expect(chats).to_have_count(20)
    # Folded thoughts are not drawn at all: a chat is some hundred nodes, not the seven thousand of its thought.
    assert counters(page)["nodes"] - second["nodes"] < 20 * 650
    for number in range(3):  # in one of them the machine is left alone
        chats.nth(number).locator(".r1-fold").click()
        expect(chats.nth(number).locator(".r1-step").last).to_be_attached()
        long_tasks = page.evaluate(SCROLL, number)
        if long_tasks <= 3:
            break
        chats.nth(number).locator(".r1-fold").click()
    assert long_tasks <= 3, "scrolling through a long thought draws what comes into sight, not all of it"
    assert all(notebook.python("[len(str(chat.get_state())) < 60_000 for chat in chats]"))
    assert notebook.our_errors == []

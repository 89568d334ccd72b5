"""What a person sees beside the text: how loading goes, where the page scrolls, light and dark."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from .conftest import Open
from .scripts import IMPORTS, gated, words

LOADING = """
from r1widget.engines import Progress, registry
step = threading.Semaphore(0)
def load(model, *, on_progress, **options):
    on_progress(Progress(stage="download", text="Downloading r1", done=400, total=1000))
    step.acquire()
    on_progress(Progress(stage="load", text="Loading r1"))
    step.acquire()
    return ScriptedEngine("a</think>done")
registry.load = load
chat = ChatWidget("some/r1")
turn = chat.send("q")
chat
"""


def test_loading_is_shown_and_can_be_stopped(open_notebook: Open) -> None:
    notebook = open_notebook([IMPORTS + LOADING])
    notebook.run(0)
    chat = notebook.chat(0)
    expect(chat.locator(".r1-status")).to_have_text("Downloading0 of 1 kB")
    expect(chat.locator(".r1-state")).to_have_text("Loading r1…")
    bar = chat.get_by_role("progressbar")
    expect(bar).to_have_attribute("value", "400")
    expect(bar).to_have_attribute("max", "1000")
    notebook.picture("loading")
    notebook.python("step.release()")
    expect(chat).to_contain_text("Loading r1")
    notebook.python("chat.stop()")
    expect(chat.locator(".r1-state")).to_contain_text("Cancelled before it began")
    notebook.python("step.release()")
    notebook.python("str(chat.ask('again'))")
    expect(chat.locator(".r1-answer").last).to_have_text("done")


def test_the_page_follows_the_end_until_the_reader_scrolls_up(open_notebook: Open) -> None:
    notebook = open_notebook([gated(words([f"w{n}" for n in range(2000)])), "chat\nturn = chat.send('q')\nchat"])
    notebook.run(0, 1)
    chat = notebook.chat(1)
    scroller = chat.locator(".r1-turns")
    place = "element => [element.scrollTop, element.scrollHeight - element.scrollTop - element.clientHeight]"
    notebook.python("gate.release(1000)")
    expect(chat.locator(".r1-thought")).to_contain_text("w950")
    expect(chat.get_by_role("button", name="Jump to latest")).to_be_hidden()
    assert scroller.evaluate(place)[1] < 10

    scroller.hover()
    notebook.page.mouse.wheel(0, -300)
    jump = chat.get_by_role("button", name="Jump to latest")
    expect(jump).to_be_visible()
    before = scroller.evaluate(place)[0]
    notebook.python("gate.release(60)")
    expect(chat.locator(".r1-thought")).to_contain_text("w985")
    assert scroller.evaluate(place)[0] == before, "the reader's place is the reader's"
    jump.click()
    expect(jump).to_be_hidden()
    assert scroller.evaluate(place)[1] < 10


@pytest.mark.parametrize("theme", ["JupyterLab Light", "JupyterLab Dark", "JupyterLab Dark High Contrast"])
def test_colours_are_the_hosts(open_notebook: Open, theme: str) -> None:
    text = "So **two** and two, $2 + 2 = 4$.\n</think>\n\nIt is $\\boxed{4}$.\n\n```python\nprint(2 + 2)  # 4\n```\n"
    notebook = open_notebook([gated([text]), "gate.release()\nturn = chat.ask('What is 2 + 2?')\nchat"])
    notebook.page.evaluate(
        "theme => window.jupyterapp.commands.execute('apputils:change-theme', { theme }).then(() => null)", theme
    )
    notebook.run(0, 1)
    chat = notebook.chat(1)
    chat.locator(".r1-fold").click()
    expect(chat.locator(".r1-thought math")).to_be_visible()
    notebook.picture(theme.lower().replace(" ", "-"))
    colours = """element => {
      const style = getComputedStyle(element);
      const root = getComputedStyle(document.body);
      const probe = document.createElement('div');
      probe.style.color = root.getPropertyValue('--jp-content-font-color1');
      document.body.append(probe);
      const expected = getComputedStyle(probe).color;
      probe.remove();
      return [style.color, expected];
    }"""
    shown, expected = chat.locator(".r1-answer").evaluate(colours)
    assert shown == expected

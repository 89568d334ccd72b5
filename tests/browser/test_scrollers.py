"""One scroller, and none within it: what is opened in a chat is read by scrolling the chat."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from .conftest import Open
from .lab import Notebook
from .menus import choose
from .scripts import IMPORTS

SETUP = f"""{IMPORTS}
thought = "\\n\\n".join(f"Wait, step {{number}}: " + "and so on it goes " * 8 for number in range(60))
chat = ChatWidget(ScriptedEngine(f"{{thought}}</think>The end.", continuation=f"{{thought}}</think>Another end."))
turn = chat.ask("Why?")
far = turn.reasoning.replace("step 2:", "STEP 2:").replace("step 50:", "STEP 50:")
chat.edit_reasoning(turn, far).wait()
chat
"""
FORK = "[each.wait() for each in chat.fork(chat.turns[-1], step=40, k=3)];"

SCROLLERS = """
() => [...document.querySelectorAll(".jp-Cell-outputArea, .jp-Cell-outputArea *")].filter(element => {
  const { overflowY } = getComputedStyle(element);
  return /auto|scroll/.test(overflowY) && element.scrollHeight > element.clientHeight + 1;
}).map(element => element.className)
"""


def open_changes(notebook: Notebook) -> None:
    chat = notebook.chat(0)
    choose(chat, "Changes")
    expect(chat.locator(".r1-diff")).to_contain_text("STEP 50")


def open_cards(notebook: Notebook) -> None:
    notebook.run(1)
    chat = notebook.chat(0)
    cards = chat.locator(".r1-comparison .r1-continuation")
    expect(cards).to_have_count(3)
    expect(chat.locator(".r1-group-title").first).to_be_visible()
    # First those that are folded to their names, then their thoughts.
    for folds in (".r1-continuation > .r1-fold", ".r1-continuation-body > .r1-fold"):
        for fold in chat.locator(folds).all():
            if fold.is_visible() and fold.get_attribute("aria-expanded") == "false":
                fold.click()
    expect(cards.locator(".r1-thought").first).to_be_visible()


def open_thought(notebook: Notebook) -> None:
    notebook.chat(0).locator(".r1-fold").first.click()
    expect(notebook.chat(0).locator(".r1-thought").first).to_contain_text("STEP 2")


@pytest.mark.parametrize("width", [1100, 640])
@pytest.mark.parametrize("act", [open_changes, open_cards, open_thought])
def test_there_is_one_scroller(open_notebook: Open, act: object, width: int) -> None:
    notebook = open_notebook([SETUP, FORK])
    notebook.page.set_viewport_size({"width": width, "height": 600})
    notebook.run(0)
    expect(notebook.chat(0).locator(".r1-answer")).to_contain_text("end")
    act(notebook)  # type: ignore[operator]
    notebook.picture(f"scrollers-{act.__name__}-{width}")  # type: ignore[attr-defined]
    assert notebook.page.evaluate(SCROLLERS) == ["r1-scroller"]

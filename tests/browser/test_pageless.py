"""What a page has of a notebook that was executed before there was one: all of it where its kernel lives, else the text."""

from __future__ import annotations

from playwright.sync_api import expect

from . import pageless
from .conftest import Open
from .frames import Heard
from .lab import Lab
from .scripts import IMPORTS

CELLS = [
    f"%load_ext r1widget\n{IMPORTS}chat = ChatWidget(ScriptedEngine('So $x^2$ it is.</think>Yes, **42**.'))\nchat",
    "turn = chat.ask('Before the page?')",
    "%%r1 --chat chat\nIn a cell of its own?",
]


def test_a_page_that_comes_after_the_cells_shows_them_alive(open_notebook: Open, lab: Lab) -> None:
    """As in Voila. Nothing has been asked for when the page opens, and no request to run a cell said which cell it was."""
    path = lab.write("executed-before.ipynb", CELLS)
    pageless.execute(lab, path)
    library = Heard("library")
    notebook = open_notebook(path=path, is_new=True, on_websocket=library.socket)
    chat = notebook.chat(0)
    expect(chat.locator(".r1-turn")).to_have_count(2)
    expect(chat.locator(".r1-question").first).to_have_text("Before the page?")
    expect(notebook.chat(2).locator(".r1-question")).to_have_text("In a cell of its own?")
    assert library.times == 1, "for both views"

    draft = chat.get_by_role("textbox")
    draft.fill("And now?")
    draft.press("Enter")
    expect(chat.locator(".r1-turn")).to_have_count(3)
    expect(chat.locator(".r1-answer strong").last).to_have_text("42")
    fold = chat.locator(".r1-fold").last
    expect(fold).to_have_attribute("aria-expanded", "false")  # it closes itself with the end, perhaps only now
    fold.click()
    expect(chat.locator(".r1-thought math").last).to_be_visible()
    assert notebook.our_errors == []


def test_without_its_kernel_the_text_is_shown_and_said_to_be_all(open_notebook: Open, lab: Lab) -> None:
    """A page makes widgets of the stored states; there is nobody who could give them the library."""
    path = lab.write("executed-elsewhere.ipynb", CELLS)
    pageless.execute(lab, path)
    for session in lab.get("api/sessions"):
        lab.delete(f"api/sessions/{session['id']}")
    notebook = open_notebook(path=path, is_new=True)
    for cell in (0, 2):
        expect(notebook.output(cell)).to_contain_text("Not connected to a kernel.")
    shown = notebook.output(0).locator(".jp-RenderedMarkdown", has_text="Before the page?")
    expect(shown).to_be_visible()
    expect(shown.locator("strong").first).to_have_text("42")
    assert notebook.our_errors == []

    notebook.run(0)
    expect(notebook.chat(0).get_by_role("textbox")).to_be_visible()
    assert notebook.our_errors == []

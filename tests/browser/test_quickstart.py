"""The quickstart in a real JupyterLab: Run All, and the built-in model has answered."""

from __future__ import annotations

import shutil
from pathlib import Path

from playwright.sync_api import expect

from .conftest import Open
from .lab import Lab

QUICKSTART = Path(__file__).parent.parent.parent / "notebooks" / "quickstart.ipynb"


def test_run_all(open_notebook: Open, lab: Lab) -> None:
    path = lab.folder / "quickstart.ipynb"
    shutil.copy(QUICKSTART, path)
    notebook = open_notebook(path=path)
    notebook.page.evaluate("() => window.jupyterapp.commands.execute('notebook:run-all-cells').then(() => null)")
    chat = notebook.page.locator(".r1").first
    expect(chat.locator(".r1-answer")).to_contain_text("408")
    expect(chat.get_by_role("button", name="Thought for")).to_have_attribute("aria-expanded", "false")
    expect(notebook.page.locator(".jp-OutputArea-output[data-mime-type*='stderr']")).to_have_count(0)
    chat.scroll_into_view_if_needed()
    notebook.picture("quickstart")

    draft = chat.get_by_role("textbox")
    draft.fill("What is 38 + 57?")
    draft.press("Enter")
    expect(chat.locator(".r1-answer").nth(1)).to_contain_text("95")
    assert notebook.our_errors == []

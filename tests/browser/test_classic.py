"""The same in Notebook 7: asked, answered, kept."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Browser, expect

from .lab import Classic, Notebook, unfold
from .scripts import ANSWER, THOUGHT, paced


def test_notebook_7(browser: Browser, tmp_path: Path) -> None:
    server = Classic(tmp_path)
    context = browser.new_context()
    try:
        cells = [paced(None), "chat", "turn = chat.ask('What is 6 × 7?')"]
        notebook = Notebook(server, context.new_page(), server.write("classic.ipynb", cells))
        notebook.run(0, 1, 2)
        chat = notebook.chat(1)
        expect(chat.locator(".r1-answer")).to_contain_text("a39")
        assert unfold(chat).split() == THOUGHT
        assert chat.locator(".r1-answer").inner_text().split() == ANSWER
        expect(notebook.output(1).locator(".jp-RenderedMarkdown", has_text="w239")).to_be_hidden()
        transcript = notebook.kept(1)
        assert "What is 6 × 7?" in transcript and "w239" in transcript and "a39" in transcript
        assert notebook.our_errors == []
    finally:
        context.close()
        server.stop()

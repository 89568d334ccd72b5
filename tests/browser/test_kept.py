"""What survives: a reload of the page, the saved file, the file opened again without its kernel."""

from __future__ import annotations

import nbformat
from playwright.sync_api import expect

from .conftest import Open
from .lab import PATIENCE, Lab, unfold
from .scripts import ANSWER, THOUGHT, paced, pumped

ASKED = "turn = chat.send('What is 6 × 7?')"


def test_a_reload_in_mid_turn_loses_and_doubles_nothing(open_notebook: Open) -> None:
    notebook = open_notebook([pumped(), "chat", ASKED, "chat"])
    notebook.run(0, 1, 2)
    notebook.python("gate.release(30)")
    expect(notebook.chat(1).locator(".r1-thought")).to_contain_text("w20")
    notebook.save()
    notebook.python("pump(150)")
    notebook.reload()
    chat = notebook.chat(1)
    expect(chat.locator(".r1-thought")).to_contain_text("w60")
    assert notebook.python("turn.state") == "running", "the page was reloaded in the middle"
    notebook.python("gate.release(1000)")
    expect(chat.locator(".r1-answer")).to_contain_text("a39")
    assert unfold(chat).split() == THOUGHT
    assert chat.locator(".r1-answer").inner_text().split() == ANSWER
    expect(chat).to_contain_text("Run `chat` in a new cell", timeout=PATIENCE)
    notebook.run(3)
    transcript = notebook.kept(3)
    assert "w239" in transcript and "a39" in transcript
    assert notebook.our_errors == []


def test_the_saved_file_holds_the_conversation(open_notebook: Open) -> None:
    notebook = open_notebook([paced(None), "chat", ASKED + "\nturn.wait()"])
    notebook.run(0, 1, 2)
    chat = notebook.chat(1)
    expect(chat.locator(".r1-answer")).to_contain_text("a39")
    expect(notebook.output(1).locator(".jp-RenderedMarkdown", has_text="w239")).to_be_hidden()
    saved = notebook.save()
    view, text, *others = saved.cells[1].outputs
    assert [other.data for other in others] == [{"text/markdown": ""}] * 3, "a short chat is in one"
    assert "What is 6 × 7?" in text.data["text/markdown"]
    assert "<details>" in text.data["text/markdown"] and "w239" in text.data["text/markdown"]
    assert "widgets" not in saved.metadata
    assert "w239" not in str(view)


def test_opened_again_without_the_kernel(open_notebook: Open, lab: Lab) -> None:
    """Trusted (my own file, the day after) and untrusted (somebody else's): the text is there and folds."""
    notebook = open_notebook([paced(None), "chat", ASKED + "\nturn.wait()"])
    notebook.run(0, 1, 2)
    expect(notebook.chat(1).locator(".r1-answer")).to_contain_text("a39")
    notebook.save()
    stranger = nbformat.read(notebook.path, as_version=4)
    for session in lab.get("api/sessions"):
        lab.delete(f"api/sessions/{session['id']}")
    notebook.page.close()

    # The server remembers by signature which outputs it has made itself: a changed file is a stranger's.
    stranger.cells[1].outputs[1].data["text/markdown"] += "\n\nOne more line."
    other = notebook.path.with_name("stranger.ipynb")
    nbformat.write(stranger, other)
    for path, name in ((notebook.path, "trusted"), (other, "untrusted")):
        again = open_notebook(path=path)
        text = again.output(1).locator(".jp-RenderedMarkdown", has_text="a39")
        expect(text.locator("blockquote")).to_contain_text("What is 6 × 7?")
        expect(text).to_contain_text("a39")
        expect(text.get_by_text("w239")).to_be_hidden()
        text.locator("summary").click()
        expect(text.get_by_text("w239")).to_be_visible()
        again.picture(f"reopened-{name}")


def test_ten_widgets_carry_one_bundle(open_notebook: Open) -> None:
    received = 0

    def count(socket: object) -> None:
        def add(frame: str | bytes) -> None:
            nonlocal received
            received += len(frame)

        socket.on("framereceived", add)  # type: ignore[attr-defined]

    ten = "chats = [ChatWidget(ScriptedEngine(f'thought {n}</think>answer {n}')) for n in range(10)]\nfor c in chats: display(c)"
    notebook = open_notebook([paced(None), ten, "turns = [c.ask('q') for c in chats]"], on_websocket=count, is_new=True)
    notebook.run(0)
    before = received
    notebook.run(1, 2)
    chats = notebook.output(1).locator(".r1")
    expect(chats).to_have_count(10)
    for number in range(10):
        expect(chats.nth(number).locator(".r1-answer")).to_have_text(f"answer {number}")
    assert received - before < 200_000, "ten widgets, their turns and transcripts, without the bundle"
    assert before > 200_000, "the bundle came before, with the first"
    notebook.save()
    received = 0
    notebook.reload()
    expect(notebook.output(1).locator(".r1 .r1-answer")).to_have_count(10)
    assert received < 1_000_000, "one bundle again, not ten"
    assert notebook.our_errors == []

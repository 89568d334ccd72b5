"""What a person does with a notebook's cells and pages: no act and no advice of ours loses what was said.

Each looks at the saved file.
"""

from __future__ import annotations

import os
import signal

import pytest
from playwright.sync_api import Locator, expect

from . import kernels
from .conftest import Open
from .lab import PATIENCE, Lab
from .scripts import IMPORTS, gated

MAKE = f"""{IMPORTS}
from IPython.display import display
from ipywidgets import HBox, Label, Output, Tab, VBox
def make(name="one", **how): return ChatWidget(ScriptedEngine(f"Hm.</think>Yes, {{name}}.", name=name, **how))
"""
UNKEPT = "New turns don't reach the notebook"


def type_into(chat: Locator, question: str) -> None:
    draft = chat.get_by_role("textbox").last
    draft.fill(question)
    draft.press("Enter")
    turn = chat.locator(".r1-turn").last
    expect(turn.locator(".r1-question")).to_have_text(question)
    expect(turn.locator(".r1-answer")).to_contain_text("Yes")


@pytest.fixture(params=[*kernels.OTHERS, kernels.INSTALLED])
def kernel(request: pytest.FixtureRequest, lab: Lab) -> str:
    return kernels.add(lab, request.param)


def test_running_the_cell_again_after_a_reload_brings_the_conversation_back(open_notebook: Open, kernel: str) -> None:
    notebook = open_notebook([MAKE, "chat = make(); chat"], kernel=kernel)
    notebook.run(0, 1)
    for number in range(3):
        type_into(notebook.chat(1), f"Question {number}?")
    assert notebook.kept(1, "Question 2?").count("> Question") == 3
    notebook.open_anew()
    expect(notebook.chat(1).locator(".r1-turn")).to_have_count(3)
    notebook.run(1)
    expect(notebook.chat(1).locator(".r1-turn")).to_have_count(3)
    expect(notebook.chat(1)).to_contain_text("its chat goes on")
    assert notebook.kept(1).count("> Question") == 3
    type_into(notebook.chat(1), "Question 3?")
    assert notebook.kept(1, "Question 3?").count("> Question") == 4, "and from now on it is kept again"
    assert notebook.our_errors == []


def test_a_cell_that_asks_by_itself_begins_anew_when_it_is_run_again(open_notebook: Open) -> None:
    notebook = open_notebook([MAKE, "chat = make(); display(chat); chat.ask('From the cell?');"])
    notebook.run(0, 1)
    once = notebook.kept(1)
    notebook.run(1)
    expect(notebook.chat(1).locator(".r1-turn")).to_have_count(1)
    assert notebook.kept(1).count("> From the cell?") == once.count("> From the cell?") == 1


def test_what_was_typed_to_another_model_stands_folded_in_the_cell(open_notebook: Open) -> None:
    notebook = open_notebook([MAKE, "name = 'one'", "chat = make(name); chat"])
    notebook.run(0, 1, 2)
    type_into(notebook.chat(2), "To the first?")
    notebook.kept(2, "To the first?")
    notebook.python("globals().update(name='two')")
    notebook.run(2)
    expect(notebook.chat(2).locator(".r1-model")).to_have_text("two")
    expect(notebook.chat(2).locator(".r1-turn")).to_have_count(0)
    aside = notebook.output(2).locator(".jp-RenderedMarkdown", has_text="What was said here before")
    expect(aside).to_be_visible()
    expect(aside.get_by_text("To the first?")).to_be_hidden()
    type_into(notebook.chat(2), "To the second?")
    assert "> To the first?" in notebook.kept(2, "To the second?") and "> To the second?" in notebook.kept(2)
    notebook.run(1, 2)
    expect(notebook.chat(2).locator(".r1-question")).to_have_text("To the first?")
    assert "> To the first?" in notebook.kept(2) and "> To the second?" in notebook.kept(2)


def test_after_a_reload_what_is_advised_keeps_all_of_it(open_notebook: Open) -> None:
    notebook = open_notebook([MAKE, "chats = [make()]; chats[0]", "chats[0]"])
    notebook.run(0, 1)
    type_into(notebook.chat(1), "Before?")
    notebook.kept(1, "Before?")
    notebook.reload()
    expect(notebook.chat(1).locator(".r1-turn")).to_have_count(1)
    type_into(notebook.chat(1), "After?")
    expect(notebook.chat(1).locator(".r1-notice")).to_contain_text("Run `chats[0]` in a new cell", timeout=PATIENCE)
    assert "After?" not in notebook.kept(1), "so it is true"
    notebook.run(2)
    expect(notebook.chat(2).locator(".r1-turn")).to_have_count(2)
    assert "> Before?" in notebook.kept(2) and "> After?" in notebook.kept(2)
    type_into(notebook.chat(1), "And now?")
    assert "> And now?" in notebook.kept(2, "And now?")
    expect(notebook.page.locator(".r1-notice")).to_have_count(0)
    assert "> Before?" in notebook.kept(1), "nothing was taken away"


SHOWN = [
    "a = make('a'); display(VBox([a, HBox([make('b')])])); a.ask('From the cell?');",
    "display(Tab([make('a'), make('b')])); print('beside it')",
    "out = Output(); display(out)\nwith out:\n    display(make('a')); print('beside it')",
]


def test_a_chat_in_a_box_is_kept_and_stands_there_once(open_notebook: Open, kernel: str) -> None:
    """In boxes, in a tab, and in an output of its own."""
    notebook = open_notebook([MAKE, *SHOWN], kernel=kernel)
    notebook.run(0, 1, 2, 3)
    for cell in (1, 2, 3):
        area = notebook.output(cell)
        type_into(notebook.chat(cell), "In a box?")
        assert notebook.kept(cell, "In a box?").count("> In a box?") == 1
        assert notebook.kept(cell).count("> From the cell?") == (cell == 1)
        expect(area.get_by_text("In a box?")).to_have_count(2)
        expect(area.locator(".jp-RenderedMarkdown", has_text="In a box?")).to_be_hidden()
        expect(area.get_by_text("beside it")).to_have_count(0 if cell == 1 else 1)
        expect(area.get_by_text("beside it")).to_be_visible(visible=cell != 1)
    expect(notebook.page.locator(".r1-notice")).to_have_count(0)
    notebook.open_anew()
    for cell in (1, 2, 3):
        expect(notebook.chat(cell).locator(".r1-turn").first).to_be_visible()
        expect(notebook.output(cell).locator(".jp-RenderedMarkdown", has_text="In a box?")).to_be_hidden()
    expect(notebook.page.locator(".r1-notice")).to_have_count(0)  # it had come before, and nothing new has been said
    type_into(notebook.chat(1), "After a reload?")
    expect(notebook.chat(1).locator(".r1-notice")).to_contain_text(UNKEPT, timeout=PATIENCE)
    assert notebook.our_errors == []


def test_a_chat_that_was_put_into_a_box_later_says_that_it_is_not_kept(open_notebook: Open) -> None:
    notebook = open_notebook([MAKE, "box = VBox(); box", "box.children = [make()]"])
    notebook.run(0, 1, 2)
    type_into(notebook.chat(1), "Late?")
    expect(notebook.chat(1).locator(".r1-notice")).to_contain_text(UNKEPT, timeout=PATIENCE)
    assert "Late?" not in notebook.kept(1) + notebook.kept(2)


def test_a_second_window_speaks_for_itself_alone(open_notebook: Open) -> None:
    notebook = open_notebook([MAKE, "chat = make(); chat"])
    notebook.run(0, 1)
    type_into(notebook.chat(1), "In the first?")
    notebook.kept(1, "In the first?")
    second = open_notebook(path=notebook.path)
    expect(second.output(1).locator(".jp-RenderedMarkdown", has_text="In the first?")).to_have_count(1)
    type_into(second.chat(1), "In the second?")
    expect(second.chat(1).locator(".r1-notice")).to_contain_text(UNKEPT, timeout=PATIENCE)
    expect(notebook.chat(1).locator(".r1-question").last).to_have_text("In the second?")
    assert "> In the second?" in notebook.kept(1, "In the second?"), "the first window's notebook keeps it"
    expect(notebook.page.locator(".r1-notice")).to_have_count(0)


def test_a_chat_that_is_shown_twice_is_kept_in_both_cells(open_notebook: Open) -> None:
    notebook = open_notebook([MAKE, "chat = make(); chat", "chat", "VBox([chat])"])
    notebook.run(0, 1, 2, 3)
    type_into(notebook.chat(2), "Twice?")
    assert [notebook.kept(cell, "Twice?").count("> Twice?") for cell in (1, 2, 3)] == [1, 1, 1]
    for cell in (1, 2, 3):
        expect(notebook.output(cell).locator(".jp-RenderedMarkdown", has_text="Twice?")).to_be_hidden()


def test_a_thought_that_the_kernel_died_in_is_kept_as_far_as_it_came(open_notebook: Open) -> None:
    thought = [f"w{number} " for number in range(1000)]
    notebook = open_notebook([gated(thought), "chat", "turn = chat.send('Long?'); gate.release(10)"])
    notebook.run(0, 1, 2)
    chat = notebook.chat(1)
    expect(chat.locator(".r1-thought")).to_contain_text("w9")
    # Four seconds in, which the page hears of with the next piece.
    notebook.python("[__import__('time').sleep(4), gate.release(1)][1]")
    expect(chat.locator(".r1-thought")).to_contain_text("w10")
    expect(notebook.output(1).locator(".jp-RenderedMarkdown", has_text="w9")).to_have_count(1)
    pid = notebook.python("__import__('os').getpid()")
    os.kill(pid, signal.SIGKILL)
    expect(chat.locator(".r1-fold")).to_contain_text("Thought for 4 s")
    expect(chat.locator(".r1-state")).to_have_text("The kernel ended while this was written.")
    expect(chat.get_by_role("button", name="Continue", exact=True)).to_be_hidden()
    expect(chat).to_contain_text("The kernel of this chat is gone")
    kept = notebook.kept(1)
    assert "> Long?" in kept and "w9" in kept and "*In progress.*" in kept


def test_a_draft_survives_a_reload_and_a_restart(open_notebook: Open) -> None:
    notebook = open_notebook([MAKE, "chat = make(); chat"])
    notebook.run(0, 1)
    type_into(notebook.chat(1), "First?")
    notebook.chat(1).get_by_role("textbox").fill("Half a quest")
    notebook.save()
    notebook.reload()
    expect(notebook.chat(1).get_by_role("textbox")).to_have_value("Half a quest")
    notebook.page.evaluate(
        "() => window.jupyterapp.shell.currentWidget.sessionContext.session.kernel.restart().then(() => null)"
    )
    notebook.run(0, 1)
    expect(notebook.chat(1).get_by_role("textbox")).to_have_value("Half a quest")
    expect(notebook.chat(1).locator(".r1-turn")).to_have_count(0)


def test_cleared_is_cleared_in_every_cell(open_notebook: Open) -> None:
    notebook = open_notebook(
        [f"%load_ext r1widget\n{MAKE}\nchat = make()", "%%r1 --chat chat\nOne?", "chat", "chat.clear()"]
    )
    notebook.run(0, 1, 2)
    assert "> One?" in notebook.kept(1) and "> One?" in notebook.kept(2)
    notebook.run(3)
    assert notebook.kept(1) == notebook.kept(2) == ""

"""What stands in the output of a cell besides the widget: what was filled in, and a turn that draws itself."""

from __future__ import annotations

from playwright.sync_api import expect

from .conftest import Open

SETUP = """
%load_ext r1widget
from r1widget import ChatWidget
from r1widget.testing import ScriptedEngine
chat = ChatWidget(ScriptedEngine("Six times seven: $6 \\\\times 7$.</think>It is **42**."))
data, a = [1, 2], 5
"""


def test_a_cell_says_what_was_filled_in_and_a_turn_draws_itself(open_notebook: Open) -> None:
    asked = "%%r1 --chat chat\nMean of {data}? \\frac{a}{b} and {{data}}"
    notebook = open_notebook([SETUP, asked, "turn = chat.turns[0]\nturn", "print(chat, repr(chat))"])
    notebook.run(0, 1, 2, 3)
    expect(notebook.chat(1).locator(".r1-answer")).to_contain_text("It is 42.")
    expect(notebook.chat(1)).to_contain_text("Mean of [1, 2]? \\frac{a}{b} and {data}")
    expect(notebook.output(1)).to_contain_text("Filled in: data = [1, 2]. Braces: {{data}} became {data}")
    drawn = notebook.output(2)
    expect(drawn.locator("strong")).to_have_text("42")
    expect(drawn.get_by_text("Six times seven")).to_be_hidden()
    drawn.locator("summary").click()
    expect(drawn.get_by_text("Six times seven")).to_be_visible()
    expect(notebook.output(3)).to_contain_text("<ChatWidget scripted, 1 turn> <ChatWidget scripted, 1 turn>")
    notebook.picture("cells")
    saved = notebook.save().cells[1].outputs
    assert saved[0].text.startswith("Filled in: data = [1, 2]"), "the notebook's file keeps it"
    assert "Mean of \\[1, 2\\]?" in saved[2].data["text/markdown"]
    assert notebook.our_errors == []


def test_zero_width_characters_are_no_question(open_notebook: Open) -> None:
    notebook = open_notebook([SETUP, "chat"])
    notebook.run(0, 1)
    draft = notebook.chat(1).get_by_role("textbox").first
    draft.fill(" \u200b\ufeff")
    draft.press("Enter")
    expect(notebook.chat(1).get_by_role("button", name="Send")).to_be_disabled()
    draft.fill("What?")
    draft.press("Enter")
    expect(notebook.chat(1).locator(".r1-answer")).to_contain_text("It is 42.")
    assert notebook.python("[turn.question for turn in chat.turns]") == ["What?"]

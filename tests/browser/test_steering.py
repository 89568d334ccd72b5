"""A person steers the built-in model in JupyterLab: edits its thought, goes through versions, forks, answers early."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, expect

from .conftest import Open
from .lab import Notebook
from .menus import choose

POCKET = "from r1widget import ChatWidget\nchat = ChatWidget('pocket', settings={'seed': 1})\nchat"
LOOPING = """
import threading
from r1widget import ChatWidget
from r1widget.testing import ScriptedEngine
gate = threading.Semaphore(0)
text = "Let me see.\\n\\n" + 200 * "But the exact value is not known, so I can't compute it.\\n\\n"
chat = ChatWidget(ScriptedEngine(text + "</think>\\n\\nI don't know.", gate=gate))
chat
"""

STOPPED = """
import threading
from r1widget import ChatWidget
from r1widget.testing import ScriptedEngine
gate = threading.Semaphore(0)
words = [f"w{number} " for number in range(1000)]
chat = ChatWidget(ScriptedEngine(words, gate=gate, continuation="and on.\\n</think>\\n\\nThat far."))
chat
"""
INTERRUPT = """
turn = chat.ask("What is 17 × 24?", max_tokens=30)
turn.record["interrupted"] = "kernel"
turn.end("cancelled")
chat._page.snapshot()
"""


def answered(notebook: Notebook, question: str, answer: str) -> Locator:
    """The chat, which has answered the question."""
    notebook.run(0)
    chat = notebook.chat(0)
    chat.locator(".r1-draft").fill(question)
    notebook.page.keyboard.press("Enter")
    expect(chat.locator(".r1-answer")).to_contain_text(answer)  # torch is imported
    expect(chat.locator(".r1-turn")).to_have_attribute("data-phase", "ended")
    return chat


def press(chat: Locator, name: str) -> None:
    chat.get_by_role("button", name=name).first.click()


def marked(notebook: Notebook) -> list[str]:
    """The words that are marked as a person's, on screen."""
    return notebook.page.evaluate(
        """() => [...(CSS.highlights.get("r1-person") ?? [])].map(marked => {
          const range = new Range();
          range.setStart(marked.startContainer, marked.startOffset);
          range.setEnd(marked.endContainer, marked.endOffset);
          return range.toString();
        })"""
    )


@pytest.mark.browser
def test_an_altered_product_is_followed_and_the_first_version_is_there(open_notebook: Open) -> None:
    notebook = open_notebook([POCKET])
    chat = answered(notebook, "What is 17 × 24?", "408")
    chat.locator(".r1-fold").click()
    press(chat, "Edit the thought")
    field = chat.get_by_role("textbox", name="Edit the thought")
    thought = field.input_value()
    assert thought == notebook.python("chat.turns[0].reasoning")
    before, product, _ = thought.partition("So 17 × 20 = 340.")
    assert product, "the thought has the product that is altered"
    field.fill(before + "So 17 × 20 = 350.")
    notebook.page.keyboard.press("Control+Enter")

    expect(chat.locator(".r1-answer")).to_contain_text("418")
    expect(chat.locator(".r1-turn")).to_have_attribute("data-phase", "ended")
    expect(chat.locator(".r1-trace .r1-version-count")).to_have_text("2/2")
    expect(chat.locator(".r1-step .r1-author")).to_contain_text("you")
    assert marked(notebook) == ["350"]
    chat.locator(".r1-foot").hover()
    notebook.picture("steering-edited")
    assert notebook.python("[span.text for span in chat.turns[0].spans if span.origin == 'person']") == ["350"]

    choose(chat, "Changes")
    expect(chat.locator(".r1-diff del").first).to_contain_text("340")
    expect(chat.locator(".r1-diff ins").first).to_contain_text("350")
    notebook.picture("steering-changes")
    choose(chat, "Changes")

    text = notebook.save().cells[0].outputs[1].data["text/markdown"]
    assert re.search(r"written by a person⟧</ins>\s*350", text), "the saved notebook marks the words"
    assert "\\boxed{418}" in text and "\\boxed{408}" not in text

    press(chat, "Thought: previous version")
    expect(chat.locator(".r1-answer")).to_contain_text("408")
    expect(chat.locator(".r1-trace .r1-version-count")).to_have_text("1/2")
    expect(chat.get_by_role("button", name="Thought: previous version")).to_be_focused()
    assert marked(notebook) == []
    expect(chat.locator(".r1-thought")).to_be_visible()  # open, as the reader had it
    assert notebook.python("chat.turns[0].answer").startswith("17 × 24 = 408")
    assert "\\boxed{408}" in notebook.save().cells[0].outputs[1].data["text/markdown"]

    notebook.reload()
    chat = notebook.chat(0)
    expect(chat.locator(".r1-answer")).to_contain_text("408")
    press(chat, "Thought: next version")
    expect(chat.locator(".r1-answer")).to_contain_text("418")
    assert notebook.our_errors == []


@pytest.mark.browser
def test_a_thought_that_was_stopped_goes_on(open_notebook: Open) -> None:
    notebook = open_notebook([STOPPED])
    notebook.run(0)
    chat = notebook.chat(0)
    chat.locator(".r1-draft").fill("How far?")
    notebook.page.keyboard.press("Enter")
    notebook.python("gate.release(9)")
    expect(chat.locator(".r1-thought")).to_contain_text("w8")
    expect(chat.get_by_role("button", name="Continue", exact=True)).to_be_hidden()
    press(chat, "Stop")
    expect(chat.locator(".r1-state")).to_contain_text("Stopped while thinking")
    chat.locator(".r1-foot").hover()
    chat.get_by_role("button", name="Continue", exact=True).click()
    expect(chat.locator(".r1-trace .r1-version-count")).to_have_text("2/2")
    notebook.python("gate.release(100)")
    expect(chat.locator(".r1-answer")).to_have_text("That far.")
    assert notebook.python("chat.turns[0].reasoning") == "w0 w1 w2 w3 w4 w5 w6 w7 w8 and on."
    press(chat, "Thought: previous version")
    expect(chat.locator(".r1-state")).to_contain_text("Stopped while thinking")
    assert notebook.our_errors == []


@pytest.mark.browser
def test_a_turn_whose_kernel_ended_goes_on_inside_its_thought(open_notebook: Open) -> None:
    """The built-in model's, as it comes back in another kernel: cut off in mid-thought, with its ids."""
    notebook = open_notebook([POCKET, INTERRUPT])
    notebook.run(0, 1)
    chat = notebook.chat(0)
    state = chat.locator(".r1-state")
    expect(state).to_have_text("The kernel ended while this was written. “Continue” goes on from there.")
    go_on = chat.get_by_role("button", name="Continue", exact=True)
    for theme in ("JupyterLab Dark", "JupyterLab Light"):
        notebook.page.evaluate(
            "theme => window.jupyterapp.commands.execute('apputils:change-theme', { theme }).then(() => null)", theme
        )
        expect(notebook.page.locator("#jupyterlab-splash")).to_have_count(0)
        notebook.page.mouse.move(0, 0)
        expect(go_on).to_have_css("opacity", "1")
        notebook.picture(f"steering-interrupted-{theme.split()[-1].lower()}")
    go_on.click()
    expect(chat.locator(".r1-answer")).to_contain_text("408")
    expect(chat.locator(".r1-trace .r1-version-count")).to_have_text("2/2")
    notebook.picture("steering-resumed")
    one, two = notebook.python(
        "[[turn.text('reasoning'), list(turn.ids.all.ids), turn.finish_reason] for turn in chat.turns[0].siblings]"
    )
    assert two[0].startswith(one[0]) and two[1][: len(one[1])] == one[1] and len(one[1]) == 30
    assert (one[2], two[2]) == ("cancelled", "stop")
    assert notebook.our_errors == []


@pytest.mark.browser
def test_a_fork_side_by_side(open_notebook: Open) -> None:
    notebook = open_notebook([POCKET])
    chat = answered(notebook, "What is 17 × 24?", "408")
    chat.locator(".r1-fold").click()
    chat.locator(".r1-step").nth(1).hover()
    chat.locator(".r1-step > .r1-step-acts").get_by_role("button", name="Fork 4 times").click()
    comparison = chat.locator(".r1-comparison")
    expect(comparison.locator(".r1-agreement")).to_have_text("4 of 4 end in 408")
    expect(comparison).to_contain_text("Compared by the number that each answer ends in.")
    comparison.scroll_into_view_if_needed()
    notebook.picture("steering-fork")
    comparison.get_by_role("button", name="Continuation 3", exact=True).click()
    comparison.get_by_role("button", name="Continue with this one: continuation 3").click()
    expect(chat.locator(".r1-trace .r1-version-count")).to_have_text("4/5")
    assert notebook.python("chat.turns[0] is chat.conversation.all_turns[3]") is True
    assert notebook.our_errors == []


@pytest.mark.browser
def test_answer_now_in_the_middle_of_a_loop(open_notebook: Open) -> None:
    notebook = open_notebook([LOOPING])
    notebook.run(0)
    chat = notebook.chat(0)
    chat.locator(".r1-draft").fill("What is it?")
    notebook.page.keyboard.press("Enter")
    notebook.python("gate.release(1500)")
    line = chat.locator(".r1-trace .r1-loop")
    expect(line).to_contain_text("Repeating itself since")
    notebook.picture("steering-loop")
    line.get_by_role("button", name="Answer now").click()
    notebook.python("gate.release(1000)")
    expect(chat.locator(".r1-answer")).to_contain_text("I don't know.")
    expect(chat.locator(".r1-fold")).to_contain_text("ended by you")
    assert notebook.python("chat.turns[0].thinking_ended_by") == "user"
    line.get_by_role("button", name="Cut here and continue").click()
    expect(chat.locator(".r1-trace .r1-version-count")).to_have_text("2/2")
    kept = notebook.python("chat.turns[0].version.at")
    assert kept < 200, "what was there once"
    notebook.python("chat.stop()")
    assert notebook.our_errors == []


@pytest.mark.browser
def test_a_draft_survives_and_a_refusal_is_a_sentence(open_notebook: Open) -> None:
    notebook = open_notebook([POCKET])
    chat = answered(notebook, "What is 17 × 24?", "408")
    chat.locator(".r1-fold").click()
    press(chat, "Edit the thought")
    field = chat.get_by_role("textbox", name="Edit the thought")
    field.fill("I am done.</think>")
    notebook.page.keyboard.press("Control+Enter")
    expect(chat.locator(".r1-notice")).to_contain_text("A thought can't hold </think>")
    expect(field).to_have_value("I am done.</think>")
    field.fill("I am not done")
    notebook.page.keyboard.press("Escape")
    expect(field).to_be_hidden()
    chat.locator(".r1-foot").hover()
    press(chat, "Regenerate")
    expect(chat.locator(".r1-trace .r1-version-count")).to_have_text("2/2")
    press(chat, "Thought: previous version")
    expect(field).to_have_value("I am not done")
    press(chat, "Cancel")
    press(chat, "Edit the thought")
    expect(field).to_have_value(re.compile("^I need to work out"))
    field.click()
    notebook.page.keyboard.press("Control+Home")
    for _ in range(6):
        notebook.page.keyboard.press("ArrowRight")
    press(chat, "Cut after the cursor")
    expect(field).to_have_value("I need")
    notebook.page.keyboard.press("Control+z")
    expect(field).to_have_value(re.compile("408"))
    assert notebook.our_errors == []

"""A reader's notes, and predicting: on the page without a kernel, by role and name; and in JupyterLab, where they are kept."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import Locator, Page, expect

from .conftest import Open
from .demo import Stage
from .menus import choose
from .scenes import NARROW, WIDE

SELECT = """words => {
  for (const prose of document.querySelectorAll(".r1-prose")) {
    const walker = document.createTreeWalker(prose, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const at = node.data.indexOf(words);
      if (at < 0 || !node.parentElement.checkVisibility()) continue;
      node.parentElement.scrollIntoView({ block: "center" });
      getSelection().setBaseAndExtent(node, at, node, at + words.length);
      return;
    }
  }
  throw new Error("Not there: " + words);
}"""
"""As a person does who drags over the words."""
MARKED = "name => [...(CSS.highlights.get(name) ?? [])].map(({ startContainer, startOffset, endOffset }) => startContainer.data.slice(startOffset, endOffset))"

CHAT = """
from r1widget import ChatWidget
from r1widget.testing import ScriptedEngine
chat = ChatWidget(ScriptedEngine("🙂 First, 17 × 4 is 78.\\n\\nWait, that can't be.</think>It is **68**, I think."), predict=PREDICT)
chat
"""
"""An emoji, since places are counted in characters."""


@pytest.fixture
def as_usual(stage: Stage) -> object:
    stage.errors.clear()
    stage.resize(WIDE)
    yield
    stage.resize(WIDE)
    assert stage.errors == []


def form(page: Page | Locator, name: str) -> Locator:
    return page.get_by_role("group", name=name)


def notes(page: Page | Locator) -> Locator:
    return page.get_by_role("region", name="Notes").get_by_role("listitem")


@pytest.mark.usefixtures("as_usual")
def test_words_are_selected_and_a_note_is_written_beside_them(stage: Stage) -> None:
    page = stage.show("slips")
    page.evaluate(SELECT, "480 and 3 × 24")
    page.get_by_role("button", name="Note", exact=True).and_(page.locator(".r1-selection *")).click()
    here = form(page, "Note at “480 and 3 × 24”")
    expect(here.get_by_role("textbox", name="Your note")).to_be_focused()
    page.keyboard.type("A good way.")
    here.get_by_role("button", name="Right").click()
    expect(here.get_by_role("button", name="Right")).to_have_attribute("aria-pressed", "true")
    here.get_by_role("textbox").press("Enter")
    expect(here).to_have_count(0)
    assert page.evaluate(MARKED, "r1-note-right") == ["480 and 3 × 24"]
    row = page.get_by_role("treeitem").filter(has_text="Wait, let me")
    expect(row).to_contain_text("Your note · Right: A good way.")
    expect(notes(page)).to_have_count(1)
    notes(page).get_by_role("button", name="Go to “480 and 3 × 24”").click()
    expect(page.get_by_text("let me check that with another split")).to_be_in_viewport()


@pytest.mark.usefixtures("as_usual")
@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_all_of_it_by_keyboard(stage: Stage, width: int) -> None:
    stage.resize(width)
    page = stage.show("outline")
    page.get_by_role("tree").locator("[tabindex='0']").focus()
    page.keyboard.press("ArrowDown")
    for _ in range(3):  # past what goes on from the step
        page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Note", exact=True).last).to_be_focused()
    page.keyboard.press("Enter")
    here = page.get_by_role("group", name="Note at")
    expect(here.get_by_role("textbox")).to_be_focused()
    page.keyboard.type("Not")
    page.keyboard.press("Shift+Tab")
    expect(here.get_by_role("button", name="Unsure")).to_be_focused()
    page.keyboard.press("Space")
    page.keyboard.press("Escape")
    expect(here).to_have_count(0)
    expect(page.get_by_role("button", name="Note", exact=True).last).to_be_focused()
    page.keyboard.press("Enter")
    expect(here.get_by_role("textbox")).to_have_value("Not")
    expect(here.get_by_role("button", name="Unsure")).to_have_attribute("aria-pressed", "true")
    page.keyboard.type(" yet.")
    page.keyboard.press("Control+Enter")
    expect(here).to_have_count(0)
    expect(page.get_by_role("status").filter(has_text="Note saved")).to_have_count(1)
    expect(page.get_by_role("button", name="1 note")).to_be_visible()


@pytest.mark.usefixtures("as_usual")
def test_the_menu_writes_on_what_is_selected_and_on_the_answer(stage: Stage) -> None:
    page = stage.show("slips")
    page.evaluate(SELECT, "As a check")
    choose(page, "Note on the selection")
    expect(form(page, "Note at “As a check”")).to_be_visible()
    page.keyboard.type("Why?")
    page.keyboard.press("Enter")
    assert page.evaluate(MARKED, "r1-note") == ["As a check"]
    choose(page, "Note on the answer")
    page.keyboard.type("Fine.")
    page.keyboard.press("Enter")
    expect(notes(page)).to_have_count(2)


@pytest.mark.usefixtures("as_usual")
def test_a_note_is_changed_taken_away_and_put_back(stage: Stage) -> None:
    page = stage.show("notes")
    expect(notes(page)).to_have_count(5)
    last = notes(page).last
    last.get_by_role("button", name="Edit the note").click()
    page.get_by_role("textbox", name="Your note").fill("It is found.")
    page.keyboard.press("Enter")
    expect(last).to_contain_text("It is found.")
    first = notes(page).first
    first.get_by_role("button", name="Remove the note").click()
    expect(notes(page)).to_have_count(4)
    assert page.evaluate(MARKED, "r1-note-wrong") == []
    undo = page.get_by_role("button", name="Undo")
    expect(undo).to_be_focused()
    undo.press("Enter")
    expect(notes(page)).to_have_count(5)
    assert page.evaluate(MARKED, "r1-note-wrong") == ["17 × 4 = 78"]


@pytest.mark.usefixtures("as_usual")
@pytest.mark.parametrize("scene", ["predicting", "empty"])
def test_an_answer_waits_to_be_predicted_also_while_it_is_written(stage: Stage, scene: str) -> None:
    page = stage.show("predicting")
    if scene == "empty":
        page.get_by_role("textbox", name="Ask").fill("Is anybody there?")
        page.keyboard.press("Enter")
    turn = page.get_by_role("article").last
    here = turn.get_by_role("group", name="Predict, then reveal")
    expect(turn).to_have_attribute("data-phase", "ended")
    expect(turn.locator(".r1-answer")).to_be_hidden()
    assert turn.locator(".r1-answer").inner_html() == ""
    expect(turn.get_by_role("button", name="Check", exact=True)).to_have_count(0)
    here.get_by_role("textbox", name="What you expect").fill("A number.")
    here.get_by_role("button", name="Save and show").click()
    expect(here).to_have_count(0)
    expect(turn.locator(".r1-answer")).to_be_visible()
    expect(turn).to_contain_text("You expected: A number.")
    expect(turn.get_by_role("button", name="More")).to_be_focused()
    expect(turn.get_by_role("button", name="Check", exact=True)).to_be_visible()


@pytest.mark.usefixtures("as_usual")
def test_what_follows_a_step_is_hidden_until_the_next_one_is_written(stage: Stage) -> None:
    page = stage.show("following")
    expect(page.get_by_role("treeitem")).to_have_count(2)
    expect(page.get_by_text("So the product is").last).to_be_hidden()
    expect(page.locator(".r1-answer")).to_be_hidden()
    page.get_by_role("textbox", name="What you expect").fill("The sum.")
    page.keyboard.press("Enter")
    expect(page.get_by_text("So the product is").last).to_be_visible()
    expect(page.get_by_text("You expected: The sum.")).to_be_visible()
    expect(page.get_by_role("treeitem")).to_have_count(6)
    expect(page.locator(".r1-answer")).to_be_visible()


@pytest.mark.usefixtures("as_usual")
def test_the_setting_hides_what_comes_not_what_was_read(stage: Stage) -> None:
    page = stage.show("answered")
    page.get_by_role("button", name="Settings").click()
    page.get_by_role("checkbox", name="Predict, then reveal").check()
    page.keyboard.press("Escape")
    expect(page.locator(".r1-answer")).to_be_visible()
    page.get_by_role("textbox", name="Ask").fill("And then?")
    page.keyboard.press("Enter")
    expect(page.get_by_role("article").last.get_by_role("group", name="Predict, then reveal")).to_be_visible()
    page.get_by_role("button", name="Show without a prediction").click()
    expect(page.locator(".r1-answer").last).to_be_visible()


@pytest.mark.usefixtures("as_usual")
def test_an_export_may_have_a_table_of_notes(stage: Stage) -> None:
    page = stage.show("notes")
    page.get_by_role("button", name="Export", exact=True).click()
    table = page.get_by_role("checkbox", name="With a table of notes")
    expect(table).to_be_visible()
    page.get_by_role("combobox", name="Format").select_option(".json")
    expect(table).to_be_hidden()
    page = stage.show("answered")
    page.get_by_role("button", name="Export", exact=True).click()
    expect(page.get_by_role("checkbox", name="With a table of notes")).to_be_hidden()


def test_a_note_is_there_after_a_reload_and_in_the_saved_notebook(open_notebook: Open) -> None:
    notebook = open_notebook([CHAT.replace("PREDICT", "False"), "turn = chat.ask('17 × 4?')"])
    notebook.run(0, 1)
    chat, page = notebook.chat(0), notebook.page
    expect(chat.locator(".r1-turn")).to_have_attribute("data-phase", "ended")
    chat.locator(".r1-fold").first.click()
    expect(chat.get_by_text("17 × 4 is 78")).to_be_visible()
    page.evaluate(SELECT, "17 × 4 is 78")
    chat.get_by_role("button", name="Note", exact=True).and_(chat.locator(".r1-selection *")).click()
    page.keyboard.type("It is 68.")
    form(chat, "Note at").get_by_role("button", name="Wrong").click()
    form(chat, "Note at").get_by_role("textbox").press("Enter")
    expect(chat.get_by_role("button", name="1 note")).to_be_visible()
    place = "[[n.verdict, n.text, turn.text(n.kind)[n.start:n.end]] for n in turn.notes]"
    assert notebook.python(place) == [["wrong", "It is 68.", "17 × 4 is 78"]]
    choose(chat, "Note on the answer")
    page.keyboard.type("Not finis")
    saved = json.dumps(notebook.save().cells[0].outputs)
    assert "It is 68." in saved
    notebook.reload()
    chat = notebook.chat(0)
    expect(chat.get_by_role("button", name="1 note")).to_be_visible()
    assert page.evaluate(MARKED, "r1-note-wrong") in ([], ["17 × 4 is 78"]), "a folded thought isn't drawn"
    expect(form(chat, "Note on the answer").get_by_role("textbox")).to_have_value("Not finis")
    assert notebook.our_errors == []


def test_a_prediction_is_kept_and_what_was_not_predicted_is_asked_again(open_notebook: Open) -> None:
    notebook = open_notebook(
        [CHAT.replace("PREDICT", "True"), "turn = chat.ask('17 × 4?'); other = chat.ask('Again?')"]
    )
    notebook.run(0, 1)
    chat = notebook.chat(0)
    asked = chat.get_by_role("group", name="Predict, then reveal")
    expect(asked).to_have_count(2)
    asked.first.get_by_role("textbox").fill("About 70.")
    asked.first.get_by_role("textbox").press("Enter")
    expect(asked).to_have_count(1)
    asked.get_by_role("button", name="Show without a prediction").click()
    expect(asked).to_have_count(0)
    expect(chat.locator(".r1-answer").last).to_contain_text("It is 68")
    assert notebook.python("turn.notes[0].is_prediction")
    notebook.save()
    notebook.reload()
    chat = notebook.chat(0)
    expect(chat.get_by_text("You expected: About 70.")).to_be_visible()
    expect(chat.get_by_role("group", name="Predict, then reveal")).to_have_count(1)
    assert notebook.our_errors == []

"""The head, an empty chat, and what opens above the page, as a person meets them: by mouse, by keyboard, in a narrow cell."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from .conftest import Open
from .demo import Stage
from .test_demo import NARROW, WIDE

CHAT = """%load_ext r1widget
from r1widget import ChatWidget
from r1widget.testing import ScriptedEngine
chat = ChatWidget(ScriptedEngine("Hm.</think>Yes."))
chat"""
MOVING = "() => document.getAnimations().filter(({ playState }) => playState === 'running').length"


@pytest.fixture(autouse=True)
def calm(stage: Stage) -> None:
    stage.errors.clear()
    stage.resize(WIDE)


def focused(page: Page) -> str:
    return str(page.evaluate("() => document.activeElement.className"))


def test_the_name_opens_what_the_model_is(stage: Stage) -> None:
    page = stage.show("answered")
    name = page.locator(".r1-model")
    panel = page.locator(".r1-about")
    name.click()
    expect(panel).to_contain_text("131,072 tokens")
    expect(panel).to_contain_text("On this computer (CPU)")
    page.locator(".r1-question").click()
    expect(panel).to_be_hidden()

    name.focus()
    page.keyboard.press("Enter")
    expect(panel).to_contain_text("Memory: the whole kernel")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Unload")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(".r1-status-word")).to_have_text("Not loaded")
    expect(panel).to_be_focused()
    page.keyboard.press("Escape")
    expect(name).to_be_focused()
    assert stage.errors == []


def test_a_panel_closes_when_the_keyboard_leaves_it(stage: Stage) -> None:
    page = stage.show("answered")
    page.locator(".r1-model").click()
    expect(page.locator(".r1-about")).to_be_visible()
    page.locator(".r1-draft").focus()
    expect(page.locator(".r1-about")).to_be_hidden()
    expect(page.locator(".r1-draft")).to_be_focused()


def test_a_question_to_begin_with_is_asked(stage: Stage) -> None:
    for how in ("click", "Enter"):
        page = stage.show("pocket")
        card = page.get_by_role("button", name="What is 17 × 24?")
        if how == "click":
            card.click()
        else:
            card.focus()
            page.keyboard.press(how)
        expect(page.locator(".r1-question")).to_have_text("What is 17 × 24?")
        expect(page.locator(".r1-draft")).to_be_focused()
        expect(page.locator(".r1-empty")).to_be_hidden()
        expect(page.locator(".r1-turn")).to_have_attribute("data-phase", "ended")
        page.get_by_role("button", name="New chat").click()
        expect(page.locator(".r1-empty")).to_be_visible()
        expect(page.locator(".r1-draft")).to_be_focused()
        expect(page.get_by_role("button", name="New chat")).to_have_attribute("aria-disabled", "true")
    assert stage.errors == []


def test_the_keys_are_one_key_away(stage: Stage) -> None:
    page = stage.show("answered")
    keys = page.locator(".r1-shortcuts")
    page.locator(".r1-draft").focus()
    page.keyboard.type("?")
    expect(keys).to_be_hidden()
    expect(page.locator(".r1-draft")).to_have_value("?")
    page.locator(".r1-fold").focus()
    page.keyboard.press("?")
    expect(keys).to_contain_text("Find in the thought")
    page.keyboard.press("Escape")
    expect(page.locator(".r1-fold")).to_be_focused()
    page.get_by_role("button", name="Keyboard shortcuts").click()
    expect(keys).to_be_visible()


def test_an_icon_says_its_name_to_the_keyboard(stage: Stage) -> None:
    page = stage.show("answered")
    page.get_by_role("button", name="Export").click()
    expect(page.locator(".r1-tooltip")).to_be_hidden()
    page.keyboard.press("Escape")
    page.keyboard.press("Tab")
    tooltip = page.locator(".r1-tooltip")
    expect(tooltip).to_be_visible()
    expect(tooltip).to_contain_text("Start a new chat")
    bubble, button = tooltip.bounding_box(), page.get_by_role("button", name="New chat").bounding_box()
    assert bubble and button
    assert bubble["y"] + bubble["height"] <= button["y"] or bubble["y"] >= button["y"] + button["height"]
    page.keyboard.press("Tab")
    expect(tooltip).not_to_contain_text("Start a new chat")


@pytest.mark.parametrize("scene", ["loading", "fetch", "failed", "thinking", "gone"])
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_head_is_one_line_in_a_narrow_cell(stage: Stage, scene: str, lang: str) -> None:
    stage.resize(NARROW)
    page = stage.show(scene, lang=lang)
    bar = page.locator(".r1-bar").bounding_box()
    assert bar and bar["height"] < 40
    for part in (".r1-dot", ".r1-status-word", ".r1-model", ".r1-bar-tools > button:last-of-type"):
        box = page.locator(part).last.bounding_box()
        assert box and box["width"] > 5 and bar["x"] <= box["x"] and box["x"] + box["width"] <= bar["x"] + bar["width"]
    word, name = page.locator(".r1-status-word").bounding_box(), page.locator(".r1-model").bounding_box()
    assert word and name and word["x"] + word["width"] <= name["x"]


def test_the_dot_moves_only_while_something_happens(stage: Stage) -> None:
    """And text that comes is something that happens: beside it nothing is animated without end."""
    stage.page.emulate_media(reduced_motion="no-preference")
    moving = {}
    for scene in ("answered", "loading", "thinking"):
        stage.show(scene)
        moving[scene] = stage.page.evaluate(MOVING)
    stage.page.emulate_media(reduced_motion="reduce")
    assert (moving["answered"], moving["thinking"]) == (0, 0) and moving["loading"] > 0
    stage.show("loading")
    assert stage.page.evaluate(MOVING) == 0


@pytest.mark.parametrize("scene", ["model", "shortcuts", "exporting"])
def test_what_opens_above_the_page_is_all_in_the_window(stage: Stage, scene: str) -> None:
    for width in (WIDE, NARROW):
        stage.resize(width)
        page = stage.show(scene)
        panel = page.locator(".r1-popover:visible")
        box = panel.bounding_box()
        assert box and box["x"] >= 0 and box["x"] + box["width"] <= width and box["y"] + box["height"] <= 900
        assert panel.evaluate("panel => panel.scrollWidth <= panel.clientWidth")


@pytest.mark.parametrize("scene", ["empty", "answered", "single"])
def test_a_box_that_asks_for_its_width_gets_one(stage: Stage, scene: str) -> None:
    """As ipywidgets' HBox does: alone it is as wide as there is room, and beside others it shrinks."""
    page = stage.show(scene)
    width = "() => document.querySelector('.r1').getBoundingClientRect().width"
    page.evaluate("() => void (document.querySelector('.r1').parentElement.style.display = 'flex')")
    assert page.evaluate(width) > 700
    stage.resize(NARROW)
    assert 300 < page.evaluate(width) <= NARROW


@pytest.mark.browser
def test_a_row_of_what_the_model_is_has_room_also_in_a_notebook(open_notebook: Open) -> None:
    notebook = open_notebook([CHAT])
    notebook.run(0)
    chat = notebook.chat(0)
    for button, panel in ((".r1-model", ".r1-about"), ("[aria-controls*=shortcuts]", ".r1-shortcuts")):
        chat.locator(button).click()
        name = chat.locator(f"{panel} dt").first
        expect(name).to_be_visible()
        lines = "dts => Math.max(...dts.map(dt => dt.offsetHeight / parseFloat(getComputedStyle(dt).lineHeight)))"
        assert chat.locator(f"{panel} dt").evaluate_all(lines) < 2, "the host has a width of its own for them"
    assert notebook.our_errors == []


def test_a_variable_is_asked_about_in_a_cell_below(open_notebook: Open) -> None:
    notebook = open_notebook([CHAT])
    notebook.run(0)
    chat = notebook.chat(0)
    chat.get_by_role("button", name="Ask about a variable").click()
    expect(chat.locator(".r1-notice")).to_contain_text("Inserted a cell below")
    cells = notebook.save().cells
    assert [cell.cell_type for cell in cells] == ["code", "code"]
    assert cells[1].source == "%%r1 --chat chat\nMy measurements are {data}. Is their mean above 3?"
    notebook.python("globals().update(data=[2, 3, 4])")
    notebook.run(1)
    expect(notebook.page.locator(".jp-Cell").nth(1).locator(".r1-question")).to_contain_text("[2, 3, 4]")
    expect(chat.locator(".r1-question")).to_contain_text("[2, 3, 4]")
    assert notebook.our_errors == []

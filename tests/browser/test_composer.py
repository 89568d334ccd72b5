"""The composer and the settings as a person sees them: what is pasted, what comes back, Send and Stop by the mouse, and what the
next turn uses."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from .demo import Stage

MODIFIER = "Control"
LINES = 5000
AT_MOST = 50.0  # ms of what the view does with a paste; what the browser itself takes for it isn't ours
TRIES = 3


@pytest.fixture(autouse=True)
def as_usual(stage: Stage) -> Iterator[None]:
    stage.errors.clear()
    stage.resize(1000)
    yield
    assert stage.errors == []


def draft_of(page: Page) -> Locator:
    return page.get_by_role("textbox", name="Ask a question")


WATCHED = """async count => {
  const text = Array.from({ length: count }, (_, index) => `${index}: a line of a log, as it is pasted`).join("\\n");
  await navigator.clipboard.writeText(text);
  // From before the first listener to behind the last one, and the layout that is due then.
  addEventListener("input", () => void (window.began = performance.now()), true);
  addEventListener("input", ({ target }) => {
    target.getBoundingClientRect();
    window.took = performance.now() - window.began;
  });
  return text.length;
}"""


def test_a_long_paste_is_quick(stage: Stage) -> None:
    page = stage.show("answered")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    length = page.evaluate(WATCHED, LINES)
    draft = draft_of(page)
    times: list[float] = []
    while not times or (min(times) > AT_MOST and len(times) < TRIES):
        draft.fill("")
        draft.press(f"{MODIFIER}+v")
        page.wait_for_function("length => document.querySelector('.r1-draft').value.length === length", arg=length)
        times.append(page.evaluate("() => window.took"))
    assert min(times) < AT_MOST, times
    heights = draft.evaluate("field => [field.clientHeight, field.scrollHeight]")
    assert heights[0] < 200 < 10_000 < heights[1], "it scrolls within itself"
    draft.fill("")
    assert draft.evaluate("field => field.clientHeight") < 40, "and is one line again"


def test_the_field_grows_with_its_text(stage: Stage) -> None:
    page = stage.show("composing")
    draft = draft_of(page)
    three = draft.evaluate("field => field.clientHeight")
    draft.press("Shift+Enter")
    assert draft.evaluate("field => field.clientHeight") == three + 21
    ring = page.locator(".r1-compose").evaluate("field => getComputedStyle(field).outlineWidth")
    assert ring == "2px"


def test_arrows_bring_questions_back(stage: Stage) -> None:
    page = stage.show("thinking")
    questions = page.locator(".r1-question").all_inner_texts()
    draft = draft_of(page)
    draft.press("ArrowUp")
    expect(draft).to_have_value(questions[-1])
    draft.press("ArrowUp")
    expect(draft).to_have_value(questions[-2])
    draft.press("ArrowDown")
    draft.press("ArrowDown")
    expect(draft).to_have_value("")
    page.keyboard.type("Mine")
    draft.press("ArrowUp")
    expect(draft).to_have_value("Mine")


def test_the_keys_are_said_where_there_is_room(stage: Stage) -> None:
    page = stage.show("answered")
    keys = page.locator(".r1-keys")
    expect(keys).to_be_visible()
    stage.resize(380)
    expect(keys).to_be_hidden()


ACROSS = "button => button.getBoundingClientRect().x"


def test_a_double_click_on_send_stops_nothing(stage: Stage) -> None:
    page = stage.show("answered")
    send, stop = page.locator(".r1-send"), page.locator(".r1-stop")
    expect(send).to_be_disabled()
    expect(stop).to_be_hidden()
    draft_of(page).fill("What is 18 × 24?")
    send.dblclick()
    turn = page.locator("[data-turn=t2]")
    expect(turn).to_have_attribute("data-phase", "ended")
    expect(turn.locator(".r1-answer")).not_to_be_empty()


def test_send_and_stop_by_mouse(stage: Stage) -> None:
    page = stage.show("running")
    send, stop, draft = page.locator(".r1-send"), page.locator(".r1-stop"), draft_of(page)
    end = send.evaluate(ACROSS)
    assert stop.evaluate(ACROSS) < end, "with both to do Send stays at the end"
    draft.fill("")
    expect(send).to_be_hidden()
    assert stop.evaluate(ACROSS) == end
    stop.click()
    expect(page.locator(".r1-state")).to_contain_text("Stopped")
    expect(stop).to_be_hidden()
    assert send.evaluate(ACROSS) == end


def test_what_the_next_turn_uses(stage: Stage) -> None:
    """By keyboard, in the row; the settings have the same values, and the row those that are set there."""
    page = stage.show("answered")
    button, row = page.get_by_role("button", name="Next turn"), page.locator(".r1-upcoming")
    expect(row).to_be_hidden()
    button.focus()
    page.keyboard.press("Enter")
    expect(button).to_have_attribute("aria-expanded", "true")
    assert not button.evaluate("button => button.hasAttribute('data-changed')")
    row.get_by_role("slider", name="Thinking budget").focus()
    for _ in range(4):
        page.keyboard.press("ArrowLeft")
    expect(row.get_by_role("spinbutton", name="Thinking budget")).to_have_value("2000")
    expect(row).to_contain_text("about 2 min")
    expect(button).to_have_attribute("data-changed", "")
    page.get_by_role("button", name="Settings").click()
    panel = page.get_by_role("dialog")
    expect(panel.get_by_role("spinbutton", name="Thinking budget")).to_have_value("2000")
    panel.get_by_role("spinbutton", name="Temperature").fill("0.5")
    page.keyboard.press("Enter")
    expect(row.get_by_role("spinbutton", name="Temperature")).to_have_value("0.5")
    panel.get_by_role("button", name="Reset all").click()
    expect(panel.get_by_role("spinbutton", name="Thinking budget")).to_have_value("")
    expect(row.get_by_role("spinbutton", name="Temperature")).to_have_value("0.6")
    page.keyboard.press("Escape")
    expect(panel).to_be_hidden()
    button.focus()
    page.keyboard.press("Escape")
    expect(row).to_be_hidden()
    expect(button).to_be_focused()


@pytest.mark.parametrize("width", [1000, 380])
def test_the_settings_fit(stage: Stage, width: int) -> None:
    page = stage.show("chosen")
    stage.resize(width)
    place = page.locator(".r1-settings").bounding_box()
    assert place and place["x"] >= 0 and place["x"] + place["width"] <= width
    assert page.locator(".r1-settings").evaluate("panel => panel.scrollWidth <= panel.clientWidth")


def test_the_chat_is_cleared(stage: Stage) -> None:
    page = stage.show("settings")
    panel = page.get_by_role("dialog")
    panel.get_by_role("button", name="Clear this chat").click()
    expect(panel).to_contain_text("Clear 1 turn?")
    expect(panel.get_by_role("button", name="Keep")).to_be_focused()
    page.keyboard.press("Enter")
    expect(panel.get_by_role("button", name="Clear this chat")).to_be_focused()
    expect(page.locator(".r1-turn")).to_have_count(1)
    page.keyboard.press("Enter")
    panel.get_by_role("button", name="Clear", exact=True).click()
    expect(page.locator(".r1-turn")).to_have_count(0)
    expect(panel).to_be_hidden()
    expect(page.get_by_role("button", name="Settings")).to_be_focused()

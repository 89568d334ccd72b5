"""The view as it is to who doesn't look at it: a conversation can be had by names and by keys alone. That every control has a name and is
reached is asked of every scene (test_scenes.py).

No class of the view is named here, so that this holds whatever it looks like.
"""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from .demo import Stage
from .roles import stops
from .scenes import WIDE

THOUGHT = re.compile("^Thought for")


@pytest.fixture(autouse=True)
def wide(stage: Stage) -> None:
    stage.resize(WIDE)
    stage.errors.clear()


@pytest.mark.parametrize("scene", ["empty", "answered", "outline", "thinking"])
def test_the_way_back_is_the_same(stage: Stage, scene: str) -> None:
    page = stage.show(scene)
    there = [stop["what"] for stop in stops(page)]
    back = [stop["what"] for stop in stops(page, "Shift+Tab")]
    assert back[::-1] == there


def go_to(page: Page, name: str | re.Pattern[str], *, back: bool = False) -> Locator:
    """With Tab to the control of that name, as somebody does who hears each name."""
    for _ in range(80):
        page.keyboard.press("Shift+Tab" if back else "Tab")
        focused = page.locator(":focus")  # whatever has it when it is asked
        if focused.count() == 0:
            continue
        said = focused.evaluate(
            "element => element.getAttribute('aria-label') ?? element.labels?.[0]?.textContent ?? element.textContent"
        ).strip()
        if name == said if isinstance(name, str) else name.search(said):
            return focused
    raise AssertionError(f"Tab doesn't come to {name}")


def answered(page: Page, count: int) -> None:
    """Until `count` thoughts have an end."""
    expect(page.get_by_role("button", name=THOUGHT)).to_have_count(count)


def test_a_conversation_by_names_alone(stage: Stage) -> None:
    page = stage.show("empty")
    question = page.get_by_role("textbox", name="Ask a question")
    question.fill("Is anybody there?")
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.get_by_role("button", name="Stop", exact=True)).to_be_visible()
    answered(page, 1)
    expect(page.get_by_role("region", name="Conversation")).to_contain_text("Is anybody there?")

    thought = page.get_by_role("button", name=THOUGHT)
    if thought.get_attribute("aria-expanded") == "false":
        thought.click()
    expect(thought).to_have_attribute("aria-expanded", "true")
    page.get_by_role("button", name="Outline", exact=True).click()
    expect(page.get_by_role("button", name="Outline", exact=True)).to_have_attribute("aria-expanded", "true")

    page.get_by_role("button", name="Edit the thought").click()
    page.get_by_role("textbox", name="Edit the thought").fill("Okay. Nobody is.")
    page.get_by_role("group", name="Edit the thought").get_by_role("button", name=re.compile("^Continue")).click()
    expect(page.get_by_role("button", name="Thought: previous version")).to_be_visible()
    answered(page, 1)
    page.get_by_role("button", name="Thought: previous version").click()
    expect(page.get_by_role("region", name="Conversation")).not_to_contain_text("Nobody is.")
    assert stage.errors == []


def test_a_conversation_by_the_keyboard_alone(stage: Stage) -> None:
    page = stage.show("empty")
    go_to(page, "Ask a question")
    page.keyboard.type("Is anybody there?")
    page.keyboard.press("Enter")
    answered(page, 1)
    expect(page.get_by_role("textbox", name="Ask a question")).to_be_focused()
    page.keyboard.type("And now?")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Stop", exact=True)).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Stop", exact=True)).to_be_hidden()

    fold = go_to(page, THOUGHT, back=True)
    before = fold.get_attribute("aria-expanded")
    page.keyboard.press("Enter")
    expect(fold).not_to_have_attribute("aria-expanded", before or "")
    expect(fold).to_be_focused()
    assert stage.errors == []


ABOVE = """() => [...document.querySelectorAll(".r1 button[aria-controls]")]
  .filter(button => document.getElementById(button.getAttribute("aria-controls"))?.matches("[popover]"))
  .filter(button => button.checkVisibility({ visibilityProperty: true }))
  .map(button => [button.getAttribute("aria-label") ?? button.textContent.trim(), button.getAttribute("aria-controls")])"""
"""Names of the buttons that open something above the page, and what they open."""


@pytest.mark.parametrize("scene", ["empty", "answered", "outline"])
def test_what_opens_above_the_page_closes_with_escape_and_gives_the_keyboard_back(stage: Stage, scene: str) -> None:
    page = stage.show(scene)
    for name, opens in page.evaluate(ABOVE):
        button, panel = page.locator(f"[aria-controls='{opens}']"), page.locator(f"[id='{opens}']")
        go_to(page, name)
        expect(button).to_be_focused()
        page.keyboard.press("Enter")
        expect(button).to_have_attribute("aria-expanded", "true")
        expect(panel).to_be_visible()
        page.keyboard.press("Escape")
        expect(button).to_have_attribute("aria-expanded", "false")
        expect(panel).to_be_hidden()
        expect(button).to_be_focused()
    assert stage.errors == []

"""The view as it is to who doesn't look at it: every control has a role and a name, the keyboard comes to each of them once, it is seen
where the keyboard is, and a conversation can be had by names and by keys alone.

No class of the view is named here, so that this holds whatever it looks like.
"""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from .demo import Stage
from .scenes import HUGE, SCENES, WIDE

CONTROLS = frozenset(
    (
        "button",
        "checkbox",
        "combobox",
        "link",
        "menuitem",
        "menuitemcheckbox",
        "radio",
        "searchbox",
        "slider",
        "spinbutton",
        "switch",
        "textbox",
    )
)

THOUGHT = re.compile("^Thought for")

BEFORE = """() => {
  window.controls = ".r1 :is(button, a[href], input, select, textarea, summary, [tabindex])";
  /** What of it, and of what is around it, may say that it has the keyboard. */
  window.look = element => {
    const found = [];
    for (let at = element, far = 0; at && far < 4 && !at.matches(".r1"); at = at.parentElement, far++) {
      const { outlineStyle, outlineWidth, boxShadow, borderColor } = getComputedStyle(at);
      found.push(outlineStyle === "none" ? "" : outlineWidth, boxShadow, borderColor);
    }
    return found.join("|");
  };
  document.activeElement.blur();
  window.looks = new Map([...document.querySelectorAll(controls)].map(element => [element, look(element)]));
  window.stops = [];
  getSelection().removeAllRanges();
  // Tab begins where the keyboard was last, so that is before the view, or behind it.
  for (const place of ["prepend", "append"]) {
    const edge = document.createElement("button");
    edge.className = `edge-${place}`;
    document.body[place](edge);
  }
}"""

STOP = """() => {
  let focused = document.activeElement;
  if (!focused?.closest(".r1")) return null;
  const again = stops.includes(focused);
  stops.push(focused);
  const { outlineStyle, outlineWidth } = getComputedStyle(focused);
  const ringed = outlineStyle !== "none" && Number.parseFloat(outlineWidth) >= 1;
  const before = looks.get(focused);
  const box = focused.getBoundingClientRect();
  const [x, y] = [Math.max(0, box.left) + Math.min(box.width, 8) / 2, Math.max(0, box.top) + Math.min(box.height, 8) / 2];
  return {
    what: `${focused.localName} ${focused.getAttribute("aria-label") ?? focused.textContent.trim().slice(0, 40)}`,
    again,
    marked: ringed || (before !== undefined && before !== look(focused)),
    seen: box.width > 0 && box.height > 0 && focused.checkVisibility({ opacityProperty: true, visibilityProperty: true })
      && x < innerWidth && y < innerHeight,
  };
}"""

MISSED = """() => [...document.querySelectorAll(controls)]
  .filter(element => element.tabIndex >= 0 && !element.disabled && !element.closest("[inert], [aria-hidden=true]"))
  .filter(element => element.checkVisibility({ visibilityProperty: true }))
  .filter(element => element.type !== "radio" || element.checked)
  .filter(element => !stops.includes(element)).map(element => element.outerHTML.slice(0, 160))"""
"""What stands there for the keyboard and hasn't been reached. Of radio buttons one is a stop."""


@pytest.fixture(autouse=True)
def wide(stage: Stage) -> None:
    stage.resize(WIDE)
    stage.errors.clear()


def tree(page: Page) -> list[tuple[str, str]]:
    """Role and name of all that is in the page, as the browser tells them to a screen reader."""
    devtools = page.context.new_cdp_session(page)
    nodes = devtools.send("Accessibility.getFullAXTree")["nodes"]
    devtools.detach()
    return [
        (node["role"]["value"], node.get("name", {}).get("value", "").strip())
        for node in nodes
        if not node.get("ignored") and "role" in node
    ]


@pytest.mark.parametrize("scene", [scene for scene in SCENES if scene not in HUGE])
def test_every_control_has_a_name(stage: Stage, scene: str) -> None:
    controls = [(role, name) for role, name in tree(stage.show(scene)) if role in CONTROLS]
    assert len(controls) > 5, "those of the chooser at least"
    assert [role for role, name in controls if not name] == []
    # A sign alone says nothing: it has a word.
    assert [name for _, name in controls if not re.search(r"\w", name)] == []


def stops(page: Page, key: str = "Tab") -> list[dict[str, Any]]:
    """All that Tab comes to in the view, once through; `key` Shift+Tab is the other way."""
    page.evaluate(BEFORE)
    page.locator(".edge-prepend" if key == "Tab" else ".edge-append").focus()
    found: list[dict[str, Any]] = []
    for _ in range(150):
        page.keyboard.press(key)
        stop = page.evaluate(STOP)
        if stop is not None:
            found.append(stop)
        elif found:
            page.locator("[class^=edge-]").evaluate_all("edges => edges.forEach(edge => edge.remove())")
            return found
    raise AssertionError("Tab doesn't come out of the view")


@pytest.mark.parametrize("scene", [scene for scene in SCENES if scene not in HUGE])
def test_the_keyboard_comes_to_each_control_once(stage: Stage, scene: str) -> None:
    page = stage.show(scene)
    page.keyboard.press("Escape")  # what the scene has opened above the page covers what is below it
    found = stops(page)
    assert found
    assert [stop["what"] for stop in found if stop["again"]] == []
    assert [stop["what"] for stop in found if not stop["marked"]] == [], "one sees where the keyboard is"
    assert [stop["what"] for stop in found if not stop["seen"]] == [], "what has the keyboard is on the screen"
    assert page.evaluate(MISSED) == []
    assert stage.errors == []


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

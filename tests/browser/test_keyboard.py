"""The view without a mouse: what Tab reaches and in which order, what the keys do, what is said aloud; less motion,
forced colours and paper."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from .demo import Stage

FOCUSED = """() => {
  const focused = document.activeElement;
  if (!focused?.closest(".r1")) return null;
  (window.reached ??= new Set()).add(focused);
  const marked = getComputedStyle(focused).outlineStyle !== "none"
    // Of a field the line around it says that it has the focus.
    || (focused.matches(".r1-find-text") && getComputedStyle(focused.parentElement).borderColor)
    || (focused.matches(".r1-draft") && getComputedStyle(focused.closest(".r1-compose")).outlineStyle !== "none");
  const { top, height } = focused.getBoundingClientRect();
  const name = focused.getAttribute("aria-label") ?? (focused.textContent || focused.value);
  return { name: name.trim(), kind: focused.className.split(" ")[0], marked: Boolean(marked), seen: height > 0 && top < innerHeight };
}"""

MISSED = """() => [...document.querySelectorAll(".r1 :is(button, a[href], input, select, textarea, [tabindex='0'])")]
  .filter(element => element.checkVisibility({ visibilityProperty: true }) && !element.disabled && element.tabIndex >= 0 && !element.closest("[inert]"))
  .filter(element => !element.matches(".r1-jump")) // gone when Tab has come to the end
  .filter(element => element.type !== "radio" || element.checked)
  .filter(element => !window.reached.has(element)).map(element => element.outerHTML)"""
"""What can be clicked and Tab hasn't reached. (What scrolls becomes a stop when it is first on screen, so it is asked after.)"""


@pytest.fixture(autouse=True)
def as_usual(stage: Stage) -> Iterator[None]:
    stage.errors.clear()
    yield
    stage.page.emulate_media(media="null", reduced_motion="no-preference", forced_colors="none")
    assert stage.errors == []


def tabbed(page: Page) -> list[dict[str, Any]]:
    """Everything in the view that Tab reaches, from the top."""
    page.evaluate(
        "() => { getSelection().removeAllRanges(); document.querySelector('#chooser').lastChild.lastChild.focus(); }"
    )
    stops: list[dict[str, Any]] = []
    for _ in range(60):
        page.keyboard.press("Tab")
        stop = page.evaluate(FOCUSED)
        if stop is None:
            if stops:
                return stops
            continue
        stops.append(stop)
    raise AssertionError("Tab doesn't come out of the view")


def names(stops: list[dict[str, Any]]) -> list[str]:
    return [stop["name"] or stop["kind"] for stop in stops]


HEAD = ["DeepSeek-R1-Distill-Qwen-1.5B", "Export", "New chat", "Settings", "Keyboard shortcuts"]
ASKED = ["Copy the question", "Edit the question"]
FOOT = ["Check", "Copy", "Regenerate", "More"]
AFTER = ["Height of the conversation", "Next turn", "Ask a question"]


@pytest.mark.parametrize(
    ("scene", "between"),
    [
        ("answered", [*ASKED, "Thought for 9 s · 133 tokens", *FOOT]),
        ("opened", [*ASKED, "Thought for 9 s · 133 tokens", "Outline", "Find", "Copy", "Edit the thought", *FOOT]),
    ],
)
def test_tab_goes_from_the_top_to_the_end(stage: Stage, scene: str, between: list[str]) -> None:
    page = stage.show(scene)
    stops = tabbed(page)
    assert names(stops) == [*HEAD, "Conversation", *between, *AFTER]
    assert all(stop["marked"] and stop["seen"] for stop in stops)


@pytest.mark.parametrize(
    "scene",
    [
        "outline",
        "find",
        "upcoming",
        "running",
        "exporting",
        "thinking",
        "queued",
        "rich",
        "words",
        "gone",
        "single",
        "editor",
        "looping",
        "fork",
    ],
)
def test_tab_reaches_all_that_can_be_clicked(stage: Stage, scene: str) -> None:
    page = stage.show(scene)
    stops = tabbed(page)
    assert len(stops) > 3
    assert page.evaluate(MISSED) == []
    assert all(stop["marked"] and stop["seen"] for stop in stops), names(stops)


def test_the_outline_is_one_stop(stage: Stage) -> None:
    stops = tabbed(stage.show("long"))
    assert [stop["kind"] for stop in stops].count("r1-row") == 1
    assert len(stops) < 32, "304 steps add no stops of their own"


@pytest.mark.parametrize("key", ["Enter", "Space"])
def test_a_key_opens_and_closes_the_thought(stage: Stage, key: str) -> None:
    page = stage.show("answered")
    fold, body = page.locator(".r1-fold"), page.locator(".r1-body")
    assert fold.get_attribute("aria-controls") == body.get_attribute("id")
    fold.focus()
    for opened in ("true", "false"):
        page.keyboard.press(key)
        expect(fold).to_have_attribute("aria-expanded", opened)
        assert body.is_visible() is (opened == "true")
        assert body.evaluate("element => element.inert") is (opened == "false")


def test_arrows_go_through_the_outline(stage: Stage) -> None:
    page = stage.show("long")
    rows = page.locator(".r1-row")
    rows.first.focus()
    for key, row in (("ArrowDown", 1), ("ArrowDown", 2), ("ArrowUp", 1), ("End", rows.count() - 1), ("Home", 0)):
        page.keyboard.press(key)
        expect(rows.nth(row)).to_be_focused()
    page.keyboard.press("ArrowUp")
    expect(rows.first).to_be_focused()
    step = page.locator(".r1-step").first
    page.keyboard.press("ArrowLeft")
    expect(rows.first).to_have_attribute("aria-expanded", "false")
    expect(step.locator(".r1-step-title")).to_be_visible()
    page.keyboard.press("ArrowRight")
    expect(rows.first).to_have_attribute("aria-expanded", "true")
    expect(step.locator(".r1-step-body")).to_be_visible()
    page.keyboard.press("End")
    page.keyboard.press("Enter")
    expect(page.locator(".r1-step").last).to_be_in_viewport()
    expect(rows.last).to_be_focused()
    rows.nth(100).focus()
    page.keyboard.press("Enter")
    expect(page.locator(".r1-step").nth(100)).to_be_in_viewport()
    expect(rows.nth(100)).to_have_attribute("aria-current", "location")


def test_find_by_keyboard(stage: Stage) -> None:
    page = stage.show("answered")
    fold = page.locator(".r1-fold")
    fold.focus()
    page.keyboard.press("Control+f")
    field, count = page.get_by_role("searchbox"), page.locator(".r1-find-count")
    expect(field).to_be_focused()
    expect(fold).to_have_attribute("aria-expanded", "true")
    page.keyboard.type("17")
    for key, says in (("", "1 of 5"), ("Enter", "2 of 5"), ("Shift+Enter", "1 of 5"), ("Shift+Enter", "5 of 5")):
        if key:
            page.keyboard.press(key)
        expect(count).to_have_text(says)
        assert page.evaluate("() => CSS.highlights.get('r1-current').size") == 1
    page.keyboard.press("Escape")
    expect(field).to_be_hidden()
    assert page.evaluate("() => CSS.highlights.get('r1-found').size") == 0
    expect(fold).to_be_focused()


def test_find_goes_back_to_its_button(stage: Stage) -> None:
    page = stage.show("opened")
    find = page.get_by_role("button", name="Find")
    find.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("searchbox")).to_be_focused()
    page.keyboard.press("Escape")
    expect(find).to_be_focused()


def test_the_grip_moves_with_the_arrows(stage: Stage) -> None:
    page = stage.show("many")
    grip, scroller = page.get_by_role("separator"), page.locator(".r1-scroller")
    height = "element => Math.round(element.getBoundingClientRect().height)"
    usual = scroller.evaluate(height)
    grip.focus()
    for key, by in (("ArrowUp", -40), ("PageUp", -200), ("ArrowDown", 40), ("Home", 200)):
        before = scroller.evaluate(height)
        page.keyboard.press(key)
        assert scroller.evaluate(height) == before + by
        expect(grip).to_have_attribute("aria-valuenow", str(before + by))
    assert scroller.evaluate(height) == usual


def test_reading_is_set_by_keyboard(stage: Stage) -> None:
    page = stage.show("answered")
    reading = page.get_by_role("button", name="Settings")
    reading.focus()
    page.keyboard.press("Enter")
    expect(reading).to_have_attribute("aria-expanded", "true")
    expect(page.get_by_role("dialog", name="Settings")).to_be_focused()
    page.get_by_role("radio", name="While thinking").focus()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("radio", name="always")).to_be_checked()
    expect(page.locator(".r1-thought")).to_be_visible()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("radio", name="never")).to_be_checked()
    expect(page.locator(".r1-thought")).to_be_hidden()
    page.keyboard.press("Escape")
    expect(reading).to_be_focused()
    expect(page.locator(".r1-settings")).to_be_hidden()


def test_the_settings_are_left_with_tab(stage: Stage) -> None:
    """Each field is a stop, and marked; behind the last one the panel closes, and the keyboard is in the chat."""
    page = stage.show("chosen")
    button, panel = page.get_by_role("button", name="Settings"), page.locator(".r1-settings")
    page.keyboard.press("Escape")
    expect(button).to_be_focused()
    page.keyboard.press("Enter")
    expect(panel).to_be_focused()
    left = "() => document.activeElement.closest('.r1-settings') === null"
    page.evaluate("() => void (window.reached = new Set())")
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate(left):
            break
        stop = page.evaluate(FOCUSED)
        assert stop["marked"] and stop["seen"] and stop["name"], stop
        missed = page.evaluate(MISSED.replace(".r1 :is", ".r1-settings :is"))
    assert missed == []
    expect(panel).to_be_hidden()
    assert page.evaluate("() => document.activeElement.closest('.r1') !== null")


def test_the_export_menu_is_used_by_keyboard(stage: Stage) -> None:
    page = stage.show("answered")
    button = page.get_by_role("button", name="Export")
    button.focus()
    page.keyboard.press("Enter")
    expect(button).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("Tab")
    what, _, format = page.locator(".r1-choice").all()
    expect(what).to_be_focused()
    page.keyboard.press("End")
    expect(format).to_have_value(".json")  # all versions
    expect(page.locator(".r1-export-size")).to_contain_text("1 turn, 1 thought")
    page.keyboard.press("Escape")
    expect(button).to_be_focused()
    expect(page.locator(".r1-export")).to_be_hidden()


def test_only_boundaries_are_said(stage: Stage) -> None:
    """A whole turn: what the live regions come to say, and that nothing else in the page is one."""
    page = stage.page
    page.add_init_script("""(() => {
      const said = (window.said = []);
      const live = "[aria-live]:not([aria-live=off]), [role=status], [role=alert]";
      new MutationObserver(changes => {
        for (const { target, type, attributeName } of changes) {
          const region = (target instanceof Element ? target : target.parentElement)?.closest(live);
          if (!region || (type === "attributes" && (attributeName !== "hidden" || region.hidden))) continue;
          const text = region.textContent.trim();
          if (text) said.push(text);
        }
      }).observe(document, { subtree: true, childList: true, characterData: true, attributes: true });
    })()""")
    stage.show("answered", ready=False, pace=2)
    page.wait_for_selector("html[data-ready]")
    said = page.evaluate("() => window.said")
    assert said[:2] == ["Thinking", "Answering"]
    assert len(said) == 3 and re.fullmatch(r"Answer ready, \d+ words", said[2])


def test_less_motion(stage: Stage) -> None:
    stage.page.emulate_media(reduced_motion="reduce")
    page = stage.show("queued")
    moving = "() => document.getAnimations().filter(({ playState }) => playState === 'running').length"
    assert page.evaluate(moving) == 0
    stage.show("answered")
    page.locator(".r1-fold").click()
    assert page.evaluate(moving) == 0
    stage.page.emulate_media(reduced_motion="no-preference")
    stage.show("queued")
    assert page.evaluate(moving) > 0, "without the wish there is some"


def test_forced_colours(stage: Stage) -> None:
    stage.page.emulate_media(forced_colors="active")
    page = stage.show("find")
    stage.picture("find-forced-colours")
    look = page.evaluate("""() => {
      const style = (selector, pseudo) => getComputedStyle(document.querySelector(selector), pseudo);
      return {
        mark: style("[data-kind=check] > .r1-step-fold", "::before").borderInlineStartColor,
        line: style(".r1-thought").borderInlineStartColor,
        here: style(".r1-row[aria-current]").backgroundColor,
        row: style(".r1-row:not([aria-current])").backgroundColor,
        pressed: style(".r1-tools [aria-expanded=true]").borderTopColor,
        plain: style(".r1-tools [aria-expanded=true]").backgroundColor,
      };
    }""")
    assert look["mark"] != look["line"]
    assert look["here"] != look["row"]
    assert look["pressed"] != look["plain"]
    assert all(stop["marked"] for stop in tabbed(page))


ON_PAPER = """() => {
  const root = document.querySelector(".r1");
  const hidden = [...root.querySelectorAll(".r1-step, .r1-box")].filter(
    step => getComputedStyle(step).contentVisibility !== "visible" || !step.checkVisibility({ contentVisibilityAuto: true }),
  );
  const controls = ".r1-composer, .r1-tools, .r1-grip, .r1-jump, .r1-outline, .r1-find, .r1-settings, button.r1-quiet";
  return {
    hidden: hidden.length,
    controls: [...root.querySelectorAll(controls)].filter(part => part.checkVisibility()).map(part => part.className),
    scrolls: [...root.querySelectorAll(".r1-scroller")].some(part => part.scrollHeight > part.clientHeight + 1),
  };
}"""


def test_on_paper(stage: Stage) -> None:
    page = stage.show("long")
    page.locator(".r1-fold").click()
    page.get_by_role("button", name="Settings").click()
    page.get_by_role("checkbox", name="Unfold on paper").check()
    page.emulate_media(media="print")
    page.evaluate("() => window.dispatchEvent(new Event('beforeprint'))")
    page.wait_for_function("() => document.querySelector('.r1-thought').textContent.includes('Therefore the count is')")
    expect(page.locator(".r1-thought")).to_be_visible()
    assert page.evaluate(ON_PAPER) == {"hidden": 0, "controls": [], "scrolls": False}
    page.evaluate("() => window.dispatchEvent(new Event('afterprint'))")
    page.emulate_media(media="null")
    expect(page.locator(".r1-thought")).to_be_hidden()


@pytest.mark.parametrize("ticked", [True, False])
def test_the_thought_is_on_paper_to_its_last_step(stage: Stage, ticked: bool) -> None:
    page = stage.show("long")
    page.locator(".r1-fold").click()
    page.get_by_role("button", name="Settings").click()
    page.get_by_role("checkbox", name="Unfold on paper").set_checked(ticked)
    paper = PdfReader(io.BytesIO(page.pdf()))
    text = " ".join(sheet.extract_text() for sheet in paper.pages)
    words = " ".join(text.split())
    assert ("Therefore the count is" in words) is ticked
    assert "such primes below" in words
    assert (len(paper.pages) > 5) is ticked
    expect(page.locator(".r1-thought")).to_be_hidden()

"""The line below an answer, and the question above it: what stays in its place while a turn is written, and what each act does, by
mouse and by keyboard."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from .demo import Stage
from .test_demo import NARROW, WIDE

RECORD = """() => {
  const boxes = (window.boxes = {});
  const look = () => {
    for (const turn of document.querySelectorAll(".r1-turn")) {
      const foot = turn.querySelector(".r1-foot").getBoundingClientRect();
      const box = element => {
        const { x, y, width, height } = element.getBoundingClientRect();
        return (width ? [x, y - foot.y, width, height] : [0, 0, 0, 0]).map(Math.round);
      };
      const { phase } = turn.dataset;
      const answer = turn.querySelector(".r1-answer");
      (boxes[turn.dataset.turn] ??= {})[phase] = {
        acts: [...turn.querySelectorAll(".r1-acts > .r1-bare, .r1-acts > .r1-versions > *")].map(box),
        height: Math.round(foot.height),
        answer: Math.round(answer.getBoundingClientRect().top - turn.getBoundingClientRect().top),
      };
    }
    requestAnimationFrame(look);
  };
  look();
}"""
"""Where things are, in each frame: the last of each phase stays. The bar itself goes down with the answer that grows."""


@pytest.fixture(autouse=True)
def as_usual(stage: Stage) -> Iterator[None]:
    stage.errors.clear()
    stage.resize(WIDE)
    yield
    stage.resize(WIDE)
    assert stage.errors == []


def boxes(page: Page, turn: str) -> dict[str, Any]:
    page.wait_for_function("turn => window.boxes[turn]?.ended && window.boxes[turn].answering", arg=turn)
    return page.evaluate("turn => window.boxes[turn]", turn)


def menu(page: Page) -> None:
    page.locator(".r1-foot").last.hover()
    page.locator(".r1-foot").last.get_by_role("button", name="More").click()


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_nothing_moves_when_a_turn_ends(stage: Stage, width: int) -> None:
    stage.resize(width)
    page = stage.show("empty")
    page.evaluate(RECORD)
    page.get_by_role("textbox").fill("Is anybody there?")
    page.keyboard.press("Enter")
    seen = boxes(page, "t1")
    assert seen["answering"] == seen["ended"]
    assert len(seen["ended"]["acts"]) == 7 and seen["thinking"]["acts"] == seen["ended"]["acts"]
    assert seen["reading"]["height"] == seen["ended"]["height"]


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_nothing_moves_when_a_version_ends_and_when_versions_are_walked_through(stage: Stage, width: int) -> None:
    stage.resize(width)
    page = stage.show("cut")
    page.evaluate(RECORD)
    page.get_by_role("button", name="Continue", exact=True).first.click()
    seen = boxes(page, "t3")
    assert seen["answering"] == seen["ended"]
    assert all(width > 0 for _, _, width, _ in seen["ended"]["acts"]), "the arrows are there"
    on, back = (page.get_by_role("button", name=f"Answer: {which} version") for which in ("next", "previous"))
    back.click()
    page.wait_for_function("() => document.querySelector('.r1-turn').dataset.turn === 't1'")
    expect(back).to_be_focused()
    page.wait_for_function("() => window.boxes.t1.ended.acts[0][2] > 0")
    assert page.evaluate("() => window.boxes.t1.ended.acts") == seen["ended"]["acts"]
    on.click()
    page.wait_for_function("() => document.querySelector('.r1-turn').dataset.turn === 't3'")
    assert page.evaluate("() => window.boxes.t3.ended") == seen["ended"]


def test_the_bar_is_there_when_it_may_be_wanted(stage: Stage) -> None:
    """Of the last turn always, of one above it where the pointer or the keyboard is."""
    page = stage.show("agreement")
    expect(page.get_by_role("button", name="3 of 4 end in 408")).to_be_visible()
    page = stage.show("cut")
    above, last = page.locator(".r1-turn").first, page.locator(".r1-turn").last
    expect(last.locator(".r1-foot").get_by_role("button", name="More")).to_have_css("opacity", "1")
    copy = above.locator(".r1-foot").get_by_role("button", name="Copy", exact=True)
    expect(copy).to_have_css("opacity", "0")
    above.locator(".r1-answer").hover()
    expect(copy).to_have_css("opacity", "1")
    page.mouse.move(0, 0)
    expect(copy).to_have_css("opacity", "0")
    copy.focus()
    expect(copy).to_have_css("opacity", "1")


def test_a_copy_says_so_on_its_icon(stage: Stage) -> None:
    page = stage.show("answered")
    page.evaluate("() => { navigator.clipboard.writeText = async text => void (window.copied = text) }")
    copy = page.locator(".r1-foot [data-r1-act=copy-answer]")
    drawing = copy.locator("svg").inner_html()
    copy.focus()
    page.keyboard.press("Enter")
    expect(copy).to_have_accessible_name("Copied")
    assert copy.locator("svg").inner_html() != drawing
    expect(page.locator(".r1-said")).to_have_text("Copied")
    assert page.evaluate("() => window.copied").endswith("The answer is **408**.")
    expect(copy).to_have_accessible_name("Copy")
    assert copy.locator("svg").inner_html() == drawing


def test_a_refused_clipboard_says_what_to_do(stage: Stage) -> None:
    page = stage.show("answered")
    page.evaluate("() => { navigator.clipboard.writeText = () => Promise.reject(new Error()) }")
    page.locator(".r1-answer").hover()
    page.locator(".r1-foot [data-r1-act=copy-answer]").click()
    expect(page.locator(".r1-tooltip")).to_have_text("Not copied: select the text")
    expect(page.locator(".r1-tooltip")).to_be_visible()
    expect(page.locator(".r1-said")).to_have_text("Not copied: select the text")


def test_the_menu_by_mouse_and_by_keyboard(stage: Stage) -> None:
    page = stage.show("agreement")
    page.evaluate("() => { navigator.clipboard.writeText = async text => void (window.copied = text) }")
    more = page.get_by_role("button", name="More")
    menu(page)
    items = page.locator(".r1-menu-item")
    assert items.all_inner_texts() == [
        "Edit the answer",
        "Think more (experimental)",
        "Ask 4 more times",
        "Note on the answer",
        "Changes",
        "Compare 4 answers",
        "Check",
        "Source",
        "Copy as Markdown",
        "Export this turn",
    ]
    page.get_by_role("menuitem", name="Copy as Markdown").click()
    expect(page.locator(".r1-foot [aria-haspopup=menu]")).to_have_accessible_name("Copied")
    assert page.evaluate("() => window.copied").startswith("> What is 17 × 24?")
    expect(more).to_be_focused()

    page.keyboard.press("ArrowDown")
    expect(items.first).to_be_focused()
    page.keyboard.press("s")
    expect(page.get_by_role("menuitemcheckbox", name="Source")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(".r1-answer")).to_have_text("The answer is **408**.")
    expect(more).to_be_focused()
    page.keyboard.press("ArrowUp")
    expect(page.get_by_role("menuitemcheckbox", name="Source")).to_have_attribute("aria-checked", "true")
    page.keyboard.press("Escape")
    expect(more).to_be_focused()
    expect(page.locator(".r1-menu:visible")).to_have_count(0)

    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    field = page.get_by_role("textbox", name="Edit the answer")
    expect(field).to_be_focused()
    page.keyboard.press("Escape")
    expect(more).to_be_focused()


def test_what_cannot_be_done_says_why_in_the_menu(stage: Stage) -> None:
    page = stage.show("cannot")
    page.keyboard.press("Escape")  # the settings, which lie above it
    page.locator(".r1-foot").first.hover()
    page.locator(".r1-foot").first.get_by_role("button", name="More").click()
    item = page.get_by_role("menuitem", name="Think more (experimental)")
    expect(item).to_have_attribute("aria-disabled", "true")
    expect(item).to_contain_text("A server keeps the thought to itself.")
    item.click(force=True)
    expect(item).to_be_visible()


@pytest.mark.parametrize("scene", ["menu", "agreement", "asked"])
def test_a_menu_fits_on_a_narrow_page(stage: Stage, scene: str) -> None:
    stage.resize(NARROW)
    page = stage.show(scene)
    if scene != "menu":
        menu(page)
    edges = page.locator(".r1-menu:visible").bounding_box()
    assert edges and edges["x"] >= 0 and edges["x"] + edges["width"] <= NARROW


def test_a_chip_opens_the_comparison_and_closes_it(stage: Stage) -> None:
    page = stage.show("agreement")
    chip = page.get_by_role("button", name="3 of 4 end in 408")
    chip.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".r1-comparison .r1-agreement")).to_have_text("3 of 4 end in 408")
    expect(chip).to_have_attribute("aria-pressed", "true")
    chip.click()
    expect(page.locator(".r1-comparison")).to_have_count(0)
    expect(chip).to_have_attribute("aria-pressed", "false")


def test_of_a_long_question_the_beginning_is_there_until_more_is_wanted(stage: Stage) -> None:
    page = stage.show("asked")
    bubble = page.locator(".r1-question")
    more = bubble.get_by_role("button", name="Show more")
    folded = bubble.bounding_box()
    assert folded and folded["height"] < 340
    assert len(bubble.inner_text()) < 1000, "what isn't seen isn't laid out"
    more.focus()
    page.keyboard.press("Enter")
    less = bubble.get_by_role("button", name="Show less")
    expect(less).to_be_focused()
    expect(less).to_have_attribute("aria-expanded", "true")
    expect(bubble).to_contain_text("5000 × 10001")
    page.keyboard.press("Enter")
    expect(more).to_have_attribute("aria-expanded", "false")
    assert bubble.bounding_box()["height"] == folded["height"]  # type: ignore[index]
    expect(bubble).to_be_in_viewport()

    page.evaluate("() => { navigator.clipboard.writeText = async text => void (window.copied = text) }")
    bubble.hover()
    page.get_by_role("button", name="Copy the question").click()
    assert page.evaluate("() => window.copied").endswith("# measured on day 254")


def test_a_long_question_is_opened_at_once(stage: Stage) -> None:
    """5,000 lines: a frame's work, or a few."""
    page = stage.show("asked")
    took = page.evaluate("""async () => {
      const button = document.querySelector(".r1-asked-more");
      const frame = () => new Promise(done => requestAnimationFrame(done));
      await frame();
      const began = performance.now();
      button.click();
      await frame();
      await frame();
      return performance.now() - began;
    }""")
    assert took < 500

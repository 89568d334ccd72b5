"""Check, on the page without a kernel: what stands at an answer, in its text, beside the outline and in the panel, by role and name."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from .demo import Stage
from .scenes import NARROW, WIDE

MARKED = """name => [...(CSS.highlights.get(name) ?? [])].map(marked => {
  const range = document.createRange();
  range.setStart(marked.startContainer, marked.startOffset);
  range.setEnd(marked.endContainer, marked.endOffset);
  return range.toString();
})"""
MIDDLE_OF = """name => {
  const [marked] = CSS.highlights.get(name);
  const range = document.createRange();
  range.setStart(marked.startContainer, marked.startOffset);
  range.setEnd(marked.endContainer, marked.endOffset);
  const { x, y, width, height } = range.getBoundingClientRect();
  return [x + width / 2, y + height / 2];
}"""


@pytest.fixture(autouse=True)
def as_usual(stage: Stage) -> Iterator[None]:
    stage.errors.clear()
    stage.resize(WIDE)
    yield
    stage.resize(WIDE)
    assert stage.errors == []


def marked(page: Page, name: str) -> list[str]:
    return page.evaluate(MARKED, name)


def section(page: Page, name: str) -> Locator:
    return page.get_by_role("region", name="Check", exact=True).get_by_role("region", name=name)


def test_a_slip_is_marked_while_the_model_thinks_and_says_what_comes_out(stage: Stage) -> None:
    page = stage.show("slipping")
    assert marked(page, "r1-slip") == ["17 × 4 = 78"]
    expect(page.get_by_role("button", name="1 finding")).to_be_visible()
    expect(page.get_by_role("button", name="1 equation doesn't come out")).to_be_visible()
    page.mouse.move(*page.evaluate(MIDDLE_OF, "r1-slip"))
    bubble = page.locator(".r1-tooltip:visible")
    expect(bubble).to_have_text("recomputed: 68")
    page.mouse.move(0, 0)
    expect(bubble).to_have_count(0)


def test_of_a_folded_thought_the_head_says_so_and_leads_there(stage: Stage) -> None:
    page = stage.show("findings")
    page.get_by_role("button", name="2 findings").press("Enter")
    expect(page.locator(".r1-fold").first).to_have_attribute("aria-expanded", "true")
    assert "17 × 4 = 78" in marked(page, "r1-slip")


def test_findings_are_rows_that_lead_to_their_place(stage: Stage) -> None:
    page = stage.show("slips")
    found = section(page, "Recomputed and compared")
    expect(found.get_by_role("listitem")).to_have_count(2)
    expect(found.get_by_role("listitem").first).to_contain_text("17 × 4 = 78 recomputed: 68")
    found.get_by_role("button", name="Go there: 17 × 4 = 78").press("Enter")
    expect(page.get_by_role("paragraph").filter(has_text="First, 17 × 20 = 340, and")).to_be_in_viewport()
    assert marked(page, "r1-gone-to") == ["17 × 4 = 78"]
    page.wait_for_function("() => CSS.highlights.get('r1-gone-to').size === 0")
    found.get_by_role("button", name="Go there: 3 \\times 136 = 418").press("Enter")
    expect(page.locator(".r1-math[data-r1-marks~=r1-slip]")).to_be_in_viewport()
    page.get_by_role("button", name="Findings 1").click()
    rows = page.get_by_role("treeitem")
    expect(rows.locator("visible=true")).to_have_count(1)
    expect(rows.locator("visible=true")).to_contain_text("17 × 4 = 78, recomputed: 68")


def test_asking_again_by_the_keyboard(stage: Stage) -> None:
    page = stage.show("answered")
    page.get_by_role("button", name="Check", exact=True).press("Enter")
    again = section(page, "Ask again")
    expect(again.get_by_text("about 40 s")).to_be_visible()
    again.get_by_role("radiogroup", name="Other answers").get_by_role("radio", name="4").press("ArrowLeft")
    expect(again.get_by_text("about 20 s")).to_be_visible()
    again.get_by_role("button", name="Ask again", exact=True).press("Enter")
    expect(again.get_by_role("progressbar", name="Ask again")).to_be_visible()
    expect(again.get_by_role("status").filter(has_text="3 of 3 end in 136")).to_be_visible()
    chip = page.get_by_role("button", name="3 of 3 end in 136")
    expect(chip).to_have_attribute("aria-pressed", "true")
    expect(again.get_by_role("radio", name="2")).to_be_disabled()
    again.get_by_role("group", name="3 of 3: the same number, 136").get_by_role("button", name="Answer 2").press(
        "Enter"
    )
    expect(again.locator("math")).to_be_visible()
    page.get_by_role("button", name="Close the check").press("Enter")
    expect(page.get_by_role("region", name="Check", exact=True)).to_have_count(0)


def test_a_check_can_be_stopped(stage: Stage) -> None:
    page = stage.show("answered")
    page.get_by_role("button", name="Check", exact=True).click()
    decided = section(page, "Where it was decided")
    decided.get_by_role("button", name="Look for it").click()
    decided.get_by_role("button", name="Stop").click()
    expect(decided.get_by_role("button", name="Stop")).to_have_count(0)
    expect(
        decided.get_by_role("button", name="Look for it").or_(decided.get_by_role("button", name="Go on"))
    ).to_be_visible()


def test_terms_that_few_answers_have(stage: Stage) -> None:
    page = stage.show("support")
    assert marked(page, "r1-unsupported-2") == ["Andaman and Nicobar Islands"]
    assert marked(page, "r1-unsupported-1") == ["99"]
    again = section(page, "Ask again")
    rows = again.get_by_role("listitem")
    expect(rows.first).to_contain_text("Andaman and Nicobar Islands")
    expect(rows.first).to_contain_text("in 1 of 5")
    expect(rows).to_have_count(6)
    again.get_by_role("button", name="Show all 11").press("Enter")
    expect(rows).to_have_count(11)
    expect(again.get_by_role("button", name="Go there: Tioman")).to_be_visible()
    again.get_by_role("button", name="Go there: Andaman and Nicobar Islands").press("Enter")
    expect(page.get_by_text("Andaman and Nicobar Islands", exact=True).first).to_be_in_viewport()
    page.wait_for_function("() => CSS.highlights.get('r1-gone-to').size === 0")
    page.mouse.move(*page.evaluate(MIDDLE_OF, "r1-unsupported-2"))
    expect(page.locator(".r1-tooltip:visible")).to_have_text("in 1 of 5 answers")


def test_an_initiative_that_nobody_else_knows_in_chinese(stage: Stage) -> None:
    page = stage.show("initiative", lang="zh")
    assert "联合国环境规划署" in marked(page, "r1-unsupported-2")
    expect(page.get_by_role("button", name="4 项仅少数回答提到")).to_be_visible()
    expect(page.get_by_role("region", name="再次提问").get_by_role("listitem").first).to_contain_text("3 个中的 1 个")


def test_where_it_was_decided_stands_beside_the_outline_and_in_a_table(stage: Stage) -> None:
    page = stage.show("decided")
    row = page.get_by_role("treeitem").nth(2)
    expect(row).to_contain_text("after this step, of 4: 4 end in 139.3")
    assert row.locator(".r1-share").get_attribute("data-answer") == "1"
    page.get_by_role("button", name="4 of 5 end in 136 · 2 findings").click()
    decided = section(page, "Where it was decided")
    expect(decided.get_by_role("status")).to_contain_text("From step 5 on, all end in 136.")
    table = decided.get_by_role("table")
    expect(table.get_by_role("columnheader")).to_have_text(["Kept up to", "136", "139.3", "no answer"])
    expect(table.get_by_role("row").nth(2).get_by_role("cell").nth(1)).to_have_text("3")
    table.get_by_role("button", name="Go there: step 3").press("Enter")
    expect(page.get_by_role("paragraph").filter(has_text="So the product is 340")).to_be_in_viewport()


@pytest.mark.parametrize("scene", ["findings", "checking", "support"])
def test_it_fits_on_a_narrow_page(stage: Stage, scene: str) -> None:
    stage.resize(NARROW)
    page = stage.show(scene)
    panel = page.get_by_role("region", name="Check", exact=True)
    edges = panel.bounding_box()
    assert edges and edges["x"] >= 0 and edges["x"] + edges["width"] <= NARROW
    assert panel.evaluate("panel => panel.scrollWidth <= panel.clientWidth")


def test_the_bar_stays_where_it_is_when_something_was_found(stage: Stage) -> None:
    page = stage.show("answered")
    boxes = "() => [...document.querySelectorAll('.r1-acts > .r1-bare')].map(each => each.getBoundingClientRect().x)"
    before = page.evaluate(boxes)
    page.get_by_role("button", name="Check", exact=True).click()
    section(page, "Ask again").get_by_role("button", name="Ask again", exact=True).click()
    expect(page.get_by_role("button", name="4 of 5 end in 136")).to_be_visible()
    assert page.evaluate(boxes) == before

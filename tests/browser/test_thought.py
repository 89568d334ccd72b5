"""A thought and its outline, by mouse and by keyboard, without a kernel."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, expect

from .demo import Stage

NARROW = 380
WIDE = 1000

TOP = "list => Math.round(list.scrollTop)"
TO_THE_END = "list => Math.round(list.scrollHeight - list.clientHeight - list.scrollTop)"


@pytest.fixture(autouse=True)
def calm(stage: Stage) -> None:
    stage.errors.clear()
    stage.resize(WIDE)


def height(part: Locator) -> float:
    box = part.bounding_box()
    assert box
    return box["height"]


def wait_for_rows(page: Page, count: int) -> None:
    page.wait_for_function("count => document.querySelectorAll('.r1-row').length >= count", arg=count)


def test_the_head_has_one_height(stage: Stage) -> None:
    heights, left = set(), set()
    for scene in ("thinking", "previewed", "opened", "answered"):
        page = stage.show(scene)
        heights.add(height(page.locator(".r1-head").last))
        left.add(page.locator(".r1-fold > span").last.evaluate("label => label.getBoundingClientRect().left"))
    assert len(heights) == 1, "nothing moves when the thinking ends, nor when it is opened"
    assert len(left) == 1


def test_the_last_words_stand_in_two_lines_and_open_the_thought(stage: Stage) -> None:
    page = stage.show("previewed")
    preview = page.locator(".r1-preview")
    expect(preview).to_be_visible()
    assert preview.evaluate("one => one.scrollHeight > one.clientHeight - 1 && one.clientHeight < 50")
    last = preview.evaluate("""one => {
      const words = document.createRange();
      words.selectNodeContents(one);
      return one.getBoundingClientRect().bottom - words.getBoundingClientRect().bottom;
    }""")
    assert abs(last) < 6, "the end is what can be seen"
    preview.click()
    expect(page.locator(".r1-thought")).to_be_visible()
    expect(preview).to_be_hidden()
    page.locator(".r1-counter").click()
    expect(preview).to_be_visible()


def test_the_outline_keeps_its_place_while_steps_come(stage: Stage) -> None:
    page = stage.show("long", ready=False, pace=3)
    page.get_by_role("button", name="Outline").click()
    rows, outlined = page.locator(".r1-outline-list"), page.get_by_role("button", name="Outline")
    wait_for_rows(page, 30)
    expect(rows.locator("[aria-current]")).to_be_visible()
    page.wait_for_function("() => document.querySelector('.r1-outline-list').scrollTop > 0")
    assert rows.evaluate(TO_THE_END) <= 26, "who follows the end sees what comes"

    rows.hover()
    page.mouse.wheel(0, -20_000)
    page.wait_for_function("() => document.querySelector('.r1-outline-list').scrollTop === 0")
    page.mouse.wheel(0, 60)
    page.wait_for_function("() => document.querySelector('.r1-outline-list').scrollTop > 50")
    place = rows.evaluate(TOP)
    wait_for_rows(page, rows.locator(".r1-row").count() + 8)
    assert rows.evaluate(TOP) == place

    outlined.click()
    expect(rows).to_be_hidden()
    outlined.click()
    expect(rows).to_be_visible()
    page.locator(".r1-fold").click()
    expect(rows).to_be_hidden()
    page.locator(".r1-fold").click()
    wait_for_rows(page, rows.locator(".r1-row").count() + 4)
    assert rows.evaluate(TOP) == place, "also when it was away"

    rows.hover()
    page.mouse.wheel(0, 100_000)
    page.wait_for_function("() => document.querySelector('.r1-outline-list').scrollTop > 200")
    wait_for_rows(page, rows.locator(".r1-row").count() + 8)
    assert rows.evaluate(TO_THE_END) <= 26, "back at the end, it follows it again"
    assert stage.errors == []


def test_the_outline_goes_with_the_reader_who_sees_their_place(stage: Stage) -> None:
    page = stage.show("long")
    rows = page.locator(".r1-outline-list")
    assert rows.evaluate(TOP) == 0
    page.locator(".r1-scroller").evaluate("scroller => scroller.scrollTo(0, scroller.scrollHeight / 2)")
    page.wait_for_function("() => document.querySelector('.r1-outline-list').scrollTop > 1000")
    expect(rows.locator("[aria-current]")).to_be_in_viewport()
    rows.evaluate("list => list.scrollTo(0, 0)")
    page.locator(".r1-scroller").evaluate("scroller => scroller.scrollBy(0, 400)")
    page.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
    assert rows.evaluate(TOP) == 0, "who looks elsewhere stays there"


def test_a_long_outline_is_laid_out_where_it_is_seen(stage: Stage) -> None:
    page = stage.show("long")
    rows = page.locator(".r1-outline-list")
    assert rows.locator(".r1-row").count() > 300
    assert rows.evaluate("list => list.scrollHeight") == 26 * rows.locator(".r1-row").count()
    far = ".r1-row-box:last-child > .r1-row"
    assert not rows.locator(far).last.evaluate("row => row.checkVisibility({ contentVisibilityAuto: true })")


@pytest.mark.parametrize("key", ["", "Enter", "Space"])
def test_chips_say_which_steps_are_listed(stage: Stage, key: str) -> None:
    page = stage.show("long")
    listed = page.locator(".r1-row:not([hidden])")
    whole = listed.count()
    for name, kinds in (("Checks", {"check"}), ("Alternatives", {"check", "alternative"})):
        chip = page.locator(".r1-filters").get_by_role("button", name=name)
        if key:
            chip.focus()
            page.keyboard.press(key)
        else:
            chip.click()
        expect(chip).to_have_attribute("aria-pressed", "true")
        assert set(listed.evaluate_all("rows => rows.map(row => row.dataset.kind)")) == kinds
    count = sum(int(text.split()[-1]) for text in page.locator(".r1-filters > button:visible").all_inner_texts())
    assert listed.count() == count < whole
    assert page.locator(".r1-outline-list").evaluate("list => list.scrollHeight") == 26 * count


def test_the_edge_is_dragged_or_moved_with_the_arrows(stage: Stage) -> None:
    page = stage.show("outline")
    edge, outline = page.get_by_role("separator", name="Width of the outline"), page.locator(".r1-outline")
    width = "element => Math.round(element.getBoundingClientRect().width)"
    usual = outline.evaluate(width)
    place = edge.bounding_box()
    assert place
    page.mouse.move(place["x"] + 4, place["y"] + 60)
    page.mouse.down()
    page.mouse.move(place["x"] + 44, place["y"] + 80)
    page.mouse.up()
    assert outline.evaluate(width) == usual + 40
    expect(edge).to_be_focused()
    expect(edge).to_have_attribute("aria-valuenow", str(usual + 40))
    page.keyboard.press("ArrowLeft")
    assert outline.evaluate(width) == usual + 20
    for _ in range(2):
        page.get_by_role("button", name="Outline").click()
    assert outline.evaluate(width) == usual + 20, "it is remembered"
    stage.resize(NARROW)
    expect(edge).to_be_hidden()
    stage.resize(WIDE)
    edge.dblclick()
    assert outline.evaluate(width) == usual


def test_the_legend_is_above_the_page_and_closes_with_escape(stage: Stage) -> None:
    page = stage.show("outline")
    info = page.get_by_role("button", name="What the signs mean")
    info.focus()
    page.keyboard.press("Enter")
    legend = page.get_by_role("note", name="What the signs mean")
    expect(legend).to_be_visible()
    expect(legend.get_by_role("listitem")).to_have_count(5)
    assert legend.evaluate("panel => panel.matches(':popover-open')")
    page.keyboard.press("Escape")
    expect(legend).to_be_hidden()
    expect(info).to_be_focused()


@pytest.mark.parametrize("width", [NARROW, WIDE])
@pytest.mark.parametrize("scene", ["long", "rich", "hostile"])
def test_the_way_to_the_end_covers_no_text(stage: Stage, scene: str, width: int) -> None:
    stage.resize(width)
    page = stage.show(scene)
    page.locator(".r1-scroller").hover()
    page.mouse.wheel(0, -300)
    jump = page.get_by_role("button", name="Jump to latest")
    expect(jump).to_be_visible()
    edges = page.evaluate("""() => [
      document.querySelector(".r1-turns").getBoundingClientRect().right,
      document.querySelector(".r1-jump").getBoundingClientRect().left,
    ]""")
    assert edges[0] <= edges[1]
    stage.picture(f"jump-{scene}-{width}")
    jump.click()
    expect(jump).to_be_hidden()


def test_what_is_wide_scrolls_in_itself_by_keyboard(stage: Stage) -> None:
    stage.resize(NARROW)
    page = stage.show("rich")
    for wide in (page.locator(".r1-answer .r1-table"), page.locator(".r1-answer pre")):
        expect(wide).to_have_attribute("tabindex", "0")
        wide.focus()
        page.keyboard.press("ArrowRight")
        page.wait_for_function("box => box.scrollLeft > 0", arg=wide.element_handle())
        assert "local" in wide.evaluate("box => getComputedStyle(box).backgroundAttachment"), "its edge says so"
    head = page.locator(".r1-answer .r1-code-head")
    assert head.inner_text().split() == ["Python", "Copy"]
    expect(head.get_by_role("button", name="Copy")).to_be_visible()
    assert page.locator(".r1-prose svg").count() == 0

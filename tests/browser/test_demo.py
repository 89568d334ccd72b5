"""The page without a kernel: it has what the view asks for, in other hosts too, and one can use what is in it.

What is asked of every scene is in test_scenes.py.
"""

from __future__ import annotations

import re

import pytest

from .demo import JS, Stage
from .layout import PROBLEMS
from .scenes import NARROW, SCENES, WIDE


@pytest.fixture(autouse=True)
def calm(stage: Stage) -> None:
    stage.errors.clear()
    stage.resize(WIDE)


def check(stage: Stage, picture: str) -> None:
    assert stage.page.evaluate(PROBLEMS) == []
    stage.picture(picture)
    assert stage.errors == []


def test_these_are_all_scenes(stage: Stage) -> None:
    page = stage.show("answered")
    names = page.locator("[name=scene] option").evaluate_all("options => options.map(({ value }) => value)")
    assert sorted(names) == sorted(SCENES)


def test_the_page_has_every_variable_that_the_view_asks_for() -> None:
    asked = {
        name
        for sheet in (JS / "src" / "styles").glob("*.css")
        for name in re.findall(r"--jp-[\w-]+", sheet.read_text("utf-8"))
    }
    given = set(re.findall(r"(--jp-[\w-]+):", (JS / "src" / "demo" / "demo.css").read_text("utf-8")))
    assert asked == given


@pytest.mark.parametrize("theme", ["contrast", "none"])
def test_other_hosts(stage: Stage, theme: str) -> None:
    for scene in ("outline", "rich"):
        stage.show(scene, theme=theme)
        check(stage, f"{scene}-{theme}")


def test_a_still_page_is_the_same_each_time(stage: Stage) -> None:
    content = "() => document.querySelector('.r1').outerHTML"
    for scene in ("thinking", "outline"):
        first = stage.show(scene).evaluate(content)
        assert stage.show(scene).evaluate(content) == first
        assert re.search(r"\d s · ", first)


def test_from_right_to_left(stage: Stage) -> None:
    page = stage.show("rtl")
    thought = page.locator(".r1-thought").first
    edges = thought.evaluate("""element => {
      const { left, right } = element.getBoundingClientRect();
      const line = getComputedStyle(element);
      const mark = element.querySelector(".r1-step-fold").getBoundingClientRect();
      return [line.borderRightWidth, line.borderLeftWidth, right - mark.right < 20, mark.left - left > 100];
    }""")
    assert edges == ["2px", "0px", True, True], "the line and the marks are where the text begins"
    for formula in page.locator(".r1-thought math, .r1-thought code").all():
        assert formula.evaluate("element => getComputedStyle(element).direction") == "ltr"


def test_what_is_hostile_stays_text(stage: Stage) -> None:
    page = stage.show("hostile")
    assert page.evaluate("() => window.pwned") is None
    assert page.locator(".r1").is_visible()
    assert page.locator(".r1-turn").count() == 1
    top = page.evaluate("() => document.elementFromPoint(500, 20).closest('header') !== null")
    assert top, "nothing of it covers the page"


def test_an_outline_stands_beside_the_thought_or_above_it(stage: Stage) -> None:
    page = stage.show("outline")
    outline, thought = page.locator(".r1-outline"), page.locator(".r1-thought")
    beside, text = outline.bounding_box(), thought.bounding_box()
    assert beside and text and beside["x"] + beside["width"] < text["x"]
    stage.resize(NARROW)
    above, text = outline.bounding_box(), thought.bounding_box()
    assert above and text and above["y"] + above["height"] <= text["y"]


def test_a_question_can_be_asked_of_the_page(stage: Stage) -> None:
    page = stage.show("empty")
    page.get_by_role("textbox").fill("Is anybody there?")
    page.keyboard.press("Enter")
    page.wait_for_selector(".r1-turn[data-phase=ended] .r1-answer strong")
    assert page.locator(".r1-question").inner_text() == "Is anybody there?"
    page.locator(".r1-fold").click()
    page.locator(".r1-tools [aria-controls]").click()
    rows = page.locator(".r1-row-cost").all_text_contents()
    assert len(rows) == 3 and all(re.fullmatch(r"\w+ · \d+\.\d s · \d+ tokens?", row) for row in rows)
    assert stage.errors == []


def test_a_thought_can_be_edited_in_the_page(stage: Stage) -> None:
    page = stage.show("opened")
    page.get_by_role("button", name="Edit the thought").click()
    page.get_by_role("textbox", name="Edit the thought").fill("Okay. 🙂 It is 17 times 24.")
    page.keyboard.press("Control+Enter")
    page.wait_for_selector("[data-turn=t2][data-phase=ended]")
    assert page.locator(".r1-head .r1-version-count").inner_text() == "2/2"
    page.get_by_role("button", name="Thought: previous version").click()
    page.wait_for_selector("[data-turn=t1]")
    assert page.evaluate("() => document.activeElement.closest('[data-turn]').dataset.turn") == "t1"
    assert stage.errors == []


def test_answers_that_agree_are_one_card(stage: Stage) -> None:
    page = stage.show("fork")
    cards = page.locator(".r1-group")
    assert cards.locator(".r1-group-title").all_inner_texts() == ["3 of 4: the same number, 408", "1 of 4: 418"]
    assert page.locator(".r1-agreement-by").inner_text() == "Compared by the number that each answer ends in."
    answers = cards.first.locator(".r1-answer:visible")
    assert answers.count() == 1
    page.get_by_role("button", name="Continuation 2", exact=True).click()
    assert answers.count() == 2
    page.locator(".r1-continuation[data-turn=t3] .r1-continuation-body > .r1-fold").click()
    page.wait_for_function(
        "() => document.querySelector('[data-turn=t3].r1-continuation .r1-step-body')?.textContent.includes('400')"
    )
    scrolled = "[...document.querySelectorAll('.r1-comparison *')].filter(each => /auto|scroll/.test(getComputedStyle(each).overflowY) && each.scrollHeight > each.clientHeight + 1).length"
    assert page.evaluate(scrolled) == 0
    stage.resize(NARROW)
    lefts = cards.evaluate_all("cards => cards.map(card => card.getBoundingClientRect().left)")
    assert len(set(lefts)) == 1, "one column"
    assert stage.errors == []


def test_what_grows_in_a_formula_grows_on_any_machine(stage: Stage) -> None:
    """The font comes with the page: a root and brackets are as high as what is within, and higher where that is."""
    page = stage.show("tall")
    page.evaluate("() => document.fonts.ready.then(() => null)")
    assert page.evaluate("() => document.fonts.check('14px \"R1 Math\"')")
    roots = """() => [...document.querySelectorAll(".r1 msqrt, .r1 mroot")].map(root => {
      const inner = (root.localName === "mroot" ? root.firstElementChild : root.lastElementChild).getBoundingClientRect();
      const outer = root.getBoundingClientRect();
      return [inner.height, outer.height, inner.left - outer.left];
    })"""
    measured = page.evaluate(roots)
    assert len(measured) == 3
    for inner, outer, _ in measured:
        assert inner <= outer < inner + 12
    assert measured[1][1] > 2 * measured[0][1], "a root is as high as its content"
    brackets = """() => [...document.querySelectorAll(".r1 mrow:has(> mfrac[linethickness='0'], > mfrac[linethickness='0px']) > mo")]
      .map(bracket => [bracket.getBoundingClientRect().height, bracket.parentElement.getBoundingClientRect().height])"""
    pairs = page.evaluate(brackets)
    assert len(pairs) == 4
    for bracket, row in pairs:
        assert bracket > 0.9 * row, "the brackets of a binomial coefficient are as high as it is"
    assert max(bracket for bracket, _ in pairs) > 1.3 * min(bracket for bracket, _ in pairs)
    assert stage.errors == []


def test_changes_are_drawn_as_formulas_and_can_be_read_as_written(stage: Stage) -> None:
    page = stage.show("rewritten")
    answer = page.locator("[data-part=answer]")
    assert answer.locator("del math, ins math").count() >= 2
    struck = answer.locator("del .r1-math").first.evaluate("math => getComputedStyle(math, '::after').borderTopStyle")
    assert struck == "solid", "what was removed is struck out, also where it is a formula"
    assert "\\boxed" not in answer.inner_text()
    toggle = page.get_by_role("button", name="As written")
    toggle.focus()
    page.keyboard.press("Enter")
    assert toggle.get_attribute("aria-pressed") == "true"
    assert "\\boxed" in answer.inner_text()
    page.keyboard.press("Escape")
    assert page.locator(".r1-diff").count() == 0
    assert stage.errors == []


def test_a_thought_can_be_forked_in_the_page(stage: Stage) -> None:
    page = stage.show("outline")
    page.locator(".r1-row").nth(1).click()
    page.locator(".r1-outline").get_by_role("button", name="Fork 4 times").click()
    page.wait_for_function("() => /^\\d of 4 end in \\S+$/.test(document.querySelector('.r1-agreement')?.textContent)")
    assert page.locator(".r1-continuation").count() == 4
    # Those that agree are folded to their names, all but the first; the keyboard opens them.
    opener = page.get_by_role("button", name="Continuation 3", exact=True)
    if opener.get_attribute("aria-expanded") == "false":
        opener.focus()
        page.keyboard.press("Enter")
    page.get_by_role("button", name="Continue with this one: continuation 3").click()
    page.wait_for_selector(".r1-turns [data-turn=t4].r1-turn")
    assert page.locator(".r1-head .r1-version-count").inner_text() == "4/5"
    assert stage.errors == []

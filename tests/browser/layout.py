"""What is wrong with the layout that the browser made: something is wider than its place, lies on something else, or is cut off."""

from __future__ import annotations

from playwright.sync_api import Page

from .demo import Stage
from .scenes import BROAD, MIDDLE, NARROW, WIDE

PROBLEMS = """() => {
  const root = document.querySelector(".r1");
  const problems = [];
  const name = element => `${element.localName}.${element.className} "${(element.textContent ?? "").slice(0, 40)}"`;
  const seen = element => element.checkVisibility() && element.getBoundingClientRect().width > 0;
  const wide = element => element.scrollWidth > element.clientWidth;
  for (const element of [root, document.documentElement])
    if (wide(element)) problems.push(`${name(element)} is ${element.scrollWidth} wide in ${element.clientWidth}`);

  // Lines of small parts: none lies on another, and none leaves its line.
  const lines = ".r1-bar, .r1-head, .r1-foot, .r1-tools, .r1-find, .r1-outline-head, .r1-filters, .r1-loop, .r1-row, "
    + ".r1-code-head, .r1-compose, .r1-compose-line, .r1-composer-foot, .r1-notice, .r1-columns, .r1-setting, "
    + ".r1-setting-field, .r1-settings-foot, .r1-turn, .r1-turns";
  const touch = (one, two) =>
    Math.min(one.right, two.right) - Math.max(one.left, two.left) > 1 &&
    Math.min(one.bottom, two.bottom) - Math.max(one.top, two.top) > 1;
  for (const line of [...root.querySelectorAll(lines)].filter(seen).slice(0, 200)) {
    const parts = [...line.children].filter(seen);
    const places = parts.map(part => part.getBoundingClientRect());
    for (const [index, place] of places.entries())
      for (let other = index + 1; other < places.length; other++)
        if (touch(place, places[other])) problems.push(`${name(parts[index])} lies on ${name(parts[other])}`);
  }

  // Text that nothing scrolls is all there: within the view, and within whatever cuts off what is too much for it.
  const scrollers = ".r1-table, pre, .r1-math-display, .r1-said, .r1-row-cost, .r1-popover, .r1-tooltip"; // or above the page
  const edges = root.getBoundingClientRect();
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  const range = document.createRange();
  for (let node = walker.nextNode(), count = 0; node && count < 2000; node = walker.nextNode(), count++) {
    const parent = node.parentElement;
    if (!node.data.trim() || parent.closest(scrollers) || !parent.checkVisibility({ contentVisibilityAuto: true })) continue;
    const cut = parent.closest(".r1-model > .r1-label, .r1-model-name, .r1-row-title, .r1-step-title");
    if (cut) {
      // What is too long ends in an ellipsis, and enough of it is left to know it by.
      if (getComputedStyle(cut).textOverflow !== "ellipsis" || cut.clientWidth < Math.min(60, cut.scrollWidth)) problems.push(`${name(cut)} is cut off`);
      continue;
    }
    range.selectNodeContents(node);
    for (const { left, right } of range.getClientRects())
      if (left < edges.left - 1 || right > edges.right + 1) problems.push(`"${node.data.slice(0, 40)}" is outside`);
  }
  for (const element of root.querySelectorAll("button, label, .r1-question, .r1-alert, .r1-counter, .r1-state"))
    if (seen(element) && !element.matches(".r1-step-fold") && wide(element)) problems.push(`${name(element)} is cut off`);
  return problems;
}"""

ZOOMED = WIDE // 2
"""What is left of a page of `WIDE` pixels at 200 %: half of the pixels, each twice as large."""

LARGER = ":root:root { --jp-content-font-size1: 22px; --jp-code-font-size: 20px }"


def problems(page: Page, where: str) -> list[str]:
    found: list[str] = page.evaluate(PROBLEMS)
    return [f"{where}: {problem}" for problem in found]


def fits(stage: Stage, scene: str) -> list[str]:
    """Nothing is, in light and dark, narrow and broad, and zoomed."""
    found = []
    for theme in ("light", "dark"):
        stage.theme(theme)
        found += problems(stage.page, theme)
        stage.picture(f"{scene}-{theme}")
    stage.theme("light")
    for width in (BROAD, MIDDLE, ZOOMED, NARROW):
        stage.resize(width)
        found += problems(stage.page, f"{width} pixels")
    stage.picture(f"{scene}-narrow")
    return found


def fits_when_larger(stage: Stage, _: str) -> list[str]:
    """With larger text, as somebody sets it in JupyterLab, or in the browser for text alone."""
    sheet = stage.page.add_style_tag(content=LARGER)
    stage.resize(MIDDLE)
    found = problems(stage.page, "larger text")
    sheet.evaluate("sheet => sheet.remove()")
    return found

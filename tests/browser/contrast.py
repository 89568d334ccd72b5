"""Whether all can be read: each text against what really lies below it, in each theme, also where the pointer is.

axe (axe.py) leaves out what it isn't sure of: pale texts, single signs, icons, placeholders, and whatever is hovered over.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from playwright.sync_api import Page

from .demo import Stage
from .scenes import HUGE, THEMES

_LOOK = (Path(__file__).parent / "contrast.js").read_text("utf-8").rstrip().rstrip(";")

_HOVER = """() => {
  window.hovered = [];
  const everywhere = list => {
    for (const rule of list) {
      if (rule.selectorText?.includes(":hover")) {
        window.hovered.push([rule, rule.selectorText]);
        rule.selectorText = rule.selectorText.replaceAll(":hover", ":not(.r1-nowhere)");
      }
      if (rule.cssRules) everywhere(rule.cssRules);
    }
  };
  for (const sheet of [...document.styleSheets, ...document.adoptedStyleSheets]) everywhere(sheet.cssRules);
  return window.hovered.length;
}"""
_AWAY = "() => { for (const [rule, text] of window.hovered) rule.selectorText = text; }"


def look(page: Page) -> Any:
    return page.evaluate(_LOOK)


def hover(page: Page) -> None:
    """The pointer is on everything. What is put in for `:hover` weighs as much."""
    assert page.evaluate(_HOVER) > 5, "nothing changes under the pointer"


def leave(page: Page) -> None:
    """The pointer is nowhere."""
    page.evaluate(_AWAY)


def can_be_read(stage: Stage, scene: str) -> list[str]:
    unreadable = []
    for theme in THEMES[:1] if scene in HUGE else THEMES:
        stage.theme(theme)
        found = look(stage.page)
        assert found["looked"] > 2, "it hasn't looked"
        unreadable += [f"{theme}: {problem}" for problem in found["problems"]]
    return unreadable


def can_be_read_under_the_pointer(stage: Stage, scene: str) -> list[str]:
    hover(stage.page)
    unreadable = can_be_read(stage, scene)
    leave(stage.page)
    return unreadable

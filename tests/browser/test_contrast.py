"""Whether all can be read: each text against what really lies below it, in each scene and theme, also where the pointer is.

axe (test_axe.py) leaves out what it isn't sure of: pale texts, single signs, icons, placeholders, and whatever is hovered over.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from .demo import Stage
from .scenes import HUGE, SCENES, WIDE
from .test_axe import THEMES

LOOK = (Path(__file__).parent / "contrast.js").read_text("utf-8").rstrip().rstrip(";")

HOVER = """() => {
  let rules = 0;
  const everywhere = list => {
    for (const rule of list) {
      if (rule.selectorText?.includes(":hover")) {
        rule.selectorText = rule.selectorText.replaceAll(":hover", ":not(.r1-nowhere)");
        rules++;
      }
      if (rule.cssRules) everywhere(rule.cssRules);
    }
  };
  for (const sheet of [...document.styleSheets, ...document.adoptedStyleSheets]) everywhere(sheet.cssRules);
  return rules;
}"""
"""The pointer is on everything. What is put in for `:hover` weighs as much."""


@pytest.fixture(autouse=True)
def wide(stage: Stage) -> None:
    stage.resize(WIDE)


@pytest.mark.parametrize("scene", SCENES)
def test_all_can_be_read(stage: Stage, scene: str) -> None:
    page = stage.show(scene)
    themes = THEMES[:1] if scene in HUGE else THEMES
    problems: dict[str, Any] = {}
    for where in ("", " under the pointer"):
        if where:
            assert page.evaluate(HOVER) > 5
        for theme in themes:
            stage.theme(theme)
            found = page.evaluate(LOOK)
            assert found["looked"] > 2
            if found["problems"]:
                problems[theme + where] = found["problems"]
    assert problems == {}


@pytest.mark.parametrize(
    ("change", "ratio"),
    [
        (".r1-answer { color: #999 }", "2.85 : 1"),
        (".r1-answer { opacity: 0.5 }", "3.19 : 1"),
        (".r1-answer { background: #777 }", "4.27 : 1"),
        (".r1 .r1-draft::placeholder { color: #bbb; opacity: 1 }", "1.92 : 1"),
        (".r1-icon { color: #aaa }", "2.32 : 1"),
        (".r1-answer::after { content: 'more'; color: #aaa }", "2.32 : 1"),
    ],
)
def test_what_cannot_be_read_is_found(stage: Stage, change: str, ratio: str) -> None:
    page = stage.show("answered")
    page.add_style_tag(content=change)
    problems = page.evaluate(LOOK)["problems"]
    assert any(problem.startswith(ratio) for problem in problems), problems


def test_what_is_hovered_is_found(stage: Stage) -> None:
    page = stage.show("answered")
    page.add_style_tag(content=".r1 button:hover { color: #ddd !important }")
    assert page.evaluate(LOOK)["problems"] == []
    page.evaluate(HOVER)
    assert page.evaluate(LOOK)["problems"] != []

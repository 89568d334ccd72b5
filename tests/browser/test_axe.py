"""What axe-core finds wrong with the view, for people who don't use a mouse or don't see: nothing, in every state.

Asked with all rules that are on by default, best practices too. Rules about a page as a whole (a heading, landmarks
around everything) don't apply, since the view alone is looked at: the page is the host's.
"""

from __future__ import annotations

from typing import Any

import pytest

from .demo import JS, Stage
from .scenes import HUGE, NARROW, SCENES, WIDE

THEMES = ("light", "dark", "contrast")

RUN = """async () => {
  const found = await axe.run(".r1", { resultTypes: ["violations"] });
  const contrasts = found.passes.find(({ id }) => id === "color-contrast");
  return {
    violations: found.violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 160)}`)),
    rules: found.passes.length,
    contrasts: contrasts !== undefined,
  };
}"""

SIGNS = """() => {
  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const over = (...colours) => {
    for (const colour of colours) {
      canvas.fillStyle = colour;
      canvas.fillRect(0, 0, 1, 1);
    }
    const light = [...canvas.getImageData(0, 0, 1, 1).data].slice(0, 3).map(value => {
      const share = value / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * light[0] + 0.7152 * light[1] + 0.0722 * light[2];
  };
  const grounds = element => {
    const found = [];
    for (let at = element; at; at = at.parentElement) found.unshift(getComputedStyle(at).backgroundColor);
    return found;
  };
  return [...document.querySelectorAll(":is(.r1-row, .r1-legend-line) > .r1-icon, .r1-find button")].map(sign => {
    const ground = grounds(sign);
    const [one, two] = [over(...ground), over(...ground, getComputedStyle(sign).color)];
    return (Math.max(one, two) + 0.05) / (Math.min(one, two) + 0.05);
  });
}"""


@pytest.fixture(scope="module")
def axe() -> str:
    return (JS / "node_modules" / "axe-core" / "axe.min.js").read_text("utf-8")


def look(stage: Stage, theme: str) -> Any:
    stage.theme(theme)
    return stage.page.evaluate(RUN)


@pytest.mark.parametrize("scene", SCENES)
def test_nothing_is_wrong(stage: Stage, axe: str, scene: str) -> None:
    stage.resize(WIDE)
    page = stage.show(scene)
    page.evaluate(axe)
    for theme in THEMES[:1] if scene in HUGE else THEMES:
        found = look(stage, theme)
        assert found["violations"] == [], theme
        assert found["rules"] > 5 and found["contrasts"], "it has looked"
    # What scrolls only in a narrow page.
    if scene in {"rich", "words", "outline", "thinking"}:
        page.locator(".r1-scroller").evaluate("scroller => scroller.scrollTo(0, 0)")
        stage.resize(NARROW)
        assert look(stage, "light")["violations"] == []


def test_axe_would_find_something(stage: Stage, axe: str) -> None:
    page = stage.show("outline")
    page.evaluate(axe)
    page.evaluate("""() => {
      document.querySelector(".r1-answer").style.color = "#ccc";
      document.querySelector(".r1-outline-list").removeAttribute("aria-label");
      document.querySelector(".r1-fold").setAttribute("aria-expanded", "perhaps");
    }""")
    found = {line.split(":")[0] for line in look(stage, "light")["violations"]}
    assert {"color-contrast", "aria-valid-attr-value"} <= found


@pytest.mark.parametrize("theme", THEMES)
def test_signs_can_be_seen(stage: Stage, theme: str) -> None:
    """axe leaves a text of one sign out; for one that isn't a letter 3 : 1 is asked for, and these have as much as text."""
    page = stage.show("find", theme=theme)
    ratios = page.evaluate(SIGNS)
    assert len(ratios) == 10
    assert min(ratios) >= 4.5

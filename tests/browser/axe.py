"""What axe-core finds wrong with the view, for people who don't use a mouse or don't see: nothing, in every state.

Asked with all rules that are on by default, best practices too. Rules about a page as a whole (a heading, landmarks
around everything) don't apply, since the view alone is looked at: the page is the host's.
"""

from __future__ import annotations

import functools
from typing import Any

from .demo import JS, Stage
from .scenes import HUGE, NARROW, THEMES

SCROLLED = frozenset({"rich", "words", "outline", "thinking"})
"""Scenes with something that scrolls only in a narrow page."""

RUN = """async () => {
  const found = await axe.run(".r1", { resultTypes: ["violations"] });
  const contrasts = found.passes.find(({ id }) => id === "color-contrast");
  return {
    violations: found.violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 160)}`)),
    rules: found.passes.length,
    contrasts: contrasts !== undefined,
  };
}"""


@functools.cache
def _source() -> str:
    return (JS / "node_modules" / "axe-core" / "axe.min.js").read_text("utf-8")


def bring(stage: Stage) -> None:
    """Into the document that is shown."""
    stage.page.evaluate(_source())


def look(stage: Stage, theme: str) -> Any:
    stage.theme(theme)
    return stage.page.evaluate(RUN)


def nothing_is_wrong(stage: Stage, scene: str) -> list[str]:
    bring(stage)
    wrong = []
    for theme in THEMES[:1] if scene in HUGE else THEMES:
        found = look(stage, theme)
        assert found["rules"] > 5 and found["contrasts"], "it hasn't looked"
        wrong += [f"{theme}: {violation}" for violation in found["violations"]]
    if scene in SCROLLED:
        stage.page.locator(".r1-scroller").evaluate("scroller => scroller.scrollTo(0, 0)")
        stage.resize(NARROW)
        wrong += [f"narrow: {violation}" for violation in look(stage, "light")["violations"]]
    return wrong

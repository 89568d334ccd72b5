"""Whether axe would find something (test_scenes.py has it look at every scene), and signs, which it leaves out."""

from __future__ import annotations

import pytest

from .axe import bring, look
from .demo import Stage
from .scenes import THEMES

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


def test_axe_would_find_something(stage: Stage) -> None:
    page = stage.show("outline")
    bring(stage)
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

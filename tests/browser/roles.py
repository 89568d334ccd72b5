"""The view as it is to who doesn't look at it: every control has a role and a name, the keyboard comes to each of them once, and it is
seen where the keyboard is.

No class of the view is named here, so that this holds whatever it looks like.
"""

from __future__ import annotations

import re
from typing import Any

from playwright.sync_api import Page

from .demo import Stage

CONTROLS = frozenset(
    (
        "button",
        "checkbox",
        "combobox",
        "link",
        "menuitem",
        "menuitemcheckbox",
        "radio",
        "searchbox",
        "slider",
        "spinbutton",
        "switch",
        "textbox",
    )
)

BEFORE = """() => {
  window.controls = ".r1 :is(button, a[href], input, select, textarea, summary, [tabindex])";
  /** What of it, and of what is around it, may say that it has the keyboard. */
  window.look = element => {
    const found = [];
    for (let at = element, far = 0; at && far < 4 && !at.matches(".r1"); at = at.parentElement, far++) {
      const { outlineStyle, outlineWidth, boxShadow, borderColor } = getComputedStyle(at);
      found.push(outlineStyle === "none" ? "" : outlineWidth, boxShadow, borderColor);
    }
    return found.join("|");
  };
  document.activeElement.blur();
  window.looks = new Map([...document.querySelectorAll(controls)].map(element => [element, look(element)]));
  window.stops = [];
  getSelection().removeAllRanges();
  // Tab begins where the keyboard was last, so that is before the view, or behind it.
  for (const place of ["prepend", "append"]) {
    const edge = document.createElement("button");
    edge.className = `edge-${place}`;
    document.body[place](edge);
  }
}"""

STOP = """() => {
  let focused = document.activeElement;
  if (!focused?.closest(".r1")) return null;
  const again = stops.includes(focused);
  stops.push(focused);
  const { outlineStyle, outlineWidth } = getComputedStyle(focused);
  const ringed = outlineStyle !== "none" && Number.parseFloat(outlineWidth) >= 1;
  const before = looks.get(focused);
  const box = focused.getBoundingClientRect();
  const [x, y] = [Math.max(0, box.left) + Math.min(box.width, 8) / 2, Math.max(0, box.top) + Math.min(box.height, 8) / 2];
  return {
    what: `${focused.localName} ${focused.getAttribute("aria-label") ?? focused.textContent.trim().slice(0, 40)}`,
    again,
    marked: ringed || (before !== undefined && before !== look(focused)),
    seen: box.width > 0 && box.height > 0 && focused.checkVisibility({ opacityProperty: true, visibilityProperty: true })
      && x < innerWidth && y < innerHeight,
  };
}"""

MISSED = """() => [...document.querySelectorAll(controls)]
  .filter(element => element.tabIndex >= 0 && !element.disabled && !element.closest("[inert], [aria-hidden=true]"))
  .filter(element => element.checkVisibility({ visibilityProperty: true }))
  .filter(element => element.type !== "radio" || element.checked)
  .filter(element => !stops.includes(element)).map(element => element.outerHTML.slice(0, 160))"""
"""What stands there for the keyboard and hasn't been reached. Of radio buttons one is a stop."""


def tree(page: Page) -> list[tuple[str, str]]:
    """Role and name of all that is in the page, as the browser tells them to a screen reader."""
    devtools = page.context.new_cdp_session(page)
    nodes = devtools.send("Accessibility.getFullAXTree")["nodes"]
    devtools.detach()
    return [
        (node["role"]["value"], node.get("name", {}).get("value", "").strip())
        for node in nodes
        if not node.get("ignored") and "role" in node
    ]


def controls_have_names(stage: Stage, _: str) -> list[str]:
    """A sign alone says nothing: there is a word."""
    controls = [(role, name) for role, name in tree(stage.page) if role in CONTROLS]
    assert len(controls) > 5, "those of the chooser at least"
    return [f"{role} is called {name!r}" for role, name in controls if not re.search(r"\w", name)]


def stops(page: Page, key: str = "Tab") -> list[dict[str, Any]]:
    """All that Tab comes to in the view, once through; `key` Shift+Tab is the other way."""
    page.evaluate(BEFORE)
    page.locator(".edge-prepend" if key == "Tab" else ".edge-append").focus()
    found: list[dict[str, Any]] = []
    for _ in range(150):
        page.keyboard.press(key)
        stop = page.evaluate(STOP)
        if stop is not None:
            found.append(stop)
        elif found:
            page.locator("[class^=edge-]").evaluate_all("edges => edges.forEach(edge => edge.remove())")
            return found
    raise AssertionError("Tab doesn't come out of the view")


def keyboard_reaches_each_once(stage: Stage, _: str) -> list[str]:
    """What has it is on the screen, and one sees so."""
    page = stage.page
    page.keyboard.press("Escape")  # what the scene has opened above the page covers what is below it
    reached = stops(page)
    assert reached
    problems = [
        *((stop["what"], "is reached again") for stop in reached if stop["again"]),
        *((stop["what"], "isn't marked") for stop in reached if not stop["marked"]),
        *((stop["what"], "isn't on the screen") for stop in reached if not stop["seen"]),
        *((missed, "isn't reached") for missed in page.evaluate(MISSED)),
    ]
    return [f"{what} {problem}" for what, problem in problems]

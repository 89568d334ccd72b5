"""A visit of a scene: it is loaded once, and all that is asked of every scene is asked of that page.

Loading costs more than asking. Each question finds the page as it was loaded: where one has left something behind, the next has it
loaded again.
"""

from __future__ import annotations

from collections.abc import Callable

from . import axe, contrast, layout, roles
from .demo import Stage
from .scenes import HUGE, WIDE

Question = Callable[[Stage, str], list[str]]

QUESTIONS: dict[str, Question] = {
    "names": roles.controls_have_names,
    "contrast": contrast.can_be_read,
    "contrast under the pointer": contrast.can_be_read_under_the_pointer,
    "layout": layout.fits,
    "layout of larger text": layout.fits_when_larger,
    "axe": axe.nothing_is_wrong,
    "keyboard": roles.keyboard_reaches_each_once,
}
"""What is asked, in this order. Each is answered by what is wrong."""
NOT_OF_HUGE = frozenset({"names", "layout of larger text", "keyboard"})

STATE = """() => {
  const all = [...document.querySelectorAll("html, .r1, .r1 *")];
  const attributes = element => [...element.attributes].filter(({ value }) => value !== "").map(({ name, value }) => `${name}=${value}`);
  const those = has => all.flatMap((element, at) => has(element) ? [at] : []);
  return JSON.stringify([
    document.querySelector(".r1").textContent,
    all.map(element => [element.localName, element.hidden, ...attributes(element).sort()].join(" ")),
    those(element => element === document.activeElement),
    those(element => element.matches(":popover-open")),
    those(element => element.scrollTop || element.scrollLeft).map(at => [at, all[at].scrollTop, all[at].scrollLeft]),
    those(element => "value" in element).map(at => [at, all[at].value, all[at].checked]),
  ]);
}"""
"""All that a question may have changed and not put back."""


def questions(scene: str) -> list[str]:
    """What is asked of `scene`. Those with thousands of elements tell nothing new to some."""
    return [name for name in QUESTIONS if scene not in HUGE or name not in NOT_OF_HUGE]


def visit(stage: Stage, scene: str) -> dict[str, list[str]]:
    """What is wrong with `scene`, for each question; also what the console said while it was asked."""
    found: dict[str, list[str]] = {}
    loaded = ""
    for name in questions(scene):
        try:
            stage.resize(WIDE)
            if not loaded or _state(stage) != loaded:
                stage.errors.clear()
                stage.show(scene)
                loaded = _state(stage)
            found[name] = QUESTIONS[name](stage, scene)
        except Exception as problem:  # of this question; the others are asked all the same
            found[name] = [f"{type(problem).__name__}: {problem}"]
            loaded = ""
        found[name] += [f"the console says: {error}" for error in stage.errors]
        stage.errors.clear()
    return found


def _state(stage: Stage) -> str:
    stage.theme("light")
    state: str = stage.page.evaluate(STATE)
    return state

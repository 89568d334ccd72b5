"""Stop, also while a cell is busy waiting for the turn that is to be stopped."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from . import kernels
from .conftest import Open
from .lab import Lab, Notebook
from .scripts import IMPORTS, gated

ENDLESS = f"{IMPORTS}chat = ChatWidget(ScriptedEngine(['on '] * 100_000, tokens_per_second=50))\nchat"
AT_MOST = 1.0  # seconds from the click to a free kernel, beside what the page and the kernel take for anything at all
TRIES = 5  # on a machine that is busy with something else, the best counts


@pytest.fixture(params=[*kernels.OTHERS, kernels.INSTALLED])
def kernel(request: pytest.FixtureRequest, lab: Lab) -> str:
    """The name of a kernel with one of the ipykernels."""
    return kernels.add(lab, request.param)


@pytest.mark.parametrize("cell", ["turn = chat.ask('q')", "%%r1 --chat chat\nq"], ids=["ask", "magic"])
def test_stop_in_a_blocked_cell(open_notebook: Open, kernel: str, cell: str) -> None:
    after = "import ipykernel, json; print(json.dumps([ipykernel.__version__, chat.turns[-1].finish_reason]))"
    notebook = open_notebook([f"%load_ext r1widget\n{ENDLESS}", cell, after], kernel=kernel)
    notebook.run(0)
    times: list[float] = []
    while not times or (min(times) > AT_MOST and len(times) < TRIES):
        anything = _seconds(lambda: notebook.python("1"))
        times.append(_ask_and_stop(notebook, where=1 if cell.startswith("%%") else 0) - 5 * anything)
    notebook.run(2)
    version, reason = json.loads(notebook.output(2).inner_text())
    assert kernel in ("python3", f"ipykernel-{version}")
    assert reason == "cancelled"
    assert min(times) < AT_MOST, f"Stop took {times} s on ipykernel {version}"
    assert "on on on" in notebook.python("chat.turns[0].reasoning"), "what was written is kept"
    expect(notebook.output(1)).not_to_contain_text("KeyboardInterrupt")
    assert notebook.our_errors == []


def _ask_and_stop(notebook: Notebook, *, where: int) -> float:
    """Seconds from the click on Stop to the end of the cell, whose own end would come in half an hour."""
    notebook.start(1)
    turn = notebook.chat(where).locator(".r1-turn").last
    expect(turn.locator(".r1-thought")).to_contain_text("on on on")
    stop = notebook.chat(where).get_by_role("button", name="Stop").last

    def stop_it() -> None:
        stop.click()
        notebook.finish(1)

    took = _seconds(stop_it)
    expect(turn.locator(".r1-state")).to_contain_text("Stopped while thinking")
    return took


def _seconds(act: Callable[[], object]) -> float:
    start = time.monotonic()
    act()
    return time.monotonic() - start


def test_stop_is_heard_when_the_mouse_goes_down(open_notebook: Open) -> None:
    """Until it comes up again, a new line of the thought may have moved the button away, and that is no click: one Stop in
    150 was lost so."""
    notebook = open_notebook([gated(["on "] * 99), "chat", "turn = chat.send('q')\ngate.release(9)"])
    notebook.run(0, 1, 2)
    chat = notebook.chat(1)
    expect(chat.locator(".r1-thought")).to_contain_text("on on on")
    chat.get_by_role("button", name="Stop").last.hover()
    notebook.page.mouse.down()
    expect(chat.locator(".r1-state")).to_contain_text("Stopped while thinking")
    notebook.page.mouse.up()
    assert notebook.python("turn.finish_reason") == "cancelled"


def test_the_kernels_own_interrupt_does_the_same(open_notebook: Open) -> None:
    notebook = open_notebook([ENDLESS, "turn = chat.ask('q')", "print(turn.finish_reason)"])
    notebook.run(0)
    notebook.start(1)
    expect(notebook.chat(0).locator(".r1-thought")).to_contain_text("on on on")
    notebook.page.evaluate("() => window.jupyterapp.commands.execute('notebook:interrupt-kernel').then(() => null)")
    notebook.finish(1)
    notebook.run(2)
    expect(notebook.output(2)).to_contain_text("cancelled")
    expect(notebook.output(1)).not_to_contain_text("KeyboardInterrupt")


def test_stop_from_python_and_by_escape(open_notebook: Open) -> None:
    notebook = open_notebook([ENDLESS, "turn = chat.send('q')", "chat.stop()\nturn.wait()", "other = chat.send('r')"])
    notebook.run(0, 1)
    chat = notebook.chat(0)
    expect(chat.locator(".r1-thought")).to_contain_text("on on")
    notebook.run(2)
    expect(chat.locator(".r1-state").first).to_contain_text("Stopped")
    notebook.run(3)
    expect(chat.get_by_role("button", name="Stop")).to_be_visible()
    chat.get_by_role("textbox").press("Escape")
    expect(chat.locator(".r1-state").nth(1)).to_contain_text("Stopped")
    assert notebook.python("[turn.finish_reason, other.finish_reason]") == ["cancelled", "cancelled"]


def test_another_cell_is_not_interrupted(open_notebook: Open) -> None:
    """A turn in the background, and a cell of the person's own: Stop stops the turn, and only that."""
    busy = "import time\nwhile not turn.wait(0): time.sleep(0.01)\nfor _ in range(20): time.sleep(0.01)\nprint('whole')"
    notebook = open_notebook([ENDLESS, "turn = chat.send('q')", busy])
    notebook.run(0, 1)
    notebook.start(2)
    chat = notebook.chat(0)
    expect(chat.locator(".r1-thought")).to_contain_text("on on")
    chat.get_by_role("button", name="Stop").click()
    notebook.finish(2)
    expect(notebook.output(2)).to_contain_text("whole")


def test_a_question_while_a_cell_is_busy_is_kept(open_notebook: Open) -> None:
    notebook = open_notebook([gated(["a</think>", "b"]), "chat", "import time; time.sleep(2.5)"])
    notebook.run(0, 1)
    notebook.start(2)
    chat = notebook.chat(1)
    chat.get_by_role("textbox").fill("Are you there?")
    chat.get_by_role("textbox").press("Enter")
    notebook.finish(2)
    expect(chat.locator(".r1-question")).to_have_text("Are you there?")
    notebook.python("gate.release(2)")
    expect(chat.locator(".r1-answer")).to_have_text("b")


ENTER_AND_ESC = """
async (delay) => {
  const draft = document.querySelector(".jp-Notebook .r1-draft");
  const press = key => draft.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
  press("Enter");
  if (delay > 0) await new Promise(resolve => setTimeout(resolve, delay));
  press("Escape");
}
"""


@pytest.mark.parametrize("busy", [False, True], ids=["at once", "while the model loads"])
def test_stop_counts_from_the_moment_of_enter(open_notebook: Open, busy: bool) -> None:
    """Escape 0 to 30 ms after Enter: before the kernel has told of the turn, or has even read the question."""
    loading = "from r1widget.engines import registry\nload, go_on = threading.Event(), threading.Event()\n"
    loading += "def slow(model, *, on_progress, **options):\n    go_on.wait(60)\n    return ScriptedEngine(['on '] * 100_000)\n"
    slow = f"{IMPORTS}{loading}registry.load = slow\nchat = ChatWidget('slow')\nchat"
    notebook = open_notebook([slow if busy else ENDLESS])
    notebook.run(0)
    chat = notebook.chat(0)
    for number, delay in enumerate((0, 0, 4, 8, 12, 18, 24, 30)):
        chat.locator(".r1-draft").fill(f"Question {number}")
        notebook.page.evaluate(ENTER_AND_ESC, delay)
        turn = chat.locator(".r1-turn").nth(number)
        expect(turn).to_have_attribute("data-phase", "ended")
        expect(turn.locator(".r1-state")).to_have_text(
            re.compile("Cancelled before it began|Stopped while thinking|Stopped")
        )
        expect(chat.locator(".r1-draft")).to_have_value("")
    expect(chat.get_by_role("button", name="Stop")).to_be_hidden()
    assert notebook.python("[turn.finish_reason for turn in chat.turns]") == 8 * ["cancelled"]
    if busy:
        notebook.python("go_on.set()")
    assert notebook.our_errors == []

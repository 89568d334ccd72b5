"""All of tests/xss as question, thought and answer, in a real JupyterLab: nothing runs and nothing is fetched."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from r1widget.testing import cut

from ..xss import collections
from .lab import Lab, Notebook

WATCH = Path(__file__).with_name("hostile.js").read_text("utf-8")
LAST = "lastword"
"""What is at the end of each text."""


def plain(vectors: list[str]) -> str:
    return "\n\n".join(vectors)


def nested(vectors: list[str]) -> str:
    """Each in the places that markdown has for it."""
    return "\n\n".join(
        f"- {vector}\n\n[x]({vector}) ![x]({vector}) [y](<{vector}>) [z](https://a.example '{vector}')\n\n"
        f"| {vector} |\n|---|\n| {vector} |\n\n$\\text{{{vector}}}$ `{vector}`\n\n```{vector}\n{vector}\n```"
        for vector in vectors
    )


class Watched:
    """A context whose pages are watched, and can reach nothing but the server."""

    def __init__(self, context: BrowserContext, lab: Lab) -> None:
        self.context = context
        self.outside: list[str] = []
        self._server = f"http://127.0.0.1:{lab.port}/"
        context.add_init_script(WATCH)
        context.route(lambda url: not url.startswith(self._server), self._refuse)

    def _refuse(self, route: Route) -> None:
        # What the page holds already is no request to anybody.
        if route.request.url.startswith(("data:", "blob:")):
            route.fallback()
            return
        self.outside.append(route.request.url)
        route.abort()

    def seen(self, page: Page) -> dict[str, Any]:
        watch: dict[str, Any] = page.evaluate("() => window.watch")
        return {**watch, "outside": self.outside, "pages": len(self.context.pages)}


CALM = {"ran": [], "wrong": [], "opened": [], "outside": [], "pages": 1}


@pytest.fixture
def watched(browser: Browser, lab: Lab) -> Iterator[Watched]:
    context = browser.new_context(viewport={"width": 1100, "height": 900})
    yield Watched(context, lab)
    context.close()
    for session in lab.get("api/sessions"):
        lab.delete(f"api/sessions/{session['id']}")


def in_pieces(vectors: list[str], nested_ones: list[str]) -> list[str]:
    """The vectors as a model would write them, and then what takes more text in larger pieces."""
    rest = f"\n\n{nested(nested_ones)}\n\n{LAST}"
    return [*cut(plain(vectors)), *(rest[at : at + 97] for at in range(0, len(rest), 97))]


def open_chat(watched: Watched, lab: Lab, name: str, vectors: list[str]) -> Notebook:
    """A chat that was asked, thought and answered all vectors; half stand nested in the thought, half in the answer."""
    half = len(vectors) // 2
    thought = [vector for vector in vectors if "</think>" not in vector]  # it would be the thought's end
    pieces = [*in_pieces(thought, thought[:half]), "\n</think>\n\n", *in_pieces(vectors, vectors[half:])]
    (lab.folder / f"{name}.json").write_text(json.dumps(pieces))
    (lab.folder / f"{name}.txt").write_bytes(plain(vectors).encode("utf-8", "surrogatepass"))
    setup = f"""
import json, pathlib
from r1widget import ChatWidget
from r1widget.testing import ScriptedEngine
pieces = json.loads(pathlib.Path({name + ".json"!r}).read_text())
chat = ChatWidget(ScriptedEngine(pieces, tokens_per_second=8000), settings={{"max_tokens": len(pieces) + 1}})
"""
    ask = f"chat.ask(pathlib.Path({name + '.txt'!r}).read_bytes().decode())"
    notebook = Notebook(lab, watched.context.new_page(), lab.write(f"{name}.ipynb", [setup, "chat", ask]))
    notebook.run(0, 1, 2)
    return notebook


TOUCH = """(chat) => {
  const nodes = chat.querySelectorAll(".r1-question, .r1-prose *");
  const kinds = ["pointerover", "pointerenter", "mouseover", "mouseenter", "mousemove", "mousedown", "mouseup", "wheel",
    "focusin", "focus", "keydown", "keyup", "input", "change", "select", "copy", "toggle", "animationstart",
    "transitionend", "contextmenu", "dblclick", "auxclick", "drag", "drop", "touchstart", "scroll", "load", "error"];
  for (const node of nodes) for (const kind of kinds) node.dispatchEvent(new Event(kind));
  return nodes.length;
}"""
"""Everything that a mouse and a keyboard do, to everything that came from text; how many things. No event bubbles: all
that could listen above gets its own, and JupyterLab would look at each of a million."""

CLICK = """([chat, images]) => {
  const counts = { links: 0, buttons: 0 };
  const stay = event => {
    const link = event.target.closest?.("a[href]");
    if (!link) return;
    counts.links++;
    event.preventDefault();
    if (event.defaultPrevented && link.target !== "_blank") window.watch.opened.push(link.href);
  };
  window.addEventListener("click", stay);
  for (const node of chat.querySelectorAll(".r1-prose :not(button)")) node.click?.();
  for (const node of chat.querySelectorAll(".r1-prose button"))
    if ((node.dataset.r1Act === "image") === images) (counts.buttons++, node.click());
  window.removeEventListener("click", stay);
  return counts;
}"""
"""A click on all that came from text, either on buttons for images or on the others; no link is followed."""


def test_the_watch_sees_a_script_that_runs(watched: Watched, lab: Lab) -> None:
    page = watched.context.new_page()
    page.goto(lab.url("lab"))
    page.wait_for_function("() => window.jupyterapp?.restored.then(() => true)")
    page.evaluate(
        """() => {
          document.body.innerHTML = '<div class="r1-prose"><img src=x onerror=alert(1)>'
            + '<details open ontoggle=confirm(2)></details><p onclick="window.pwned=3">x</p><a href="javascript:prompt(4)">x</a><a href="http:/logout">x</a>'
            + '<img class=r1-loaded src="https://evil.example/a.png"></div>';
        }"""
    )
    page.wait_for_function("() => window.watch.ran.length >= 2")
    page.locator(".r1-prose p").click()
    page.locator(".r1-prose a").first.click()
    page.wait_for_function("() => window.watch.ran.length >= 4")
    seen = watched.seen(page)
    assert sorted(seen["ran"]) == ["alert(1)", "confirm(2)", "prompt(4)", "pwned = 3"]
    assert {"<img>", "<details>", "onclick=window.pwned=3", "href=javascript:prompt(4)", "href=http:/logout"} <= set(
        seen["wrong"]
    )
    assert seen["outside"] == ["https://evil.example/a.png"]


@pytest.mark.parametrize("name", collections())
def test_nothing_runs_and_nothing_is_fetched(watched: Watched, lab: Lab, name: str) -> None:
    vectors = collections()[name]
    notebook = open_chat(watched, lab, f"xss-{name}", vectors)
    page, chat = notebook.page, notebook.chat(1)
    expect(chat.locator(".r1-question")).to_contain_text(vectors[0].split("\n")[0].strip()[:20] or vectors[0])
    expect(chat.locator(".r1-answer")).to_contain_text(LAST)
    expect(page.locator(".jp-RenderedMarkdown").first).to_contain_text(LAST)  # the transcript
    chat.locator(".r1-fold").click()
    expect(chat.locator(".r1-thought")).to_contain_text(LAST)

    assert page.evaluate(TOUCH, chat.element_handle()) > len(vectors)
    page.evaluate(CLICK, [chat.element_handle(), False])
    for height in range(100, 850, 50):
        page.mouse.move(300 + height // 10, height)
    assert watched.seen(page) == CALM

    counts = page.evaluate(CLICK, [chat.element_handle(), True])
    page.evaluate("() => new Promise(requestAnimationFrame)")
    seen = watched.seen(page)
    assert all(url.startswith(("http://", "https://")) for url in seen.pop("outside"))
    assert seen == {key: value for key, value in CALM.items() if key != "outside"}
    assert counts["buttons"] > 0 or name != "ours-markdown"
    assert notebook.our_errors == []


def test_a_link_opens_a_page_that_knows_nothing_of_this_one(watched: Watched, lab: Lab) -> None:
    notebook = open_chat(watched, lab, "xss-link", ["[a link](https://a.example/page)", "text"])
    link = notebook.chat(1).locator(".r1-answer a").first
    with watched.context.expect_page() as opened:
        link.click()
    assert opened.value.evaluate("() => window.opener") is None
    assert set(watched.outside) == {"https://a.example/page"}
    assert notebook.page.url.startswith(f"http://127.0.0.1:{lab.port}/")

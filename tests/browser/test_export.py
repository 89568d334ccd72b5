"""A person takes a conversation with them: as a file from the menu, as a cell below, and as the widget itself in a page of its own,
which is opened from the disk with no network."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from r1widget.conversation import Conversation
from r1widget.conversation.turn import Turn
from r1widget.conversation.version import Version
from r1widget.export import write

from .conftest import Open
from .demo import JS, SCREENSHOTS
from .lab import Notebook
from .menus import choose

POCKET = "from r1widget import ChatWidget\nchat = ChatWidget('pocket', settings={'seed': 1})\nchat"
AFTER = "'the cell behind it'"
QUESTION = "What is 17 × 24?"


def answered(notebook: Notebook) -> Locator:
    """The chat, which has answered."""
    notebook.run(0)
    chat = notebook.chat(0)
    chat.locator(".r1-draft").fill(QUESTION)
    notebook.page.keyboard.press("Enter")
    expect(chat.locator(".r1-answer")).to_contain_text("408")  # torch is imported
    expect(chat.locator(".r1-turn")).to_have_attribute("data-phase", "ended")
    return chat


def open_menu(chat: Locator) -> Locator:
    chat.get_by_role("button", name="Export").click()
    menu = chat.locator(".r1-export")
    expect(menu.locator(".r1-export-size")).to_contain_text("1 turn, 1 thought · ")
    return menu


def kept(page: Page, menu: Locator, folder: Path) -> Path:
    """The file that the browser has kept."""
    with page.expect_download() as download:
        menu.get_by_role("button", name="Download").click()
    path = folder / download.value.suggested_filename
    download.value.save_as(path)
    return path


@pytest.mark.browser
def test_a_file_is_downloaded_and_a_cell_comes_below(open_notebook: Open, tmp_path: Path) -> None:
    notebook = open_notebook([POCKET, AFTER])
    page = notebook.page
    chat = answered(notebook)
    menu = open_menu(chat)
    notebook.picture("export-menu")
    markdown = kept(page, menu, tmp_path)
    assert markdown.name == "what-is-17-24.md"
    assert markdown.read_text("utf-8") == notebook.python("chat.to_markdown()")
    menu.get_by_label("Thoughts").select_option("Left out")
    expect(menu.locator(".r1-export-size")).to_contain_text("1 turn, no thoughts")

    menu.get_by_label("Content").select_option("All versions")
    menu.get_by_label("Thoughts").select_option("folded")
    expect(menu.get_by_role("button", name="Insert below")).to_be_hidden()
    data = json.loads(kept(page, menu, tmp_path).read_text("utf-8"))
    assert Conversation.from_dict(data).turns[0].question == QUESTION
    menu.get_by_label("Format").select_option("This widget, read-only (.html)")
    expect(menu.locator(".r1-export-size")).to_contain_text("kB")
    shown = kept(page, menu, tmp_path)
    assert shown.name == "what-is-17-24.html" and 400_000 < shown.stat().st_size < 1_200_000

    menu.get_by_label("Content").select_option("This conversation")
    menu.get_by_role("button", name="Insert below").click()
    expect(menu.locator(".r1-export-said")).to_contain_text("Inserted a Markdown cell below")
    cell = page.locator(".jp-Notebook .jp-Cell").nth(1)
    expect(cell.locator(".jp-RenderedMarkdown")).to_contain_text(QUESTION)
    notebook.picture("export-inserted")
    cells = notebook.save().cells
    assert [each.cell_type for each in cells] == ["code", "markdown", "code"]
    assert cells[1].source == markdown.read_text("utf-8").strip()
    assert cells[2].source == AFTER
    nbformat.validate(nbformat.read(notebook.path, as_version=4))

    page.keyboard.press("Escape")
    expect(menu).to_be_hidden()
    expect(chat.get_by_role("button", name="Export")).to_be_focused()
    assert notebook.our_errors == []


class Alone:
    """A page from the disk, which can reach nothing, and what it has tried."""

    def __init__(self, page: Page, path: Path) -> None:
        self.page = page
        self.tried: list[str] = []
        self.errors: list[str] = []
        page.on("request", lambda request: self.tried.append(request.url))
        page.on("console", lambda message: self.errors.append(message.text))
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.goto(path.as_uri())
        expect(page.locator(".r1-answer").first).to_be_visible()

    def wrong(self, axe: str) -> Any:
        """What axe finds wrong with all of the page."""
        if not self.page.evaluate("() => 'axe' in window"):
            self.page.evaluate(axe)
        return self.page.evaluate(
            "async () => (await axe.run()).violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`))"
        )


@pytest.fixture(params=["light", "dark"])
def scheme(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def alone(browser: Browser, tmp_path: Path, scheme: str) -> Iterator[Alone]:
    context = browser.new_context(viewport={"width": 1000, "height": 900}, color_scheme=scheme, offline=True)  # type: ignore[arg-type]
    page = context.new_page()
    yield Alone(page, write(conversation(), tmp_path / "chat.html", view="widget"))
    context.close()


def conversation() -> Conversation:
    """Two versions of a thought, of which the newer has words of a person's, and one that came behind the older."""
    conversation = Conversation()
    first = conversation.add(QUESTION)
    first.append("reasoning", "I split 24.\n\nSo $17 \\times 20 = 340$.\n\nWait, let me check: 480 - 72 = 408.")
    first.append(
        "answer",
        'It is $\\boxed{408}$.\n\n```python\nprint("17 × 24")  # 408\n```\n\n![a picture](https://a.example/p.png)',
    )
    first.record = {
        "model": "pocket",
        "tokens": {"reasoning": 30, "answer": 20},
        "seconds": {"total": 3.0, "thinking": 2.0},
    }
    first.end("stop", thinking_ended_by="model")
    later = conversation.add("And twice that?")
    later.append("answer", "816 </script><script>document.title = 'out'</script> <!-- [x](javascript:alert(1))")
    later.end("stop")
    version = Turn(QUESTION, version=Version(first.id, "reasoning", 13))
    version.append("reasoning", "I split 24.\n\n")
    version.append("reasoning", "So it is 418", "person")
    version.append("reasoning", ", or so.")
    version.append("answer", "It is 418.")
    version.record = dict(first.record)
    version.end("stop", thinking_ended_by="user")
    conversation.insert(version)
    return conversation


@pytest.mark.browser
def test_the_widget_in_a_file_is_as_live_as_it_is_and_asks_nobody(alone: Alone, scheme: str) -> None:
    page = alone.page
    axe = (JS / "node_modules" / "axe-core" / "axe.min.js").read_text("utf-8")
    expect(page.locator(".r1-answer")).to_have_text("It is 418.")
    expect(page.locator(".r1-composer, .r1-export, .r1-absent:visible, .r1-notice")).to_have_count(0)
    expect(page.locator("[data-act]:visible, .r1-grip:visible")).to_have_count(0)
    assert alone.wrong(axe) == []

    page.locator(".r1-fold").click()
    expect(page.locator(".r1-step .r1-author")).to_contain_text("you")
    choose(page, "Changes")
    expect(page.locator(".r1-diff ins").first).to_contain_text("it is 418")
    page.get_by_role("button", name="Outline").click()
    expect(page.locator(".r1-row")).not_to_have_count(0)
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SCREENSHOTS / f"file-changes-{scheme}.png", full_page=True)
    assert alone.wrong(axe) == []

    page.get_by_role("button", name="Thought: previous version").click()
    expect(page.locator(".r1-answer")).to_have_count(2)
    expect(page.locator(".r1-answer math")).to_be_visible()
    expect(page.locator(".r1-answer .hljs-string")).to_have_text('"17 × 24"')
    expect(page.locator(".r1-answer").last).to_contain_text("816 </script><script>document.title")
    page.locator(".r1-step").last.hover()
    expect(page.locator(".r1-step-acts:visible")).to_have_count(0)
    page.locator(".r1-fold").first.focus()
    page.keyboard.press("Control+f")
    page.keyboard.type("40")
    expect(page.locator(".r1-find:visible")).to_contain_text("1 of 2")
    page.screenshot(path=SCREENSHOTS / f"file-found-{scheme}.png", full_page=True)
    assert alone.wrong(axe) == []
    page.keyboard.press("Escape")

    assert alone.tried == [page.url] and alone.errors == []
    assert page.title() == QUESTION
    # What a reader asks for isn't fetched into this page either; there is a way to it.
    page.get_by_role("button", name="image: a picture").click()
    link = page.get_by_role("link", name="image: a picture")
    expect(link).to_have_attribute("href", "https://a.example/p.png")
    assert all("Content Security Policy" in error for error in alone.errors), alone.errors


@pytest.mark.browser
def test_the_file_on_paper_has_the_whole_text_on_a_light_ground(alone: Alone) -> None:
    alone.page.emulate_media(media="print")
    expect(alone.page.locator(".r1-bar button:visible")).to_have_count(0)
    expect(alone.page.locator(".r1-model-name")).to_be_visible()
    body, text = alone.page.evaluate(
        "() => [getComputedStyle(document.body).backgroundColor, getComputedStyle(document.querySelector('.r1-answer')).color]"
    )
    assert (body, text) == ("rgb(255, 255, 255)", "rgb(0, 0, 0)")
    assert alone.page.locator(".r1-scroller").evaluate("box => box.scrollHeight - box.clientHeight") == 0

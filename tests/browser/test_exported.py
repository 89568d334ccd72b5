"""The exported page of HTML in a browser: folds, find, keys, paper, what axe-core says, and what hostile text does: nothing."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from pypdf import PdfReader

from r1widget.conversation import Conversation
from r1widget.export import write

from ..xss import collections
from .demo import JS

WATCH = Path(__file__).with_name("hostile.js").read_text("utf-8")
ANSWER = """### First
Both, see [the proof](https://example.org/proof) and https://example.org/x and ![a picture](https://example.org/x.png).

# Second
| left | right |
|:--|--:|
| 1 | $x^2$ |

```python
x = 1  # a comment that is so long that its line has no place in the column, nor on a sheet of paper, up to the LASTOFLINE
```

$$\\sum_{k=1}^n k = \\frac{n(n+1)}{2}$$

- [x] done
"""
COLUMNS = " | ".join(f"COLUMN{number}" for number in range(16))
AXE = """async () => {
  const found = await axe.run(document, { resultTypes: ["violations"] });
  const contrasts = found.passes.some(({ id }) => id === "color-contrast");
  return [contrasts, ...found.violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 160)}`))];
}"""


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The address of a page with all that a page can have."""
    conversation = Conversation()
    turn = conversation.add("Which is right?\nSee https://example.org/question.")
    turn.append("reasoning", "Hm, a NEEDLE in it.\n\n## A heading\n\n")
    turn.append("reasoning", "Take the first.", "person")
    turn.append("answer", ANSWER)
    turn.record = {"model": "m", "seconds": {"thinking": 3.0}}
    turn.end("stop", thinking_ended_by="model")
    conversation.add_version(turn, "Which is wrong?").end("cancelled")
    conversation.select(turn)
    wide = conversation.add("这是什么？")
    wide.append("reasoning", "Another thought.")
    wide.append("answer", f"| {COLUMNS} |\n|{'---|' * 16}\n| {COLUMNS.replace('COLUMN', 'ACELLTHATISLONG')} |")
    wide.end("length")
    conversation.add("And?").end("error", error="The server refused.")
    conversation.add("<b>Last</b>").end("cancelled")
    return write(conversation, tmp_path_factory.mktemp("exported") / "chat.html").as_uri()


@pytest.fixture(params=[{}], ids=[""])
def context(browser: Browser, request: pytest.FixtureRequest) -> Iterator[BrowserContext]:
    context = browser.new_context(viewport={"width": 800, "height": 900}, **request.param)
    yield context
    context.close()


@pytest.fixture
def page(context: BrowserContext, exported: str) -> Page:
    page = context.new_page()
    problems: list[str] = []
    page.on("console", lambda message: problems.append(message.text))
    page.goto(exported)
    assert problems == []
    return page


def on_paper(page: Page) -> str:
    pdf = PdfReader(io.BytesIO(page.pdf(prefer_css_page_size=True)))
    return "\n".join(sheet.extract_text() for sheet in pdf.pages)


@pytest.mark.parametrize("context", [{"color_scheme": scheme} for scheme in ("light", "dark")], indirect=True)
def test_nothing_is_wrong(page: Page) -> None:
    page.evaluate((JS / "node_modules" / "axe-core" / "axe.min.js").read_text("utf-8"))
    assert page.evaluate(AXE) == [True]
    page.get_by_role("button", name="Unfold all").click()
    assert page.evaluate(AXE) == [True]


def test_folds_by_keys(page: Page) -> None:
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Unfold all")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("details[open]")).to_have_count(3)  # two thoughts, and what was found in one of them
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    expect(page.locator("details[open]")).to_have_count(0)
    page.locator("summary").first.press("Enter")
    expect(page.locator("details[open]")).to_have_count(1)
    expect(page.locator("pre[tabindex='0']")).to_have_count(1)


def test_the_list_of_questions(page: Page) -> None:
    links = page.get_by_role("navigation", name="Questions").get_by_role("listitem")
    expect(links).to_have_text(
        [
            "Which is right? See https://example.org/question. (version 1 of 2)",
            "这是什么？",
            "And?",
            "<b>Last</b>",
        ]
    )
    links.nth(2).get_by_role("link").click()
    expect(page.locator("article:target")).to_contain_text("The server refused.")
    expect(page.get_by_role("heading", name="Question 1 · Version 1 of 2")).to_be_visible()


def test_what_is_found_is_unfolded(page: Page, exported: str) -> None:
    """A text that an address names is looked for as the browser's own find looks for it."""
    expect(page.get_by_text("NEEDLE")).not_to_be_visible()
    page.goto("about:blank")
    page.goto(f"{exported}#:~:text=a%20NEEDLE")
    expect(page.get_by_text("NEEDLE")).to_be_visible()
    expect(page.locator("details[open]")).to_have_count(1)


@pytest.mark.parametrize("context", [{}, {"java_script_enabled": False}], indirect=True)
def test_on_paper_all_is_there(page: Page) -> None:
    text = on_paper(page)
    assert "NEEDLE" in text and "LASTOFLINE" in text.replace("\n", "")
    assert "COLUMN15" in "".join(text.split()) and "ACELLTHATISLONG15" in "".join(text.split())
    assert "the proof (https://example.org/proof)" in " ".join(text.split())
    assert text.count("https://example.org/x\n") + text.count("https://example.org/x ") == 1, "once is enough"
    assert "Unfold all" not in text and "Print folds" not in text
    expect(page.locator("details[open]")).to_have_count(0)


def test_folds_on_paper_as_they_are(page: Page) -> None:
    page.get_by_label("Print folds as they are").check()
    page.locator("summary").nth(1).click()
    text = on_paper(page)
    assert "NEEDLE" not in text and "Another thought." in text


@pytest.mark.parametrize("context", [{"java_script_enabled": False}], indirect=True)
def test_without_scripts_there_are_no_buttons(page: Page) -> None:
    expect(page.get_by_role("button")).to_have_count(0)
    page.locator("summary").first.click()
    expect(page.get_by_text("NEEDLE")).to_be_visible()


@pytest.mark.parametrize("name", collections())
def test_hostile_text_does_nothing(context: BrowserContext, tmp_path: Path, name: str) -> None:
    conversation = Conversation()
    for vector in collections()[name]:
        turn = conversation.add(vector)
        turn.append("reasoning", f"{vector}\n\n[x]({vector})\n\n```{vector}\n{vector}\n```")
        turn.append("answer", f"{vector}\n\n# {vector}\n\n| {vector} |\n|---|\n| ![x]({vector}) |")
        turn.end("error", error=vector)
    path = write(conversation, tmp_path / "chat.html")
    outside: list[str] = []
    context.add_init_script(WATCH)
    context.on("request", lambda request: outside.append(request.url))
    page = context.new_page()
    page.goto(path.as_uri())
    page.get_by_role("button", name="Unfold all").click()
    expect(page.locator("article")).to_have_count(len(collections()[name]))
    assert page.evaluate("() => window.watch.ran") == []
    assert outside == [path.as_uri()] and len(context.pages) == 1
    assert page.locator("script").count() == page.locator("style").count() == 1
    assert page.locator("img, iframe, object, embed, form, svg, [style], main [id]:not(article, h2)").count() == 0


def test_another_script_would_be_refused(context: BrowserContext, exported: str, tmp_path: Path) -> None:
    """The policy holds where the escaping would not."""
    page_text = Path(exported.removeprefix("file://")).read_text("utf-8")
    (tmp_path / "bad.html").write_text(
        page_text.replace("<main>", "<main><script>window.pwned = 1</script><b onclick='alert(1)'>x</b>"), "utf-8"
    )
    context.add_init_script(WATCH)
    page = context.new_page()
    page.goto((tmp_path / "bad.html").as_uri())
    page.get_by_text("x", exact=True).first.click()
    assert page.evaluate("() => window.watch.ran") == ["policy: inline", "policy: inline"]

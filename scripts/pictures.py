"""Makes the pictures of the documents, in docs/, of the page as it is now: `python -m scripts.pictures [NAME …]`

Those of docs/design/ are scenes of the page without a kernel. The two of the README are of a real JupyterLab, with the built-in
model. Look at all of them before they are committed.
"""

from __future__ import annotations

import io
import sys
import tempfile
from pathlib import Path
from typing import Any, NamedTuple

from PIL import Image
from playwright.sync_api import Browser, FloatRect, Locator, Page, sync_playwright

from tests.browser import chromium, fonts
from tests.browser.demo import Demo, Stage, build_or_skip
from tests.browser.lab import Lab, Notebook
from tests.browser.test_pictures import ROOM

DOCS = Path(__file__).parent.parent / "docs"
SCALE = 1.5
"""Pixels of one of the page's."""
LIMIT = 60_000
"""Bytes: they lie in the repository."""


class Shown(NamedTuple):
    scene: str
    width: int = 640
    theme: str = "light"
    press: str = ""
    """A button, pressed with the mouse."""


DESIGN = {
    "empty": Shown("empty"),
    "thinking": Shown("thinking"),
    "answered": Shown("answered"),
    "dark": Shown("answered", theme="dark"),
    "contrast": Shown("answered", theme="contrast"),
    "narrow": Shown("outline", 380, "dark"),
    "steered": Shown("versions", 760),
    "comparison": Shown("fork", 760),
    "changes": Shown("changes"),
    "settings": Shown("answered", press="Settings"),
    "menu": Shown("agreement", press="More"),
    "check": Shown("decided", 760),
    "support": Shown("support", 760),
}

ASKED = 'from r1widget import ChatWidget\n\nchat = ChatWidget("pocket")\nchat'
STEERED = """chat = ChatWidget("pocket", settings={"seed": 1})
display(chat)
turn = chat.ask("What is 17 × 24?")
before, product, _ = turn.reasoning.partition("So 17 × 20 = 340.")
assert product
_ = chat.wait(chat.edit_reasoning(turn, before + "So 17 × 20 = 350."))"""


def save(png: bytes, path: Path) -> None:
    """With as many colours as there is room for, and the commonest as they are: grounds and tints are large."""
    picture = Image.open(io.BytesIO(png)).convert("RGB")
    counted = sorted(picture.getcolors(picture.width * picture.height) or [], reverse=True)
    path.parent.mkdir(exist_ok=True)
    for colours in (128, 96, 64, 48, 32, 24, 16):
        palette = Image.new("P", (1, 1))
        commonest: list[Any] = [colour for _, colour in counted[: colours // 2]]
        spread = picture.quantize(colours - len(commonest), Image.Quantize.MAXCOVERAGE).getpalette() or []
        palette.putpalette([*(value for colour in commonest for value in colour), *spread])
        picture.quantize(palette=palette, dither=Image.Dither.NONE).save(path, optimize=True)
        if path.stat().st_size <= LIMIT:
            break
    print(f"{path}: {picture.width} × {picture.height}, {colours} colours, {path.stat().st_size:,} bytes")


def page_of(browser: Browser, width: int, height: int) -> Page:
    context = browser.new_context(
        reduced_motion="reduce",
        timezone_id="UTC",
        locale="en-US",
        device_scale_factor=SCALE,
        viewport={"width": width, "height": height},
    )
    page = context.new_page()
    fonts.use(page)
    return page


def quiet(page: Page, height: str) -> None:
    """Nothing has the keyboard, nothing is under the pointer, and the conversation is as high as a person may make it."""
    page.mouse.move(0, 0)
    page.evaluate(
        """height => {
      document.activeElement?.blur();
      for (const box of document.querySelectorAll(".r1-scroller")) {
        box.style.maxHeight = height;
        box.scrollTop = 0;
      }
    }""",
        height,
    )
    page.evaluate(fonts.LOADED)


def photograph(page: Page) -> bytes:
    page.evaluate(fonts.LOADED)
    room: FloatRect = page.evaluate(ROOM)
    return page.screenshot(clip=room, full_page=True, animations="disabled", caret="hide")


def design(browser: Browser, names: list[str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        build_or_skip(Path(folder))
        demo = Demo(Path(folder))
        stage = Stage(page_of(browser, 700, 900), demo)
        for name in names:
            scene, width, theme, press = DESIGN[name]
            stage.resize(width)
            page = stage.show(scene, theme=theme)
            if press:
                page.get_by_role("button", name=press, exact=True).click()
                page.mouse.move(0, 0)
            else:
                quiet(page, "min(70vh, 720px)")
            save(photograph(page), DOCS / "design" / f"{name}.png")
        assert stage.errors == [], stage.errors
        demo.stop()


def outlined(chat: Locator) -> None:
    """The first thought open, with its outline."""
    fold = chat.locator(".r1-fold").first
    if fold.get_attribute("aria-expanded") == "false":
        fold.click()
    chat.get_by_role("button", name="Outline", exact=True).first.click()
    quiet(chat.page, "none")


def readme(browser: Browser, names: list[str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        lab = Lab(Path(folder))
        try:
            path = lab.write("sums.ipynb", [ASKED, STEERED])
            notebook = Notebook(lab, page_of(browser, 960, 1500), path)
            notebook.page.evaluate("() => window.jupyterapp.commands.execute('application:toggle-left-area')")
            if "picture" in names:
                notebook.run(0)
                chat = notebook.chat(0)
                draft = chat.get_by_role("textbox", name="Ask a question")
                draft.fill("What is 17 × 24?")
                draft.press("Enter")
                chat.locator(".r1-answer").get_by_text("408").first.wait_for()
                outlined(chat)
                save(
                    notebook.page.locator(".jp-Cell").first.screenshot(animations="disabled", caret="hide"),
                    DOCS / "picture.png",
                )
            if "steering" in names:
                notebook.run(0, 1)
                chat = notebook.chat(1)
                chat.locator(".r1-answer").get_by_text("418").first.wait_for()
                outlined(chat)
                save(chat.screenshot(animations="disabled", caret="hide"), DOCS / "steering.png")
        finally:
            lab.stop()


def main() -> None:
    wanted = sys.argv[1:] or [*DESIGN, "picture", "steering"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium.executable(), args=chromium.arguments())
        if scenes := [name for name in wanted if name in DESIGN]:
            design(browser, scenes)
        if others := [name for name in wanted if name not in DESIGN]:
            readme(browser, others)
        browser.close()


if __name__ == "__main__":
    main()

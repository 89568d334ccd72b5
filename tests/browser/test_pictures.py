"""How the view looks: a few pictures of it are kept, and a new one is compared with them.

They are drawn in a font of their own, without motion, on a page whose clock stands still. To renew them after a change that is
meant, look at what changed (screenshots/pictures), then

    R1WIDGET_PICTURES=write pytest tests/browser/test_pictures.py

which writes only those that differ.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from typing import NamedTuple

import pytest
from PIL import Image
from playwright.sync_api import Browser, FloatRect, Page

from . import fonts, pictures
from .conftest import PATIENCE
from .demo import Demo, Stage
from .scenes import NARROW, SCENES


class Shown(NamedTuple):
    scene: str
    theme: str = "light"
    width: int = 700
    lang: str = "en"

    @property
    def name(self) -> str:
        usual = Shown(self.scene)
        return "-".join(
            [self.scene, *(str(value) for value, before in zip(self[1:], usual[1:], strict=True) if value != before)]
        )


EACH = (
    *("empty", "loading", "thinking", "answered", "outline", "model", "shortcuts"),
    *("composing", "menu", "settings", "exporting", "changes", "fork", "cut"),
)
PICTURES = [
    *(Shown(scene) for scene in EACH),
    Shown("outline", "dark"),
    Shown("find", "contrast"),
    Shown("outline", width=NARROW),
    Shown("thinking", lang="zh"),
    Shown("empty", "dark", NARROW, "zh"),
]

ROOM = """() => {
  const boxes = [...document.querySelectorAll(".r1, .r1 [popover]:popover-open")].map(each => each.getBoundingClientRect());
  const left = Math.min(...boxes.map(box => box.left)), top = Math.min(...boxes.map(box => box.top));
  const right = Math.max(...boxes.map(box => box.right)), bottom = Math.max(...boxes.map(box => box.bottom));
  const [x, y] = [Math.floor(left + scrollX), Math.floor(top + scrollY)];
  return { x, y, width: Math.floor(right + scrollX) - x, height: Math.floor(bottom + scrollY) - y };
}"""
"""The view, and what has opened above it."""

LETTERS = """families => {
  const page = document.body.appendChild(document.createElement("div"));
  page.id = "letters";
  page.style = `position: fixed; inset: 0 auto auto 0; z-index: 9; background: white; color: black; font: 14px ${families}; padding: 8px;`
    + "width: 320px; white-space: pre;";
  page.textContent = "Sphinx of black quartz, judge my vow.\\n17 × 24 = 408  思考过程，回答。";
}"""


@pytest.fixture(scope="module")
def studio(browser: Browser, demo: Demo) -> Iterator[Stage]:
    """A page for pictures: in the font that is everybody's, and smoothed in one way."""
    context = browser.new_context(reduced_motion="reduce", timezone_id="UTC", locale="en-US", device_scale_factor=1)
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    fonts.use(page)
    yield Stage(page, demo)
    context.close()


@pytest.fixture(scope="module", autouse=True)
def same_letters(studio: Stage, browser: Browser) -> None:
    """Another browser, or another system, draws the same font otherwise; then nothing can be said of a picture."""
    page = studio.show("empty")
    page.evaluate(LETTERS, fonts.FAMILIES)
    assert page.evaluate(fonts.LOADED) == "loaded"
    said = pictures.complaint("letters", page.locator("#letters").screenshot())
    if said is None:
        return
    reason = f"Chromium {browser.version} on {sys.platform} draws letters otherwise than the one that made the pictures. {said}"
    if os.environ.get("CI", "").lower() in {"1", "true"}:
        pytest.fail(f"{reason} Renew all of them, and see that nothing else changed.", pytrace=False)
    pytest.skip(reason)


def taken(studio: Stage, shown: Shown) -> bytes:
    studio.resize(shown.width)
    page = studio.show(shown.scene, theme=shown.theme, lang=shown.lang)
    return photograph(page)


def photograph(page: Page) -> bytes:
    assert page.evaluate(fonts.LOADED) == "loaded"
    room: FloatRect = page.evaluate(ROOM)
    return page.screenshot(clip=room, full_page=True, animations="disabled", caret="hide")


@pytest.mark.parametrize("shown", PICTURES, ids=lambda shown: shown.name)
def test_it_looks_as_it_did(studio: Stage, shown: Shown) -> None:
    said = pictures.complaint(shown.name, taken(studio, shown))
    if said:
        pytest.fail(said, pytrace=False)


def test_every_kept_picture_is_compared() -> None:
    kept = sorted(path.stem for path in pictures.KEPT.glob("*.png"))
    assert kept == sorted(["letters", *(shown.name for shown in PICTURES)])
    assert {shown.scene for shown in PICTURES} <= set(SCENES)
    assert sum(path.stat().st_size for path in pictures.KEPT.glob("*.png")) < 600_000, "they lie in the repository"


@pytest.mark.skipif(pictures.is_writing(), reason="it would be kept")
@pytest.mark.parametrize(
    "change",
    [
        "button => void (button.style.translate = '0 2px')",
        "button => void (button.style.color = 'var(--r1-accent)')",
        "button => button.remove()",
        "() => document.querySelector('.r1').style.setProperty('--r1-ground', '#f6f6f6')",
        "() => void (document.querySelector('.r1-question').style.borderRadius = '0')",
    ],
)
def test_what_changed_is_found(studio: Stage, change: str) -> None:
    usual = Shown("answered")
    before = pictures.opened(taken(studio, usual))
    again = pictures.opened(taken(studio, usual))
    assert pictures.differing(before, again) == [], "a still page is drawn in one way"
    studio.page.locator(".r1-foot").get_by_role("button").last.evaluate(change)
    after = pictures.opened(photograph(studio.page))
    assert len(pictures.differing(before, after)) > pictures.SPOTS


def test_what_only_one_has_is_different() -> None:
    small, large = Image.new("RGB", (40, 40), "white"), Image.new("RGB", (40, 44), "white")
    assert pictures.differing(small, small) == []
    assert len(pictures.differing(small, large)) == len(pictures.differing(large, small)) == 40
    assert pictures.marked(small, large, [(0, 20)]).size == (88, 44)

"""Fonts that are the same on every machine, from npm: Inter, and Noto Sans SC for what is Chinese.

Without them a page is drawn in whatever the machine has: pictures can't be compared, and Chinese is a row of boxes.
"""

from __future__ import annotations

import base64
import re

from playwright.sync_api import Page, Route

from .demo import JS

FAMILIES = '"Inter Variable", "Noto Sans SC Variable"'
_FOLDER = JS / "node_modules" / "@fontsource-variable"
_LATIN = _FOLDER / "inter" / "files" / "inter-latin-wght-normal.woff2"
_CHINESE = _FOLDER / "noto-sans-sc"

# Formulas have their own, which comes with the extras.
_USE = f".r1 {{ --r1-font: {FAMILIES} !important; --r1-code: {FAMILIES} !important; }}"
_BEFORE = """css => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
}"""
LOADED = """async () => {
  await document.fonts.ready;
  await new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)));
  return document.fonts.status;
}"""


def use(page: Page) -> None:
    """From the next document on; `LOADED` says when what is on it has been drawn in them."""
    page.route("**/font/*.woff2", _serve)
    page.add_init_script(f"({_BEFORE})({_latin() + _chinese() + _USE!r})")


def _latin() -> str:
    """In the page itself, so that it is there for the first drawing, and nothing has been measured in another font."""
    data = base64.b64encode(_LATIN.read_bytes()).decode()
    return f'@font-face {{ font-family: "Inter Variable"; font-weight: 100 900; src: url(data:font/woff2;base64,{data}); }}'


def _chinese() -> str:
    """A hundred files, each of which is asked for when one of its letters is drawn."""
    css = (_CHINESE / "index.css").read_text("utf-8").replace("url(./files/", "url(/font/")
    return re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)


def _serve(route: Route) -> None:
    route.fulfill(path=_CHINESE / "files" / route.request.url.rpartition("/")[2])

"""A font that is the same on every machine, with Latin and with Chinese: Noto Sans SC, from npm.

Without it a page is drawn in whatever the machine has: pictures can't be compared, and Chinese is a row of boxes.
"""

from __future__ import annotations

from playwright.sync_api import Page, Route

from .demo import JS

FAMILY = "Noto Sans SC Variable"
FOLDER = JS / "node_modules" / "@fontsource-variable" / "noto-sans-sc"

# Formulas have their own, which comes with the extras.
_USE = f'.r1 {{ --r1-font: "{FAMILY}" !important; --r1-code: "{FAMILY}" !important; }}'
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
    """From the next document on; `LOADED` says when what is on it has been drawn in the font."""
    css = (FOLDER / "index.css").read_text("utf-8").replace("url(./files/", "url(/font/") + _USE
    page.route("**/font/*.woff2", _serve)
    page.add_init_script(f"({_BEFORE})({css!r})")


def _serve(route: Route) -> None:
    route.fulfill(path=FOLDER / "files" / route.request.url.rpartition("/")[2])

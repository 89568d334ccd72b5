"""The page of js/index.html, built and served: the view without a kernel, in scenes that are the same each time."""

from __future__ import annotations

import functools
import http.server
import os
import shutil
import subprocess
import sys
import threading
from pathlib import Path
from urllib.parse import urlencode

import pytest
from playwright.sync_api import ConsoleMessage, Page

JS = Path(__file__).parents[2] / "js"
SCREENSHOTS = Path(__file__).parent / "screenshots" / "demo"
HEIGHT = 900
NEEDED = ("axe-core", "@fontsource-variable/inter", "@fontsource-variable/noto-sans-sc")
"""What tests alone need, and what was installed before they did hasn't."""


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


class Demo:
    """A server of the built page."""

    def __init__(self, folder: Path) -> None:
        handler = functools.partial(_Quiet, directory=str(folder))
        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()

    def url(self, **parameters: str | int) -> str:
        return f"http://127.0.0.1:{self._server.server_port}/index.html?{urlencode(parameters)}"

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class Stage:
    """A page that shows one scene after the other, and hears what its console says."""

    def __init__(self, page: Page, demo: Demo) -> None:
        self.page, self._demo = page, demo
        self.errors: list[str] = []
        page.on("console", self._heard)
        page.on("pageerror", lambda error: self.errors.append(str(error)))

    def show(self, scene: str, *, ready: bool = True, **parameters: str | int) -> Page:
        """Go to a scene, and wait until all of it is there."""
        self.page.goto(self._demo.url(scene=scene, **parameters))
        if ready:
            self.page.wait_for_selector("html[data-ready]")
        return self.page

    def theme(self, name: str) -> None:
        """Another theme, as the host changes it: under the same view, whose colours have changed then."""
        self.page.evaluate(
            """async name => {
              document.documentElement.dataset.theme = name;
              getComputedStyle(document.documentElement).color;
              const changing = document.getAnimations().filter(each => each instanceof CSSTransition);
              await Promise.all(changing.map(each => each.finished.catch(() => {})));
            }""",
            name,
        )

    def resize(self, width: int) -> None:
        """Another width of the window, and all that the page does then."""
        if self.page.viewport_size == {"width": width, "height": HEIGHT}:
            return
        self.page.set_viewport_size({"width": width, "height": HEIGHT})
        self.page.evaluate(
            """async width => {
              const frame = () => new Promise(requestAnimationFrame);
              while (innerWidth !== width) await frame();
              await frame();
              await frame();
            }""",
            width,
        )

    def picture(self, name: str) -> None:
        """Of the view, for a person to look at (screenshots/demo), with R1WIDGET_SCREENSHOTS=1: three hundred take half a minute."""
        if not os.environ.get("R1WIDGET_SCREENSHOTS"):
            return
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        self.page.locator(".r1").screenshot(path=SCREENSHOTS / f"{name}.png")

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self.errors.append(message.text)


def build_or_skip(folder: Path) -> None:
    """Build the page into `folder`; without Node, or without what it needs, the test is skipped, or fails in CI."""
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    node = shutil.which("node", path=path)
    missing = "There is no Node" if node is None else ""
    if not all((JS / "node_modules" / name).exists() for name in NEEDED):
        missing = missing or "js/node_modules isn't complete"
    if node is None or missing:
        reason = f"{missing}: `make test` gets it."
        if os.environ.get("CI", "").lower() in {"1", "true"}:
            pytest.fail(reason, pytrace=False)
        pytest.skip(reason)
    done = subprocess.run(
        [node, "build.mjs", "--demo", str(folder)], cwd=JS, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr

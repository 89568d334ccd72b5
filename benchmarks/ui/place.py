"""`Place`: one JupyterLab and one browser for all ways; `Page`: a notebook of it, with what measures it."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil
from playwright.sync_api import Browser, sync_playwright

from tests.browser import chromium
from tests.browser.lab import Lab, Notebook

from .bundles import ROOT, bundle
from .wire import Wire

WAYS = ("ours", "folded", "floor", "re-parse")
_FRONT_ENDS = {"floor": "floor", "re-parse": "reparse"}
_VIEWPORT = {"width": 1100, "height": 900}


class Place:
    def __init__(self, home: Path, browser: Browser) -> None:
        self._lab = Lab(home)
        self._browser = browser
        self._front_ends = {way: str(bundle(name, home)) for way, name in _FRONT_ENDS.items()}
        self._watch = bundle("watch", home).read_text("utf-8")
        # The server's own process, not those of its kernels.
        self._server = next(
            process for process in psutil.Process().children() if f"--port={self._lab.port}" in process.cmdline()
        )

    @contextmanager
    def page(self, way: str, chat: str) -> Iterator[Page]:
        """A new page of a new notebook, where `chat` (an expression of chats.py) is shown and watched."""
        context = self._browser.new_context(viewport=_VIEWPORT)  # type: ignore[arg-type]
        arguments = f"front_end={self._front_ends.get(way)!r}"
        cell = (
            f"import sys; sys.path.insert(0, {str(ROOT)!r})\nfrom benchmarks.ui.chats import *\n"
            f"it = {chat.format(front_end=arguments)}\nit.chat"
        )
        try:
            wire = Wire()
            path = self._lab.write(f"{way}.ipynb", [cell, "it.start()"])
            notebook = Notebook(self._lab, context.new_page(), path, on_websocket=wire.listen)
            notebook.run(0)
            notebook.chat(0).wait_for()
            notebook.page.evaluate(self._watch)
            notebook.chat(0).evaluate("root => window.watch.start(root)")
            yield Page(notebook, wire, self._server)
            notebook.page.evaluate(
                "() => window.jupyterapp.shell.currentWidget.sessionContext.shutdown().then(() => null)"
            )
        finally:
            context.close()

    def stop(self) -> None:
        self._lab.stop()


@contextmanager
def place() -> Iterator[Place]:
    with tempfile.TemporaryDirectory() as home, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium.executable(), args=chromium.arguments())
        try:
            here = Place(Path(home), browser)
            try:
                yield here
            finally:
                here.stop()
        finally:
            browser.close()


class Page:
    def __init__(self, notebook: Notebook, wire: Wire, server: psutil.Process) -> None:
        self.notebook = notebook
        self.wire = wire
        self._server = server
        self.devtools = notebook.page.context.new_cdp_session(notebook.page)
        self.devtools.send("Performance.enable")

    def meters(self) -> dict[str, float]:
        """What only grows: a difference of two readings is what the time between them cost."""
        found = self.metrics()
        times = self._server.cpu_times()
        names = {"busy": "Task", "script": "Script", "style": "RecalcStyle", "layout": "Layout"}
        return {
            **{ours: found[f"{theirs}Duration"] for ours, theirs in names.items()},
            # Of the thread and of the page's process. The other figures are time by the clock, and grow when a task has to
            # wait for a processor.
            "cpu": found["ThreadTime"],
            "process": found["ProcessTime"],
            "server": times.user + times.system,
            "bytes": self.wire.bytes,
            "messages": self.wire.messages,
        }

    def metrics(self) -> dict[str, float]:
        return {entry["name"]: entry["value"] for entry in self.devtools.send("Performance.getMetrics")["metrics"]}

    def collect_garbage(self) -> None:
        self.devtools.send("HeapProfiler.collectGarbage")

    def wait_for_marker(self, marker: int, seconds: float) -> bool:
        found: bool = self.watch(f"until({json.dumps(str(marker))}, {seconds})")
        return found

    def watch(self, member: str) -> Any:
        return self.notebook.page.evaluate(f"() => window.watch.{member}")

    def rest(self, seconds: float) -> None:
        """Let the page be, and whatever it still has to do be done."""
        self.notebook.page.evaluate("ms => new Promise(done => setTimeout(done, ms))", seconds * 1000)


def difference(before: dict[str, float], after: dict[str, float]) -> dict[str, float]:
    return {name: after[name] - before[name] for name in before}

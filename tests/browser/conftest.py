"""One server and one browser for all browser tests; each test has notebooks and pages of its own.

The page without a kernel (demo.py) is built once, and shown in one page for each file of tests.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from . import chromium
from .demo import Demo, Stage, build_or_skip
from .lab import PATIENCE, Lab, Notebook

expect.set_options(timeout=PATIENCE)  # its own five seconds aren't enough on a machine that does much else

Open = Callable[..., Notebook]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    executable = chromium.executable_or_skip()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=chromium.arguments())
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def lab(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    lab = Lab(tmp_path_factory.mktemp("lab"))
    yield lab
    lab.stop()


@pytest.fixture
def open_notebook(browser: Browser, lab: Lab, request: pytest.FixtureRequest) -> Iterator[Open]:
    """`open_notebook(cells, kernel=…)` or `open_notebook(path=…)`: a notebook in a new page."""
    context = browser.new_context(viewport={"width": 1100, "height": 900})
    opened: list[Notebook] = []

    def open_(
        cells: Sequence[str] = (), *, kernel: str = "python3", path: Path | None = None, **options: Any
    ) -> Notebook:
        name = "".join(c if c.isalnum() else "-" for c in request.node.name) + f"-{len(opened)}.ipynb"
        notebook = Notebook(lab, context, path or lab.write(name, cells, kernel=kernel), **options)
        opened.append(notebook)
        return notebook

    yield open_
    context.close()
    for session in lab.get("api/sessions"):
        lab.delete(f"api/sessions/{session['id']}")


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    folder = tmp_path_factory.mktemp("demo")
    build_or_skip(folder)
    demo = Demo(folder)
    yield demo
    demo.stop()


@pytest.fixture(scope="module")
def stage(browser: Browser, demo: Demo) -> Iterator[Stage]:
    """One page for all tests of a file: a scene is a new document, so nothing of the one before is left."""
    page = browser.new_page(viewport={"width": 1000, "height": 900})
    page.set_default_timeout(PATIENCE)
    yield Stage(page, demo)
    page.close()

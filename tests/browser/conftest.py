"""One server and one browser for all browser tests; each test has notebooks and pages of its own.

The page without a kernel (demo.py) is built once, and shown in one page for each file of tests.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize, expect, sync_playwright

from . import chromium
from .demo import Demo, Stage, build_or_skip
from .lab import PATIENCE, Lab, Notebook

expect.set_options(timeout=PATIENCE)  # its own five seconds aren't enough on a machine that does much else

Open = Callable[..., Notebook]
PASSED = pytest.StashKey[bool]()


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


class Desk:
    """A window with JupyterLab, which one test after the other shows its notebook in; now and then it is a new one."""

    SIZE = ViewportSize(width=1100, height=900)
    TESTS = 12

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self._left = self.TESTS
        self.context: BrowserContext | None = None
        self.page: Page | None = None

    def new_page(self) -> Page:
        """For a notebook that needs one, or is the second of its test."""
        if self.context is None:
            self.context = self._browser.new_context(viewport=self.SIZE)
        return self.context.new_page()

    def clear(self) -> None:
        if self.context is not None:
            self.context.close()
        self.context, self.page, self._left = None, None, self.TESTS

    def give_back(self, notebooks: Sequence[Notebook], *, is_well: bool) -> None:
        """The page of the first is kept for the next test, where all is well."""
        self._left -= 1
        if not is_well or self._left <= 0 or not notebooks or not notebooks[0].leave():
            self.clear()
            return
        first, *others = notebooks
        for other in others:
            other.page.close()
        first.page.set_viewport_size(self.SIZE)
        self.page = first.page


@pytest.fixture(scope="session")
def desk(browser: Browser) -> Desk:
    return Desk(browser)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if report.when == "call":
        item.stash[PASSED] = report.passed
    return report


@pytest.fixture
def open_notebook(desk: Desk, lab: Lab, request: pytest.FixtureRequest) -> Iterator[Open]:
    """`open_notebook(cells, kernel=…)` or `open_notebook(path=…)`: a notebook in a page; `is_new`: in one that has shown none."""
    opened: list[Notebook] = []

    def open_(
        cells: Sequence[str] = (),
        *,
        kernel: str = "python3",
        path: Path | None = None,
        is_new: bool = False,
        **options: Any,
    ) -> Notebook:
        name = "".join(c if c.isalnum() else "-" for c in request.node.name) + f"-{len(opened)}.ipynb"
        where = path or lab.write(name, cells, kernel=kernel)
        if is_new:
            desk.clear()
        page = None if opened else desk.page
        notebook = Notebook(lab, page or desk.new_page(), where, is_open=page is not None, **options)
        opened.append(notebook)
        return notebook

    yield open_
    is_well = request.node.stash.get(PASSED, False)
    if not is_well:
        for notebook in opened:
            print(notebook.standing())  # pytest shows it with the failure
    desk.give_back(opened, is_well=is_well)
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
    """One page for all tests of a file: a scene is a new document, so nothing of the one before is left.

    Nothing moves in it: what is looked at right after another theme has its last colour at once.
    """
    page = browser.new_page(viewport={"width": 1000, "height": 900}, reduced_motion="reduce")
    page.set_default_timeout(PATIENCE)
    yield Stage(page, demo)
    page.close()

"""A browser for the tests: one that is there, or else one that can be had.

Looked for in this order:
  1. the one that R1WIDGET_BROWSER names,
  2. a Chromium or Chrome on this machine,
  3. Playwright's own, as it lies in its cache or as it can be downloaded,
  4. Debian's package `chromium`, when we are root.
Where none can be had, browser tests fail in CI (CI=true) and are skipped with the reason elsewhere.

Starting Jupyter and driving the page is not here.
"""

from __future__ import annotations

import functools
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
PLACES = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "C:/Program Files/Google/Chrome/Application/chrome.exe",
    "C:/Program Files (x86)/Google/Chrome/Application/chrome.exe",
)
ARGUMENTS = (
    # A browser of today talks to its maker at every start. Tests have no network; these keep it from trying.
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-domain-reliability",
    "--disable-quic",
    "--disable-sync",
    "--no-default-browser-check",
    "--no-first-run",
    # A container's /dev/shm of 64 MB is too small for a page.
    "--disable-dev-shm-usage",
    "--disable-gpu",
)


class NoBrowserError(Exception):
    """No browser is here and none can be had; says what was tried."""


def arguments() -> list[str]:
    """What to start the browser with. Chromium's sandbox refuses to work for root."""
    return [*ARGUMENTS, *(["--no-sandbox"] if _is_root() else [])]


def executable_or_skip() -> Path:
    """The browser's path; without one, this test is skipped, or fails in CI."""
    try:
        return executable()
    except NoBrowserError as problem:
        if os.environ.get("CI", "").lower() in {"1", "true"}:
            pytest.fail(f"CI needs a browser. {problem}", pytrace=False)
        pytest.skip(str(problem))


def executable() -> Path:
    """The path of a browser that starts. The search is made once; getting one can take a minute."""
    found = _search()
    if isinstance(found, str):
        raise NoBrowserError(found)
    return found


@functools.cache
def _search() -> Path | str:
    """The browser's path, or why there is none."""
    named = os.environ.get("R1WIDGET_BROWSER")
    if named:
        return Path(named) if starts(named) else f"R1WIDGET_BROWSER names {named}, which doesn't start."
    for candidate in _installed():
        if starts(candidate):
            return Path(candidate)
    reasons = ["There is no Chromium or Chrome on this machine."]
    for get in (_from_playwright, _from_debian):
        try:
            return get()
        except NoBrowserError as problem:
            reasons.append(str(problem))
    return " ".join(reasons)


def starts(path: str | Path) -> bool:
    """Whether it is a browser. Ubuntu's `chromium` may be a note that the real one is a snap."""
    try:
        answer = subprocess.run([path, "--version"], capture_output=True, text=True, timeout=60, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return answer.returncode == 0 and any(name in answer.stdout for name in ("Chromium", "Chrome"))


def _installed() -> Iterator[str]:
    for name in NAMES:
        path = shutil.which(name)
        if path:
            yield path
    yield from (place for place in PLACES if Path(place).exists())


def _from_playwright() -> Path:
    if not _playwrights_own().exists():
        done = _run([sys.executable, "-m", "playwright", "install", "chromium"], timeout=300)
        if done:
            raise NoBrowserError(f"Playwright can't download its own ({done}).")
    path = _playwrights_own()
    if not starts(path):
        raise NoBrowserError("Playwright's own doesn't start (`playwright install-deps chromium` gets what it needs).")
    return path


def _playwrights_own() -> Path:
    # In a process of its own: Playwright's driver and an event loop of pytest's don't get on.
    code = "from playwright.sync_api import sync_playwright as s\nwith s() as p: print(p.chromium.executable_path)"
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False)
    return Path(answer.stdout.strip() or "playwright-is-not-installed")


def _from_debian() -> Path:
    if not shutil.which("apt-get"):
        raise NoBrowserError("This is no Debian to install its package on.")
    if not _is_root():
        raise NoBrowserError("Debian's package needs root: `sudo apt-get install chromium`.")
    # The fonts are for the screenshots: without any, Chromium draws boxes.
    for step in (["update"], ["install", "--yes", "--no-install-recommends", "chromium", "fonts-dejavu-core"]):
        failed = _run(["apt-get", "--quiet", *step], timeout=600)
        if failed:
            raise NoBrowserError(f"`apt-get {step[0]}` failed ({failed}).")
    path = shutil.which("chromium")
    if not path or not starts(path):
        raise NoBrowserError("Debian's package is installed but doesn't start.")
    return Path(path)


def _run(command: list[str], timeout: float) -> str:
    """Nothing when it went well, else the line that says why."""
    try:
        done = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=timeout,
            check=False,
            env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"},
        )
    except (OSError, subprocess.TimeoutExpired) as problem:
        return str(problem)
    if done.returncode == 0:
        return ""
    lines = [line.strip() for line in done.stdout.splitlines() if line.strip()] or [f"exit status {done.returncode}"]
    return next((line for line in lines if "error" in line.lower() or line.startswith("E:")), lines[-1])


def _is_root() -> bool:
    return hasattr(os, "geteuid") and os.geteuid() == 0

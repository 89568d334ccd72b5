"""Where a browser for the tests comes from, and what happens where none can be had."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.browser import chromium

pytestmark = pytest.mark.skipif(os.name == "nt", reason="the stand-ins for browsers are shell scripts")


@pytest.fixture(autouse=True)
def bare_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """No browser, no download, no root, and no search remembered; returns the folder that is on the PATH."""
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("R1WIDGET_BROWSER", raising=False)
    monkeypatch.delenv("CI", raising=False)
    monkeypatch.setattr(chromium, "PLACES", ())
    monkeypatch.setattr(chromium, "_is_root", lambda: False)
    monkeypatch.setattr(chromium, "_playwrights_own", lambda: tmp_path / "downloaded")
    monkeypatch.setattr(chromium, "_run", lambda command, timeout: "Error: no network")
    chromium._search.cache_clear()
    yield tmp_path
    chromium._search.cache_clear()


def program(path: Path, prints: str, status: int = 0) -> Path:
    path.write_text(f"#!/bin/sh\necho '{prints}'\nexit {status}\n", encoding="utf-8")
    path.chmod(0o755)
    return path


def test_the_one_that_is_there_is_taken(bare_machine: Path) -> None:
    program(bare_machine / "downloaded", "Chromium 1")
    chrome = program(bare_machine / "google-chrome", "Google Chrome 156.0")
    assert chromium.executable() == chrome


def test_a_note_that_the_real_one_is_a_snap_is_no_browser(bare_machine: Path) -> None:
    program(bare_machine / "chromium", "Command requires the chromium snap to be installed.", 10)
    own = program(bare_machine / "downloaded", "Chromium 156.0")
    assert chromium.executable() == own


def test_the_one_that_a_person_names_goes_first(bare_machine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program(bare_machine / "chromium", "Chromium 156.0")
    mine = program(bare_machine / "mine", "Chromium 155.0")
    monkeypatch.setenv("R1WIDGET_BROWSER", str(mine))
    assert chromium.executable() == mine


def test_a_named_one_that_does_not_start_is_not_replaced_in_silence(
    bare_machine: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program(bare_machine / "chromium", "Chromium 156.0")
    monkeypatch.setenv("R1WIDGET_BROWSER", str(bare_machine / "nothing"))
    with pytest.raises(chromium.NoBrowserError, match="which doesn't start"):
        chromium.executable()


def test_root_gets_debians(bare_machine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program(bare_machine / "apt-get", "")
    steps: list[str] = []

    def apt_get(command: list[str], timeout: float) -> str:
        if command[0] != "apt-get":
            return "Error: no network"
        steps.append(command[2])
        if command[2] == "install":
            program(bare_machine / "chromium", "Chromium 156.0 built on Debian")
        return ""

    monkeypatch.setattr(chromium, "_is_root", lambda: True)
    monkeypatch.setattr(chromium, "_run", apt_get)
    assert chromium.executable() == bare_machine / "chromium"
    assert steps == ["update", "install"]
    assert "--no-sandbox" in chromium.arguments()


def test_without_any_tests_are_skipped_with_the_reason() -> None:
    with pytest.raises(pytest.skip.Exception, match=r"no Chromium or Chrome.*can't download.*Error: no network"):
        chromium.executable_or_skip()


def test_without_any_ci_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match="CI needs a browser"):
        chromium.executable_or_skip()

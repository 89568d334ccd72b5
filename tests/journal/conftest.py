"""A history of its own for each test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from r1widget.journal.writer import Writer, close_all, writer


@pytest.fixture
def journal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Its file, which isn't there yet."""
    path = tmp_path / "history" / "history.sqlite"
    monkeypatch.setenv("R1WIDGET_HISTORY", str(path))
    yield path
    close_all()


@pytest.fixture
def own(journal: Path) -> Writer:
    """Who writes it in this process."""
    found = writer()
    assert found is not None
    return found

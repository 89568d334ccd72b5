"""A server for each test, which is asked again without a pause."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from r1widget.engines.remote import asking
from tests.engines.remote.servers.loopback import Server, running, said, streaming

FINE = streaming(said(content="4", finish="stop"))


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    monkeypatch.setattr(asking, "PAUSES", (0.0, 0.0, 0.0))
    with running() as server:
        yield server

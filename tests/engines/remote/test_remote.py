"""What the engine for servers says of itself: its record, and its pace."""

from __future__ import annotations

import pytest

from r1widget.engines import Engine, Pace
from r1widget.engines.remote import RemoteEngine
from tests.engines.remote.servers.loopback import KEY, Server, engine_for, run, said, streaming
from tests.engines.remote.servers.patient import server

__all__ = ["server"]  # fixtures


def test_the_pace_of_the_latest_replies(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = iter(range(100))
    monkeypatch.setattr("r1widget.engines.remote.reply.monotonic", lambda: next(clock))
    engine = RemoteEngine("the-model", base_url=server.url)
    assert engine.pace is None
    run(engine)  # one piece says nothing
    assert engine.pace is None
    server.respond = streaming(said(content="a"), said(content="b"), said(content="c", finish="stop"))
    run(engine)  # three pieces in two seconds, the first of which is the prompt's
    assert engine.pace == Pace(tokens_per_second=1.0)
    server.respond = streaming(
        said(reasoning="a"), said(content="b", finish="stop"), {"choices": [], "usage": {"completion_tokens": 6}}
    )
    run(engine)
    assert engine.pace == Pace(tokens_per_second=3.0)


def test_describe(server: Server) -> None:
    engine = engine_for(server, api_key=KEY)
    assert engine.describe() == {
        "engine": "remote",
        "model": "the-model",
        "server": server.url,
        "opens_thinking": False,
    }
    assert isinstance(engine, Engine)

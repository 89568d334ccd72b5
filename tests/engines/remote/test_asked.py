"""What a server is asked, and what isn't asked of it."""

from __future__ import annotations

import threading

import pytest

from r1widget.engines import Prefill, Request
from r1widget.engines.capabilities import ACTS
from r1widget.errors import CannotSteer, EngineError
from tests.engines.remote.servers.loopback import KEY, Server, engine_for, run
from tests.engines.remote.servers.patient import server

__all__ = ["server"]  # fixtures


def test_what_is_sent(server: Server) -> None:
    run(engine_for(server, api_key=KEY), temperature=0.5, top_p=0.9, max_tokens=100, seed=7)
    assert server.paths == ["/v1/chat/completions"]
    assert server.headers[0]["authorization"] == f"Bearer {KEY}"
    assert server.bodies == [
        {
            "model": "the-model",
            "messages": [{"role": "user", "content": "What is 2 + 2?"}],
            "stream": True,
            "stream_options": {"include_usage": True},
            "temperature": 0.5,
            "top_p": 0.9,
            "max_tokens": 100,
            "logprobs": True,
            "top_logprobs": 5,
            "seed": 7,
        }
    ]


def test_a_seed_is_sent_only_when_there_is_one(server: Server) -> None:
    first = run(engine_for(server))[0]
    assert "seed" not in server.bodies[0]
    assert first.prompt is not None
    assert first.prompt.seed is None


def test_what_a_server_cannot_be_told_is_refused_with_its_reason(server: Server) -> None:
    engine = engine_for(server)
    cannot = engine.capabilities.cannot
    assert set(cannot) == set(ACTS)
    assert all(reason.startswith("A server") and reason.endswith(".") for reason in cannot.values())
    assert len(set(cannot.values())) == len(cannot)
    with pytest.raises(EngineError, match="can't be limited"):
        run(engine, thinking_budget=10)
    request = Request(messages=[{"role": "user", "content": "4?"}], prefill=Prefill(reasoning="So"))
    with pytest.raises(CannotSteer, match="can't go on from a text"):
        next(engine.stream(request, threading.Event()))
    assert server.bodies == [], "it wasn't asked"


def test_what_a_server_can_not_do(server: Server) -> None:
    with pytest.raises(EngineError, match="can't be limited"):
        run(engine_for(server), thinking_budget=10)
    assert server.bodies == []

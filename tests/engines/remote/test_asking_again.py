"""Asking again, before the first token and not for ever."""

from __future__ import annotations

import threading
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler
from time import time
from typing import Any

import pytest

from r1widget.engines import Delta
from r1widget.engines.remote import asking
from r1widget.errors import RemoteError
from tests.engines.remote.servers.loopback import (
    Respond,
    Server,
    engine_for,
    hang_up,
    one_after_the_other,
    parts,
    question,
    refusing,
    run,
    running,
    sending,
)
from tests.engines.remote.servers.patient import FINE, server

__all__ = ["server"]  # fixtures


def drop(handler: BaseHTTPRequestHandler, body: dict[str, Any]) -> None:
    """Hang up before a word."""
    hang_up(handler)


def drop_after_the_head(handler: BaseHTTPRequestHandler, body: dict[str, Any]) -> None:
    """Hang up when the reply has begun, but none of its text has come."""
    sending(b'data: {"choices":[{"delta":{"role":"assistant","content":""}}]}\n\n', breaks=True)(handler, body)


@pytest.mark.parametrize(
    "trouble",
    [
        refusing(429, "", Retry_After="0.01"),
        refusing(429, "", Retry_After=formatdate(time() - 5, usegmt=True)),
        refusing(500, ""),
        refusing(503, "Loading model", Retry_After="soon"),
        drop,
        drop_after_the_head,
    ],
)
def test_it_asks_again_before_the_first_token(server: Server, trouble: Respond) -> None:
    server.respond = one_after_the_other(trouble, trouble, FINE)
    assert parts(run(engine_for(server))) == [("raw", "4")]
    assert len(server.bodies) == 3


@pytest.mark.parametrize("trouble", [refusing(503, "full"), drop])
def test_it_does_not_ask_for_ever(server: Server, trouble: Respond) -> None:
    server.respond = trouble
    with pytest.raises(RemoteError, match=r"refused with 503: full|can't be reached"):
        run(engine_for(server))
    assert len(server.bodies) == 4


@pytest.mark.parametrize(
    "trouble", [refusing(401, ""), refusing(404, ""), refusing(400, "no"), refusing(429, "", Retry_After="3600")]
)
def test_what_would_not_get_better_is_asked_once(server: Server, trouble: Respond) -> None:
    server.respond = trouble
    with pytest.raises(RemoteError, match="refused with"):
        run(engine_for(server, logprobs=False))
    assert len(server.bodies) == 1


@pytest.mark.parametrize("kind", ["content", "reasoning"])
def test_it_never_asks_again_after_the_first_token(server: Server, kind: str) -> None:
    data = b'data: {"choices":[{"delta":{"%b":"half <"}}]}\n\n' % kind.encode()
    server.respond = sending(data + data[:20], breaks=True)
    stream = engine_for(server).stream(question(), threading.Event())
    got: list[Delta] = []
    with pytest.raises(RemoteError, match=r"connection broke off.* kept"):
        got.extend(stream)  # keeps what came before the error
    assert "".join(delta.text for delta in got) == "half <"
    assert len(server.bodies) == 1


def test_nobody_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asking, "PAUSES", ())
    with running() as server:
        engine = engine_for(server)
    with pytest.raises(RemoteError, match="can't be reached") as caught:
        run(engine)
    assert "base_url" in caught.value.remedy

"""Replies that break off, fall silent, or are none."""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler
from typing import Any

import pytest

from r1widget.engines import Delta
from r1widget.errors import RemoteError
from tests.engines.remote.servers.loopback import (
    KEY,
    Respond,
    Server,
    engine_for,
    head,
    parts,
    question,
    refusing,
    run,
    said,
    sending,
    streaming,
    until_the_client_hangs_up,
    write,
)
from tests.engines.remote.servers.patient import server

__all__ = ["server"]  # fixtures


def mute(handler: BaseHTTPRequestHandler, body: dict[str, Any]) -> None:
    until_the_client_hangs_up(handler)


def half(handler: BaseHTTPRequestHandler, body: dict[str, Any]) -> None:
    head(handler)
    write(handler, b'data: {"choices":[{"delta":{"content":"half"}}]}\n\n')
    until_the_client_hangs_up(handler)


@pytest.mark.parametrize(("respond", "text", "remedy"), [(mute, "", "timeout"), (half, "half", "kept")])
def test_a_server_that_is_silent_for_too_long(server: Server, respond: Respond, text: str, remedy: str) -> None:
    server.respond = respond
    got: list[Delta] = []
    with pytest.raises(RemoteError, match="silent for too long") as caught:
        got.extend(engine_for(server, timeout=1.5).stream(question(), threading.Event()))
    assert "".join(delta.text for delta in got) == text
    assert remedy in caught.value.remedy
    assert len(server.bodies) == 1  # a second wait would be as long


def test_a_server_that_breaks_off(server: Server) -> None:
    server.respond = streaming(said(content="on"), {"error": {"message": f"out of memory {KEY}"}})
    got: list[Delta] = []
    with pytest.raises(RemoteError, match="broke off: out of memory …"):
        got.extend(engine_for(server, api_key=KEY).stream(question(), threading.Event()))
    assert parts(got) == [("raw", "on")]


@pytest.mark.parametrize("error", ["overloaded", {"code": 502, "message": "overloaded"}, {"message": "overloaded"}])
def test_an_error_before_the_first_token(server: Server, error: Any) -> None:
    server.respond = streaming({"error": error})
    with pytest.raises(RemoteError, match=r"broke off: .*overloaded"):
        run(engine_for(server))


@pytest.mark.parametrize("finish", [None, "error", "insufficient_system_resource"])
def test_a_reply_that_is_not_whole_says_so(server: Server, finish: str | None) -> None:
    server.respond = streaming(said(content="ha<"), said(finish=finish), done=finish is not None)
    got: list[Delta] = []
    with pytest.raises(RemoteError, match="broke off"):
        got.extend(engine_for(server).stream(question(), threading.Event()))
    assert parts(got) == [("raw", "ha<")]


@pytest.mark.parametrize("body", ["<html>Log in</html>", "[1]", ""])
def test_what_is_no_answer(server: Server, body: str) -> None:
    server.respond = refusing(200, body)
    with pytest.raises(RemoteError, match="isn't one"):
        run(engine_for(server))


@pytest.mark.parametrize("data", [b"data: {junk\n\n", b"data: [1]\n\n", b"data: \xff\xfe\n\n"])
def test_nonsense_in_the_stream(server: Server, data: bytes) -> None:
    server.respond = sending(data)
    with pytest.raises(RemoteError, match="isn't one"):
        run(engine_for(server))
    server.respond = sending(b'data: {"choices":[{"delta":{"content":"on"}}]}\n\n' + data)
    got: list[Delta] = []
    with pytest.raises(RemoteError, match="broke off"):
        got.extend(engine_for(server).stream(question(), threading.Event()))
    assert parts(got) == [("raw", "on")]


def test_an_empty_answer(server: Server) -> None:
    server.respond = streaming()
    with pytest.raises(RemoteError, match="gave no answer"):
        run(engine_for(server))

"""Stopping a reply that comes from a server closes the connection, whatever the server does just then."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from typing import Any

import pytest

from r1widget import ChatWidget
from r1widget.engines import Delta
from r1widget.engines.remote import asking
from tests.engines.remote.servers.loopback import (
    Respond,
    Server,
    engine_for,
    head,
    question,
    refusing,
    running,
    until_the_client_hangs_up,
    write,
)


@pytest.fixture
def server() -> Iterator[Server]:
    with running() as server:
        yield server


def mute(handler: BaseHTTPRequestHandler, body: dict[str, Any]) -> None:
    """Take the question and say nothing at all, not even headers."""
    until_the_client_hangs_up(handler)


def only_a_head(handler: BaseHTTPRequestHandler, body: dict[str, Any]) -> None:
    head(handler)
    until_the_client_hangs_up(handler)


def half_an_event(handler: BaseHTTPRequestHandler, body: dict[str, Any]) -> None:
    head(handler)
    write(handler, b'data: {"choices":[{"delta":{"con')
    until_the_client_hangs_up(handler)


def one_word(handler: BaseHTTPRequestHandler, body: dict[str, Any]) -> None:
    head(handler)
    write(handler, b'data: {"choices":[{"delta":{"content":"one <"}}]}\n\n')
    until_the_client_hangs_up(handler)


def not_streaming(handler: BaseHTTPRequestHandler, body: dict[str, Any]) -> None:
    head(handler, "application/json")
    write(handler, b'{"choices": [')
    until_the_client_hangs_up(handler)


@pytest.mark.parametrize("respond", [mute, only_a_head, half_an_event, one_word, not_streaming])
def test_silence_can_be_stopped(server: Server, respond: Respond) -> None:
    server.respond = respond
    stop, deltas = threading.Event(), list[Delta]()
    reader = threading.Thread(target=lambda: deltas.extend(engine_for(server).stream(question(), stop)))
    reader.start()
    assert server.asked.wait(60)
    stop.set()
    reader.join(60)
    assert deltas[-1] == Delta(finish_reason="cancelled")
    assert server.gone.wait(60), "the connection was left open"


def test_a_flood_can_be_stopped(server: Server) -> None:
    def flood(handler: BaseHTTPRequestHandler, body: dict[str, Any]) -> None:
        head(handler)
        while True:
            write(handler, b'data: {"choices":[{"delta":{"content":"more "}}]}\n\n')

    server.respond = flood
    stop = threading.Event()
    for delta in engine_for(server).stream(question(), stop):
        if delta.text:
            stop.set()
    assert delta.finish_reason == "cancelled"
    assert server.gone.wait(60)


def test_what_was_written_is_kept(server: Server) -> None:
    server.respond = one_word
    stop, text = threading.Event(), ""
    for delta in engine_for(server).stream(question(), stop):
        text += delta.text
        if delta.text:
            stop.set()
    assert text == "one <"
    assert server.gone.wait(60)


def test_a_dropped_stream_hangs_up(server: Server) -> None:
    server.respond = one_word
    stream: Any = engine_for(server).stream(question(), threading.Event())
    next(stream)
    assert next(stream).text == "one "
    stream.close()
    assert server.gone.wait(60)


def test_the_pause_before_asking_again_can_be_stopped(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asking, "PATIENCE", 1e9)
    server.respond = refusing(429, "", Retry_After="1000000")
    stop, deltas = threading.Event(), list[Delta]()
    reader = threading.Thread(target=lambda: deltas.extend(engine_for(server).stream(question(), stop)))
    reader.start()
    assert server.asked.wait(60)
    stop.set()
    reader.join(60)
    assert deltas == [Delta(finish_reason="cancelled")]


def test_stop_that_comes_first_asks_nobody(server: Server) -> None:
    stop = threading.Event()
    stop.set()
    assert list(engine_for(server).stream(question(), stop)) == [Delta(finish_reason="cancelled")]


def test_the_widgets_stop(server: Server) -> None:
    server.respond = mute
    chat = ChatWidget("the-model", base_url=server.url)
    turn = chat.send("What is 2 + 2?")
    assert server.asked.wait(60)
    chat.stop()
    assert turn.wait(60)
    assert turn.finish_reason == "cancelled"
    assert server.gone.wait(60)
    chat.close()

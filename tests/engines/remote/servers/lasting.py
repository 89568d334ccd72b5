"""One server for all tests of a file, and turns of chats that ask it."""

from __future__ import annotations

from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from typing import Any

import pytest

from r1widget import ChatWidget
from r1widget.conversation.turn import Turn
from r1widget.engines import Delta
from r1widget.engines.remote import asking
from r1widget.engines.remote.reply import Reply
from tests.engines.remote.servers.loopback import Respond, Server, head, running, streaming, write


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with pytest.MonkeyPatch.context() as patch, running() as server:
        patch.setattr(asking, "PAUSES", ())
        yield server


def ask(server: Server, *chunks: dict[str, Any], done: bool = True, **settings: Any) -> Turn:
    server.respond = streaming(*chunks, done=done)
    return ask_of(server, **settings)


def ask_of(server: Server, respond: Respond | None = None, **settings: Any) -> Turn:
    server.respond = respond or server.respond
    chat = ChatWidget("the-model", base_url=server.url)
    turn = chat.ask("6 × 7?", **settings)
    chat.close()
    return turn


def read(*deltas: Any) -> list[Delta]:
    reply = Reply()
    taken = [delta for piece in deltas for delta in reply.take({"choices": [{"delta": piece}]})]
    return [*taken, *reply.rest()]


def sent_as(kind: str, body: str, cut: int = 0) -> Respond:
    def respond(handler: BaseHTTPRequestHandler, asked: dict[str, Any]) -> None:
        head(handler, kind)
        data = body.encode()
        for at in range(0, len(data), cut or len(data)):
            write(handler, data[at : at + (cut or len(data))])
        write(handler, b"")

    return respond

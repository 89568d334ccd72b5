"""A real HTTP server on this machine that answers as it is told, and what is asked of an engine in these tests."""

from __future__ import annotations

import json
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from r1widget.engines import Delta, Engine, Request, load
from r1widget.settings import Settings

KEY = "sk-secret-123"
Respond = Callable[[BaseHTTPRequestHandler, dict[str, Any]], None]


class Server:
    """A server that answers as told, and remembers what it was asked."""

    def __init__(self) -> None:
        self.bodies: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        self.paths: list[str] = []
        self.models: Any = {"object": "list", "data": [{"id": "the-model", "object": "model"}]}
        self.respond: Respond = streaming(said(content="ok", finish="stop"))
        self.asked = threading.Event()
        self.gone = threading.Event()  # the client has hung up
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                outer._note(self)
                refusing(200, outer.models)(self, {})

            def do_POST(self) -> None:
                outer.bodies.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
                outer._note(self)
                try:
                    outer.respond(self, outer.bodies[-1])
                except OSError:
                    outer.gone.set()

            def log_message(self, format: str, *arguments: Any) -> None:
                pass

        class Quiet(ThreadingHTTPServer):
            def handle_error(self, request: Any, client_address: Any) -> None:
                pass  # clients that hang up are what is tested

        self._server = Quiet(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}/v1"

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def _note(self, handler: BaseHTTPRequestHandler) -> None:
        self.headers.append({name.lower(): value for name, value in handler.headers.items()})
        self.paths.append(handler.path)
        self.asked.set()


@contextmanager
def running() -> Iterator[Server]:
    """A server; at the end, no thread that read a reply may be left behind."""
    server = Server()
    try:
        yield server
    finally:
        server.close()
        for thread in threading.enumerate():
            if thread.name == "r1widget-remote":
                thread.join(60)
                assert not thread.is_alive(), "a thread was left behind"


def said(*, finish: str | None = None, **delta: Any) -> dict[str, Any]:
    """One chunk."""
    return {"choices": [{"index": 0, "delta": delta, "finish_reason": finish}]}


def head(handler: BaseHTTPRequestHandler, kind: str = "text/event-stream; charset=utf-8", status: int = 200) -> None:
    handler.send_response(status)
    handler.send_header("Content-Type", kind)
    handler.send_header("Transfer-Encoding", "chunked")
    handler.send_header("Connection", "close")
    handler.end_headers()


def write(handler: BaseHTTPRequestHandler, data: bytes) -> None:
    """One piece of a chunked body; an empty one is its end."""
    handler.wfile.write(b"%x\r\n%s\r\n" % (len(data), data))
    handler.wfile.flush()


def sending(data: bytes, *, cut: int | None = None, breaks: bool = False) -> Respond:
    """Send an event stream as it is, in pieces of `cut` bytes; if it `breaks`, the connection ends and the body doesn't.

    (A reset in its place would let the client's system throw away what it has received and not yet read.)
    """

    def respond(handler: BaseHTTPRequestHandler, body: dict[str, Any]) -> None:
        head(handler)
        for start in range(0, len(data), cut or len(data) or 1):
            write(handler, data[start : start + (cut or len(data))])
        if not breaks:
            write(handler, b"")

    return respond


def hang_up(handler: BaseHTTPRequestHandler) -> None:
    """End the connection as a server does that is killed: with a reset."""
    handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    handler.connection.shutdown(socket.SHUT_RD)
    handler.connection.close()


def streaming(*chunks: dict[str, Any], cut: int | None = None, end: str = "\n\n", done: bool = True) -> Respond:
    """Send the chunks as events."""
    text = "".join(f"data: {json.dumps(chunk, ensure_ascii=False)}{end}" for chunk in chunks)
    return sending((": hello\n\n" + text + (f"data: [DONE]{end}" if done else "")).encode(), cut=cut)


def refusing(status: int, body: Any, **headers: str) -> Respond:
    def respond(handler: BaseHTTPRequestHandler, asked: dict[str, Any]) -> None:
        data = body.encode() if isinstance(body, str) else json.dumps(body).encode()
        handler.send_response(status)
        handler.send_header("Content-Type", "application/json")
        handler.send_header("Content-Length", str(len(data)))
        handler.send_header("Connection", "close")
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.end_headers()
        handler.wfile.write(data)

    return respond


def one_after_the_other(*responds: Respond) -> Respond:
    """The first question is answered in the first way, and so on."""
    left = list(responds)

    def respond(handler: BaseHTTPRequestHandler, body: dict[str, Any]) -> None:
        left.pop(0)(handler, body)

    return respond


def until_the_client_hangs_up(handler: BaseHTTPRequestHandler) -> None:
    """Say nothing; raises as soon as the client is gone."""
    handler.connection.settimeout(10)
    if not handler.rfile.read(1):
        raise ConnectionResetError


def engine_for(server: Server, **options: Any) -> Engine:
    return load("the-model", base_url=server.url, **options)


def question(**settings: Any) -> Request:
    return Request(messages=[{"role": "user", "content": "What is 2 + 2?"}], settings=Settings(**settings))


def run(engine: Engine, **settings: Any) -> list[Delta]:
    return list(engine.stream(question(**settings), threading.Event()))


def notes(deltas: list[Delta]) -> list[str]:
    return [delta.note for delta in deltas if delta.note]


def parts(deltas: list[Delta]) -> list[tuple[str, str]]:
    """The text by kind, neighbours joined."""
    joined: list[tuple[str, str]] = []
    for delta in deltas:
        if delta.text and joined and joined[-1][0] == delta.kind:
            joined[-1] = (delta.kind, joined[-1][1] + delta.text)
        elif delta.text:
            joined.append((delta.kind, delta.text))
    return joined

"""The engine for servers, against a real HTTP server on this machine."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from r1widget.engines import Delta, Engine, Request, load
from r1widget.engines.sse import Events
from r1widget.errors import EngineError, RemoteError
from r1widget.settings import Settings

KEY = "sk-secret-123"
Respond = Callable[[BaseHTTPRequestHandler, dict[str, Any]], None]


class Server:
    """A server that answers as told, and remembers what it was asked."""

    def __init__(self) -> None:
        self.bodies: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        self.paths: list[str] = []
        self.respond: Respond = streaming(said(content="ok"))
        self.gone = threading.Event()  # the client has hung up
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                outer.bodies.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
                outer.headers.append(dict(self.headers))
                outer.paths.append(self.path)
                try:
                    outer.respond(self, outer.bodies[-1])
                except OSError:
                    outer.gone.set()

            def log_message(self, format: str, *arguments: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}/v1"

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def said(*, finish: str | None = None, **delta: Any) -> dict[str, Any]:
    return {"choices": [{"index": 0, "delta": delta, "finish_reason": finish}]}


def streaming(*chunks: dict[str, Any], cut: int | None = None, end: str = "\n\n", done: bool = True) -> Respond:
    """Send the chunks as events, in pieces of `cut` bytes."""

    def respond(handler: BaseHTTPRequestHandler, body: dict[str, Any]) -> None:
        text = "".join(f"data: {json.dumps(chunk, ensure_ascii=False)}{end}" for chunk in chunks)
        data = (": hello\n\n" + text + (f"data: [DONE]{end}" if done else "")).encode()
        handler.send_response(200)
        handler.send_header("Content-Type", "text/event-stream; charset=utf-8")
        handler.end_headers()
        for start in range(0, len(data), cut or len(data)):
            handler.wfile.write(data[start : start + (cut or len(data))])
            handler.wfile.flush()

    return respond


def refusing(status: int, body: Any) -> Respond:
    def respond(handler: BaseHTTPRequestHandler, asked: dict[str, Any]) -> None:
        handler.send_response(status)
        handler.send_header("Content-Type", "application/json")
        handler.end_headers()
        handler.wfile.write(body.encode() if isinstance(body, str) else json.dumps(body).encode())

    return respond


@pytest.fixture
def server() -> Iterator[Server]:
    server = Server()
    yield server
    server.close()
    # A thread that reads a reply ends with it: none may outlive the test.
    deadline = time.monotonic() + 5
    while any(thread.name == "r1widget-remote" for thread in threading.enumerate()):
        assert time.monotonic() < deadline, "a thread was left behind"
        time.sleep(0.01)


@pytest.fixture(autouse=True)
def no_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("R1WIDGET_API_KEY", raising=False)
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)


def engine_for(server: Server, **options: Any) -> Engine:
    return load("the-model", base_url=server.url, **options)


def run(engine: Engine, **settings: Any) -> list[Delta]:
    request = Request(messages=[{"role": "user", "content": "What is 2 + 2?"}], settings=Settings(**settings))
    return list(engine.stream(request, threading.Event()))


def parts(deltas: list[Delta]) -> list[tuple[str, str]]:
    joined: list[tuple[str, str]] = []
    for delta in deltas:
        if delta.text and joined and joined[-1][0] == delta.kind:
            joined[-1] = (delta.kind, joined[-1][1] + delta.text)
        elif delta.text:
            joined.append((delta.kind, delta.text))
    return joined


# ---- what is asked


def test_what_is_sent(server: Server) -> None:
    run(engine_for(server, api_key=KEY), temperature=0.5, top_p=0.9, max_tokens=100, seed=7)
    assert server.paths == ["/v1/chat/completions"]
    assert server.headers[0]["Authorization"] == f"Bearer {KEY}"
    assert server.bodies == [
        {
            "model": "the-model",
            "messages": [{"role": "user", "content": "What is 2 + 2?"}],
            "stream": True,
            "stream_options": {"include_usage": True},
            "temperature": 0.5,
            "top_p": 0.9,
            "max_tokens": 100,
            "seed": 7,
        }
    ]


def test_a_seed_is_sent_only_when_there_is_one(server: Server) -> None:
    first = run(engine_for(server))[0]
    assert "seed" not in server.bodies[0]
    assert "Authorization" not in server.headers[0]
    assert first.prompt is not None
    assert first.prompt.seed is None


@pytest.mark.parametrize("name", ["R1WIDGET_API_KEY", "OPENAI_API_KEY"])
def test_a_key_from_the_environment(server: Server, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, KEY)
    run(engine_for(server))
    assert server.headers[0]["Authorization"] == f"Bearer {KEY}"


# ---- what is answered


@pytest.mark.parametrize("name", ["reasoning_content", "reasoning", "thinking"])
@pytest.mark.parametrize("cut", [None, 1, 7])
def test_a_server_that_names_the_thought(server: Server, name: str, cut: int | None) -> None:
    server.respond = streaming(
        said(role="assistant", content="", **{name: None}),
        said(**{name: "Zwei \u2028und 日本 🙂"}),
        said(content=None, **{name: " </think> four."}),
        said(content="It is <think>4</think>.", **{name: ""}),
        said(finish="stop"),
        cut=cut,
    )
    deltas = run(engine_for(server))
    assert parts(deltas) == [
        ("reasoning", "Zwei \u2028und 日本 🙂 </think> four."),
        ("answer", "It is <think>4</think>."),
    ]
    assert deltas[-1] == Delta(finish_reason="stop")


@pytest.mark.parametrize("opens", [False, True])
@pytest.mark.parametrize("end", ["\n\n", "\r\n\r\n"])
def test_a_server_that_hands_on_the_text(server: Server, opens: bool, end: str) -> None:
    server.respond = streaming(said(content="add</thi"), said(content="nk>4", finish="length"), end=end, cut=3)
    deltas = run(engine_for(server, opens_thinking=opens))
    assert deltas[0].prompt is not None
    assert deltas[0].prompt.opens_thinking is opens
    assert parts(deltas) == [("raw", "add</think>4")]
    assert deltas[-1].finish_reason == "length"


def test_the_same_thought_under_two_names_is_taken_once(server: Server) -> None:
    server.respond = streaming(said(reasoning_content="hm", reasoning="hm", content="4"))
    assert parts(run(engine_for(server))) == [("reasoning", "hm"), ("answer", "4")]


def test_a_thought_that_is_no_text_is_left_alone(server: Server) -> None:
    server.respond = streaming(said(reasoning={"effort": "high"}, content="4"))
    assert parts(run(engine_for(server))) == [("raw", "4")]


def test_tokens_are_counted(server: Server) -> None:
    server.respond = streaming(
        said(content="a"), said(content="b", finish="stop"), {"choices": [], "usage": {"completion_tokens": 9}}
    )
    deltas = run(engine_for(server))
    assert sum(delta.tokens for delta in deltas) == 9
    assert [delta.tokens for delta in deltas if delta.text] == [1, 1]


def test_a_server_that_ends_without_saying_so(server: Server) -> None:
    server.respond = streaming(said(content="4"), done=False, end="\n")  # not even the last empty line
    assert parts(run(engine_for(server))) == [("raw", "4")]


def test_a_server_that_does_not_stream(server: Server) -> None:
    message = {"role": "assistant", "content": "4", "reasoning_content": "add"}
    server.respond = refusing(200, {"choices": [{"message": message, "finish_reason": "stop"}]})
    assert parts(run(engine_for(server))) == [("reasoning", "add"), ("answer", "4")]


# ---- stopping


def silent(handler: BaseHTTPRequestHandler, body: dict[str, Any]) -> None:
    """Say a word, then nothing."""
    streaming(said(content="one"), done=False)(handler, body)
    for _ in range(1000):
        time.sleep(0.01)
        handler.wfile.write(b": still here\n")
        handler.wfile.flush()


def mute(handler: BaseHTTPRequestHandler, body: dict[str, Any]) -> None:
    """Take the question and say nothing at all, not even headers, until the client hangs up."""
    handler.connection.settimeout(5)
    if not handler.rfile.read(1):
        raise ConnectionResetError


@pytest.mark.parametrize("respond", [silent, mute])
def test_silence_can_be_stopped(server: Server, respond: Respond) -> None:
    server.respond = respond
    stop = threading.Event()
    stream = engine_for(server).stream(Request(messages=[{"role": "user", "content": "?"}]), stop)
    next(stream)
    timer = threading.Timer(0.2, stop.set)
    timer.start()
    start = time.monotonic()
    rest = list(stream)
    assert time.monotonic() - start < 1
    assert rest[-1] == Delta(finish_reason="cancelled")
    timer.join()
    assert server.gone.wait(2), "the connection was left open"


def test_a_stopped_reply_hangs_up(server: Server) -> None:
    server.respond = silent
    stop = threading.Event()
    stream = engine_for(server).stream(Request(messages=[{"role": "user", "content": "?"}]), stop)
    for delta in stream:
        if delta.text:
            stop.set()
    assert server.gone.wait(5)


def test_a_dropped_stream_hangs_up(server: Server) -> None:
    server.respond = silent
    stream: Any = engine_for(server).stream(Request(messages=[{"role": "user", "content": "?"}]), threading.Event())
    next(stream)
    next(stream)
    stream.close()
    assert server.gone.wait(5)


# ---- errors


@pytest.mark.parametrize(
    ("status", "body", "words", "remedy"),
    [
        (
            401,
            {"error": {"message": f"Incorrect API key provided: {KEY}"}},
            "401: Incorrect API key provided: …",
            "api_key",
        ),
        (403, {"detail": "Not for you."}, "403: Not for you", "key"),
        (404, {"error": {"message": "The model does not exist"}}, "404: The model does not exist", "'the-model'"),
        (404, "<!DOCTYPE html><p>Not here", "404: a web page", "/v1"),
        (429, {"message": "Too many"}, "429: Too many", "Wait"),
        (500, "", "refused with 500.", "log"),
        (400, {"error": "no such setting"}, "400: no such setting", "settings"),
    ],
)
def test_a_refusal_says_what_the_server_says(server: Server, status: int, body: Any, words: str, remedy: str) -> None:
    server.respond = refusing(status, body)
    with pytest.raises(RemoteError) as caught:
        run(engine_for(server, api_key=KEY))
    assert words in caught.value.what
    assert remedy in caught.value.remedy
    assert KEY not in repr(caught.value)


@pytest.mark.parametrize("name", ["stream_options", "seed", "temperature"])
def test_a_parameter_that_a_server_does_not_know_is_left_out(server: Server, name: str) -> None:
    def respond(handler: BaseHTTPRequestHandler, body: dict[str, Any]) -> None:
        refusal = refusing(400, {"error": {"message": f"Unsupported parameter: '{name}'"}})
        (refusal if name in body else streaming(said(content="4")))(handler, body)

    server.respond = respond
    assert parts(run(engine_for(server), seed=1)) == [("raw", "4")]
    assert [name in body for body in server.bodies] == [True, False]


def test_the_other_name_of_max_tokens(server: Server) -> None:
    def respond(handler: BaseHTTPRequestHandler, body: dict[str, Any]) -> None:
        refusal = refusing(400, {"error": {"message": "Use 'max_completion_tokens' instead of 'max_tokens'."}})
        (refusal if "max_tokens" in body else streaming(said(content="4")))(handler, body)

    server.respond = respond
    run(engine_for(server), max_tokens=50)
    assert server.bodies[-1]["max_completion_tokens"] == 50


def test_nobody_there() -> None:
    server = Server()
    server.close()
    with pytest.raises(RemoteError, match="can't be reached") as caught:
        run(engine_for(server))
    assert "base_url" in caught.value.remedy


def test_a_server_that_is_silent_for_too_long(server: Server) -> None:
    server.respond = mute
    with pytest.raises(RemoteError, match="silent for too long"):
        run(engine_for(server, timeout=0.2))


def test_a_server_that_breaks_off(server: Server) -> None:
    server.respond = streaming(said(content="on"), {"error": {"message": f"out of memory {KEY}"}})
    stream = engine_for(server, api_key=KEY).stream(
        Request(messages=[{"role": "user", "content": "?"}]), threading.Event()
    )
    got = [next(stream), next(stream)]
    with pytest.raises(RemoteError, match="broke off: out of memory …"):
        next(stream)
    assert parts(got) == [("raw", "on")]


@pytest.mark.parametrize("body", ["<html>Log in</html>", "[1]", ""])
def test_what_is_no_answer(server: Server, body: str) -> None:
    server.respond = refusing(200, body)
    with pytest.raises(RemoteError, match="isn't one"):
        run(engine_for(server))


def test_an_empty_answer(server: Server) -> None:
    server.respond = streaming()
    with pytest.raises(RemoteError, match="gave no answer"):
        run(engine_for(server))


@pytest.mark.parametrize("url", ["localhost:8000", "", "ftp://x", "http://", "http://user:secret@host/v1"])
def test_what_is_no_address(url: str) -> None:
    with pytest.raises(RemoteError) as caught:
        load("m", base_url=url)
    assert "secret" not in repr(caught.value)


def test_what_a_server_can_not_do(server: Server) -> None:
    with pytest.raises(EngineError, match="can't be limited"):
        run(engine_for(server), thinking_budget=10)
    assert server.bodies == []


def test_describe(server: Server) -> None:
    engine = engine_for(server, api_key=KEY)
    assert engine.describe() == {
        "engine": "remote",
        "model": "the-model",
        "server": server.url,
        "opens_thinking": False,
    }
    assert isinstance(engine, Engine)
    assert KEY not in repr(engine)


# ---- events


@pytest.mark.parametrize("size", [1, 2, 3, 100])
def test_events_however_they_are_cut(size: int) -> None:
    stream = (
        "data: a\n\n: comment\nevent: x\ndata:b\r\ndata: \u2028é\r\n\r\n\n\nid: 1\ndata: [DONE]\n\ndata: last".encode()
    )
    events = Events()
    got = [data for start in range(0, len(stream), size) for data in events.feed(stream[start : start + size])]
    assert [*got, *events.flush()] == ["a", "b\n\u2028é", "[DONE]", "last"]

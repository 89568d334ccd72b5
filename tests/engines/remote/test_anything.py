"""Whatever a server sends, no text is lost and nothing breaks."""

from __future__ import annotations

from contextlib import suppress
from http.server import BaseHTTPRequestHandler
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from r1widget.engines.remote.fields import ANSWERS, THOUGHTS
from r1widget.engines.remote.reply import Reply
from r1widget.errors import R1WidgetError
from tests.engines.remote.servers.lasting import ask, ask_of, read, sent_as, server
from tests.engines.remote.servers.loopback import Server, head, notes, parts, said, write

__all__ = ["server"]  # fixtures

_names = st.sampled_from(
    [
        *(*THOUGHTS, *ANSWERS, "type", "choices", "delta", "message", "tool_calls", "function", "name", "audio"),
        *("summary", "error", "usage", "finish_reason", "completion_tokens", "index", "image_url", "odd"),
    ]
)
_leaf = st.none() | st.booleans() | st.integers(-5, 5) | st.floats(allow_nan=False) | st.text(max_size=6)


def _around(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.lists(inner, max_size=4) | st.dictionaries(_names, inner, max_size=5)


_json = st.recursive(_leaf, _around, max_leaves=25)
_choice = st.fixed_dictionaries({}, optional=dict.fromkeys(("delta", "message", "finish_reason", "text"), _json))
_chunk = st.fixed_dictionaries({"choices": st.lists(_choice, max_size=2) | _choice}, optional={"usage": _json})


@settings(max_examples=300)
@given(chunks=st.lists(_chunk | _json, max_size=4), done=st.booleans())
def test_any_json_is_read_or_refused_in_a_sentence(chunks: list[Any], done: bool) -> None:
    reply = Reply("6 × 7?")
    for chunk in chunks:
        if isinstance(chunk, dict):
            list(reply.take(chunk))
    if done:
        reply.done()
    with suppress(R1WidgetError):  # and nothing else
        list(reply.end("http://x/v1"))
    assert reply.opens_thinking in (True, False, None)


_words = st.text("abcdefgh", min_size=3, max_size=8)
_shaped: st.SearchStrategy[Any] = st.deferred(
    lambda: (
        _words
        | st.builds(lambda text: {"type": "text", "text": text}, _words)
        | st.builds(lambda kind, inner: {"type": kind, "content": inner}, st.text("xyz", min_size=1), _shaped)
        | st.builds(lambda inner: {"type": "thinking", "thinking": inner}, _shaped)
        | st.lists(_shaped, min_size=1, max_size=3)
    )
)


def strings(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    inner = value if isinstance(value, list) else [item for name, item in value.items() if name != "type"]
    return [text for item in inner for text in strings(item)]


@given(delta=st.dictionaries(st.sampled_from([*THOUGHTS, *ANSWERS]), _shaped, min_size=1, max_size=4))
def test_no_text_under_a_known_name_is_lost(delta: dict[str, Any]) -> None:
    text = "".join(text for _, text in parts(read(delta)))
    for value in delta.values():
        assert all(word in text for word in strings(value))


@settings(max_examples=25)
@given(
    data=st.binary(max_size=60),
    prefix=st.sampled_from([b"", b"data: ", b"{", b"[", b": x\n\ndata: {}\n\n", b"event: error\n"]),
)
def test_any_bytes_are_an_answer_or_an_error(server: Server, prefix: bytes, data: bytes) -> None:
    def respond(handler: BaseHTTPRequestHandler, body: dict[str, Any]) -> None:
        head(handler)
        write(handler, prefix + data)
        write(handler, b"")

    turn = ask_of(server, respond)
    assert turn.finish_reason in ("error", "stop")
    assert "failed with" not in (turn.error or ""), turn.error


def test_a_nest_of_a_thousand_lists_is_named() -> None:
    nest: Any = "deep"
    for _ in range(1000):
        nest = [nest]
    taken = read({"content": nest})
    assert notes(taken) == ["The server sent parts within parts within parts, which r1widget can't show."]


def test_a_nest_of_parts_is_read_once_and_not_twice_a_part() -> None:
    nest: Any = "deep"
    for _ in range(40):
        nest = {"type": "thinking", "thinking": nest}
    assert parts(read({"content": [nest]})) == [("reasoning", "deep")]


@pytest.mark.parametrize("tokens", [10**400, -1, True, "9", None])
def test_a_count_that_can_not_be_is_none(server: Server, tokens: Any) -> None:
    turn = ask(server, said(content="4"), said(finish="stop"), {"choices": [], "usage": {"completion_tokens": tokens}})
    assert turn.record["tokens"]["answer"] == 1


def test_an_error_that_calls_itself_an_object(server: Server) -> None:
    error = r'data: {"object": "error", "message": "out of \ud83d memory", "code": 400}'
    turn = ask_of(server, sent_as("text/event-stream", error))
    assert turn.error is not None and "broke off: out of \ufffd memory" in turn.error

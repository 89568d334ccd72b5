"""What servers send besides plain pieces of text: every shape of a message, every reason to finish, every kind of body."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from r1widget import ChatWidget
from r1widget.conversation.turn import Turn
from r1widget.engines import Delta
from r1widget.engines.remote import asking
from r1widget.engines.remote.fields import ANSWERS, THOUGHTS
from r1widget.engines.remote.finish import outcome_of
from r1widget.engines.remote.incoming import DONE, Incoming, NotAnAnswer
from r1widget.engines.remote.reply import Reply
from r1widget.errors import R1WidgetError, RemoteError
from tests.engines.remote.servers.loopback import (
    Respond,
    Server,
    head,
    notes,
    parts,
    refusing,
    running,
    said,
    streaming,
    write,
)


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


# ---- the shapes of a message

THOUGHT = [{"type": "text", "text": "Six "}, {"type": "text", "text": "sevens."}]


@pytest.mark.parametrize(
    "delta",
    [
        {"content": [{"type": "thinking", "thinking": THOUGHT}]},
        {"content": {"type": "thinking", "thinking": "Six sevens."}},
        {"content": [{"type": "reasoning", "summary": [{"type": "summary_text", "text": "Six sevens."}]}]},
        {"content": [{"type": "reasoning", "text": "Six sevens."}]},
        {"content": [{"type": "reasoning_text", "reasoning_text": "Six sevens."}]},
        {"content": [{"thinking": "Six sevens."}]},
        {"content": [{"type": "thinking", "thinking": "Six sevens.", "text": "Six sevens."}]},
        {"reasoning": {"content": "Six sevens."}},
        {"reasoning": {"summary": ["Six ", "sevens."]}},
        {"reasoning_content": THOUGHT},
        {"reasoning_content": "Six sevens.", "reasoning": "Six sevens.", "reasoning_details": THOUGHT},
        {"reasoning": "Six sevens.", "content": [{"type": "thinking", "thinking": "Six sevens."}]},
        {"thinking": ["Six sevens."]},
        {"thinking_blocks": [{"type": "thinking", "thinking": "Six sevens.", "signature": "x"}]},
        {"reasoning_details": [{"type": "reasoning.summary", "summary": "Six sevens."}]},
        {"thought": "Six sevens."},
    ],
)
@pytest.mark.parametrize("where", ["delta", "message"])
def test_a_thought_in_every_shape(delta: dict[str, Any], where: str) -> None:
    reply = Reply()
    taken = list(reply.take({"choices": [{where: delta}]}))
    taken += reply.take({"choices": [{where: {"content": "42."}}]})
    assert parts([*taken, *reply.rest()]) == [("reasoning", "Six sevens."), ("answer", "42.")]
    assert notes(taken) == []


@pytest.mark.parametrize(
    "delta",
    [
        {"content": "42."},
        {"content": ["4", "2."]},
        {"content": [{"type": "text", "text": "42."}]},
        {"content": [{"type": "output_text", "text": {"value": "42.", "annotations": []}}]},
        {"content": {"text": "42."}},
        {"content": {"parts": [{"text": "42."}]}},
        {"content": [{"type": "markdown", "markdown": "42."}]},
        {"content": [{"type": "quote", "quote": "42."}]},
        {"content": [{"type": "nobody-knew-yet", "text": "42."}]},
        {"content": [{"type": "nobody-knew-yet", "content": [{"type": "deeper", "value": "42."}]}]},
        {"content": "42.", "output_text": "42."},
        "42.",
        ["42."],
    ],
)
def test_an_answer_in_every_shape(delta: Any) -> None:
    taken = read(delta)
    assert parts(taken) == [("raw", "42.")]
    assert notes(taken) == []


@pytest.mark.parametrize(
    "delta",
    [
        {"refusal": "I can't."},
        {"content": None, "refusal": "I can't."},
        {"content": [{"type": "refusal", "refusal": "I can't."}]},
    ],
)
def test_a_refusal_is_the_answer(server: Server, delta: dict[str, Any]) -> None:
    assert parts(read(delta)) == [("answer", "I can't.")]
    turn = ask(server, said(**delta), said(finish="stop"))
    assert (turn.answer, turn.reasoning, turn.finish_reason) == ("I can't.", "", "stop")


def test_parts_come_in_their_order() -> None:
    thought, text = {"type": "thinking", "thinking": "A"}, {"type": "text", "text": "one"}
    assert parts(read({"content": [thought, text, thought, text]})) == [
        ("reasoning", "A"),
        ("answer", "one"),
        ("reasoning", "A"),
        ("answer", "one"),
    ]


def test_different_texts_under_two_names_are_both_kept() -> None:
    assert parts(read({"reasoning_content": "A", "reasoning": "B", "content": "c", "refusal": "d"})) == [
        ("reasoning", "AB"),
        ("answer", "cd"),
    ]
    twice = [{"type": "text", "text": "ha"}, {"type": "text", "text": "ha"}]
    assert parts(read({"content": twice})) == [("raw", "haha")], "two parts are two texts"


@pytest.mark.parametrize(
    ("delta", "named"),
    [
        ({"content": [{"type": "image_url", "image_url": {"url": "https://x"}}]}, "a part of type 'image_url'"),
        ({"content": [{"type": "image_url", "image_url": "data:image/png;base64,AA"}]}, "a part of type 'image_url'"),
        ({"content": [{"type": "nobody-knew-yet", "data": "AA"}]}, "a part of type 'nobody-knew-yet'"),
        ({"content": [{"type": "redacted_thinking", "data": "AA"}]}, "a part of type 'redacted_thinking'"),
        ({"content": [{"blob": "AA"}]}, "a part with 'blob'"),
        ({"content": [{"type": "x" * 99}]}, "a part of type '" + "x" * 39 + "…'"),
        ({"audio": {"id": "a", "data": "AA"}}, "audio"),
        ({"images": [{"type": "image_url"}]}, "'images' beside its text"),
        ({"tool_calls": [{"index": 0, "function": {"name": "f", "arguments": ""}}]}, "a call of the tool 'f'"),
        ({"function_call": {"name": "f", "arguments": "{}"}}, "a call of the tool 'f'"),
        ({"content": [{"type": "tool_use", "name": "f", "input": {}}]}, "a call of the tool 'f'"),
    ],
)
def test_what_is_no_text_is_named(server: Server, delta: dict[str, Any], named: str) -> None:
    turn = ask(server, said(**delta), said(**delta), said(content="42.", finish="stop"))
    (note,) = turn.record["notes"]
    assert note.startswith(f"The server sent {named}, which r1widget ")
    assert (turn.answer, turn.finish_reason, turn.error) == ("42.", "stop", None)


def test_a_picture_with_a_caption_is_both() -> None:
    taken = read({"content": [{"type": "image", "text": "A cat.", "data": "AA"}]})
    assert parts(taken) == [("raw", "A cat.")]
    assert notes(taken) == ["The server sent a part of type 'image', which r1widget can't show."]
    taken = read({"audio": {"data": "AA", "transcript": "Hello."}})
    assert parts(taken) == [("raw", "Hello.")]
    assert notes(taken) == ["The server sent audio, which r1widget can't show."]


@pytest.mark.parametrize(
    "delta",
    [
        {"role": "assistant", "content": "", "tool_calls": None, "audio": None, "logprobs": None, "annotations": []},
        {"content": None, "reasoning_content": None, "reasoning_details": [], "function_call": {}},
        {"content": [{"type": "thinking", "thinking": "", "signature": "EqQB"}]},
        {"content": [{"type": "signature_delta", "signature": "EqQB"}]},
        {"content": [{"type": "text", "text": None}, {}, None, []], "reasoning_signature": "x", "end_turn": True},
        {"tool_calls": [{"index": 0, "function": {"arguments": "{}"}}], "provider_specific_fields": {"a": 1}},
    ],
)
def test_what_says_nothing_is_no_news(delta: dict[str, Any]) -> None:
    assert [(d.text, d.note) for d in read(delta)] == []


def test_there_are_not_more_notes_than_anybody_reads() -> None:
    taken = read({"content": [{"type": f"kind{number}"} for number in range(100)]})
    assert len(notes(taken)) == 12


@pytest.mark.parametrize("last", [{"delta": {}}, {"delta": None}, {}])
def test_a_whole_message_behind_its_pieces_says_nothing_new(last: dict[str, Any]) -> None:
    reply = Reply()
    taken = list(reply.take(said(content="42.")))
    taken += reply.take({"choices": [{**last, "message": {"content": "42."}, "finish_reason": "stop"}]})
    assert parts(taken) == [("raw", "42.")]
    alone = Reply()
    taken = list(alone.take({"choices": [{**last, "message": {"content": "42."}}]}))
    assert parts(taken) == [("raw", "42.")], "but alone it is the answer"


@pytest.mark.parametrize(
    "chunk", [{"message": {"content": "42."}}, {"choices": {"text": "42."}}, {"delta": {"content": "42."}}]
)
def test_a_chunk_without_a_list_of_choices(chunk: dict[str, Any]) -> None:
    assert parts(list(Reply().take(chunk))) == [("raw", "42.")]


# ---- nothing is lost, and nothing breaks

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


# ---- why it ended


@pytest.mark.parametrize(
    ("reason", "outcome"),
    [
        *[
            (word, "stop")
            for word in (
                "stop",
                "STOP",
                "end_turn",
                "EOS",
                "eos_token",
                "stop_sequence",
                "COMPLETE",
                "endTurn",
                "Stop Sequence",
            )
        ],
        *[(word, "length") for word in ("length", "max_tokens", "MAX_TOKENS", "model_length", "maxOutputTokens")],
        *[
            (word, "filtered")
            for word in ("content_filter", "SAFETY", "RECITATION", "refusal", "sensitive", "PROHIBITED_CONTENT")
        ],
        *[(word, "tools") for word in ("tool_calls", "function_call", "tool_use", "TOOL_CALL")],
        *[(word, "failed") for word in ("error", "abort", "insufficient_system_resource", "network_error")],
        *[(word, "unknown") for word in ("OTHER", "pause_turn", "whatever", "", "stopped early")],
        ("FINISH_REASON_SAFETY", "filtered"),
    ],
)
def test_every_word_for_an_end(reason: str, outcome: str) -> None:
    assert outcome_of(reason) == outcome


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        ("content_filter", ("server's filter ended", "not whole", "'content_filter'", "other words")),
        ("SAFETY", ("server's filter ended", "'SAFETY'")),
        ("tool_calls", ("a tool", "'tool_calls'", "without tools")),
        ("pause_turn", ("doesn't know", "'pause_turn'", "documentation")),
        ("error", ("broke off", "'error'", "ask again")),
    ],
)
def test_no_other_end_is_told_as_stop(server: Server, reason: str, words: tuple[str, ...]) -> None:
    turn = ask(server, said(content="The first step is to"), said(finish=reason))
    assert (turn.answer, turn.finish_reason) == ("The first step is to", "error")
    assert turn.error is not None and all(word in turn.error for word in (*words, server.url, "kept")), turn.error
    turn = ask(server, said(content="a", finish=reason), said(content="b", finish="stop"))
    assert (turn.answer, turn.finish_reason) == ("ab", "error"), "and a later stop makes it no better"


def test_a_tool_that_is_called_is_named(server: Server) -> None:
    call = {"index": 0, "id": "c1", "type": "function", "function": {"name": "get_weather", "arguments": ""}}
    turn = ask(server, said(content="Let me look."), said(tool_calls=[call]), said(finish="tool_calls"))
    assert turn.error is not None and "calls the tool 'get_weather'" in turn.error
    assert turn.answer == "Let me look."


@pytest.mark.parametrize(
    ("reason", "finish"),
    [("END_TURN", "stop"), ({"type": "stop", "matched": 7}, "stop"), ({"type": "length"}, "length")],
)
def test_other_words_for_the_usual_ends(server: Server, reason: Any, finish: str) -> None:
    turn = ask(server, said(content="42."), said(finish=reason))
    assert (turn.answer, turn.finish_reason, turn.error) == ("42.", finish, None)


def test_an_end_without_a_reason_is_noted(server: Server) -> None:
    turn = ask(server, said(content="42."))
    assert (turn.answer, turn.finish_reason, turn.error) == ("42.", "stop", None)
    assert turn.record["notes"] == ["The server gave no finish_reason, so whether the reply is whole is not known."]
    whole = ask_of(server, refusing(200, {"choices": [{"message": {"content": "42."}}]}))
    assert (whole.answer, whole.record["notes"]) == ("42.", turn.record["notes"])
    cut = ask(server, said(content="42."), done=False)
    assert (cut.answer, cut.finish_reason) == ("42.", "error")
    assert cut.error is not None and "broke off" in cut.error


# ---- bodies, whatever their header says


def sent_as(kind: str, body: str, cut: int = 0) -> Respond:
    def respond(handler: BaseHTTPRequestHandler, asked: dict[str, Any]) -> None:
        head(handler, kind)
        data = body.encode()
        for at in range(0, len(data), cut or len(data)):
            write(handler, data[at : at + (cut or len(data))])
        write(handler, b"")

    return respond


PIECES = [said(content="4"), said(content="2."), said(finish="stop")]
WHOLE = {"choices": [{"message": {"content": "42."}, "finish_reason": "stop"}]}
EVENTS = "".join(f"data: {json.dumps(piece)}\n\n" for piece in PIECES)
BODIES = {
    "events": EVENTS + "data: [DONE]\n\n",
    "events behind white space and a mark": "\ufeff\n\n" + EVENTS,
    "events behind a comment": ": hello\n\n" + EVENTS,
    "events without empty lines": EVENTS.replace("\n\n", "\n"),
    "events without spaces": EVENTS.replace("data: ", "data:"),
    "events with names": EVENTS.replace("data: ", "event: chunk\nid: 7\ndata: "),
    "an event over several lines": EVENTS.replace(': "4"', ':\ndata: "4"'),
    "a whole answer": json.dumps(WHOLE),
    "a whole answer, pretty": "\n" + json.dumps(WHOLE, indent=2) + "\n",
    "an answer a line": "".join(f"{json.dumps(piece)}\n" for piece in PIECES),
}


@pytest.mark.parametrize(
    "kind", ["application/json", "text/event-stream", "text/html; charset=utf-8", "application/octet-stream"]
)
@pytest.mark.parametrize("body", BODIES)
def test_what_a_body_is_says_the_body(server: Server, kind: str, body: str) -> None:
    turn = ask_of(server, sent_as(kind, BODIES[body], cut=3))
    assert (turn.answer, turn.finish_reason, turn.error) == ("42.", "stop", None)


@pytest.mark.parametrize("body", BODIES)
@given(data=st.data())
def test_a_body_in_any_pieces(body: str, data: st.DataObject) -> None:
    raw = BODIES[body].encode()
    cuts = sorted(data.draw(st.lists(st.integers(0, len(raw)), max_size=10)))
    incoming = Incoming()
    edges = [0, *cuts, len(raw)]
    values = [value for a, b in pairwise(edges) for value in incoming.feed(raw[a:b])]
    values += incoming.flush()
    whole = Incoming()
    assert values == [*whole.feed(raw), *whole.flush()]
    assert values[0] is not DONE


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_an_event_that_is_an_error(end: str) -> None:
    incoming = Incoming()
    values = incoming.feed(f'data: {{"a": 1}}{end}{end}event: error{end}data: {{"message": "full"}}{end}{end}'.encode())
    assert next(values) == {"a": 1}, "what came before it is there"
    with pytest.raises(NotAnAnswer) as caught:
        next(values)
    assert caught.value.error == {"message": "full"}


# ---- what was sent


@pytest.mark.parametrize("name", ["temperature", "top_p", "seed", "stream_options", "max_tokens"])
def test_the_record_and_every_file_tell_what_was_sent(server: Server, name: str, tmp_path: Path) -> None:
    words = f"Unsupported value: '{name}' does not support that with this model." + (
        " Use 'max_completion_tokens' instead." if name == "max_tokens" else ""
    )

    def respond(handler: BaseHTTPRequestHandler, body: dict[str, Any]) -> None:
        refusal = refusing(400, {"error": {"message": words, "type": "invalid_request_error"}})
        (refusal if name in body else streaming(said(content="42.", finish="stop")))(handler, body)

    server.respond = respond
    options = {"temperature": 0.625, "top_p": 0.875, "seed": 7077, "max_tokens": 4321}
    chat = ChatWidget(
        "the-model", base_url=server.url, settings={**options, "budget_message": "Enough.", "stop_loops": True}
    )
    turn = chat.ask("6 × 7?")
    assert turn.answer == "42."
    expected = {key: value for key, value in options.items() if key != name}
    if name == "max_tokens":
        expected["max_completion_tokens"] = 4321
    assert turn.record["settings"] == expected
    assert turn.record["seed"] == expected.get("seed")
    gone = {
        "temperature": "0.625",
        "top_p": "0.875",
        "seed": "7077",
        "stream_options": "include_usage",
        "max_tokens": "max tokens 4321",
    }
    for suffix in ("md", "html", "json", "ipynb"):
        chat.export(tmp_path / f"chat.{suffix}")
        text = (tmp_path / f"chat.{suffix}").read_text(encoding="utf-8")
        assert gone[name] not in text and "Enough." not in text
        assert all(value in text for key, value in gone.items() if key not in (name, "stream_options", "max_tokens"))
        assert "4321" in text
    chat.close()


def test_a_system_prompt_was_sent(server: Server) -> None:
    turn = ask(server, said(content="42.", finish="stop"), system="Be brief.")
    assert turn.record["settings"]["system"] == "Be brief."


def test_a_parameter_that_is_only_named_as_such(server: Server) -> None:
    def respond(handler: BaseHTTPRequestHandler, body: dict[str, Any]) -> None:
        refusal = refusing(400, {"error": {"message": "Unsupported parameter.", "param": "top_p"}})
        (refusal if "top_p" in body else streaming(said(content="42.", finish="stop")))(handler, body)

    turn = ask_of(server, respond)
    assert turn.answer == "42." and "top_p" not in turn.record["settings"]


def test_thoughts_of_past_answers_are_not_sent(server: Server) -> None:
    from r1widget.engines import Request, load

    messages = [
        {"role": "user", "content": "<think>?"},
        {"role": "assistant", "content": "[THINK]hm[/THINK]Yes. [THINK]hm[/THINK]No."},
        {"role": "user", "content": "Why?"},
    ]
    server.respond = streaming(said(content="42.", finish="stop"))
    list(load("m", base_url=server.url).stream(Request(messages=messages), threading.Event()))
    sent = server.bodies[-1]["messages"]
    assert [message["content"] for message in sent] == ["<think>?", "Yes. No.", "Why?"]


# ---- tags in the text


@pytest.mark.parametrize(
    ("options", "pieces", "reasoning", "answer"),
    [
        ({}, ["<think>A</think>one ", "<think>B</think>two"], "A\n\nB", "one two"),
        ({}, ["[THINK]A[/THINK]one"], "A", "one"),
        ({"thinking_tags": ("<plan>", "</plan>")}, ["<plan>A</plan>one"], "A", "one"),
        ({"thinking_tags": [("<plan>", "</plan>")], "opens_thinking": True}, ["A</pl", "an>one"], "A", "one"),
        ({"opens_thinking": True}, ["A</longcat_think>one"], "A", "one"),
    ],
)
def test_tags_over_a_server(
    server: Server, options: dict[str, Any], pieces: list[str], reasoning: str, answer: str
) -> None:
    server.respond = streaming(*(said(content=piece) for piece in pieces), said(finish="stop"))
    chat = ChatWidget("the-model", base_url=server.url, **options)
    for _ in range(2):  # what the first reply shows changes nothing for the next
        turn = chat.ask("6 × 7?")
        assert (turn.reasoning, turn.answer, turn.finish_reason) == (reasoning, answer, "stop")
    chat.close()


@pytest.mark.parametrize("text", ["[THINK]A[/THINK]one", "<|START_RESPONSE|>one<|END_RESPONSE|>"])
def test_a_reply_that_begins_with_a_tag_tells_nothing_of_the_prompt(text: str) -> None:
    reply = Reply()
    list(reply.take(said(content=text, finish="stop")))
    assert reply.opens_thinking is None
    opened = Reply()
    list(opened.take(said(content="A\n</longcat_think>\none", finish="stop")))
    assert opened.opens_thinking is True


def test_tags_that_can_not_be_are_refused_at_once() -> None:
    with pytest.raises(R1WidgetError, match="thinking_tags"):
        ChatWidget("m", base_url="http://localhost:1/v1", thinking_tags="<plan>")
    with pytest.raises(R1WidgetError, match="thinking_tags"):
        ChatWidget("pocket", thinking_tags=("<plan>",))
    with pytest.raises(RemoteError, match="no server's address"):
        ChatWidget("m", base_url="localhost:1", thinking_tags=("<plan>", "</plan>"))

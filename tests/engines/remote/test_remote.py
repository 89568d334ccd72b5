"""The engine for servers, against a real HTTP server on this machine: what is asked, what is answered, what goes wrong."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler
from time import time
from typing import Any

import pytest

from r1widget.chat.writing import write_turn
from r1widget.conversation.turn import Turn
from r1widget.engines import Delta, Engine, Pace, Prefill, Request, load
from r1widget.engines.capabilities import ACTS
from r1widget.engines.remote import RemoteEngine, asking
from r1widget.engines.remote.refusals import in_words
from r1widget.engines.remote.reply import Reply
from r1widget.engines.remote.server import Server as Address
from r1widget.errors import CannotSteer, EngineError, RemoteError
from tests.engines.remote.servers.loopback import (
    KEY,
    Respond,
    Server,
    engine_for,
    hang_up,
    head,
    notes,
    one_after_the_other,
    parts,
    question,
    refusing,
    run,
    running,
    said,
    sending,
    streaming,
    until_the_client_hangs_up,
    write,
)

FINE = streaming(said(content="4", finish="stop"))


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    monkeypatch.setattr(asking, "PAUSES", (0.0, 0.0, 0.0))
    with running() as server:
        yield server


# ---- what is asked


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


def test_openrouters_details(server: Server) -> None:
    details = [
        {"type": "reasoning.summary", "summary": "First "},
        {"type": "reasoning.encrypted", "data": "AAAA"},
        {"type": "reasoning.text", "text": "this.", "signature": None},
        " Bare.",
    ]
    server.respond = streaming(said(reasoning_details=details), said(content="4", finish="stop"))
    deltas = run(engine_for(server))
    assert parts(deltas) == [("reasoning", "First this. Bare."), ("answer", "4")]
    assert notes(deltas) == ["The server sent a part of type 'reasoning.encrypted', which r1widget can't show."]


@pytest.mark.parametrize(
    "names",
    [
        {"reasoning_content": "hm", "reasoning": "hm"},
        {"reasoning": "hm", "reasoning_details": [{"type": "reasoning.text", "text": "hm"}]},
        {"reasoning_content": "", "reasoning": None, "thinking": "hm"},
    ],
)
def test_the_same_thought_under_two_names_is_taken_once(server: Server, names: dict[str, Any]) -> None:
    server.respond = streaming(said(content="4", finish="stop", **names))
    assert parts(run(engine_for(server))) == [("reasoning", "hm"), ("answer", "4")]


def test_a_thought_that_is_no_text_is_left_alone(server: Server) -> None:
    server.respond = streaming(said(reasoning={"effort": "high"}, content="4", finish="stop"))
    assert parts(run(engine_for(server))) == [("raw", "4")]


@pytest.mark.parametrize("opens", [False, True])
@pytest.mark.parametrize("end", ["\n\n", "\r\n\r\n", "\r\r"])
def test_a_server_that_hands_on_the_text(server: Server, opens: bool, end: str) -> None:
    server.respond = streaming(said(content="add</thi"), said(content="nk>4", finish="length"), end=end, cut=3)
    deltas = run(engine_for(server, opens_thinking=opens))
    assert deltas[0].prompt is not None
    assert deltas[0].prompt.opens_thinking is opens
    assert parts(deltas) == [("raw", "add</think>4")]
    assert deltas[-1].finish_reason == "length"


def test_a_whole_message_at_the_end_is_not_said_twice(server: Server) -> None:
    last = {"choices": [{"delta": {}, "message": {"content": "4"}, "finish_reason": "stop"}]}
    server.respond = streaming(said(content="4"), last)
    assert parts(run(engine_for(server))) == [("raw", "4")]


@pytest.mark.parametrize(
    "chunk",
    [
        {},
        {"choices": None},
        {"choices": ["x"]},
        {"choices": [{"delta": None}]},
        {"choices": [{"delta": {"content": [None, [], {}], "reasoning_details": {"text": None}}}]},
        {"choices": [], "usage": "none", "error": None},
    ],
)
def test_odd_chunks_are_passed_over(server: Server, chunk: dict[str, Any]) -> None:
    server.respond = streaming(chunk, said(content="4", finish="stop"))
    assert parts(run(engine_for(server))) == [("raw", "4")]


@pytest.mark.parametrize("kind", ["content", "reasoning"])
def test_a_character_in_two_halves(server: Server, kind: str) -> None:
    server.respond = sending(
        b'data: {"choices":[{"delta":{"%b":"a\\ud83d"}}]}\n\ndata: {"choices":[{"delta":{"%b":"\\ude42b"}}]}\n\n'
        b'data: {"choices":[{"delta":{"%b":"\\ud83d"},"finish_reason":"stop"}]}\n\n' % ((kind.encode(),) * 3)
    )
    (part,) = parts(run(engine_for(server)))
    assert part[1] == "a🙂b\ud83d"


@pytest.mark.parametrize("end", ["<｜end▁of▁sentence｜>", "<|im_end|>", "<|endoftext|>"])
def test_the_token_that_ended_the_text_is_no_text(server: Server, end: str) -> None:
    server.respond = streaming(said(content="4"), said(content=end[:3]), said(content=end[3:], finish="stop"))
    assert parts(run(engine_for(server))) == [("raw", "4")]
    server.respond = streaming(said(content=f"Behind {end} more, and <|im_e"), said(finish="stop"))
    assert parts(run(engine_for(server))) == [("raw", f"Behind {end} more, and <|im_e")]


PROMPT = "<｜begin▁of▁sentence｜><｜User｜>Hm?<｜Assistant｜>Well.<｜end▁of▁sentence｜><｜User｜>What is 2 + 2?<｜Assistant｜>"


@pytest.mark.parametrize("cut", [1, 30, 200])
@pytest.mark.parametrize("prompt", [PROMPT, PROMPT.replace("2 + 2?", "2 plus 2?")])
def test_a_prompt_that_comes_back_is_no_answer(server: Server, cut: int, prompt: str) -> None:
    leak = [said(content=prompt[start : start + cut]) for start in range(0, len(prompt), cut)]
    server.respond = streaming(*leak, said(reasoning_content="add"), said(content="4", finish="stop"))
    assert parts(run(engine_for(server))) == [("reasoning", "add"), ("answer", "4")]
    server.respond = streaming(*leak, said(content="<think>add</think>4", finish="stop"))
    expected = "<think>add</think>4" if prompt == PROMPT else prompt + "<think>add</think>4"  # nothing is lost
    assert parts(run(engine_for(server))) == [("raw", expected)]
    message = {"content": prompt, "reasoning_content": "ad"}
    server.respond = refusing(200, {"choices": [{"message": message, "finish_reason": "length"}]})
    rest = [] if prompt == PROMPT else [("answer", prompt)]
    assert parts(run(engine_for(server))) == [("reasoning", "ad"), *rest]


def test_what_is_held_back_keeps_its_place(server: Server) -> None:
    server.respond = streaming(said(content="a<"), said(reasoning="b"), said(content="c<", finish="stop"))
    assert parts(run(engine_for(server))) == [("raw", "a<"), ("reasoning", "b"), ("answer", "c<")]


def test_tokens_are_counted(server: Server) -> None:
    server.respond = streaming(
        said(content="a"), said(content="b", finish="stop"), {"choices": [], "usage": {"completion_tokens": 9}}
    )
    deltas = run(engine_for(server))
    assert sum(delta.tokens for delta in deltas) == 9
    assert [delta.tokens for delta in deltas if delta.text] == [1, 1]


def test_tokens_are_counted_by_kind_where_the_server_does(server: Server) -> None:
    usage = {"completion_tokens": 9, "completion_tokens_details": {"reasoning_tokens": 6}}
    server.respond = streaming(
        said(reasoning="a"), said(content="b", finish="stop"), {"choices": [], "usage": {**usage}}
    )
    deltas = run(engine_for(server))
    assert deltas[-2:] == [Delta(kind="reasoning", tokens=5), Delta(kind="answer", finish_reason="stop", tokens=2)]


@pytest.mark.parametrize(
    "usage", [None, {"completion_tokens": None}, {"completion_tokens": 1}, {"completion_tokens": -5}]
)
def test_a_count_that_is_none(server: Server, usage: Any) -> None:
    server.respond = streaming(said(content="a"), said(content="b", finish="stop"), {"choices": [], "usage": usage})
    assert sum(delta.tokens for delta in run(engine_for(server))) == 2


def test_a_server_that_ends_without_a_word(server: Server) -> None:
    server.respond = streaming(said(content="4", finish="stop"), done=False)
    assert parts(run(engine_for(server))) == [("raw", "4")]


def test_a_server_that_does_not_stream(server: Server) -> None:
    message = {"role": "assistant", "content": "4", "reasoning_content": "add"}
    server.respond = refusing(200, {"choices": [{"message": message, "finish_reason": "stop"}]})
    assert parts(run(engine_for(server))) == [("reasoning", "add"), ("answer", "4")]


# ---- whether the prompt opens the thinking


@pytest.mark.parametrize(
    ("model", "opens"),
    [
        ("deepseek-ai/DeepSeek-R1-Distill-Qwen-1.5B", True),
        ("deepseek-r1:14b", True),
        ("Qwen/QwQ-32B", True),
        ("Qwen/Qwen3-30B-A3B-Thinking-2507", True),
        ("Qwen/Qwen3-8B", False),
        ("llama", False),
    ],
)
def test_the_name_must_do_for_the_first_reply(server: Server, model: str, opens: bool) -> None:
    engine = load(model, base_url=server.url)
    assert engine.describe()["opens_thinking"] is opens
    prompt = run(engine)[0].prompt
    assert prompt is not None
    assert prompt.opens_thinking is opens


@pytest.mark.parametrize(
    ("text", "finish", "learned"),
    [
        ("Two and two.\n</think>\n\n4", "stop", True),
        ("Two and two.\n</think>\n\n4", "length", True),
        ("<think>\nTwo and two.\n</think>\n\n4", "stop", None),
        ("The tag `</think>` ends a thought.", "stop", None),
        ("4", "stop", False),
        ("Two and", "length", None),
        ("", "stop", None),
    ],
)
@pytest.mark.parametrize("cut", [1, 5, 100])
def test_what_a_reply_tells_of_the_prompt(text: str, finish: str, learned: bool | None, cut: int) -> None:
    reply = Reply()
    for start in range(0, len(text), cut):
        list(reply.take(said(content=text[start : start + cut])))
    list(reply.take(said(finish=finish)))
    assert reply.opens_thinking is learned


def test_what_a_reply_told_holds_for_the_next(server: Server) -> None:
    engine = engine_for(server)
    server.respond = streaming(said(content="Two and two.\n</think>\n\n4", finish="stop"))
    run(engine)
    turn = Turn("What is 2 + 2?")
    list(write_turn(turn, engine, question(), threading.Event()))
    assert (turn.reasoning, turn.answer) == ("Two and two.", "4")
    given = engine_for(server, opens_thinking=False)
    run(given)
    assert given.describe()["opens_thinking"] is False


# ---- which model


@pytest.mark.parametrize("model", ["", None])
def test_the_only_model_needs_no_name(server: Server, model: str | None) -> None:
    engine = load(model, base_url=server.url)
    assert engine.name == "the-model"
    run(engine)
    assert server.paths == ["/v1/models", "/v1/chat/completions"]
    assert server.bodies[0]["model"] == "the-model"


@pytest.mark.parametrize(
    ("models", "words"),
    [
        ({"data": [{"id": "a"}, {"id": "b"}]}, "2 models: 'a', 'b'"),
        ({"data": [{"id": str(number)} for number in range(20)]}, "'11' and 8 more"),
        ({"data": []}, "no model"),
        ({"object": "error"}, "doesn't say"),
        ([1], "doesn't say"),
    ],
)
def test_a_choice_of_models(server: Server, models: Any, words: str) -> None:
    server.models = models
    with pytest.raises(RemoteError, match=words):
        load("", base_url=server.url)


def test_no_server_to_ask_for_its_models() -> None:
    with running() as server:
        url = server.url
    with pytest.raises(RemoteError, match="can't be reached"):
        load("", base_url=url)


# ---- pace


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
        (400, {"message": "'max_tokens' is too large: the maximum context length is 4096"}, "too large", "smaller"),
        (422, {"detail": [{"loc": ["body", "model"], "msg": "bad"}]}, "bad", "model"),
    ],
)
def test_a_refusal_says_what_the_server_says(server: Server, status: int, body: Any, words: str, remedy: str) -> None:
    server.respond = refusing(status, body)
    with pytest.raises(RemoteError) as caught:
        run(engine_for(server, api_key=KEY))
    assert words in caught.value.what
    assert remedy in caught.value.remedy
    assert KEY not in repr(caught.value)


@pytest.mark.parametrize("name", ["stream_options", "seed", "temperature", "top_p"])
@pytest.mark.parametrize("status", [400, 422])
def test_a_parameter_that_a_server_does_not_know_is_left_out(server: Server, name: str, status: int) -> None:
    def respond(handler: BaseHTTPRequestHandler, body: dict[str, Any]) -> None:
        refusal = refusing(status, {"error": {"message": f"Unsupported parameter: '{name}'"}})
        (refusal if name in body else FINE)(handler, body)

    server.respond = respond
    deltas = run(engine_for(server), seed=1)
    assert parts(deltas) == [("raw", "4")]
    assert [name in body for body in server.bodies] == [True, False]
    assert deltas[0].prompt is not None
    assert deltas[0].prompt.seed == (None if name == "seed" else 1)


def test_the_other_name_of_max_tokens(server: Server) -> None:
    def respond(handler: BaseHTTPRequestHandler, body: dict[str, Any]) -> None:
        refusal = refusing(400, {"error": {"message": "Use 'max_completion_tokens' instead of 'max_tokens'."}})
        (refusal if "max_tokens" in body else FINE)(handler, body)

    server.respond = respond
    run(engine_for(server), max_tokens=50)
    assert server.bodies[-1]["max_completion_tokens"] == 50


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
        run(engine_for(server))
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


def test_a_failure_of_another_kind_has_words_too() -> None:
    assert "'ValueError'" not in in_words(ValueError("odd"), Address("http://x/v1"), "m").what
    assert "odd" in in_words(ValueError("odd"), Address("http://x/v1"), "m").what


@pytest.mark.parametrize(
    "url", ["localhost:8000", "", "ftp://x", "http://", "http://user:secret@host/v1", "http://host/v1?key=secret"]
)
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

"""What a server answers: thoughts under each name, texts in pieces, what is left out of them, and what is counted."""

from __future__ import annotations

from typing import Any

import pytest

from r1widget.engines import Delta
from tests.engines.remote.servers.loopback import (
    Server,
    engine_for,
    notes,
    parts,
    refusing,
    run,
    said,
    sending,
    streaming,
)
from tests.engines.remote.servers.patient import server

__all__ = ["server"]  # fixtures


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

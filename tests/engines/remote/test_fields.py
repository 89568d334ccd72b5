"""The shapes of a message: thoughts, answers, refusals, and what is no text."""

from __future__ import annotations

from typing import Any

import pytest

from r1widget.engines.remote.reply import Reply
from tests.engines.remote.servers.lasting import ask, read, server
from tests.engines.remote.servers.loopback import Server, notes, parts, said

__all__ = ["server"]  # fixtures

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

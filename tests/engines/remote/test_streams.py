"""Streams in the shapes of the servers there are, replayed over HTTP: whole, byte by byte, and broken off anywhere.

`tests/engines/remote/servers/streams/` has them; the first line of each says whose shape it is. Those of transformers and of
llama-cpp-python are recordings of the pocket model; the others are written after the servers' documentation and sources,
or after the models' chat templates.
"""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from r1widget.chat.writing import write_turn
from r1widget.conversation.turn import Turn
from r1widget.engines import Request, load
from r1widget.engines.remote import asking
from r1widget.reasoning import TABLE
from tests.engines.remote.servers.loopback import Respond, Server, running, sending

STREAMS = {
    path.stem: path.read_bytes() for path in sorted((Path(__file__).parent / "servers" / "streams").glob("*.sse"))
}
THOUGHT, ANSWER = "Two and two are 四\u2028🙂.", "It is **4**."
SUM_THOUGHT = (
    "I need to work out 17 + 24.\n17 is 1 tens, 7 ones.\n24 is 2 tens, 4 ones.\nOnes: 7 + 4 = 11, write 1, carry 1.\n"
    "Tens: 1 + 2 + 1 = 4.\nSo 17 + 24 = 41."
)
SUM = (SUM_THOUGHT, "17 + 24 = 41.\n\n$\\boxed{41}$")
RECORDED = ("llama-cpp-python", "transformers-serve")
INSIDE = ("llama-cpp-python", "no-opening-tag")
"""Streams that begin inside the thought, and have no field for it."""


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with pytest.MonkeyPatch.context() as patch, running() as server:
        patch.setattr(asking, "PAUSES", (0.0,))
        yield server


def ask(server: Server, name: str, respond: Respond) -> Turn:
    server.respond = respond
    engine = load("the-model", base_url=server.url, opens_thinking=name in INSIDE)
    turn = Turn("What is 17 + 24?" if name in RECORDED else "What is 2 + 2?")
    request = Request(messages=[{"role": "user", "content": turn.question}])
    list(write_turn(turn, engine, request, threading.Event()))
    return turn


@pytest.mark.parametrize("name", STREAMS)
@pytest.mark.parametrize("cut", [None, 1])
def test_whole_and_byte_by_byte(server: Server, name: str, cut: int | None) -> None:
    turn = ask(server, name, sending(STREAMS[name], cut=cut))
    assert (turn.reasoning, turn.answer) == (SUM if name in RECORDED else (THOUGHT, ANSWER))
    assert turn.finish_reason == "stop"
    assert turn.thinking_ended_by == "model"


@pytest.mark.parametrize("name", STREAMS)
@pytest.mark.parametrize("end", ["\r\n", "\r"])
def test_other_ends_of_lines(server: Server, name: str, end: str) -> None:
    turn = ask(server, name, sending(STREAMS[name].replace(b"\n", end.encode()), cut=7))
    assert (turn.reasoning, turn.answer) == (SUM if name in RECORDED else (THOUGHT, ANSWER))


@pytest.mark.parametrize(
    ("name", "tokens"),
    [
        ("deepseek", {"prompt": 12, "reasoning": 6, "answer": 3, "reused": 0}),
        ("vllm", {"prompt": 12, "reasoning": 5, "answer": 5}),  # which kind the rest is, it doesn't say
        ("lm-studio", {"prompt": 0, "reasoning": 5, "answer": 3}),
    ],
)
def test_tokens(server: Server, name: str, tokens: dict[str, int]) -> None:
    assert ask(server, name, sending(STREAMS[name])).record["tokens"] == tokens


@pytest.mark.parametrize("name", STREAMS)
@settings(max_examples=10)
@given(data=st.data())
def test_broken_off_anywhere(server: Server, name: str, data: st.DataObject) -> None:
    stream = STREAMS[name]
    at = data.draw(st.integers(0, stream.rindex(b"finish_reason")))
    turn = ask(server, name, sending(stream[:at], breaks=True))
    assert turn.text("reasoning") + turn.text("answer") == text_of(stream[:at])
    assert turn.finish_reason == "error"
    assert turn.error is not None
    if turn.spans:
        assert re.match(r"The connection broke off \(.*\)\. What it had written is kept; ask again\.$", turn.error)


def text_of(stream: bytes) -> str:
    """What the model said in the lines that came whole. Only for replies with one thought."""
    text = ""
    for event in stream.split(b"\n")[:-1]:
        for choice in json.loads(event[6:])["choices"] if event.startswith(b"data: {") else ():
            message = choice.get("delta") or choice.get("message") or {}
            thoughts = ("reasoning_content", "reasoning", "thinking", "reasoning_details")
            text += next((thought for name in thoughts if (thought := strings(message.get(name)))), "")
            text += strings(message.get("content"))
    return re.sub(r"<｜begin.*?<｜Assistant｜>|<｜end▁of▁sentence｜>$|" + "|".join(map(re.escape, TAGS)), "", text)


TAGS = sorted((mark for tags in TABLE for mark in tags.marks), key=len, reverse=True)


def strings(value: object) -> str:
    """The strings in a value that are text."""
    if isinstance(value, dict):
        return "".join(strings(value.get(name)) for name in ("thinking", "summary", "text", "value"))
    return "".join(map(strings, value)) if isinstance(value, list) else value if isinstance(value, str) else ""

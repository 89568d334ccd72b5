"""Whether a server's prompt opens the thinking."""

from __future__ import annotations

import threading

import pytest

from r1widget.chat.writing import write_turn
from r1widget.conversation.turn import Turn
from r1widget.engines import load
from r1widget.engines.remote.reply import Reply
from tests.engines.remote.servers.loopback import Server, engine_for, question, run, said, streaming
from tests.engines.remote.servers.patient import server

__all__ = ["server"]  # fixtures


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

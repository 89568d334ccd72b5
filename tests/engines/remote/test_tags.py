"""Tags in the text that a server sends."""

from __future__ import annotations

from typing import Any

import pytest

from r1widget import ChatWidget
from r1widget.engines.remote.reply import Reply
from r1widget.errors import R1WidgetError, RemoteError
from tests.engines.remote.servers.lasting import server
from tests.engines.remote.servers.loopback import Server, said, streaming

__all__ = ["server"]  # fixtures


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

"""Why a reply ended, in every server's words."""

from __future__ import annotations

from typing import Any

import pytest

from r1widget.engines.remote.finish import outcome_of
from tests.engines.remote.servers.lasting import ask, ask_of, server
from tests.engines.remote.servers.loopback import Server, refusing, said

__all__ = ["server"]  # fixtures


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

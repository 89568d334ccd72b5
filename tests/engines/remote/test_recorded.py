"""The record of a turn, and every file, tell what was sent."""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest

from r1widget import ChatWidget
from tests.engines.remote.servers.lasting import ask, ask_of, server
from tests.engines.remote.servers.loopback import Server, refusing, said, streaming

__all__ = ["server"]  # fixtures


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

"""Refusals: what a server says is said, and a parameter that it doesn't know is left out."""

from __future__ import annotations

from http.server import BaseHTTPRequestHandler
from typing import Any

import pytest

from r1widget.engines.remote.refusals import in_words
from r1widget.engines.remote.server import Server as Address
from r1widget.errors import RemoteError
from tests.engines.remote.servers.loopback import KEY, Server, engine_for, parts, refusing, run
from tests.engines.remote.servers.patient import FINE, server

__all__ = ["server"]  # fixtures


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


def test_a_failure_of_another_kind_has_words_too() -> None:
    assert "'ValueError'" not in in_words(ValueError("odd"), Address("http://x/v1"), "m").what
    assert "odd" in in_words(ValueError("odd"), Address("http://x/v1"), "m").what

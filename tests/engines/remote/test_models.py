"""Which of a server's models is asked."""

from __future__ import annotations

from typing import Any

import pytest

from r1widget.engines import load
from r1widget.errors import RemoteError
from tests.engines.remote.servers.loopback import Server, run, running
from tests.engines.remote.servers.patient import server

__all__ = ["server"]  # fixtures


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

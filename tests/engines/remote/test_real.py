"""The engine for servers against real ones on this machine, with the pocket model behind them."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from r1widget import ChatWidget
from r1widget.engines import load
from r1widget.engines.remote import RemoteEngine
from r1widget.errors import RemoteError
from tests.engines.remote.servers.gguf_of_pocket import MODEL
from tests.engines.remote.servers.loopback import KEY, parts, question
from tests.engines.remote.servers.real import llama_cpp_server, missing, transformers_serve
from tests.engines.remote.test_streams import SUM

pytestmark = pytest.mark.slow
NO_TRANSFORMERS = missing("fastapi", "uvicorn", "accelerate")
NO_LLAMA = missing("llama_cpp", "fastapi", "uvicorn", "sse_starlette", "starlette_context", "pydantic_settings", "gguf")


@pytest.fixture(scope="module")
def transformers_url() -> Iterator[str]:
    if NO_TRANSFORMERS:
        pytest.skip(NO_TRANSFORMERS)
    with transformers_serve() as url:
        yield url


@pytest.fixture(scope="module")
def llama_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    if NO_LLAMA:
        pytest.skip(NO_LLAMA)
    with llama_cpp_server(tmp_path_factory.mktemp("llama"), key=KEY) as url:
        yield url


def ask_twice(chat: ChatWidget) -> None:
    for number in range(2):
        turn = chat.ask("What is 17 + 24?", temperature=0, max_tokens=200)
        assert turn.error is None
        assert (turn.reasoning, turn.answer) == SUM, number
        assert (turn.finish_reason, turn.thinking_ended_by) == ("stop", "model")
        assert sum(turn.record["tokens"].values()) >= 80
    chat.close()


def stop_then_ask(chat: ChatWidget, engine: RemoteEngine) -> None:
    """The thought is stopped after its first word, and the server is free for the next question."""
    stop, text = threading.Event(), ""
    for delta in engine.stream(question(temperature=0), stop):
        text += delta.text
        if text.strip():
            stop.set()
    assert delta.finish_reason == "cancelled"
    ask_twice(chat)
    turn = chat.ask("What is 17 + 24?", temperature=0, max_tokens=4)
    assert (turn.finish_reason, turn.thinking_ended_by, turn.answer) == ("length", "length", "")
    assert turn.reasoning


def test_transformers_serve(transformers_url: str) -> None:
    ask_twice(ChatWidget(str(MODEL), base_url=transformers_url))


def test_stopping_transformers_serve(transformers_url: str) -> None:
    engine = RemoteEngine(str(MODEL), base_url=transformers_url)
    stop_then_ask(ChatWidget(engine), engine)
    assert engine.pace is not None and engine.pace.tokens_per_second > 0


def test_llama_cpp_pythons_server(llama_url: str) -> None:
    ask_twice(ChatWidget("pocket", base_url=llama_url, api_key=KEY, opens_thinking=True))


def test_stopping_llama_cpp_pythons_server(llama_url: str) -> None:
    engine = RemoteEngine("pocket", base_url=llama_url, api_key=KEY, opens_thinking=True)
    stop_then_ask(ChatWidget(engine), engine)


def test_what_llama_cpp_pythons_server_tells_of_its_prompt(llama_url: str) -> None:
    """Nothing, until the first reply has ended with a thought that never began."""
    engine = load("", base_url=llama_url, api_key=KEY)
    assert engine.name == "pocket"
    first = list(engine.stream(question(temperature=0, max_tokens=200), threading.Event()))
    assert [kind for kind, _ in parts(first)] == ["raw"]
    ask_twice(ChatWidget(engine))


def test_what_llama_cpp_pythons_server_refuses(llama_url: str) -> None:
    with pytest.raises(RemoteError, match="401") as caught:
        list(load("pocket", base_url=llama_url, api_key="sk-wrong").stream(question(), threading.Event()))
    assert "sk-wrong" not in str(caught.value)
    turn = ChatWidget("pocket", base_url=llama_url, api_key=KEY).ask("What is 17 + 24? " * 200)
    assert turn.error is not None  # it says 200, and then nothing
    assert "gave no answer" in turn.error and "too long" in turn.error

"""A server's address: what may be in it, where a password of it must not be, and the proxy on the way there."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import ipywidgets
import pytest

from r1widget import Chat, ChatWidget
from r1widget.engines import load
from r1widget.engines.remote import RemoteEngine, asking, refusal_of
from r1widget.engines.remote.server import Server as Address
from r1widget.errors import RemoteError
from tests.engines.remote.servers.loopback import Server, refusing, running, said, streaming
from tests.engines.remote.test_key import shown

SECRET = "hunter2"
SECRET_ADDRESSES = [
    f"http://user:{SECRET}@host/v1",
    f"https://{SECRET}@host/v1",
    f"http://host/v1?key={SECRET}",
    f"http://host/v1#{SECRET}",
    f"user:{SECRET}@host/v1",
    f"//user:{SECRET}@host/v1",
    f"ftp://user:{SECRET}@host/v1",
    f"http:/user:{SECRET}@host/v1",
    f"http://user:{SECRET}@[::1/v1",
    f" http://user:{SECRET}@host/v1",
    f"host?key={SECRET}",
]
MAKES = {
    "chat": lambda url: Chat("m", base_url=url),
    "widget": lambda url: ChatWidget("m", base_url=url),
    "widget, no model": lambda url: ChatWidget(base_url=url),
    "widget, asks for a key": lambda url: ChatWidget("m", base_url=url, api_key="ask"),
    "load": lambda url: load("m", base_url=url),
    "engine": lambda url: RemoteEngine("m", base_url=url),
}


@pytest.mark.parametrize("url", SECRET_ADDRESSES)
@pytest.mark.parametrize("make", MAKES)
def test_an_address_with_a_secret_is_refused_before_anything_holds_it(
    url: str, make: str, capfd: pytest.CaptureFixture[str]
) -> None:
    logged = io.StringIO()
    handler = logging.StreamHandler(logged)
    logging.getLogger().addHandler(handler)
    before = set(ipywidgets.Widget.get_manager_state()["state"])
    try:
        with pytest.raises(RemoteError, match="password or a question mark") as caught:
            MAKES[make](url)
    finally:
        logging.getLogger().removeHandler(handler)
    assert caught.value.__traceback__ is not None
    # The line that says `make(url)` is the test's, as it is a person's cell.
    frames = caught.value.with_traceback(caught.value.__traceback__.tb_next)
    assert SECRET not in shown(frames)
    assert "api_key" in caught.value.remedy
    state = ipywidgets.Widget.get_manager_state()["state"]
    assert set(state) == before, "no widget was made"
    assert SECRET not in json.dumps(state, default=str) + logged.getvalue() + "".join(capfd.readouterr())


@pytest.mark.parametrize(
    "url",
    ["http://localhost:8000/v1", "https://host/client/@me/v1", "http://[::1]:8000/v1/", "https://xn--d1acufc.example"],
)
def test_an_address(url: str) -> None:
    assert refusal_of(url) is None


@pytest.mark.parametrize(
    "url", ["localhost:8000", "", "http://", "http://[::1", "http://x:99999", None, 7, b"http://a:hunter2@x"]
)
def test_no_address(url: Any) -> None:
    problem = refusal_of(url)
    assert problem is not None and "is no server's address" in problem.what and "http://localhost" in problem.remedy
    assert SECRET not in str(problem)


@pytest.mark.parametrize(
    "url", ["localhost:8000", "", "ftp://x", "http://", "http://user:secret@host/v1", "http://host/v1?key=secret"]
)
def test_what_is_no_address(url: str) -> None:
    with pytest.raises(RemoteError) as caught:
        load("m", base_url=url)
    assert "secret" not in repr(caught.value)


# ---- proxies


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy", "request_method"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.setattr(asking, "PAUSES", ())


@pytest.fixture
def server() -> Iterator[Server]:
    with running() as server:
        yield server


@pytest.fixture
def nobody() -> str:
    """An address where nobody listens."""
    with running() as server:
        return server.url.removesuffix("/v1").removeprefix("http://")


@pytest.mark.parametrize("name", ["HTTP_PROXY", "http_proxy", "ALL_PROXY"])
def test_this_machines_own_server_is_asked_past_a_proxy(
    server: Server, nobody: str, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, f"http://{nobody}")
    for url in (server.url, server.url.replace("127.0.0.1", "localhost")):
        chat = ChatWidget("the-model", base_url=url)
        assert chat.ask("6 × 7?").answer == "ok"
        chat.close()
    assert load("", base_url=server.url).name == "the-model"


def test_a_socks_proxy_is_not_even_looked_at(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALL_PROXY", "nonsense://x:1")
    chat = ChatWidget("the-model", base_url=server.url)
    assert chat.ask("6 × 7?").answer == "ok"
    chat.close()


def test_where_another_can_not_be_reached_the_proxy_is_named(nobody: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", f"http://user:{SECRET}@{nobody}")
    chat = ChatWidget("m", base_url="http://server.example/v1")
    turn = chat.ask("6 × 7?")
    assert turn.error is not None
    assert "can't be reached (http://server.example/v1" in turn.error
    assert f"through the proxy {nobody}" in turn.error
    assert "put server.example into NO_PROXY" in turn.error
    assert SECRET not in turn.error + json.dumps(turn.to_dict())
    chat.close()


@pytest.mark.parametrize(("status", "body"), [(407, ""), (503, "no such host"), (200, "<html>Log in</html>")])
def test_what_may_be_the_proxys_word_says_so(
    server: Server, status: int, body: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    proxy = server.url.removesuffix("/v1")
    server.respond = refusing(status, body)
    monkeypatch.setenv("HTTP_PROXY", proxy)
    chat = ChatWidget("m", base_url="http://server.example/v1")
    turn = chat.ask("6 × 7?")
    assert server.paths == ["http://server.example/v1/chat/completions"], "it was the proxy that was asked"
    assert turn.error is not None and f"through the proxy {proxy.removeprefix('http://')}" in turn.error
    server.respond = refusing(401, {"error": {"message": "No key."}})
    assert "proxy" not in str(chat.ask("6 × 7?").error), "a server's own word"
    server.respond = streaming(said(content="42.", finish="stop"))
    assert chat.ask("6 × 7?").answer == "42.", "through the proxy"
    chat.close()


def test_no_proxy_is_named_for_a_server_that_goes_past_it(nobody: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", f"http://{nobody}")
    monkeypatch.setenv("NO_PROXY", "server.example")
    assert Address("http://server.example:8000/v1").proxy is None
    assert Address("http://other.example:8000/v1").proxy == nobody
    assert Address("https://other.example:8000/v1").proxy is None
    assert Address("http://127.0.0.1:8000/v1").proxy is None


def test_a_proxy_that_can_not_be_used_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALL_PROXY", f"nonsense://user:{SECRET}@x:1")
    chat = ChatWidget("m", base_url="http://server.example/v1")
    turn = chat.ask("6 × 7?")
    assert turn.error is not None and "the proxy x:1 can't be used" in turn.error and "NO_PROXY" in turn.error
    assert SECRET not in turn.error
    with pytest.raises(RemoteError, match="can't be used") as caught:
        load("", base_url="http://server.example/v1")
    assert SECRET not in str(caught.value)
    chat.close()

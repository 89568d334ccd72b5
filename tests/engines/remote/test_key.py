"""A server's key: where it comes from, and that it is nowhere else."""

from __future__ import annotations

import copy
import getpass
import io
import json
import logging
import pickle
import pprint
import threading
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import ipywidgets
import nbclient
import nbformat
import pytest

from r1widget import ChatWidget
from r1widget.engines import load, registry
from r1widget.engines.remote import RemoteEngine, Secret, asking, key_from
from r1widget.errors import EngineError, RemoteError
from tests.engines.remote.servers.loopback import (
    KEY,
    Server,
    engine_for,
    question,
    refusing,
    run,
    running,
    said,
    streaming,
)

HERE = "http://localhost:8000/v1"


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    monkeypatch.setattr(asking, "PAUSES", (0.0,))
    with running() as server:
        yield server


@pytest.fixture(autouse=True)
def no_key(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("R1WIDGET_API_KEY", "OPENAI_API_KEY", "DEEPSEEK_API_KEY", "OPENROUTER_API_KEY"):
        monkeypatch.delenv(name, raising=False)


def key(given: Any, url: str = HERE) -> str | None:
    secret = key_from(given, url)
    return secret.reveal() if secret else None


# ---- where it comes from


def test_no_key_is_no_header(server: Server) -> None:
    run(engine_for(server))
    assert "authorization" not in server.headers[0]


@pytest.mark.parametrize("given", [KEY, f" {KEY}\n", Secret(KEY), lambda: KEY])
def test_a_key_that_is_given(server: Server, given: Any) -> None:
    run(engine_for(server, api_key=given))
    assert server.headers[0]["authorization"] == f"Bearer {KEY}"


def test_a_key_from_the_environment(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("R1WIDGET_API_KEY", KEY)
    run(engine_for(server))
    run(engine_for(server, api_key="another"))
    assert [headers["authorization"] for headers in server.headers] == [f"Bearer {KEY}", "Bearer another"]


@pytest.mark.parametrize(
    ("name", "url"),
    [
        ("OPENAI_API_KEY", "https://api.openai.com/v1"),
        ("DEEPSEEK_API_KEY", "https://api.deepseek.com"),
        ("OPENROUTER_API_KEY", "https://openrouter.ai/api/v1"),
    ],
)
def test_a_houses_key_is_for_that_house(name: str, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, KEY)
    assert key(None, url) == KEY
    assert key(None, HERE) is None
    assert key(None, url.replace(".com", ".com.example").replace(".ai", ".ai.example")) is None
    monkeypatch.setenv("R1WIDGET_API_KEY", "mine")
    assert key(None, url) == "mine"


def test_what_the_environment_says_of_an_account_elsewhere_stays_here(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("API_KEY", "ADMIN_KEY", "ORG_ID", "PROJECT_ID"):
        monkeypatch.setenv(f"OPENAI_{name}", "elsewhere")
    run(engine_for(server))
    assert "elsewhere" not in repr(server.headers)


def test_a_key_that_is_typed_unseen(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def typed(prompt: str) -> str:
        asked.append(prompt)
        return KEY

    monkeypatch.setattr(getpass, "getpass", typed)
    assert key("ask") == KEY
    assert asked == [f"Key for {HERE}: "]


@pytest.mark.parametrize("problem", [EOFError, OSError(KEY), RuntimeError("raw_input was called, but …")])
def test_nobody_to_type_a_key(problem: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def nobody(prompt: str) -> str:
        raise problem

    monkeypatch.setattr(getpass, "getpass", nobody)
    with pytest.raises(EngineError, match="nobody here") as caught:
        key("ask")
    assert "R1WIDGET_API_KEY" in caught.value.remedy
    assert KEY not in shown(caught.value)


@pytest.mark.parametrize("given", ["", "  ", f"{KEY}\nX-Injected: 1", f"{KEY}é", f"{KEY}\x00", lambda: f"{KEY}\r1", 7])
def test_what_can_be_no_key(given: Any) -> None:
    with pytest.raises(EngineError, match="can't be a key") as caught:
        key_from(given, HERE)
    assert KEY not in str(caught.value)
    assert KEY not in shown(caught.value)


# ---- the wrapper


def test_a_secret_shows_itself_nowhere() -> None:
    secret = Secret(KEY)
    for text in (repr(secret), str(secret), f"{secret}", f"{secret!r:>50}", pprint.pformat({"key": [secret]})):
        assert KEY not in text and "key" in text
    assert secret == Secret(KEY) == copy.deepcopy(secret) == copy.copy(secret)
    assert len({secret, Secret(KEY), Secret("other")}) == 2
    assert repr(secret) == repr(Secret(KEY)) != repr(Secret("other"))  # dictionaries of options go by it
    assert secret != KEY
    assert not hasattr(secret, "__dict__")
    for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
        with pytest.raises(TypeError, match="pickled"):
            pickle.dumps(secret, protocol)
    with pytest.raises(TypeError):
        json.dumps(secret)


# ---- nowhere else


def shown(problem: BaseException) -> str:
    """An error as a debugger shows it: with every variable of every frame but the test's own, which knows the key."""
    assert problem.__traceback__ is not None
    below = problem.with_traceback(problem.__traceback__.tb_next)
    whole = traceback.TracebackException.from_exception(below, capture_locals=True)
    return "".join(whole.format()) + repr(problem) + str(problem)


def everything_of(thing: Any) -> str:
    """All that an inspector shows of it, its parts included."""
    parts = vars(thing) if hasattr(thing, "__dict__") else {}
    return (
        repr(thing)
        + pprint.pformat(parts)
        + "".join(pprint.pformat(getattr(part, "__dict__", None) or part) for part in parts.values())
    )


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """Everything that anybody logs."""
    text = io.StringIO()
    handler = logging.StreamHandler(text)
    root, levels = logging.getLogger(), {}
    for name in ("", "openai", "httpx", "httpx2", "httpcore", "httpcore2", "asyncio", "r1widget"):
        logger = logging.getLogger(name)
        levels[logger] = logger.level
        logger.setLevel(logging.DEBUG)
    root.addHandler(handler)
    yield text
    root.removeHandler(handler)
    for logger, level in levels.items():
        logger.setLevel(level)


def test_the_engine(server: Server, log: io.StringIO, capfd: pytest.CaptureFixture[str]) -> None:
    engine = RemoteEngine("the-model", base_url=server.url, api_key=KEY)
    deltas = run(engine)
    assert server.headers[0]["authorization"] == f"Bearer {KEY}"  # it was sent
    assert "chat/completions" in log.getvalue()  # and logging was on
    assert KEY not in log.getvalue()
    assert KEY not in everything_of(engine) + json.dumps(engine.describe()) + repr(deltas)
    assert KEY not in "".join(capfd.readouterr())


@pytest.mark.parametrize("status", [200, 400, 401, 429, 500])
def test_errors(server: Server, log: io.StringIO, status: int) -> None:
    server.respond = refusing(status, {"error": {"message": f"Bad key {KEY}", "headers": {"Authorization": KEY}}})
    stream = engine_for(server, api_key=KEY).stream(question(), threading.Event())
    with pytest.raises(RemoteError, match="Bad key …") as caught:
        list(stream)
    assert KEY not in shown(caught.value)
    assert KEY not in log.getvalue()


def test_no_server(monkeypatch: pytest.MonkeyPatch, log: io.StringIO) -> None:
    monkeypatch.setattr(asking, "PAUSES", ())
    with running() as server:
        engine = engine_for(server, api_key=KEY)
    with pytest.raises(RemoteError) as caught:
        run(engine)
    with pytest.raises(RemoteError) as listing:
        load("", base_url=server.url, api_key=Secret(KEY))
    assert KEY not in shown(caught.value) + shown(listing.value) + log.getvalue()


@pytest.mark.parametrize("fails", [False, True])
def test_the_widget(server: Server, log: io.StringIO, tmp_path: Path, fails: bool) -> None:
    server.respond = (
        refusing(401, {"error": {"message": f"Bad key {KEY}"}})
        if fails
        else streaming(said(reasoning="Two and two."), said(content="4", finish="stop"))
    )
    chat = ChatWidget("the-model", base_url=server.url, api_key=KEY)
    turn = chat.ask("What is 2 + 2?")
    assert turn.finish_reason == ("error" if fails else "stop")
    assert server.headers[0]["authorization"] == f"Bearer {KEY}"
    places = {
        "traits": json.dumps(chat.get_state(), default=str),
        "all widgets": json.dumps(ipywidgets.Widget.get_manager_state(), default=str),
        "repr": repr(chat) + repr(turn) + repr(chat.settings),
        "mime bundle": json.dumps(chat._repr_mimebundle_(), default=str),
        "attributes": everything_of(chat) + everything_of(chat.chat.generation),
        "record": json.dumps(turn.record),
        "turn": json.dumps(turn.to_dict()),
        "markdown": chat.to_markdown(),
        "engines in the registry": pprint.pformat(registry.by_identity),
        "log": log.getvalue(),
    }
    for suffix in ("md", "html", "json", "ipynb"):
        chat.export(tmp_path / f"chat.{suffix}")
        places[suffix] = (tmp_path / f"chat.{suffix}").read_text(encoding="utf-8")
    assert [place for place, text in places.items() if KEY in text] == []
    assert turn.id in places["json"]
    chat.close()


def test_a_saved_notebook(server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("R1WIDGET_API_KEY", KEY)
    server.respond = streaming(said(reasoning="Two and two."), said(content="4", finish="stop"))
    cells = [
        f"from r1widget import ChatWidget\nchat = ChatWidget('the-model', base_url={server.url!r})\nchat",
        "chat.ask('What is 2 + 2?').answer",
        "import logging; logging.getLogger().setLevel(logging.DEBUG); chat, chat.turns, chat.turns[0].record",
    ]
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
    nbclient.NotebookClient(notebook, timeout=240, kernel_name="python3", store_widget_state=True).execute()
    nbformat.write(notebook, tmp_path / "saved.ipynb")
    saved = (tmp_path / "saved.ipynb").read_text(encoding="utf-8")
    assert server.headers[0]["authorization"] == f"Bearer {KEY}"
    assert "Two and two." in saved and "the-model" in saved
    assert KEY not in saved

"""The examples that both sides read, tests/wire/*.json: what Python says looks like them. js/tests/wire has the other half."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, get_args, get_type_hints

import pytest

from r1widget import Chat, Settings
from r1widget.chat.status import EngineState, EngineStatus, ModelAbout
from r1widget.engines import Progress
from r1widget.engines.prospect import loads, looking
from r1widget.engines.weights import memory
from r1widget.jupyter import protocol, to_kernel
from r1widget.jupyter.describing import described
from r1widget.testing import ScriptedEngine
from tests import ggufs

WIRE = Path(__file__).parents[1] / "wire"
STATUSES: list[Any] = json.loads((WIRE / "status.json").read_text("utf-8"))["statuses"]


@pytest.fixture(autouse=True)
def machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(looking, "expected_device", lambda named: "cpu")
    monkeypatch.setattr(loads, "is_first", lambda: True)
    monkeypatch.setattr(memory, "available", lambda device: 16 * 10**9)
    monkeypatch.setenv("R1WIDGET_CACHE", str(tmp_path))
    monkeypatch.setenv("HF_HOME", str(tmp_path))


def test_the_statuses_are_those_that_are_said(tmp_path: Path) -> None:
    idle, loading, _, failed, server, gguf, _ = STATUSES
    chat = Chat()
    assert chat.status == idle
    how_far = {name: loading[name] for name in ("done", "total", "left")}
    chat.generation.loading(Progress(stage="download", text=loading["text"], **how_far))
    assert chat.status == loading
    gone = Chat("./my-model")
    gone.generation.engine_failed(failed["text"])
    assert gone.status == failed
    file = ggufs.model(tmp_path / f"{gguf['model'].replace(' · ', '-')}.gguf", metadata={"general.file_type": 15})
    assert Chat(file).status == gguf
    assert Chat("deepseek-reasoner", base_url="https://api.deepseek.com/v1", api_key="k").status == server
    assert {"cannot": None, **Chat(ScriptedEngine("x"), title="Mine").status, "text": ""} == {
        "cannot": None,
        **STATUSES[-1],
    }


def test_a_status_that_is_ready() -> None:
    chat = Chat("pocket", keep=False)
    chat.ask("What is 2 + 3?")
    assert chat.status == STATUSES[2]
    chat.unload()
    assert chat.status["state"] == "idle"


def test_the_examples_have_no_word_that_the_types_have_not() -> None:
    for status in STATUSES:
        assert status["state"] in get_args(EngineState)
        assert status.keys() <= EngineStatus.__annotations__.keys()
        assert status["about"].keys() <= ModelAbout.__annotations__.keys()
    used = {name for status in STATUSES for name in status["about"]}
    assert used == ModelAbout.__annotations__.keys(), "and each is in one of them"


def test_described() -> None:
    messages: list[dict[str, Any]] = json.loads((WIRE / "described.json").read_text("utf-8"))["messages"]
    before, after = (message for message in messages if message["type"] == "described")
    chat = Chat("pocket", keep=False)
    said = described(chat, "c1")
    assert said["about"] == before["about"] and said.keys() == before.keys()
    chat.ask("What is 2 + 3?")
    said = described(chat, "c2")
    assert after["about"].keys() <= said["about"].keys() and said["memory"].keys() == after["memory"].keys()
    for message in messages:
        shape = {"described": protocol.Described, "refused": protocol.Refused}.get(message["type"])
        assert shape is None or message.keys() <= shape.__annotations__.keys()


def test_the_commands_are_those_of_the_types() -> None:
    commands: list[dict[str, Any]] = json.loads((WIRE / "commands.json").read_text("utf-8"))["messages"]
    known = {get_args(get_type_hints(kind)["type"])[0] for kind in get_args(to_kernel.ToKernel)}
    assert {command["type"] for command in commands} == known
    (change,) = (command["settings"] for command in commands if command["type"] == "set")
    assert Settings().replace(change).temperature == 0.7

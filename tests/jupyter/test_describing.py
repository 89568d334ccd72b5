"""What a page may ask of the model and of the settings, and what it is refused."""

from __future__ import annotations

import json
import threading
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from traitlets import TraitError

from r1widget import ChatWidget, Settings, engines
from r1widget.errors import SettingsError
from r1widget.testing import ScriptedEngine
from tests.page import hear, say

PATIENCE = 60
Message = dict[str, Any]


@pytest.fixture(autouse=True)
def nothing_loaded() -> None:
    """A chat that another test has left may hold the built-in model."""
    engines.unload("pocket")


def answer(chat: ChatWidget, **command: Any) -> list[Message]:
    """All that comes until the command has been settled."""
    sent: list[Message] = []
    settled = threading.Event()

    def tell(message: Message) -> None:
        sent.append(message)
        if message["type"] in ("done", "refused"):
            settled.set()

    hear(chat, tell)
    say(chat, {"id": "c1", **command})
    assert settled.wait(PATIENCE), sent
    return sent


def test_the_settings_are_a_trait_as_a_whole() -> None:
    chat = ChatWidget(ScriptedEngine("x"), settings={"seed": 3})
    assert chat.turn_settings == chat.get_state()["turn_settings"] == Settings(seed=3).to_dict()
    chat.settings = {"temperature": 0.2}
    assert chat.turn_settings == Settings(temperature=0.2).to_dict()
    chat.thinking_budget = 100
    chat.chat.stop_loops = True
    assert (chat.turn_settings["thinking_budget"], chat.turn_settings["stop_loops"], chat.stop_loops) == (
        100,
        True,
        True,
    )
    with pytest.raises(TraitError, match="turn_settings"):
        chat.turn_settings = {}


def test_a_page_sets_what_it_names_and_nothing_else() -> None:
    chat = ChatWidget(ScriptedEngine("x"), settings={"seed": 3})
    sent = answer(chat, type="set", settings={"temperature": 1, "thinking_budget": 500, "system": "Be brief."})
    assert [message["type"] for message in sent] == ["ack", "done"]
    assert chat.settings == Settings(seed=3, temperature=1, thinking_budget=500, system="Be brief.")
    assert chat.turn_settings == chat.settings.to_dict() and chat.thinking_budget == 500


@pytest.mark.parametrize(
    ("settings", "why"),
    [
        ({"temperature": 9, "seed": 4}, "temperature=9 can't be"),
        ({"seed": 4, "temprature": 0.3}, "Did you mean 'temperature'"),
        ({"budget_message": "</think>"}, "budget_message"),
        ([1], "missing"),
        (None, "missing"),
    ],
    ids=str,
)
def test_what_cannot_be_is_a_sentence_and_then_nothing_is_set(settings: Any, why: str) -> None:
    chat = ChatWidget(ScriptedEngine("x"))
    sent = answer(chat, type="set", settings=settings)
    assert sent[-1]["type"] == "refused" and why in sent[-1]["text"]
    assert chat.settings == Settings() and chat.turn_settings == Settings().to_dict()


def test_a_model_is_described_before_and_after_it_is_loaded_and_unloaded() -> None:
    chat = ChatWidget("pocket", keep=False)
    before = answer(chat, type="describe")[1]
    assert (before["type"], before["about"]["model"], before["about"]["parameters"]) == (
        "described",
        "pocket",
        2_487_168,
    )
    assert set(before["memory"]) == {"process"} and before["memory"]["process"] > 10**7
    assert answer(chat, type="unload")[-1]["type"] == "refused"
    expected = chat.engine_status["about"]
    chat.ask("What is 17 × 24?")
    about = chat.engine_status["about"]
    assert about == {name: value for name, value in expected.items() if name != "seconds"}, "and it came so"
    after = answer(chat, type="describe")[1]
    assert after["about"]["weights_hash"] and after["about"]["parameters"] == about["parameters"]
    assert after["memory"]["weights"] == about["memory"] and after["memory"]["cache"] > 0
    assert json.loads(json.dumps(after)) == after and str(Path.home()) not in json.dumps(after)
    assert answer(chat, type="unload")[-1]["type"] == "done"
    assert chat.engine_status["state"] == "idle" and chat.engine_status["about"]["memory"] == about["memory"]
    assert set(answer(chat, type="describe")[1]["memory"]) == {"process"}


@pytest.mark.parametrize(
    ("chat", "why"),
    [
        (lambda: ChatWidget("m", base_url="http://localhost:1/v1", api_key="sk-secret"), "runs on a server"),
        (lambda: ChatWidget(ScriptedEngine("x")), "an object that code has made"),
        (lambda: ChatWidget("pocket"), "isn't loaded"),
    ],
)
def test_where_there_is_nothing_to_unload_it_says_why(chat: Any, why: str) -> None:
    chat = chat()
    sent = answer(chat, type="unload")
    assert sent[-1]["type"] == "refused" and why in sent[-1]["text"]
    described = answer(chat, type="describe")[1]
    assert "secret" not in json.dumps(described)


def test_whatever_an_engine_says_of_itself_is_json_and_no_path(tmp_path: Path) -> None:
    class Odd(ScriptedEngine):
        def describe(self) -> dict[str, Any]:
            odd: dict[str, Any] = {"n": np.int64(3), "nan": float("nan"), "where": tmp_path / "x", "set": {1}}
            odd["self"] = odd
            return {**super().describe(), "odd": odd, "text": str(tmp_path / "y")}

    about = answer(ChatWidget(Odd("x")), type="describe")[1]["about"]
    assert str(tmp_path) not in json.dumps(about, allow_nan=False)
    assert (about["odd"]["n"], about["odd"]["nan"], about["odd"]["where"], about["text"]) == (3, None, "x", "y")


def test_suggestions_are_questions_or_none() -> None:
    assert ChatWidget(ScriptedEngine("x")).suggestions is None
    chat = ChatWidget(ScriptedEngine("x"), suggestions=(" One? ", "Two?"))
    assert chat.suggestions == chat.get_state()["suggestions"] == ["One?", "Two?"]
    assert ChatWidget(chat.chat, suggestions=[]).suggestions == []
    for wrong in ("One?", ["One?", ""], ["One?", 3], 7, [None]):
        with pytest.raises(SettingsError, match="suggestions"):
            ChatWidget(ScriptedEngine("x"), suggestions=wrong)  # type: ignore[arg-type]
    for wrong in (["One?", ""], ["One?", 3], 7):
        with pytest.raises((SettingsError, TraitError)):
            chat.suggestions = wrong  # type: ignore[assignment]
    chat.make_again(ScriptedEngine("x"), suggestions=["Three?"])
    assert chat.suggestions == ["Three?"]
    chat.make_again(ScriptedEngine("x"))
    assert chat.suggestions is None


def test_suggestions_come_with_a_chat_that_is_loaded(tmp_path: Path) -> None:
    chat = ChatWidget(ScriptedEngine("x"))
    chat.ask("q")
    chat.export(tmp_path / "chat.json")
    assert ChatWidget.load(tmp_path / "chat.json", suggestions=["More?"]).suggestions == ["More?"]


def test_the_page_may_change_the_language_while_a_turn_runs_and_it_stays() -> None:
    gate = threading.Semaphore(1)
    chat = ChatWidget(ScriptedEngine(["a"] * 5, gate=gate))
    turn = chat.send("q")
    chat.set_state({"language": "zh"})  # as the front end's message does
    gate.release(9)
    assert turn.wait(PATIENCE) and turn.finish_reason == "stop"
    assert chat.language == "zh"
    chat.make_again(ScriptedEngine("x"))
    assert chat.language == "zh", "a person has chosen it in the page"
    chat.make_again(ScriptedEngine("x"), language="en")
    assert chat.language == "en"
    chat.make_again(ScriptedEngine("x"))
    assert chat.language == "auto", "as the code has it now"

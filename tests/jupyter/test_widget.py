"""`ChatWidget` without a page: acts, commands as the page sends them, waiting and interrupting."""

from __future__ import annotations

import _thread
import json
import threading
from pathlib import Path
from typing import Any

import pytest
from traitlets import TraitError

from r1widget import ChatWidget, Settings, engines
from r1widget.conversation import Conversation
from r1widget.errors import ConversationError, R1WidgetError, SettingsError
from r1widget.jupyter.library import Library
from r1widget.testing import ScriptedEngine

PATIENCE = 60
COMMANDS = json.loads((Path(__file__).parents[1] / "wire" / "commands.json").read_text("utf-8"))["messages"]


def make(text: Any = "a thought</think>an answer", **options: Any) -> ChatWidget:
    return ChatWidget(ScriptedEngine(text, **options))


def test_ask_returns_the_whole_turn() -> None:
    chat = make()
    turn = chat.ask("q", temperature=0.1)
    assert (turn.question, turn.reasoning, turn.answer) == ("q", "a thought", "an answer")
    assert turn.record["settings"]["temperature"] == 0.1
    assert chat.turns == (turn,) and chat.conversation.turns == chat.turns


def test_send_returns_at_once_and_the_turn_can_be_waited_for() -> None:
    gate = threading.Semaphore(0)
    chat = make(["a", "</think>", "b"], gate=gate)
    turn = chat.send("q")
    assert not turn.wait(0)
    gate.release(3)
    assert turn.wait(PATIENCE) and turn.answer == "b"


def test_stop_from_python_keeps_what_was_written() -> None:
    gate = threading.Semaphore(2)
    chat = make(["a"] * 9, gate=gate)
    turn = chat.send("q")
    chat.stop()
    chat.stop(turn)
    assert turn.wait(PATIENCE) and turn.finish_reason == "cancelled"


def test_an_interrupt_ends_the_turn_and_returns_it() -> None:
    gate = threading.Semaphore(0)
    engine = ScriptedEngine(["a", "b", "c"], gate=gate)
    chat = ChatWidget(engine)
    chat.on("text_added", lambda *news: _thread.interrupt_main())
    gate.release(1)
    turn = chat.ask("q")
    assert (turn.finish_reason, turn.reasoning, turn.thinking_ended_by) == ("cancelled", "a", "user")
    assert not chat.blocking


def test_a_cell_that_waits_says_so() -> None:
    seen: list[bool] = []
    chat = make()
    chat.observe(lambda change: seen.append(change["new"]), "blocking")
    chat.ask("q")
    assert seen == [True, False]
    seen.clear()
    thread = threading.Thread(target=chat.ask, args=("q",))
    thread.start()
    thread.join(PATIENCE)
    assert seen == [], "an interrupt would go to the main thread, which doesn't wait"


def test_ten_widgets_carry_one_bundle() -> None:
    chats = [make() for _ in range(10)]
    libraries = {chat._library for chat in chats}
    assert libraries == {Library.ref()}
    size = sum(len(json.dumps(chat.get_state(), default=str)) for chat in chats)
    assert size < 10 * 8_000


def test_a_new_library_when_the_old_one_was_closed() -> None:
    before = make()._library
    Library.close_all()
    assert make()._library != before


def test_no_text_token_or_path_is_a_trait(tmp_path: Path) -> None:
    chat = ChatWidget("model", base_url="http://localhost:1/v1", api_key="sk-secret")
    folder = ChatWidget(tmp_path / "my-model")
    talk = make()
    talk.ask("What is the question?")
    for widget in (chat, folder, talk):
        state = json.dumps(widget.get_state(), default=str)
        assert "sk-secret" not in state and str(tmp_path) not in state and "the question" not in state
    assert folder.model_name == "my-model"


def test_wrong_names_and_values_are_refused_at_the_door() -> None:
    with pytest.raises(TypeError, match="temperature"):
        make().ask("q", temprature=0)
    with pytest.raises(SettingsError, match="top_p"):
        make().ask("q", top_p=7)
    with pytest.raises(TypeError, match="devic"):
        ChatWidget("pocket", devic="cuda")
    with pytest.raises(TypeError, match="seed"):
        ChatWidget("pocket", settings={"sead": 1})
    with pytest.raises(R1WidgetError, match="nothing to ask"):
        make().ask(" \n")
    assert make().ask("q").finish_reason == "stop"


def test_the_language_of_the_interface_is_a_trait_and_no_option_of_the_engine() -> None:
    assert make().get_state()["language"] == "auto"
    chat = ChatWidget(ScriptedEngine("x"), language="zh")
    assert chat.language == chat.get_state()["language"] == "zh"
    assert ChatWidget("pocket", language="en").language == "en"
    with pytest.raises(TraitError, match=r"language.*'auto', 'en', 'zh'.*'fr'"):
        ChatWidget("pocket", language="fr")  # type: ignore[arg-type]
    with pytest.raises(TraitError, match="language"):
        chat.language = "Chinese"
    assert chat.language == "zh"


def test_settings_of_the_chat_and_of_the_turn() -> None:
    chat = ChatWidget(ScriptedEngine("x"), settings=Settings(temperature=0.2, seed=3))
    assert chat.ask("q", seed=4).record["settings"] == {**chat.settings.to_dict(), "seed": 4}
    assert chat.settings.seed == 3


def test_two_turns_at_once_from_two_threads() -> None:
    chat = make()
    threads = [threading.Thread(target=chat.ask, args=(f"q{n}",)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
    assert sorted(turn.question for turn in chat.turns) == [f"q{n}" for n in range(8)]
    assert {turn.finish_reason for turn in chat.turns} == {"stop"}


def test_close_stops_what_runs() -> None:
    gate = threading.Semaphore(1)
    chat = make(["a"] * 5, gate=gate)
    turn = chat.send("q")
    chat.close()
    assert turn.wait(PATIENCE) and turn.finish_reason == "cancelled"


def test_when_thoughts_unfold_is_a_trait() -> None:
    chat = ChatWidget(ScriptedEngine("Hm.\n</think>\n\nFour."))
    assert chat.unfold == chat.get_state()["unfold"] == "auto"
    assert ChatWidget("pocket", unfold="never").unfold == "never"
    with pytest.raises(TraitError, match=r"unfold.*'auto', 'always', 'never'"):
        ChatWidget("pocket", unfold="sometimes")  # type: ignore[arg-type]


def test_settings_are_set_as_a_whole_or_not_at_all() -> None:
    chat = ChatWidget(ScriptedEngine("x"), settings={"temperature": 0.3, "thinking_budget": 9, "seed": 1})
    chat.settings = {"temperature": 0.2, "stop_loops": True}  # type: ignore[assignment]
    assert chat.settings == Settings(temperature=0.2, stop_loops=True), "what isn't named has its default"
    assert (chat.thinking_budget, chat.stop_loops) == (None, True)
    before = chat.settings
    for wrong in (3, None, "hot", [("temperature", 0.1)], {"temperature": 9}, {"temprature": 0.1}, {"seed": "x"}):
        with pytest.raises((SettingsError, TypeError)):
            chat.settings = wrong  # type: ignore[assignment]
        assert chat.settings == before
    assert chat.ask("q").record["settings"] == {**before.to_dict(), "seed": 0}, "with the seed that the engine took"
    given = {"temperature": 0.5}
    chat.settings = given  # type: ignore[assignment]
    assert given == {"temperature": 0.5}
    given["temperature"] = 0.9
    assert chat.settings.temperature == 0.5


def test_the_conversation_is_not_to_be_replaced() -> None:
    chat = make()
    turn = chat.ask("q")
    conversation = chat.conversation
    for error in (AttributeError, ConversationError):
        with pytest.raises(error, match=r"keeps its conversation.*chat\.clear"):
            chat.conversation = Conversation()  # type: ignore[misc]
    assert chat.conversation is conversation and chat.turns == (turn,)
    assert chat.ask("again").answer == "an answer"


@pytest.mark.parametrize(
    ("arguments", "hint"),
    [
        ({"temperature": 0.3}, r"settings=\{'temperature': 0.3\}"),
        ({"model": "pocket", "seed": 7}, r"settings=\{'seed': 7\}"),
        ({"model": ScriptedEngine("x"), "temperature": 0.3}, r"settings=\{'temperature': 0.3\}"),
        ({"model": ScriptedEngine("x"), "device": "cpu"}, "device can't be given beside an Engine"),
        ({"model": ScriptedEngine("x"), "quantization": "int8"}, "quantization can't be given beside an Engine"),
        ({"model": ScriptedEngine("x"), "quantization": None}, "quantization can't be given beside an Engine"),
        ({"model": ScriptedEngine("x"), "base_url": "http://h/v1"}, "base_url can't be given beside an Engine"),
        ({"model": ScriptedEngine("x"), "devise": "cpu"}, "devise can't be given beside an Engine"),
        ({"model": "m", "api_key": "k"}, "base_url"),
        ({"model": "m", "base_url": "http://h/v1", "device": "cpu"}, "runs here"),
        ({"model": 3}, "int is no kind of model"),
        ({"model": frozenset()}, "frozenset is no kind of model"),
    ],
    ids=str,
)
def test_what_stands_in_the_wrong_place_is_refused_with_the_right_one(arguments: dict[str, Any], hint: str) -> None:
    with pytest.raises(TypeError, match=hint):
        ChatWidget(**arguments)
    with pytest.raises(TypeError, match=hint):
        engines.load(**arguments)


def test_whether_answers_wait_to_be_predicted_is_a_trait() -> None:
    chat = ChatWidget("pocket")
    assert chat.predict is chat.get_state()["predict"] is False
    assert ChatWidget("pocket", predict=True).predict
    chat.predict = True
    assert chat.ask("What is 2 + 2?").answer, "in Python nothing is hidden"
    chat.make_again("pocket")
    assert not chat.predict

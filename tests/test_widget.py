"""`ChatWidget` without a page: acts, commands as the page sends them, waiting and interrupting."""

from __future__ import annotations

import _thread
import json
import threading
from pathlib import Path
from typing import Any

import pytest
from traitlets import TraitError

from r1widget import ChatWidget, Settings
from r1widget.errors import R1WidgetError, SettingsError
from r1widget.library import Library
from r1widget.testing import ScriptedEngine

PATIENCE = 60
COMMANDS = json.loads((Path(__file__).parent / "wire" / "commands.json").read_text("utf-8"))["messages"]


def make(text: Any = "a thought</think>an answer", **options: Any) -> ChatWidget:
    return ChatWidget(ScriptedEngine(text, **options))


def page_says(chat: ChatWidget, **message: Any) -> None:
    """Deliver a message as ipywidgets does."""
    chat._handle_custom_msg({"id": "c", **message}, [])


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
    text_added = chat.text_added

    def interrupt_after_text(*args: Any) -> None:
        text_added(*args)
        _thread.interrupt_main()

    chat.text_added = interrupt_after_text  # type: ignore[assignment]
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


def test_the_commands_of_the_page(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each example of tests/wire/commands.json is acknowledged and understood."""
    chat = make()
    sent: list[dict[str, Any]] = []
    monkeypatch.setattr(chat._page._outbox, "_send", sent.append)
    turn = chat.ask("q")
    for message in COMMANDS:
        sent.clear()
        here = {name: value for name, value in (("turn", turn.id), ("turns", [turn.id])) if name in message}
        chat._handle_custom_msg({**message, **here}, [])
        assert {"type": "ack", "id": message["id"]} in sent
        notices = [m["text"] for m in sent if m["type"] == "notice"]
        refused = message["type"] == "answer_now"  # the turn has its answer
        assert bool(notices) == refused, notices
        for started in chat.conversation.all_turns:
            assert started.wait(PATIENCE)
        if message["type"] == "ask":
            assert chat.turns[-1].question == message["text"]
    assert chat.turns == (), "the last command was clear"
    assert [m["turns"] for m in sent if m["type"] == "snapshot"] == [[]]


def test_a_page_asks_and_stops() -> None:
    gate = threading.Semaphore(0)
    chat = make(["a"] * 5, gate=gate)
    page_says(chat, type="ask", text="from the page")
    turn = chat.turns[0]
    page_says(chat, type="stop", turn=turn.id)
    assert turn.wait(PATIENCE) and turn.finish_reason == "cancelled"


@pytest.mark.parametrize(
    "message",
    [{"type": "ask", "text": "  "}, {"type": "ask"}, {"type": "stop", "turn": "gone"}, {"type": "dance"}],
)
def test_a_command_that_cannot_be_is_answered_with_a_sentence(message: dict, monkeypatch: pytest.MonkeyPatch) -> None:
    chat = make()
    sent: list[dict[str, Any]] = []
    monkeypatch.setattr(chat._page._outbox, "_send", sent.append)
    page_says(chat, **message)
    assert [m["type"] for m in sent] == ["ack", "notice"]
    assert chat.turns == ()


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


def test_when_thoughts_unfold_is_a_trait_that_the_notebooks_text_follows() -> None:
    chat = ChatWidget(ScriptedEngine("Hm.\n</think>\n\nFour."))
    assert chat.unfold == chat.get_state()["unfold"] == "auto"
    chat.ask("What is 2 + 2?")
    assert "<details><summary>" in chat._kept(chat.turns)
    chat.unfold = "always"
    assert "<details open><summary>" in chat._kept(chat.turns)
    assert ChatWidget("pocket", unfold="never").unfold == "never"
    with pytest.raises(TraitError, match=r"unfold.*'auto', 'always', 'never'"):
        ChatWidget("pocket", unfold="sometimes")  # type: ignore[arg-type]

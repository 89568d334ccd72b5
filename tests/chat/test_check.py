"""A question is asked again beside the chat: how often its answers agree."""

from __future__ import annotations

import _thread
import copy
import threading
from collections.abc import Callable
from typing import Any

import pytest

from r1widget import Chat, ChatWidget, Turn
from r1widget.chat import Listener
from r1widget.check.asked_again import Check
from r1widget.errors import ConversationError, EngineError, SettingsError
from r1widget.export.checks import checks_of
from r1widget.testing import ScriptedEngine
from tests.chat.checked import PATIENCE, REPLY, HeldEngine, after_first, chat_with, told, until
from tests.page import hear


def answers(*values: int) -> Callable[..., str]:
    return lambda number, request: f"Hm.\n</think>\n\nThe answer is {values[min(number, len(values) - 1)]}."


def test_the_same_question_as_it_was_asked_four_times_together() -> None:
    engine = HeldEngine(answers(1, 408, 408, 408, 398, 408), holds=lambda number, request: number > 1)
    chat = chat_with(engine, settings={"system": "Be brief."})
    chat.ask("before")
    turn = chat.ask("What is 17 × 24?", temperature=0.9, seed=7)
    chat.settings = {"temperature": 0.1}
    before, heard = copy.deepcopy(chat.conversation), told(chat)
    chat.check(turn, wait=False)
    assert turn.under["check"].total == 4, "who looks knows of it at once"
    assert engine.arrived.wait(PATIENCE), "four are written at the same time"
    engine.gate.release(4)
    check = chat.check(turn)
    assert str(check) == "4 of 5 end in 408"
    assert turn.check is check and len(check.samples) == 4 and not turn.under
    assert heard == [("check", (done, 4)) for done in range(5)] + [("over", None)]
    asked = engine.requests[1]
    assert [each["role"] for each in asked.messages] == ["system", "user", "assistant", "user"]
    for request in engine.requests[2:]:
        assert request.messages == asked.messages and request.prefill is None
        assert request.settings.replace({"seed": 7}) == asked.settings
    seeds = [sample.seed for sample in check.samples]
    assert len({*seeds, 7}) == 5 and None not in seeds
    assert [each.id for each in chat.conversation.all_turns] == [each.id for each in before.all_turns]


def test_its_seeds_follow_from_the_turns() -> None:
    found = []
    for seed in (3, 3, 4):
        chat = chat_with(ScriptedEngine(REPLY))
        chat.ask("q", seed=seed)
        found.append({sample.seed for sample in chat.check(k=6).samples})
    assert found[0] == found[1] and len(found[0]) == 6 and not found[0] & found[2]


def test_more_are_asked_for_and_only_those_that_are_missing() -> None:
    engine = HeldEngine()
    chat = chat_with(engine)
    turn = chat.ask("q")
    assert len(chat.check(turn, 2).samples) == 2
    assert len(chat.check(turn, 10).samples) == 10 and len(engine.requests) == 11
    assert engine.most <= 4
    assert len(chat.check(turn, 4).samples) == 10 and len(engine.requests) == 11, "they are there"
    assert len({sample.seed for sample in turn.check.samples}) == 10  # type: ignore[union-attr]
    assert turn.check.samples[0].tokens == turn.record["tokens"]["reasoning"] + turn.record["tokens"]["answer"]  # type: ignore[union-attr]


def test_a_stop_keeps_what_is_there_and_it_goes_on_from_it() -> None:
    engine = HeldEngine(holds=after_first)
    chat = chat_with(engine)
    turn = chat.ask("q", seed=1)
    two = until(chat, lambda turn: turn.check is not None and len(turn.check.samples) == 2)
    chat.check(turn, wait=False)
    engine.gate.release(2)
    assert two.wait(PATIENCE)
    chat.stop_check(turn, "trace_answer")
    assert "check" in turn.under, "that is another one"
    over = until(chat, lambda turn: not turn.under)
    chat.stop_check(turn)
    assert over.wait(PATIENCE) and turn.check is not None
    assert len(turn.check.samples) == 2 and all(sample.answer for sample in turn.check.samples)
    kept = turn.check.samples
    engine.gate.release(2)
    assert chat.check(turn).samples[:2] == kept
    whole = chat_with(ScriptedEngine(REPLY))
    whole.ask("q", seed=1)
    assert {each.seed for each in turn.check.samples} == {each.seed for each in whole.check().samples}
    chat.stop_check()  # nothing


def test_a_question_does_not_wait_for_it_and_a_stop_of_a_turn_leaves_it() -> None:
    engine = HeldEngine(holds=lambda number, request: 0 < number < 5)
    chat = chat_with(engine)
    turn = chat.ask("q")
    chat.check(turn, wait=False)
    assert engine.arrived.wait(PATIENCE)
    other = chat.ask("meanwhile")
    assert other.finish_reason == "stop" and not chat.generation.is_busy
    chat.stop(other)
    assert turn.under["check"].done == 0
    chat.regenerate(turn)
    assert chat.wait(timeout=PATIENCE)
    engine.gate.release(4)
    assert len(chat.check(turn).samples) == 4


def clear(chat: Chat, turn: Turn) -> None:
    chat.clear()


def forget(chat: Chat, turn: Turn) -> None:
    chat.forget()


def close(chat: Chat, turn: Turn) -> None:
    chat.close()


def unload(chat: Chat, turn: Turn) -> None:
    chat.unload()


def stop(chat: Chat, turn: Turn) -> None:
    chat.stop()


def use_another(chat: Chat, turn: Turn) -> None:
    chat.use(ScriptedEngine("another"))


def end_of_the_program(chat: Chat, turn: Turn) -> None:
    assert chat._beside is not None
    chat._beside.close()


@pytest.mark.parametrize("act", [clear, forget, close, unload, stop, use_another, end_of_the_program])
@pytest.mark.parametrize("came", [0, 1])
def test_what_stops_everything_stops_it(act: Callable[[Chat, Turn], None], came: int) -> None:
    engine = HeldEngine(holds=after_first)
    chat = chat_with(engine)
    turn = chat.ask("q")
    some = until(chat, lambda turn: turn.check is not None)
    over = until(chat, lambda turn: not turn.under)
    chat.check(turn, 16, wait=False)
    assert engine.arrived.wait(PATIENCE)
    if came:
        engine.gate.release(came)
    assert not came or some.wait(PATIENCE)
    act(chat, turn)
    assert over.wait(PATIENCE)
    assert (0 if turn.check is None else len(turn.check.samples)) == came
    asked = len(engine.requests)
    engine.gate.release(100)
    assert len(engine.requests) == asked <= 9, "nothing more is asked"
    if turn in chat.conversation:
        assert len(chat.check(turn, 2).samples) == 2, "it can be asked again"


def test_another_conversation_stops_it(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("R1WIDGET_HISTORY", str(tmp_path / "history.sqlite"))
    engine = HeldEngine(holds=after_first)
    chat = Chat(engine)
    turn = chat.ask("q")
    over = until(chat, lambda turn: not turn.under)
    chat.check(turn, wait=False)
    assert engine.arrived.wait(PATIENCE)
    chat.new_chat()
    assert over.wait(PATIENCE) and turn.check is None and chat.turns == ()
    engine.gate.release(1)
    assert chat.ask("q").answer


def test_one_that_fails_ends_it_with_its_sentence_and_what_came_stays() -> None:
    engine = HeldEngine()
    chat = chat_with(engine)
    turn = chat.ask("q")
    engine.raises = lambda number, request: ZeroDivisionError("no") if number > 6 else None
    with pytest.raises(EngineError, match="ZeroDivisionError"):
        chat.check(turn, 16)
    assert turn.check is not None and 4 <= len(turn.check.samples) <= 6 and not turn.under
    said: list[str] = []

    class Ears(Listener):
        def noted(self, sentence: str) -> None:
            said.append(sentence)

    chat.listen(Ears())
    over = until(chat, lambda turn: not turn.under)
    chat.check(turn, 16, wait=False)
    assert over.wait(PATIENCE)
    while not said:
        assert not turn.wait(0) or not threading.Event().wait(0.01)
    assert len(said) == 1 and "ZeroDivisionError" in said[0], "nobody waits, so it is said"
    engine.raises = lambda number, request: None
    assert len(chat.check(turn, 8).samples) == 8


def test_an_interrupt_keeps_what_is_there() -> None:
    engine = HeldEngine(holds=after_first)
    chat = chat_with(engine)
    turn = chat.ask("q")
    heard: list[bool] = []

    class Ears(Listener):
        def waiting_changed(self, waits: bool) -> None:
            heard.append(waits)

    @chat.on("checked")
    def interrupt(turn: Turn) -> None:
        if turn.under and turn.check is not None and len(turn.check.samples) == 2:
            _thread.interrupt_main()

    chat.listen(Ears())
    engine.gate.release(2)
    check = chat.check(turn)
    assert len(check.samples) == 2 and turn.check is check and not turn.under
    assert heard == [True, False]
    engine.gate.release(1)
    assert chat.ask("q").answer


def test_at_temperature_0_the_others_have_the_usual_one() -> None:
    engine = HeldEngine()
    chat = chat_with(engine, settings={"temperature": 0.8})
    turn = chat.ask("q", temperature=0)
    chat.check(turn, 1)
    assert engine.requests[-1].settings.temperature == 0.8
    chat.settings = {"temperature": 0}
    chat.check(turn, 2)
    assert engine.requests[-1].settings.temperature == 0.6
    chat.check(turn, 3, temperature=1.2, max_tokens=50)
    assert (engine.requests[-1].settings.temperature, engine.requests[-1].settings.max_tokens) == (1.2, 50)
    with pytest.raises(SettingsError, match="all answers would be the same"):
        chat.check(turn, temperature=0)


def test_what_can_not_be_is_refused_with_a_sentence() -> None:
    engine = HeldEngine(holds=lambda number, request: True)
    chat = chat_with(engine)
    with pytest.raises(ConversationError, match="Ask something first"):
        chat.check()
    turn = chat.send("q")
    with pytest.raises(ConversationError, match="hasn't ended"):
        chat.check(turn)
    engine.gate.release(1)
    chat.wait(turn)
    for k in (0, 17, 2.5, "4", None, True):
        with pytest.raises(SettingsError, match="Take a number from 1 to 16"):
            chat.check(turn, k)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="There is no setting"):
        chat.check(turn, heat=1)
    with pytest.raises(SettingsError, match="can't be stopped"):
        chat.stop_check(turn, "all")  # type: ignore[arg-type]
    chat.check(turn, wait=False)
    with pytest.raises(ConversationError, match="with other settings"):
        chat.check(turn, temperature=1.5)
    chat.clear()
    with pytest.raises(ConversationError, match="cleared"):
        chat.check(turn)


def test_of_a_turn_without_an_answer_it_says_what_the_others_are() -> None:
    engine = HeldEngine(lambda number, request: "Hm" if number == 0 else REPLY)
    chat = chat_with(engine)
    turn = chat.ask("q")
    assert turn.answer == ""
    assert str(chat.check(turn)) == "4 of 4 end in 408, 1 without an answer"


def test_an_answer_that_was_cut_off_counts_as_none() -> None:
    chat = chat_with(ScriptedEngine(REPLY))
    turn = chat.ask("q")
    check = chat.check(turn, 2, max_tokens=20)
    assert [sample.finish_reason for sample in check.samples] == ["length", "length"]
    assert check.agreement.without == (1, 2)


def test_a_larger_number_is_asked_for_meanwhile() -> None:
    engine = HeldEngine(holds=after_first)
    chat = chat_with(engine)
    turn = chat.ask("q")
    chat.check(turn, 2, wait=False)
    chat.check(turn, 5, wait=False)
    engine.gate.release(5)
    assert len(chat.check(turn, 3).samples) == 5 and len(engine.requests) == 6


def test_a_page_is_told_of_it_in_order_and_not_of_a_loading() -> None:
    widget = ChatWidget(HeldEngine(), keep=False)
    turn = widget.ask("q")
    sent: list[dict[str, Any]] = []
    hear(widget, sent.append)
    check = widget.check(turn, k=2)
    assert isinstance(check, Check)
    checks = [message["checks"] for message in sent if message["type"] == "checks"]
    assert {message["type"] for message in sent} <= {"checks", "status", "waiting"}
    assert [each.get("under", {}).get("check", {}).get("done") for each in checks] == [0, 1, 2, None]
    assert [len(each.get("check", {}).get("samples", ())) for each in checks] == [0, 1, 2, 2]
    assert checks[-1]["check"]["groups"] == [{"value": "408", "by": "value", "members": [0, 1, 2]}]


def test_of_each_name_it_is_said_how_many_have_it_and_where_it_stands() -> None:
    """In the verbatim text, which begins with white space."""
    names = ["Penang and the Kelani", "Penang", "Langkawi", "Penang", "Penang"]
    engine = HeldEngine(lambda number, request: f"Hm.\n</think>\n\nIt lies in {names[number]}.")
    chat = chat_with(engine)
    turn = chat.ask("Where does it lie?")
    check = chat.check(turn)
    assert [str(each) for each in check.support] == ["Kelani: in 1 of 5", "Penang: in 4 of 5"]
    told = checks_of(turn)["check"]["support"]
    assert [[turn.text("answer")[start:end] for start, end in each["spans"]] for each in told] == [
        ["Kelani"],
        ["Penang"],
    ]
    assert told[0]["found_in"] == [] and len(told[1]["found_in"]) == 3
    assert told[0] == {
        "text": "Kelani",
        "kind": "name",
        "spans": told[0]["spans"],
        "found_in": [],
        "count": 1,
        "total": 5,
    }


def test_pocket_asks_itself_again() -> None:
    chat = Chat("pocket", keep=False)
    turn = chat.ask("What is 17 × 24?", seed=1)
    assert str(chat.check(turn)) == "5 of 5 end in 408"
    assert len({sample.reasoning for sample in turn.check.samples}) > 1  # type: ignore[union-attr]

"""A turn as it is written: in a loop, in a coroutine, and when it went wrong."""

from __future__ import annotations

import asyncio
import queue
import threading
import weakref
from types import SimpleNamespace
from typing import Any, get_args

import pytest

from r1widget import ChatWidget, Turn
from r1widget.chat.events import Event
from r1widget.conversation import pieces as pieces_module
from r1widget.errors import EngineError, SettingsError
from r1widget.testing import ScriptedEngine

PATIENCE = 20
SCRIPT = ["Two ", "and two.", "</think>", "It is ", "4."]


def make(script: Any = SCRIPT, **options: Any) -> ChatWidget:
    return ChatWidget(ScriptedEngine(script, **options))


@pytest.fixture
def queues(monkeypatch: pytest.MonkeyPatch) -> list[weakref.ref[Any]]:
    """Those in which a loop's pieces wait for it, as long as somebody has them."""
    made: list[weakref.ref[Any]] = []

    class Queue(queue.SimpleQueue):
        def __init__(self) -> None:
            made.append(weakref.ref(self))

    monkeypatch.setattr(pieces_module, "queue", SimpleNamespace(SimpleQueue=Queue, Empty=queue.Empty))
    return made


def text_of(pieces: list[Any], kind: str) -> str:
    return "".join(piece.text for piece in pieces if piece.kind == kind)


def test_a_loop_gets_each_piece_as_it_comes() -> None:
    gate = threading.Semaphore(0)
    chat = make(gate=gate)
    turn = chat.send("q")
    pieces = []
    gate.release(1)
    for piece in turn:
        pieces.append(piece)
        gate.release(2)  # the next one, and a tag; so there is no more before this one has come
    assert [piece.kind for piece in pieces] == ["reasoning"] * 2 + ["answer"] * 2
    assert {kind: text_of(pieces, kind) for kind in ("reasoning", "answer")} == {
        kind: turn.text(kind) for kind in ("reasoning", "answer")
    }
    assert turn.wait(0) and turn.finish_reason == "stop"


def test_who_comes_late_gets_all_of_it_and_any_number_may() -> None:
    turn = make().ask("q")
    for _ in range(2):
        assert text_of([*turn], "answer") == turn.text("answer") == "It is 4."
    thoughts = Turn("?")
    thoughts.append("reasoning", "One.")
    thoughts.append("answer", "A.")
    thoughts.append("reasoning", "Two.")
    thoughts.release()
    assert text_of([*thoughts], "reasoning") == thoughts.text("reasoning") == "One.\n\nTwo."


def test_who_leaves_stops_nothing(queues: list[weakref.ref[Any]]) -> None:
    gate = threading.Semaphore(0)
    chat = make(gate=gate)
    turn = chat.send("q")
    gate.release(1)
    for _ in turn:
        break
    assert [queue() for queue in queues] == [None], "nothing is kept for who has left"
    gate.release(9)
    assert turn.wait(PATIENCE) and turn.answer == "It is 4."


def test_a_turn_may_be_released_twice(queues: list[weakref.ref[Any]]) -> None:
    """As it is when an interrupt comes in between."""
    turn = Turn("?")
    reading = iter(turn)
    turn.append("answer", "4")
    assert next(reading).text == "4"
    turn.release()
    turn.release()
    assert [*reading] == [] and [queue() for queue in queues] == [None]


def elsewhere(main: Any) -> Any:
    """In a thread of its own: this one may have an event loop that runs."""
    found: list[Any] = []
    thread = threading.Thread(target=lambda: found.append(asyncio.run(main())))
    thread.start()
    thread.join(PATIENCE)
    assert found, "it hasn't ended, or failed"
    return found[0]


def test_a_coroutine_waits_and_reads_while_others_go_on() -> None:
    gate = threading.Semaphore(0)
    chat = make(gate=gate)

    async def main() -> tuple[list[Any], list[Any], Turn]:
        one, two = chat.send("one"), chat.send("two")

        async def reading() -> list[Any]:
            return [piece async for piece in one]

        async def releasing() -> list[Any]:
            gate.release(2 * len(SCRIPT) + 2)
            return [await one, await two]

        pieces, ended = await asyncio.gather(reading(), releasing())
        return pieces, ended, await one

    pieces, ended, again = elsewhere(main)
    assert text_of(pieces, "reasoning") == "Two and two."
    assert [turn.answer for turn in (*ended, again)] == ["It is 4."] * 3 and ended[0] is again


def test_an_error_can_be_raised() -> None:
    class Broken(ScriptedEngine):
        def stream(self, request: Any, stop: threading.Event) -> Any:
            yield from ()
            raise EngineError("No more.", "Ask again.")

    with pytest.raises(EngineError, match="No more"):
        ChatWidget(Broken("")).ask("q").raise_for_error()
    turn = make().ask("q")
    assert turn.raise_for_error() is turn


def test_what_happens_is_told() -> None:
    chat, told = make(), list[Any]()
    chat.on("turn_ended", lambda turn: told.append(("ended", turn.wait(0), turn.answer)))

    @chat.on("text_added")
    def grown(turn: Turn, kind: str, text: str) -> None:
        told.append((kind, text))

    turn = chat.ask("q")
    assert told == [
        ("reasoning", "Two "),
        ("reasoning", "and two."),
        ("answer", "It is "),
        ("answer", "4."),
        ("ended", False, "It is 4."),
    ]
    chat.off("text_added", grown)
    chat.off("text_added", grown)
    told.clear()
    chat.ask("again")
    assert [what for what, *_ in told] == ["ended"] and turn.answer
    with pytest.raises(SettingsError, match="turn_changed, turn_ended, text_added"):
        chat.on("turn_finished", print)  # type: ignore[call-overload]  # what a person may take it to be called


def test_who_listens_and_fails_changes_nothing(caplog: pytest.LogCaptureFixture) -> None:
    chat = make()
    for event in get_args(Event):
        chat.on(event, lambda *news: 1 / 0)
    assert chat.ask("q").finish_reason == "stop"
    assert "what listens to text_added failed" in caplog.text


def test_all_turns_can_be_waited_for() -> None:
    gate = threading.Semaphore(0)
    chat = make(gate=gate)
    assert chat.wait() is True, "there is none"
    turns = [chat.send("one"), chat.send("two")]
    assert chat.wait(timeout=0.01) is False
    gate.release(20)
    assert chat.wait(timeout=PATIENCE) is True and all(turn.finish_reason == "stop" for turn in turns)
    assert chat.wait(turns[0]) is turns[0]


def test_an_interrupt_stops_all_that_are_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    chat = make(["on "] * 1000, gate=threading.Semaphore(0))
    turns = [chat.send("one"), chat.send("two")]
    wait, blocking = turns[0].wait, list[bool]()

    def interrupted(timeout: float | None = None) -> bool:
        if not blocking:
            blocking.append(chat.blocking)
            raise KeyboardInterrupt
        return wait(timeout)

    monkeypatch.setattr(turns[0], "wait", interrupted)
    assert chat.wait() is True and blocking == [True] and not chat.blocking
    assert [turn.finish_reason for turn in turns] == ["cancelled", "cancelled"]


def test_messages_are_what_other_libraries_take() -> None:
    chat = ChatWidget(ScriptedEngine(SCRIPT), settings={"system": "Be brief."})
    assert chat.messages == [{"role": "system", "content": "Be brief."}]
    chat.ask("2 + 2?")
    chat.conversation.append(Turn("Unanswered?"))
    assert chat.messages[1:] == [
        {"role": "user", "content": "2 + 2?"},
        {"role": "assistant", "content": "It is 4."},
        {"role": "user", "content": "Unanswered?"},
    ]

"""The chat's thread: queue, loading, stop, errors. Events and semaphores, no sleeps."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from r1widget.conversation import Conversation
from r1widget.engines import Engine, OnProgress, Progress
from r1widget.errors import ModelNotFound
from r1widget.generation import Generation
from r1widget.reasoning import Kind
from r1widget.settings import Settings
from r1widget.testing import ScriptedEngine
from r1widget.turn import Turn

PATIENCE = 60  # seconds after which a test gives up on a thread


class Ears:
    """A listener that remembers, and lets a test wait for what it hears."""

    def __init__(self) -> None:
        self.heard: list[tuple[Any, ...]] = []
        self._news = threading.Condition()

    def _hear(self, *what: Any) -> None:
        with self._news:
            self.heard.append(what)
            self._news.notify_all()

    def turn_changed(self, turn: Turn) -> None:
        self._hear("turn", turn.question, turn.state)

    def text_added(self, turn: Turn, kind: Kind, at: int, text: str, origin: str) -> None:
        self._hear("text", turn.question, kind, at, text)

    def loading(self, progress: Progress) -> None:
        self._hear("loading", progress.text)

    def engine_ready(self, engine: Engine) -> None:
        self._hear("ready")

    def engine_failed(self, message: str) -> None:
        self._hear("failed", message)

    def wait_for(self, *what: Any) -> None:
        with self._news:
            assert self._news.wait_for(lambda: what in [h[: len(what)] for h in self.heard], PATIENCE), self.heard


class Chat:
    """A conversation, its generation and its listener."""

    def __init__(self, engine: Engine | None = None, get: Callable[[OnProgress], Engine] | None = None) -> None:
        self.conversation = Conversation()
        self.ears = Ears()
        self.generation = Generation(self.conversation, get or (lambda on_progress: engine), self.ears)  # type: ignore[arg-type,return-value]

    def ask(self, question: str) -> Turn:
        turn = self.conversation.add(question)
        self.generation.submit(turn, settings=Settings())
        return turn


def test_a_turn_from_queued_to_ended() -> None:
    chat = Chat(ScriptedEngine(["a", "</think>", "b"]))
    turn = chat.ask("q")
    assert turn.wait(PATIENCE)
    states = [h[2] for h in chat.ears.heard if h[0] == "turn"]
    assert states[-1] == "ended" and "running" in states
    assert [h[2:] for h in chat.ears.heard if h[0] == "text"] == [("reasoning", 0, "a"), ("answer", 0, "b")]


def test_questions_queue_in_order_and_see_each_other() -> None:
    gate = threading.Semaphore(0)
    engine = ScriptedEngine(["x</think>", "yes"], gate=gate)
    chat = Chat(engine)
    one, two, three = chat.ask("one"), chat.ask("two"), chat.ask("three")
    chat.ears.wait_for("turn", "one", "running")
    assert (chat.generation.place(one), chat.generation.place(two), chat.generation.place(three)) == (None, 1, 2)
    gate.release(6)
    assert all(turn.wait(PATIENCE) for turn in (one, two, three))
    assert [m["content"] for m in engine.requests[2].messages] == ["one", "yes", "two", "yes", "three"]


def test_who_waits_hears_of_each_move_of_the_queue() -> None:
    """Also of the first: what was second while the model loaded is next when the first begins."""
    loaded, gate = threading.Event(), threading.Semaphore(0)

    def get(on_progress: OnProgress) -> Engine:
        assert loaded.wait(PATIENCE)
        return ScriptedEngine(["a</think>b"], gate=gate)

    chat = Chat(get=get)
    places: list[tuple[str, int | None]] = []
    turn_changed = chat.ears.turn_changed

    def listen(turn: Turn) -> None:
        places.append((turn.question, chat.generation.place(turn)))
        turn_changed(turn)

    chat.ears.turn_changed = listen  # type: ignore[method-assign]
    one, two = chat.ask("one"), chat.ask("two")
    assert places == [("one", 1), ("two", 2)]
    loaded.set()
    chat.ears.wait_for("turn", "one", "running")
    assert ("two", 1) in places
    gate.release(2)
    assert one.wait(PATIENCE) and two.wait(PATIENCE)


def test_stop_ends_the_running_turn_within_a_token() -> None:
    gate = threading.Semaphore(0)
    chat = Chat(ScriptedEngine(["a"] * 1000, gate=gate))
    turn = chat.ask("q")
    gate.release(3)
    chat.ears.wait_for("text", "q", "reasoning", 2)
    assert chat.generation.stop(turn)
    assert turn.wait(PATIENCE)
    assert (turn.finish_reason, turn.reasoning) == ("cancelled", "aaa")
    assert not chat.generation.stop(turn), "stopping twice is fine, and says that there was nothing to stop"


def test_stopping_a_waiting_turn_leaves_the_others() -> None:
    gate = threading.Semaphore(0)
    chat = Chat(ScriptedEngine(["x</think>y"], gate=gate))
    one, two, three = chat.ask("one"), chat.ask("two"), chat.ask("three")
    chat.ears.wait_for("turn", "one", "running")
    chat.generation.stop(two)
    assert two.wait(PATIENCE) and two.finish_reason == "cancelled"
    gate.release(2)
    assert one.wait(PATIENCE) and three.wait(PATIENCE)
    assert (one.finish_reason, three.finish_reason) == ("stop", "stop")


def test_stop_while_the_model_loads_is_immediate() -> None:
    loading, go_on = threading.Event(), threading.Event()

    def get(on_progress: OnProgress) -> Engine:
        loading.set()
        assert go_on.wait(PATIENCE)
        return ScriptedEngine("x")

    chat = Chat(get=get)
    turn = chat.ask("q")
    assert loading.wait(PATIENCE)
    chat.generation.stop()
    assert turn.wait(PATIENCE) and turn.finish_reason == "cancelled"
    go_on.set()
    after = chat.ask("again")
    assert after.wait(PATIENCE) and after.finish_reason == "stop"


def test_a_model_that_cannot_be_loaded_fails_every_waiting_turn_and_may_be_tried_again() -> None:
    attempts: list[int] = []
    ready = threading.Event()

    def get(on_progress: OnProgress) -> Engine:
        attempts.append(1)
        on_progress(Progress(stage="load", text="Loading…"))
        assert ready.wait(PATIENCE)
        if len(attempts) == 1:
            raise ModelNotFound("There is no model 'x'.", "Check the name.")
        return ScriptedEngine("fine", opens_thinking=False)

    chat = Chat(get=get)
    one, two = chat.ask("one"), chat.ask("two")
    ready.set()
    assert one.wait(PATIENCE) and two.wait(PATIENCE)
    assert {one.error, two.error} == {"There is no model 'x'. Check the name."}
    assert ("failed", "There is no model 'x'. Check the name.") in chat.ears.heard
    three = chat.ask("three")
    assert three.wait(PATIENCE) and three.answer == "fine"


def test_an_engine_that_breaks_does_not_break_the_chat() -> None:
    chat = Chat(ScriptedEngine("thought", raises=MemoryError("no more")))
    one = chat.ask("one")
    two = chat.ask("two")
    assert one.wait(PATIENCE) and two.wait(PATIENCE)
    assert one.finish_reason == two.finish_reason == "error"
    assert "MemoryError" in (one.error or "")


def test_a_turn_of_a_cleared_conversation_ends_all_the_same() -> None:
    gate = threading.Semaphore(0)
    chat = Chat(ScriptedEngine(["a", "b"], gate=gate))
    turn = chat.ask("one")
    chat.ears.wait_for("turn", "one", "running")
    chat.conversation.clear()
    later = Turn("two", parent=turn.id)
    chat.generation.submit(later, settings=Settings())
    gate.release(4)
    assert turn.wait(PATIENCE) and later.wait(PATIENCE)
    assert later.finish_reason == "stop"


def test_an_idle_chat_has_no_thread() -> None:
    chat = Chat(ScriptedEngine("x"))
    for question in ("one", "two"):
        assert chat.ask(question).wait(PATIENCE)
        for thread in threading.enumerate():
            if thread.name == "r1widget-generation":
                thread.join(PATIENCE)
                assert not thread.is_alive()


def test_who_waits_goes_on_only_when_the_listener_is_done() -> None:
    """The transcript must be in the notebook before `ask` returns: a headless run ends there."""
    chat = Chat(ScriptedEngine("x</think>y"))
    may_return = threading.Event()
    ended = threading.Event()

    def slow(turn: Turn) -> None:
        if turn.state == "ended":
            ended.set()
            assert may_return.wait(PATIENCE)

    chat.ears.turn_changed = slow  # type: ignore[method-assign]
    turn = chat.ask("q")
    assert ended.wait(PATIENCE)
    assert not turn.wait(0)
    may_return.set()
    assert turn.wait(PATIENCE)

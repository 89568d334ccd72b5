"""The chat's thread: queue, loading, stop, errors. Events and semaphores, no sleeps."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable
from typing import Any

import pytest

from r1widget import ChatWidget
from r1widget.chat.generation import Generation
from r1widget.chat.jobs import Line
from r1widget.conversation import Conversation
from r1widget.conversation.turn import Turn
from r1widget.engines import Engine, OnProgress, Progress
from r1widget.engines.registry import Shared
from r1widget.errors import ModelNotFound
from r1widget.reasoning import Kind
from r1widget.settings import Settings
from r1widget.testing import ScriptedEngine

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

    def engine_unloaded(self) -> None:
        self._hear("unloaded")

    def wait_for(self, *what: Any) -> None:
        with self._news:
            assert self._news.wait_for(lambda: what in [h[: len(what)] for h in self.heard], PATIENCE), self.heard


class Chat:
    """A conversation, its generation and its listener."""

    def __init__(self, engine: Engine | None = None, get: Callable[[OnProgress], Engine] | None = None) -> None:
        self.conversation = Conversation()
        self.ears = Ears()
        self.source = Shared(get or (lambda on_progress: engine), name="scripted")  # type: ignore[arg-type,return-value]
        self.generation = Generation(self.conversation, self.source, self.ears)

    def ask(self, question: str) -> Turn:
        turn = self.conversation.add(question)
        self.generation.submit(turn, settings=Settings())
        self.ears.turn_changed(turn)
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


class Without:
    """An engine that lacks something, or where that raises."""

    def __init__(self, **has: Any) -> None:
        script = ScriptedEngine("x</think>y")
        for name in ("name", "stream", "describe"):
            if name not in has:
                setattr(self, name, getattr(script, name))
            elif has[name] is not None:
                setattr(self, name, has[name])


def broken(*arguments: Any) -> Any:
    raise ZeroDivisionError("broken")


class BrokenName(ScriptedEngine):
    @property
    def name(self) -> str:
        raise ZeroDivisionError("broken")

    @name.setter
    def name(self, name: str) -> None: ...


@pytest.mark.parametrize(
    ("engine", "error"),
    [
        (Without(describe=None), None),
        (Without(describe=broken), "describe()"),
        (Without(describe=lambda: 3), "describe()"),
        (Without(stream=broken), "ZeroDivisionError"),
        (Without(stream=lambda request, stop: 3), "TypeError"),
        (Without(stream=lambda request, stop: iter(["a text"])), "is no Delta"),
        (ScriptedEngine("x", raises=SystemExit("over")), "SystemExit"),
        (ScriptedEngine("x", raises=KeyboardInterrupt()), "KeyboardInterrupt"),
        (Without(name=None), None),
        (BrokenName("x</think>y"), "describe()"),
    ],
)
def test_whatever_an_engine_lacks_its_turns_end(engine: Any, error: str | None) -> None:
    widget = ChatWidget(engine)
    for question in ("one", "two"):
        turn = widget.send(question)
        assert turn.wait(PATIENCE)
        assert (turn.finish_reason, turn.state) == ("stop" if error is None else "error", "ended")
        assert (error or "") in (turn.error or "")
    widget.close()


@pytest.mark.parametrize("name", ["engine_ready", "loading", "engine_failed", "engine_unloaded", "turn_changed"])
@pytest.mark.parametrize("raises", [ZeroDivisionError, SystemExit, KeyboardInterrupt])
def test_a_listener_that_raises_stops_nobody(name: str, raises: type[BaseException]) -> None:
    """Not the thread, nor those that wait; the model is loaded, and what can be written is."""
    attempts, both_wait = iter([1]), threading.Event()

    def get(on_progress: OnProgress) -> Engine:
        assert both_wait.wait(PATIENCE)
        if name == "engine_failed" and next(attempts, 0):
            raise ModelNotFound("There is no model.", "Check the name.")
        on_progress(Progress(stage="load", text="Loading"))
        return ScriptedEngine("x</think>y")

    chat = Chat(get=get)
    heard = getattr(chat.ears, name)
    failures = iter([1])

    def fail(*arguments: Any) -> None:
        heard(*arguments)
        in_thread = threading.current_thread() is not threading.main_thread()
        if in_thread and (name != "turn_changed" or arguments[0].state == "ended") and next(failures, 0):
            raise raises

    setattr(chat.ears, name, fail)
    one, two = chat.ask("one"), chat.ask("two")
    both_wait.set()
    for turn in (one, two):
        assert turn.wait(PATIENCE)
        assert turn.finish_reason == ("error" if name == "engine_failed" else "stop")
    three = chat.ask("three")
    assert three.wait(PATIENCE) and three.answer == "y"


def test_a_turn_that_cannot_be_told_of_ends_with_an_error_and_keeps_its_text() -> None:
    chat = Chat(ScriptedEngine(["a", "b<", "c"]))
    chat.ears.text_added = broken  # type: ignore[method-assign,assignment]
    one, two = chat.ask("one"), chat.ask("two")
    for turn in (one, two):
        assert turn.wait(PATIENCE)
        assert (turn.finish_reason, turn.reasoning) == ("error", "a")
        assert "r1widget failed (ZeroDivisionError: broken)" in (turn.error or "")
        assert turn.record["finish_reason"] == "error"
    chat.ears.text_added = lambda *arguments: None  # type: ignore[method-assign]
    three = chat.ask("three")
    assert three.wait(PATIENCE) and three.finish_reason == "stop"


@pytest.mark.parametrize(("part", "name"), [(Shared, "settled"), (Shared, "ensure"), (Line, "take")])
def test_a_bug_in_the_thread_fails_who_waits_and_nobody_after(
    part: type, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    chat = Chat(ScriptedEngine("x</think>y"))
    with monkeypatch.context() as patched:
        patched.setattr(part, name, broken)
        turn = chat.ask("one")
        assert turn.wait(PATIENCE) and turn.finish_reason == "error"
        assert "(ZeroDivisionError: broken)" in (turn.error or "")
    after = chat.ask("two")
    assert after.wait(PATIENCE) and after.answer == "y"


def test_a_system_without_another_thread_is_an_error_that_passes(monkeypatch: pytest.MonkeyPatch) -> None:
    chat = Chat(ScriptedEngine("x</think>y"))

    def no_more(thread: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    with monkeypatch.context() as patched:
        patched.setattr(threading.Thread, "start", no_more)
        turn = chat.ask("one")
        assert turn.wait(PATIENCE) and "no more threads" in (turn.error or "")
    after = chat.ask("two")
    assert after.wait(PATIENCE) and after.answer == "y"


def test_a_turn_that_is_stopped_before_it_is_submitted_is_not_begun() -> None:
    engine = ScriptedEngine("x</think>y")
    chat = Chat(engine)
    turn = chat.conversation.add("one")
    chat.generation.cancel(turn)
    chat.generation.submit(turn, settings=Settings())
    assert turn.wait(PATIENCE) and turn.finish_reason == "cancelled"
    after = chat.ask("two")
    assert after.wait(PATIENCE) and len(engine.requests) == 1


def test_nothing_begins_while_somebody_acts() -> None:
    """So that who changes the conversation and the line sees no turn begin in between."""
    chat = Chat(ScriptedEngine("x</think>y"))
    with chat.generation.acting:
        turn = chat.ask("one")
        assert not turn.wait(0.05)
        assert (turn.state, chat.generation.place(turn)) == ("queued", 1)
    assert turn.wait(PATIENCE) and turn.finish_reason == "stop"


def test_an_idle_chat_has_no_thread() -> None:
    chat = Chat(ScriptedEngine("x"))
    for question in ("one", "two"):
        assert chat.ask(question).wait(PATIENCE)
        for thread in chat.generation.threads:
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


def test_a_program_ends_after_its_last_thread_has_let_go_of_everything() -> None:
    """What a thread keeps for itself is freed at its very end, by torch's code perhaps, and whoever is killed there takes the
    process along."""
    code = """if True:
        import threading, time
        from r1widget import ChatWidget
        from r1widget.testing import ScriptedEngine
        own = threading.local()
        class Slow:
            def __del__(self):
                time.sleep(0.5)
                print("freed", flush=True)
        class Engine(ScriptedEngine):
            def stream(self, request, stop):
                own.room = Slow()
                yield from super().stream(request, stop)
        ChatWidget(Engine("a</think>b")).ask("q")
    """
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=240, check=False)
    assert (done.returncode, done.stderr, done.stdout) == (0, "", "freed\n")

"""An interrupt may come at any moment: wherever Python looks for signals. Whatever it
interrupts, every turn ends, no lock stays taken, and the next question is answered."""

from __future__ import annotations

import dis
import functools
import gc
import sys
import threading
from collections.abc import Callable
from types import CodeType, FrameType, SimpleNamespace
from typing import Any

import pytest

import r1widget
from r1widget import ChatWidget
from r1widget.chat import Listener
from r1widget.conversation import latch as latch_module
from r1widget.conversation.latch import Latch
from r1widget.conversation.turn import Turn
from r1widget.testing import ScriptedEngine

PATIENCE = 10
OURS = r1widget.__path__[0]


LOOKS = ("CALL", "RESUME", "JUMP_BACKWARD", "JUMP_ABSOLUTE")
"""The beginnings of the instructions in which CPython looks whether a signal has come (ceval.c, CHECK_EVAL_BREAKER)."""


class Interrupt:
    """Raises `KeyboardInterrupt` at the n-th of those moments, in code of ours and of `threading`."""

    def __init__(self, number: int) -> None:
        self.left = number
        self.where = ""
        self._before: dict[FrameType, int] = {}

    def __enter__(self) -> Interrupt:
        gc.disable()  # what is raised in a finalizer goes nowhere
        sys.settrace(self._trace)
        return self

    def __exit__(self, *reason: object) -> None:
        sys.settrace(None)
        gc.enable()
        self._before.clear()

    def _trace(self, frame: FrameType, event: str, argument: Any) -> Any:
        name = frame.f_code.co_filename
        if not (name.startswith(OURS) or name == threading.__file__):
            return None
        frame.f_trace_opcodes, frame.f_trace_lines = True, False
        return self._step

    def _step(self, frame: FrameType, event: str, argument: Any) -> Any:
        if event == "opcode":
            before, now = self._before.get(frame, 0), frame.f_lasti
            self._before[frame] = now
            if dis.opname[frame.f_code.co_code[before]].startswith(LOOKS) and protects(frame.f_code, before, now):
                self.left -= 1
                if self.left == 0:
                    self.where = f"in {frame.f_code.co_name}, line {frame.f_lineno}"
                    raise KeyboardInterrupt
        elif event == "return":
            self._before.pop(frame, None)
        return self._step


def protects(code: CodeType, before: int, now: int) -> bool:
    """Whether the same `try` or `with` is around two instructions. A signal's exception is raised in the first of them, and
    that of a trace function in the second."""
    return handlers(code, before) == handlers(code, now)


@functools.cache
def handlers(code: CodeType, at: int) -> tuple[int, ...]:
    parse: Any = getattr(
        dis, "_parse_exception_table", lambda code: ()
    )  # before 3.11 there is no table, and no such gap
    return tuple(entry.target for entry in parse(code) if entry.start <= at < entry.end)


class Scene:
    """A chat in the middle of something, with what a person does next."""

    def __init__(self) -> None:
        self.gate = threading.Semaphore(0)
        self.engine = ScriptedEngine("a thought</think>an answer", gate=self.gate)
        self.chat = ChatWidget(self.engine)

    def ask(self) -> Callable[[], object]:
        self.gate.release(100)
        return lambda: self.chat.ask("q")

    def send_behind_another(self) -> Callable[[], object]:
        self.begun()
        return lambda: self.chat.send("q")

    def stop(self) -> Callable[[], object]:
        self.begun()
        self.chat.send("waits")
        return self.chat.stop

    def edit(self) -> Callable[[], object]:
        turn = self.begun()
        self.chat.send("waits")
        return lambda: self.chat.edit_question(turn, "another")

    def fork(self) -> Callable[[], object]:
        turn = self.begun()
        self.chat.send("waits")
        return lambda: self.chat.regenerate(turn, n=3)

    def clear(self) -> Callable[[], object]:
        self.begun()
        self.chat.send("waits")
        return self.chat.clear

    def unload(self) -> Callable[[], object]:
        self.begun()
        self.chat.send("waits")
        return self.chat.unload

    def begun(self) -> Turn:
        turn = self.chat.send("first")
        self.gate.release()
        for _ in range(10_000):
            if turn.reasoning:
                return turn
            turn.wait(0.001)
        raise AssertionError("it doesn't begin")


ACTS = {
    Scene.ask: 1,
    Scene.send_behind_another: 1,
    Scene.stop: 1,
    Scene.clear: 1,
    Scene.unload: 1,
    Scene.edit: 3,
    Scene.fork: 7,
}
"""Each with how many of the moments are one step of the test: what makes versions has thousands, most of them alike."""


@pytest.mark.slow
@pytest.mark.parametrize(("act", "step"), ACTS.items(), ids=lambda value: getattr(value, "__name__", ""))
def test_wherever_an_interrupt_comes_every_turn_ends(act: Callable[[Scene], Callable[[], object]], step: int) -> None:
    number = 1 - step
    while True:
        number += step
        scene = Scene()
        run = act(scene)
        turns = list(scene.chat.conversation.all_turns)
        interrupt = Interrupt(number)
        try:
            with interrupt:
                run()
        except KeyboardInterrupt:
            pass
        turns += [turn for turn in scene.chat.conversation.all_turns if turn not in turns]
        scene.gate.release(1000)
        check(scene.chat, turns, f"interrupted at {number} {interrupt.where}")
        scene.chat.close()
        if interrupt.left > 0:
            break
    assert number > 100, "nothing was interrupted"


def check(chat: ChatWidget, turns: list[Turn], when: str) -> None:
    for turn in turns:
        assert turn.wait(PATIENCE), f"{turn!r} never ends, {when}"
        assert turn.finish_reason in ("stop", "cancelled"), f"{turn!r}: {turn.error}, {when}"
    assert not chat.blocking, when
    again: list[Turn] = []
    # From another thread: a lock that this one holds would not hold it up.
    asker = threading.Thread(target=lambda: again.append(chat.ask("again")), daemon=True)
    asker.start()
    asker.join(PATIENCE)
    assert not asker.is_alive(), f"a question is never answered, {when}"
    assert again[0].finish_reason == "stop", f"{again[0].error}, {when}"


def test_an_interrupted_question_is_cancelled_and_given_back() -> None:
    """Wherever the first interrupt comes while `ask` waits, `ask` returns the turn."""
    scene = Scene()
    scene.gate.release(3)
    reached: list[Turn] = []

    class Interrupting(Listener):
        def turn_changed(self, turn: Turn) -> None:
            if turn.state == "queued":
                reached.append(turn)
                raise KeyboardInterrupt

    scene.chat.chat.listen(Interrupting())
    turn = scene.chat.ask("q")
    assert reached[0] is turn and turn.finish_reason == "cancelled"
    assert turn.wait(0) and scene.chat.turns == (turn,)


class KeptLock:
    """A lock that the first who takes it doesn't hand on: there comes an interrupt."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._maker = threading.current_thread()
        self.is_kept = False
        self.is_wanted = threading.Event()

    def acquire(self, timeout: float = -1) -> bool:
        if threading.current_thread() is not self._maker:
            self.is_wanted.set()
        return self._lock.acquire(timeout=timeout)

    def release(self) -> None:
        if threading.current_thread() is not self._maker and not self.is_kept:
            self.is_kept = True
            raise KeyboardInterrupt
        self._lock.release()


def test_a_latch_that_lost_its_lock_still_opens(monkeypatch: pytest.MonkeyPatch) -> None:
    """As after an interrupt between taking the lock and handing it on."""
    lock = KeptLock()
    with monkeypatch.context() as patched:
        patched.setattr(latch_module, "threading", SimpleNamespace(Lock=lambda: lock))
        latch = Latch()
    heard: list[bool | None] = []

    def wait() -> None:
        try:
            heard.append(latch.wait(PATIENCE))
        except KeyboardInterrupt:
            heard.append(None)

    waiting = [threading.Thread(target=wait) for _ in range(3)]
    for thread in waiting:
        thread.start()
    assert lock.is_wanted.wait(PATIENCE)
    latch.open()
    for thread in waiting:
        thread.join(PATIENCE)
    # Where all looked just then whether it is open, none has taken it.
    assert lock.is_kept == (None in heard) and heard.count(True) == 3 - lock.is_kept
    latch.open()
    assert latch.wait(0)
    assert not Latch().wait(0) and not Latch().wait(-1)

"""The chat's thread under fire: an engine, a loading, a listener and a page that raise anywhere, whatever they raise, while
several threads ask, stop, edit and clear. Every turn ends, every thread comes back, nobody waits, later questions are answered.

What happens in a sequence is drawn from its number; only how the threads take turns isn't. Nothing sleeps: an engine that is
held goes on when the acts are done.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import random
import threading
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest

from r1widget import ChatWidget
from r1widget.chat.listening import Listeners
from r1widget.conversation import Conversation
from r1widget.conversation.turn import Turn
from r1widget.engines import Delta, Engine, Progress, Request, registry
from r1widget.engines.registry import Shared
from r1widget.testing import ScriptedEngine
from tests.page import hear

SEQUENCES, ACTORS, ACTS = 1000, 3, 4
PATIENCE = 20
PIECES = ["Hm", ".\n\n", "So", "\n</th", "ink>\n\n", "It is", " 4", "."]
SCRIPT = "".join(PIECES)
PROBLEMS: tuple[type[BaseException], ...] = (
    ZeroDivisionError,
    MemoryError,
    StopIteration,
    asyncio.CancelledError,
    GeneratorExit,
    KeyboardInterrupt,
    SystemExit,
)
LISTENER = ("turn_changed", "text_added", "loading", "engine_ready", "engine_failed", "engine_unloaded")
TOLD = {name: getattr(Listeners, name) for name in LISTENER}


class Faults:
    """Raises at the moments that its sequence has drawn, each the n-th call of a place."""

    def __init__(self, chance: random.Random) -> None:
        self.on = True
        self._left: dict[str, tuple[int, type[BaseException]]] = {}
        places = ["load", "describe", "name", "stream", "delta", "send", *LISTENER]
        for place in chance.sample(places, chance.randint(0, 3)):
            self._left[place] = chance.choice((1, 1, 2, 3, 5, 8)), chance.choice(PROBLEMS)
        self._lock = threading.Lock()

    def at(self, place: str) -> None:
        with self._lock:
            if not self.on or place not in self._left:
                return
            number, problem = self._left[place]
            self._left[place] = number - 1, problem
        if number == 1:
            raise problem("a fault")

    def around(self, place: str, call: Callable[..., Any]) -> Callable[..., Any]:
        def faulty(*arguments: Any) -> Any:
            self.at(place)
            return call(*arguments)

        return faulty


class Faulty(ScriptedEngine):
    """Is held before one of its pieces until the acts are done, and raises where it is to."""

    def __init__(self, faults: Faults, held_at: int, go_on: threading.Event) -> None:
        super().__init__(PIECES)
        self._faults, self._held_at, self._go_on = faults, held_at, go_on

    def describe(self) -> dict[str, Any]:
        self._faults.at("describe")
        return super().describe()

    def stream(self, request: Request, stop: threading.Event) -> Iterator[Delta]:
        self._faults.at("stream")
        for number, delta in enumerate(super().stream(request, stop)):
            while number == self._held_at and not stop.is_set() and not self._go_on.wait(0.001):
                pass
            self._faults.at("delta")
            yield delta


class Sequence:
    def __init__(self, number: int, monkeypatch: pytest.MonkeyPatch) -> None:
        chance = random.Random(number)
        self.faults, self.go_on = Faults(chance), threading.Event()
        engine = Faulty(self.faults, chance.randrange(12), self.go_on)

        def load(model: Any, *, on_progress: Callable[[Progress], None], **options: Any) -> Engine:
            on_progress(Progress(stage="load", text="Loading"))
            self.faults.at("load")
            return engine

        monkeypatch.setattr(registry, "load", load)
        monkeypatch.setattr(Shared, "settled", lambda source: source)  # which device it is isn't what this is about
        monkeypatch.setattr(registry, "gc", SimpleNamespace(collect=lambda: 0))  # nor is memory: 0.1 s each time
        self.chat = ChatWidget("scripted")
        hear(self.chat, self.faults.around("send", lambda message: None))
        for name, told in TOLD.items():
            monkeypatch.setattr(Listeners, name, self.faults.around(name, told))
        self.made: list[Turn] = []
        self.plans = [[chance.choice(PLAN)(chance) for _ in range(ACTS)] for _ in range(ACTORS)]

    def run(self) -> None:
        actors = [threading.Thread(target=self._act, args=(plan,), daemon=True) for plan in self.plans]
        for actor in actors:
            actor.start()
        # Who asks and waits comes back when all goes on; the others have acted before.
        for actor, plan in zip(actors, self.plans, strict=True):
            if not any(act.waits for act in plan):
                actor.join(PATIENCE)
        self.go_on.set()
        for actor in actors:
            actor.join(PATIENCE)
            assert not actor.is_alive(), "somebody waits for ever"

    def check(self) -> None:
        chat = self.chat
        for turn in {id(turn): turn for turn in (*self.made, *chat.conversation.all_turns)}.values():
            assert turn.wait(PATIENCE), f"{turn!r} never ends"
            assert turn.finish_reason is not None and turn.state == "ended"
            assert (turn.error is None) == (
                turn.finish_reason in ("stop", "length")
            ) or turn.finish_reason == "cancelled"
            if turn.begins is None:
                thought = "".join(
                    span.text for span in turn.spans if (span.kind, span.origin) == ("reasoning", "model")
                )
                assert SCRIPT.startswith(thought), "what was written is kept, in its order"
        for thread in chat.chat.generation.threads:
            assert thread.over.wait(PATIENCE), "a thread doesn't come back"
        assert not chat.chat.generation.is_busy
        self.faults.on = False
        stored = chat.conversation.to_dict()
        assert Conversation.from_dict(stored) == chat.conversation
        again = chat.ask("again")
        assert (again.finish_reason, again.answer) == ("stop", "It is 4."), again.error
        chat.close()

    def _act(self, plan: list[Act]) -> None:
        for act in plan:
            # What is no longer possible is refused; and a page that raises in an act of ours is who acts' to hear of.
            with contextlib.suppress(*PROBLEMS, Exception):
                made = act.do(self.chat, self._turn(act.number))
                if isinstance(made, Turn):
                    self.made.append(made)

    def _turn(self, number: int) -> Turn | None:
        turns = self.chat.conversation.all_turns
        return turns[number % len(turns)] if turns else None


class Act:
    def __init__(self, do: Callable[[ChatWidget, Turn | None], Any], number: int, *, waits: bool = False) -> None:
        self.do, self.number, self.waits = do, number, waits


def act(do: Callable[[ChatWidget, Any], Any], **more: Any) -> Callable[[random.Random], Act]:
    return lambda chance: Act(do, chance.randrange(30), **more)


PLAN = [
    act(lambda chat, turn: chat.ask("waits"), waits=True),
    *2 * [act(lambda chat, turn: chat.send("asks"))],
    *2 * [act(lambda chat, turn: chat.stop(turn))],
    act(lambda chat, turn: chat.stop()),
    act(lambda chat, turn: chat.clear()),
    act(lambda chat, turn: chat.edit_question(turn, "otherwise")),
    act(lambda chat, turn: chat.edit_reasoning(turn, "Hm.\n\nSo")),
    act(lambda chat, turn: chat.regenerate(turn, n=2)),
    act(lambda chat, turn: chat.select(turn)),
    act(lambda chat, turn: chat.answer_now(turn)),
    act(lambda chat, turn: chat.unload()),
]


@pytest.mark.slow
def test_every_turn_ends_and_every_thread_comes_back(monkeypatch: pytest.MonkeyPatch) -> None:
    logging.getLogger("r1widget").addFilter(silent := lambda record: False)
    try:
        for number in range(SEQUENCES):
            sequence = Sequence(number, monkeypatch)
            try:
                sequence.run()
                sequence.check()
            except AssertionError as problem:
                raise AssertionError(f"in sequence {number}: {problem}") from problem
    finally:
        logging.getLogger("r1widget").removeFilter(silent)

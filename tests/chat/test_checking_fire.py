"""Checks under fire: an engine that raises anywhere while several threads check, stop, ask and clear. Every check ends, who waits goes
on, and nothing that is under way is left. What happens in a sequence is drawn from its number."""

from __future__ import annotations

import contextlib
import logging
import random
import threading
from collections.abc import Iterator

import pytest

from r1widget import Chat
from r1widget.engines import Delta, Request
from r1widget.errors import R1WidgetError
from r1widget.testing import ScriptedEngine
from tests.chat.checked import REPLY

SEQUENCES = 60
PATIENCE = 30
PROBLEMS: tuple[type[BaseException], ...] = (
    ZeroDivisionError,
    MemoryError,
    StopIteration,
    GeneratorExit,
    KeyboardInterrupt,
    SystemExit,
)


class Failing(ScriptedEngine):
    """Raises at the moments that were drawn, each the n-th delta of all."""

    def __init__(self, chance: random.Random) -> None:
        super().__init__(REPLY)
        self.at = {chance.randint(1, 400): chance.choice(PROBLEMS) for _ in range(chance.randint(0, 4))}
        self._count, self._lock = 0, threading.Lock()

    def stream(self, request: Request, stop: threading.Event) -> Iterator[Delta]:
        for delta in super().stream(request, stop):
            with self._lock:
                self._count += 1
                problem = self.at.get(self._count)
            if problem is not None:
                raise problem("drawn")
            yield delta


def act(chat: Chat, chance: random.Random) -> None:
    with contextlib.suppress(R1WidgetError):
        turn = chance.choice(chat.conversation.all_turns or (None,))
        match chance.randrange(10):
            case 0 | 1:
                chat.check(turn, chance.randint(1, 9), wait=chance.random() < 0.5)
            case 2 | 3:
                chat.trace_answer(turn, chance.randint(1, 5), wait=chance.random() < 0.5)
            case 4:
                chat.stop_check(turn, chance.choice(("check", "trace_answer", None)))
            case 5:
                chat.ask("another")
            case 6:
                chat.stop(chance.choice((turn, None)))
            case 7:
                chat.close()
            case 8:
                chat.clear()
            case _:
                chat.foresee(chance.choice(("check", "trace_answer")), turn, 4)


@pytest.mark.parametrize("number", range(SEQUENCES))
def test_whatever_comes_all_ends(number: int, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.CRITICAL, "r1widget")
    chance = random.Random(number)
    chat = Chat(Failing(chance), keep=False)
    turns = [chat.ask("q")]
    drawn = [random.Random(chance.random()) for _ in range(3)]

    def act_often(own: random.Random) -> None:
        for _ in range(6):
            act(chat, own)

    threads = [threading.Thread(target=act_often, args=(own,), daemon=True) for own in drawn]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
        assert not thread.is_alive(), "a thread waits for ever"
    turns += chat.conversation.all_turns
    chat.stop()
    for search in [*chat._searches.values()]:
        assert search.wait(PATIENCE), "a check never ended"
    assert all(turn.wait(PATIENCE) and not turn.under for turn in turns)
    assert chat._beside is None or (not chat._beside._searches and not chat._beside.is_busy)
    chat.generation.source.engine.at.clear()  # type: ignore[union-attr]
    chat.clear()
    chat.ask("q")
    assert len(chat.check(k=5).samples) == 5, "and it goes on as ever"
    chat.close()

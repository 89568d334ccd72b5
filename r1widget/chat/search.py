"""`Search`: a check that is being made: a thread that has samples written, round after round, and tells of each that ends."""

from __future__ import annotations

import contextvars
import logging
import queue
import threading
import time
from collections.abc import Sequence
from functools import partial

from ..conversation.checked import Under
from ..conversation.latch import SLICE, Latch
from ..conversation.turn import Span, State
from .beside import Beside
from .length import written
from .listening import Listeners
from .plans import Plan, Wanted
from .worker import Worker
from .writing import failed

logger = logging.getLogger("r1widget")


class Search:
    """Whatever is raised, and wherever an interrupt comes: it ends, what it has had written ends, and who waits goes on."""

    def __init__(self, plan: Plan, line: Beside, listeners: Listeners, foreseen: float | None = None) -> None:
        """`foreseen` are the seconds that it may take."""
        self.plan = plan
        self.problem: str | None = None
        """Why it ended before its end, where nobody stopped it."""
        self.is_waited_for = False
        """Whether somebody waits, who sees the problem."""
        self._line, self._foreseen = line, foreseen
        self._listeners = listeners
        self._context = contextvars.copy_context()  # of who asked: see Job
        self._over = Latch()
        self._stopped = threading.Event()
        self._gate = threading.Lock()
        """Held by who has something written, or stops it."""
        self._writing: list[Wanted] = []
        self._started = time.monotonic()
        self._written = 0
        """Tokens of the samples that have ended, those that were thrown away among them."""
        self._thread = Worker(self._work, "r1widget-check")

    @property
    def state(self) -> State:
        return "ended" if self._over.is_open else "running"

    def wait(self, timeout: float | None = None) -> bool:
        """Whether it has ended."""
        return self._over.wait(timeout)

    def begin(self) -> None:
        try:
            self._line.join_in(self)
            self._show()
            try:
                self._thread.start()
            except RuntimeError:
                self.problem = "The system gives no more threads. End some programs, or restart the kernel."
                self._finish()
        except BaseException:  # an interrupt
            self.cancel()
            raise

    def stop(self) -> None:
        """Look no further. What is being written is thrown away. Returns at once."""
        with self._gate:
            self._stopped.set()
            writing = list(self._writing)
        for each in writing:
            self._line.stop(each.turn)

    def cancel(self) -> None:
        """The same, also where it hasn't begun."""
        self.stop()
        if not self._thread.is_alive():
            self._finish()

    # ---- the thread

    def _work(self) -> None:
        try:
            while not self._stopped.is_set() and (wanted := self.plan.next()):
                self._round(wanted)
        except BaseException as problem:
            logger.exception("a check failed")
            self.problem = failed(problem)
        finally:
            self.stop()
            self._finish()

    def _round(self, wanted: Sequence[Wanted]) -> None:
        ended: queue.SimpleQueue[Wanted] = queue.SimpleQueue()
        for each in wanted:
            each.turn.listen(partial(_when_over, ended, each))
        with self._gate:
            if self._stopped.is_set():
                return
            self._writing = list(wanted)
            self._line.submit(*(each.turn for each in wanted), settings=[each.settings for each in wanted])
        while self._writing:
            self._ended(self._next(ended))

    def _next(self, ended: queue.SimpleQueue[Wanted]) -> Wanted:
        """The next one that has ended. An interrupt may have come where it would have been told."""
        while True:
            try:
                if (each := ended.get(timeout=SLICE)) in self._writing:
                    return each
            except queue.Empty:
                if (over := next((each for each in self._writing if each.turn.wait(0)), None)) is not None:
                    return over

    def _ended(self, one: Wanted) -> None:
        with self._gate:
            self._writing = [each for each in self._writing if each is not one]
        self._written += written(one.turn)
        if one.turn.finish_reason == "error":
            self.problem = self.problem or one.turn.error
            self.stop()
        elif one.turn.finish_reason == "cancelled":
            self.stop()
        else:
            self.plan.take(one)
            self._show()

    # ---- how far it is

    def _show(self) -> None:
        plan = self.plan
        plan.turn.looks_for(plan.what, Under(plan.done, plan.total, self._left()))
        self._say("checked", plan.turn)

    def _left(self) -> float | None:
        """Seconds, by how many tokens have come of it so far in a second; before the first has ended, as was foreseen."""
        seconds = time.monotonic() - self._started
        running = [(each.tokens, written(each.turn)) for each in self._writing]
        come = self._written + sum(so_far for _, so_far in running)
        if not self._written or seconds <= 0:
            return None if self._foreseen is None else max(0.0, self._foreseen - seconds)
        later = max(0, self.plan.tokens - sum(tokens for tokens, _ in running))
        return (later + sum(max(0, tokens - so_far) for tokens, so_far in running)) * seconds / come

    def _finish(self) -> None:
        try:
            self._line.part(self)
            self.plan.turn.looks_for(self.plan.what, None)
            self._say("checked", self.plan.turn)
            if self.problem is not None and not self.is_waited_for:
                self._say("noted", self.problem)
        finally:
            self._over.open()

    def _say(self, what: str, news: object) -> None:
        self._context.copy().run(self._listeners.tell, what, news)


def _when_over(ended: queue.SimpleQueue[Wanted], one: Wanted, piece: Span | None) -> None:
    if piece is None:
        ended.put(one)

"""`Waiting`: to wait for what a chat does, so that an interrupt stops it and keeps what is there. A part of a `Chat`."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable, Sequence
from typing import Protocol, TypeVar, overload

from ..conversation.turn import State, Turn
from .steering import Steering


class Ending(Protocol):
    """What can be waited for: a turn, or a search beside the conversation."""

    @property
    def state(self) -> State: ...

    def wait(self, timeout: float | None = None) -> bool:
        """Whether it has ended."""


One = TypeVar("One", bound=Ending)


class Waiting(Steering):
    """What blocks."""

    @overload
    def wait(self, turn: Turn) -> Turn: ...
    @overload
    def wait(self, turn: None = None, *, timeout: float | None = None) -> bool: ...
    def wait(self, turn: Turn | None = None, *, timeout: float | None = None) -> Turn | bool:
        """Wait for a turn's end as `ask` does; without one, for the end of all, or until `timeout` seconds have passed:
        whether all have ended."""
        if turn is None:
            seconds = math.inf if timeout is None else timeout
            return self.wait_while(lambda: None, *self.conversation.all_turns, seconds=seconds)
        self.wait_while(lambda: None, turn)
        return turn

    def wait_while(
        self,
        act: Callable[[], object],
        *turns: Turn,
        seconds: float = math.inf,
    ) -> bool:
        """Act, and wait for the turns' ends; whether they have ended in time. An interrupt stops the turns, and a second one
        the waiting."""
        return self._wait_for(act, turns, self.generation.cancel, seconds)

    def _wait_for(
        self,
        act: Callable[[], object],
        those: Sequence[One],
        cancel: Callable[[One], object],
        seconds: float = math.inf,
    ) -> bool:
        """The same of whatever ends, and is ended by `cancel`.

        Who listens hears that the main thread waits, and may interrupt it: an interrupt goes there.
        """
        is_main = threading.current_thread() is threading.main_thread()
        end = time.monotonic() + seconds
        try:
            if is_main:
                self._listeners.tell("waiting_changed", True)
            try:
                act()
                return all(each.wait(end - time.monotonic()) for each in those)
            except KeyboardInterrupt:
                going_on = [each for each in those if each.state != "ended"]
                for each in going_on:
                    cancel(each)
                return all(each.wait() for each in those)
        finally:
            try:
                if is_main:
                    self._listeners.tell("waiting_changed", False)
            except BaseException:  # another interrupt
                self._listeners.tell("waiting_changed", False)
                raise

"""`Events`: functions of a person's that are told what happens in a chat."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from typing import Any, Literal, TypeVar, get_args

from ..conversation.turn import Origin, Turn
from ..errors import SettingsError
from ..reasoning import Kind
from .listening import Listener

logger = logging.getLogger("r1widget")

Hear = TypeVar("Hear", bound=Callable[..., object])
Event = Literal["turn_changed", "turn_ended", "text_added", "checked"]
"""`turn_changed(turn)`: it is new, has begun, has ended, or waits in another place. `turn_ended(turn)`: only that, and before
`turn.wait()` returns. `text_added(turn, kind, text)`: it has grown. `checked(turn)`: its check, its answer's trace or its notes
have changed."""


class Events(Listener):
    """Who wants to hear of what. They are called on the thread in which it happens; what they raise is logged, and changes
    nothing."""

    def __init__(self) -> None:
        self._hearers: dict[str, list[Callable[..., object]]] = {event: [] for event in get_args(Event)}

    def on(self, event: str, hear: Callable[..., object]) -> None:
        self._of(event).append(hear)

    def off(self, event: str, hear: Callable[..., object]) -> None:
        """Twice is fine."""
        if hear in (hearers := self._of(event)):
            hearers.remove(hear)

    def turn_changed(self, turn: Turn) -> None:
        self._tell("turn_changed", turn)
        if turn.state == "ended":
            self._tell("turn_ended", turn)

    def versions_added(self, versions: Sequence[Turn], moved: Sequence[Turn]) -> None:
        for turn in versions:
            self._tell("turn_changed", turn)

    def text_added(self, turn: Turn, kind: Kind, at: int, text: str, origin: Origin) -> None:
        self._tell("text_added", turn, kind, text)

    def checked(self, turn: Turn) -> None:
        self._tell("checked", turn)

    def _tell(self, event: Event, *news: Any) -> None:
        for hear in [*self._hearers[event]]:
            try:
                hear(*news)
            except Exception:
                logger.exception("what listens to %s failed", event)

    def _of(self, event: str) -> list[Callable[..., object]]:
        if event not in self._hearers:
            raise SettingsError(f"There is no event {event!r}.", f"There are {', '.join(self._hearers)}.")
        return self._hearers[event]

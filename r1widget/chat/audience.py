"""`Audience`: who is told what happens to the turns of a chat and to its engine; `Silent`, nobody; `Told`, the boundary around it."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterable
from typing import Any, Literal, Protocol

from ..conversation.turn import Origin, Turn
from ..engines import Engine, Progress
from ..reasoning import Kind
from .writing import Added

logger = logging.getLogger("r1widget")

What = Literal["turn_changed", "loading", "engine_ready", "engine_failed", "engine_unloaded"]


class Audience(Protocol):
    """Who is told what happens. Called from the generation's thread, from whoever submits or stops, or from the thread that
    loads the engine for another chat; never locked.

    What it raises is logged, and goes no further; but a turn that can't be told of while it is written ends with an error.
    """

    def turn_changed(self, turn: Turn) -> None:
        """A turn is new, has another place in the line, began or ended. When it ended, who waits for it waits until
        this has returned."""

    def text_added(self, turn: Turn, kind: Kind, at: int, text: str, origin: Origin) -> None:
        """A turn has grown."""

    def loading(self, progress: Progress) -> None:
        """The engine is being loaded, for this chat or for another that shares it."""

    def engine_ready(self, engine: Engine) -> None: ...

    def engine_failed(self, message: str) -> None: ...

    def engine_unloaded(self) -> None: ...


class Silent:
    """An audience that nothing is told of."""

    def turn_changed(self, turn: Turn) -> None: ...

    def text_added(self, turn: Turn, kind: Kind, at: int, text: str, origin: Origin) -> None: ...

    def loading(self, progress: Progress) -> None: ...

    def engine_ready(self, engine: Engine) -> None: ...

    def engine_failed(self, message: str) -> None: ...

    def engine_unloaded(self) -> None: ...


class Told:
    """An audience whose failures are its own: they are logged, and only an interrupt of the main thread goes further."""

    def __init__(self, audience: Audience) -> None:
        self._audience = audience

    def tell(self, what: What, *news: Any) -> None:
        try:
            getattr(self._audience, what)(*news)
        except Exception:
            logger.exception("who listens to r1widget failed")
        except BaseException:
            if threading.current_thread() is threading.main_thread():
                raise  # an interrupt
            logger.exception("who listens to r1widget failed")

    def tell_each(self, what: What, news: Iterable[Any]) -> None:
        for each in news:
            self.tell(what, each)

    def hears_of(self, turn: Turn, added: Added | None) -> None:
        """A turn that is being written has grown or changed. What is raised is raised here: the turn is to end with it."""
        if added is None:
            self._audience.turn_changed(turn)
        else:
            self._audience.text_added(turn, *added)

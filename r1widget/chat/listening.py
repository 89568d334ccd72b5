"""`Listener`: who is told what happens in a chat. `Listeners`: all of them, and what the model is doing."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from typing import Any

from ..conversation.turn import Origin, Turn
from ..engines import Engine, Progress
from ..engines.prospect import Prospect, ready
from ..reasoning import Kind
from ..settings import Settings
from .loading import Restored
from .status import EngineStatus, about_model, engine_status

logger = logging.getLogger("r1widget")


class Listener:
    """Hears nothing, until a subclass overrides what it wants to hear.

    A page, a notebook's file, a terminal: none is needed by a chat, and there may be any number of each. They are called on
    whichever thread it happens: the chat's own, that of who asks or stops, or one that loads the model for another chat. Who
    waits for a turn goes on when all have heard that it has ended.
    """

    def turn_changed(self, turn: Turn) -> None:
        """It is new, has begun, has ended, waits in another place, or has something to tell of how it goes on."""

    def text_added(self, turn: Turn, kind: Kind, at: int, text: str, origin: Origin) -> None:
        """A turn has grown by a text, from the character `at` of its kind."""

    def checked(self, turn: Turn) -> None:
        """What is known of the turn beyond its text has changed: a check, where its answer was decided, a note."""

    def versions_added(self, versions: Sequence[Turn], moved: Sequence[Turn]) -> None:
        """Turns that begin with a text that is there already are new, and the first is on the active branch; some that waited
        were `moved` behind it."""

    def branch_changed(self) -> None:
        """Another branch is the active one."""

    def conversation_ended(self, kept: Restored) -> None:
        """The chat begins another conversation, and this is the one that it had. `cleared` follows."""

    def cleared(self) -> None:
        """The conversation is empty."""

    def restored(self) -> None:
        """The conversation, which was empty, is another one, that was kept."""

    def noted(self, sentence: str) -> None:
        """Something that a person should know."""

    def settings_changed(self, settings: Settings) -> None:
        """Those of turns to come."""

    def status_changed(self, status: EngineStatus) -> None:
        """What the model is doing."""

    def waiting_changed(self, waits: bool) -> None:
        """Whether the main thread waits for a turn, so that an interrupt stops it."""


class Listeners:
    """Those of one chat, in the order in which they came, and the last ones. What one of them raises keeps nothing from the
    others."""

    def __init__(self, model: str, last: Sequence[Listener], look: Callable[[], Prospect]) -> None:
        """`last` hear of everything behind the others. `look` says what is known of the model, as long as it isn't loaded."""
        self._model = model
        self._all: list[Listener] = []
        self._last = tuple(last)
        self._stage: str | None = None  # of what is being loaded
        self.status = engine_status("idle", model, "")
        self.knows(look)

    def knows(self, look: Callable[[], Prospect]) -> None:
        """This says from now on what is known of the model."""
        self._look, self._known = look, look()
        self.status = {**self.status, "about": about_model(self._known)}

    def add(self, listener: Listener) -> None:
        self._all.append(listener)

    def remove(self, listener: Listener) -> None:
        """Twice is fine."""
        self._all = [each for each in self._all if each is not listener]

    def tell(self, what: str, *news: Any) -> None:
        """Call this method of all. What they raise is logged, and goes no further."""
        self._tell(what, *news)

    def _tell(self, what: str, *news: Any) -> Exception | None:
        first: Exception | None = None
        for listener in (*self._all, *self._last):
            try:
                getattr(listener, what)(*news)
            except Exception as problem:
                logger.exception("who listens to r1widget failed")
                first = first or problem
        return first

    # ---- what a `Generation` tells

    def turn_changed(self, turn: Turn) -> None:
        """Raises the first error when all have heard, as does `text_added`: a turn that can't be told of isn't written on."""
        if problem := self._tell("turn_changed", turn):
            raise problem

    def text_added(self, turn: Turn, kind: Kind, at: int, text: str, origin: Origin) -> None:
        if problem := self._tell("text_added", turn, kind, at, text, origin):
            raise problem

    def loading(self, progress: Progress) -> None:
        if self._stage == "download" and progress.stage != "download":
            self._known = self._look()  # it is there now
        self._stage = progress.stage
        how_far = {name: getattr(progress, name) for name in ("stage", "done", "total", "left")}
        self._is(engine_status("loading", self._model, progress.text, **how_far))

    def engine_ready(self, engine: Engine) -> None:
        described = engine.describe()
        bits = {"int8": 8, "int4": 4}.get(described.get("quantization", ""))
        weights = f"{bits} bits a weight: {described.get('quantization_why', '')}" if bits else ""
        cannot = dict(engine.capabilities.cannot) or None
        self._stage, self._known = None, ready(self._known, engine, described)
        self._is(engine_status("ready", self._model, weights, bits=bits, cannot=cannot))

    def engine_failed(self, message: str) -> None:
        self._stage, self._known = None, self._look()
        self._is(engine_status("failed", self._model, message))

    def engine_unloaded(self) -> None:
        self._stage, self._known = None, self._look()
        self._is(engine_status("idle", self._model, ""))

    def _is(self, status: EngineStatus) -> None:
        self.status = {**status, "about": about_model(self._known)}
        self.tell("status_changed", self.status)

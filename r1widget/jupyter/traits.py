"""`Traits`: keeps a widget's traits as its chat is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..chat import Listener
from ..chat.loading import Restored
from ..chat.status import EngineStatus
from ..conversation.turn import Turn
from ..settings import Settings

if TYPE_CHECKING:
    from .widget import ChatWidget


class Traits(Listener):
    """Of one view of a chat."""

    def __init__(self, widget: ChatWidget) -> None:
        self._widget = widget
        self.settings_changed(widget.chat.settings)

    def turn_changed(self, turn: Turn) -> None:
        self._widget._before.forget()
        if turn.state == "queued" and turn.version is None:
            self._widget.is_again = False

    def conversation_ended(self, kept: Restored) -> None:
        self._widget._before.offer(kept)

    def cleared(self) -> None:
        self._widget._has_typed = False

    def restored(self) -> None:
        self._widget._before.forget()

    def settings_changed(self, settings: Settings) -> None:
        self._widget.set_trait("turn_settings", settings.to_dict())
        self._widget.thinking_budget, self._widget.stop_loops = settings.thinking_budget, settings.stop_loops

    def status_changed(self, status: EngineStatus) -> None:
        self._widget.engine_status = {**status}

    def waiting_changed(self, waits: bool) -> None:
        self._widget.blocking = waits

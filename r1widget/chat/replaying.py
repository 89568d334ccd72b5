"""`replay`: a turn is written again from its record, by the chat's own thread, and compared. The conversation isn't touched.

What is compared, and how that is said, is in conversation/parting.py and conversation/replay.py.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ..conversation.differences import MODEL, differences, said
from ..conversation.edits import begun_again
from ..conversation.parting import begins, reach_of
from ..conversation.replay import Replay
from ..conversation.turn import Turn
from ..errors import ConversationError, R1WidgetError
from ..reasoning import KINDS
from ..settings import Settings
from .generation import Generation

_CALLED = {"max_completion_tokens": "max_tokens"}
"""Settings that servers call otherwise."""
_NAMES = tuple(Settings().to_dict())
_ANEW = "Ask it anew with chat.regenerate(turn)."

WaitWhile = Callable[..., object]
"""Acts, and waits for the ends of turns; an interrupt stops them (`Chat.wait_while`)."""


def replay(turn: Turn, generation: Generation, wait_while: WaitWhile, *, same_model: bool = False) -> Replay:
    """Blocks until the turn has been written again. `ConversationError` where it can't be, or, with `same_model`, where another
    model would have done it."""
    settings = settings_of(turn)
    again = begun_again(turn)

    def follow() -> None:
        generation.submit(again, settings=settings)
        _follow(again, turn, generation, same_model)

    try:
        wait_while(follow, again)
    finally:
        generation.stop(again)
    if same_model and (other := _other_model(turn, again)):
        raise ConversationError(
            f"Another model would write this turn again: {said(other)}.",
            "Load the recorded one, or leave same_model out to see what this one writes.",
        )
    return Replay.of_turns(turn, again)


def settings_of(turn: Turn) -> Settings:
    """Those that the turn was written with, its seed among them. `ConversationError` where there is nothing to repeat."""
    if turn.state != "ended":
        raise ConversationError("This turn hasn't ended.", "Wait until it has, or stop it.")
    recorded = turn.record.get("settings")
    if not isinstance(recorded, Mapping):
        raise ConversationError("This turn has no record of how it was written.", _ANEW)
    was_cut = turn.finish_reason in ("cancelled", "error")
    if was_cut and all(len(turn.text(kind)) <= begins(turn)[kind] for kind in KINDS):
        raise ConversationError("The model wrote nothing in this turn, so there is nothing to repeat.", _ANEW)
    return recorded_in(turn, recorded)


def recorded_in(turn: Turn, recorded: Mapping[str, Any]) -> Settings:
    """The settings of a turn's record, and its seed. `ConversationError` where they can't be."""
    known = {_CALLED.get(name, name): value for name, value in recorded.items()}
    try:
        chosen = Settings.of({name: value for name, value in known.items() if name in _NAMES})
        return chosen.replace({"seed": turn.record.get("seed")})
    except R1WidgetError as problem:
        raise ConversationError(f"The record of this turn is damaged: {problem.what}", _ANEW) from problem


def _follow(again: Turn, of: Turn, generation: Generation, same_model: bool) -> None:
    """Watch it being written, and stop it where there is nothing left to compare. The limit isn't given to the engine as
    `max_tokens`, on which a budget, and the room for a closing, depend."""
    reach = reach_of(of)
    left = reach.reasoning + reach.answer
    ends = reach.why not in (None, "loop")
    for piece in again:
        left -= len(piece.text)
        if (ends and left <= 0) or (same_model and _other_model(of, again)):
            generation.stop(again)


def _other_model(of: Turn, again: Turn) -> dict[str, Any]:
    if "settings" not in again.record:  # it hasn't begun
        return {}
    return {name: pair for name, pair in differences(of.record, again.record).items() if name in MODEL}

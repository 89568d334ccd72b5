"""`EngineStatus`: what the model of a chat is doing, for whoever looks."""

from __future__ import annotations

from typing import Any, Literal, cast

from typing_extensions import NotRequired, TypedDict

EngineState = Literal["idle", "loading", "ready", "failed"]


class EngineStatus(TypedDict):
    """Also the trait `engine_status`, so `js/src` has the same."""

    state: EngineState
    model: str
    text: str  # a sentence; in "failed" what is wrong and the remedy, in "ready" how the weights are held: and why
    done: NotRequired[int]
    total: NotRequired[int]
    stage: NotRequired[Literal["download", "load", "check"]]  # in "loading"; for a page that speaks another language
    bits: NotRequired[int]  # in "ready": of a weight, where it has fewer than the model was made with
    cannot: NotRequired[dict[str, str]]  # in "ready": acts of steering that it can't carry out, and why


def engine_status(state: EngineState, model: str, text: str, **about: Any) -> EngineStatus:
    """What isn't known isn't there."""
    status: EngineStatus = {"state": state, "model": model, "text": text}
    return cast("EngineStatus", {**status, **{name: value for name, value in about.items() if value is not None}})

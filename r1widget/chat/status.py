"""`EngineStatus`: what the model of a chat is doing, for whoever looks."""

from __future__ import annotations

from typing import Any, Literal, cast

from typing_extensions import NotRequired, TypedDict

from ..engines.prospect import Prospect

EngineState = Literal["idle", "loading", "ready", "failed"]


class EngineStatus(TypedDict):
    """Also the trait `engine_status`, so `js/src` has the same."""

    state: EngineState
    model: str
    text: str  # a sentence; in "failed" what is wrong and the remedy, in "ready" how the weights are held: and why
    done: NotRequired[int]
    total: NotRequired[int]
    left: NotRequired[int]  # in "loading": seconds until that is done, about
    about: NotRequired[ModelAbout]  # in every state: what is known of the model
    stage: NotRequired[Literal["download", "load", "check"]]  # in "loading"; for a page that speaks another language
    bits: NotRequired[int]  # in "ready": of a weight, where it has fewer than the model was made with
    cannot: NotRequired[dict[str, str]]  # in "ready": acts of steering that it can't carry out, and why


class ModelAbout(TypedDict):
    """What is known of a model, also before it is loaded; what isn't known isn't there."""

    title: str  # as a person calls it, without whose it is
    place: Literal["here", "server", "object"]  # on this machine, on a server, or an object that the person made
    server: NotRequired[str]  # of a server: its name
    skill: NotRequired[Literal["sums", "reasoning"]]  # sums alone (the built-in model), or thoughts
    parameters: NotRequired[int]
    file_type: NotRequired[str]  # of a GGUF file: how its weights lie in it, as llama.cpp calls that
    bits: NotRequired[int]  # of a weight, as it will be held or is; where that differs, of those with the fewest
    most_bits: NotRequired[int]  # and of those with the most
    device: NotRequired[Literal["cpu", "cuda", "mps"]]
    download: NotRequired[int]  # bytes that have to come from the network yet
    memory: NotRequired[int]  # bytes that its weights take
    seconds: NotRequired[float]  # until it is loaded, about; without the download


def about_model(known: Prospect) -> ModelAbout:
    return cast("ModelAbout", known.to_dict())


def engine_status(state: EngineState, model: str, text: str, **more: Any) -> EngineStatus:
    """What isn't known isn't there."""
    status: EngineStatus = {"state": state, "model": model, "text": text}
    return cast("EngineStatus", {**status, **{name: value for name, value in more.items() if value is not None}})

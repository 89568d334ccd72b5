"""The answer to `describe`: all that is known of a chat's model, and the memory in use; and what can't be unloaded, and why."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

from ..chat import Chat
from ..errors import EngineError
from ..number import number, whole
from .protocol import Described, ModelMemory

DEEPEST = 6


def described(chat: Chat, id: str) -> Described:
    """As its engine says where it is loaded, and otherwise what is known without."""
    engine = chat.generation.engine
    about = {"model": chat.model_name, **chat.status.get("about", {})} if engine is None else engine.describe()
    return {"type": "described", "id": id, "about": _plain(about), "memory": _memory(engine)}


def check_unload(chat: Chat) -> None:
    """`EngineError` where there is nothing to unload."""
    place = chat.status["about"]["place"]
    if place == "server":
        raise EngineError("The model runs on a server, so nothing of it is in this kernel's memory.", "")
    if place == "object":
        raise EngineError("The model is an object that code has made, which holds it.", "Let it go there: del it.")
    if chat.generation.engine is None and not chat.generation.source.is_loading:
        raise EngineError("The model isn't loaded, so there is nothing to unload.", "The next question loads it.")


def _memory(engine: Any) -> ModelMemory:
    import psutil

    memory: ModelMemory = {"process": int(psutil.Process().memory_info().rss)}
    for name, attribute in (("weights", "weight_bytes"), ("cache", "cache_bytes")):
        size = whole(getattr(engine, attribute, None))
        if isinstance(size, int) and not isinstance(size, bool):
            memory[name] = size  # type: ignore[literal-required]  # one of its names
    return memory


def _plain(value: Any, depth: int = 0) -> Any:
    """As JSON has it. An engine of a person's own may say anything; no path of this machine leaves it."""
    if isinstance(value, Mapping):
        return {str(name): _plain(each, depth + 1) for name, each in value.items()} if depth < DEEPEST else None
    if isinstance(value, (list, tuple, set, frozenset)):
        return [_plain(each, depth + 1) for each in value] if depth < DEEPEST else None
    value = number(value)
    if value is None or isinstance(value, (bool, int)):
        return value
    if isinstance(value, float):
        return value if abs(value) < float("inf") else None  # NaN too, which JSON hasn't
    text = os.fspath(value) if isinstance(value, os.PathLike) else str(value)
    return os.path.basename(str(text).rstrip("/\\")) if os.path.isabs(text) else str(text)

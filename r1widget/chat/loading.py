"""A conversation that was kept, and with which model it goes on: of the history, or of a file."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from .. import pocket
from ..conversation import Conversation
from ..engines import Delta, Engine, is_name
from ..engines.location import locate
from ..errors import EngineError, HistoryError
from ..export import stored
from ..journal import history
from ..journal.book import About

SUFFIXES = (".json", ".ipynb")


@dataclass(frozen=True)
class Restored:
    """A conversation that was kept."""

    about: About
    conversation: Conversation
    goes_on: bool
    """Whether it is that very one, of the history. What a file has is a copy, and becomes one of its own."""
    at: datetime
    """When something was last written of it."""


def found(source: str | os.PathLike[str], name: str | None = None) -> Restored:
    """By a file's path, or by an id of the history. `HistoryError`, `ConversationError` where there is none."""
    path = Path(source).expanduser()
    if isinstance(source, os.PathLike) or path.suffix.lower() in SUFFIXES or os.sep in str(source):
        return of_file(path, name)
    kept, conversation = history.restore(str(source))
    return Restored(kept.about, conversation, goes_on=True, at=kept.changed)


def of_file(path: Path, name: str | None = None, *, id: str | None = None) -> Restored:
    """The one of a file: what was exported to it, unless another is named that it shows; of that name or id, where it has several."""
    there = stored.conversations_in(path)
    chosen = [each for each in there if (name is None or each.name == name) and (id is None or each.id == id)]
    if name is None and id is None:
        chosen = [each for each in there if each.is_the_files] or chosen
    if len(chosen) != 1:
        raise HistoryError(
            f"{path.name} has {_several(there) if there else 'no conversation'}"
            f"{f' and none is called {name!r}' if there and name is not None else ''}.",
            "Say which by its name: load(…, name=…)." if there else "Only what r1widget has written can be read again.",
        )
    about = About(model=chosen[0].model, name=chosen[0].name)
    return Restored(about, chosen[0].conversation, goes_on=False, at=changed(chosen[0].conversation))


def changed(conversation: Conversation) -> datetime:
    """When something was last asked in it."""
    created = [turn.created for turn in conversation.all_turns]
    return datetime.fromisoformat(max(created)) if created else datetime.now(timezone.utc)


def asked_for(
    name: str,
    model: str | os.PathLike[str] | Engine | None,
    base_url: str | None,
    quantization: str | None,
    title: str | None = None,
    file: str | None = None,
) -> dict[str, Any]:
    """What the journal has of a chat's model: how it is called, and what it was asked for by. No key."""
    about: dict[str, Any] = {"name": name, **({"title": title} if title else {})}
    if is_name(model):
        asked = os.fspath(model) if model is not None else None
        about |= {"asked": asked, "base_url": base_url, "quantization": quantization}
        about |= {"file": file} if file is not None else {}
    return about


def told_of(about: About | None, name: str) -> dict[str, Any]:
    """What a file says of a conversation beside its turns: no key, no address, no path."""
    model = {"name": name}
    if about is not None and "title" in about.model:
        model["title"] = about.model["title"]
    asked = about.model.get("asked") if about is not None else None
    if about is not None and isinstance(asked, str) and _can_be_told(asked, about.model.get("base_url")):
        model["asked"] = asked
        if isinstance(file := about.model.get("file"), str) and not os.path.isabs(file):
            model["file"] = file
    told: dict[str, Any] = {"model": model}
    if about is not None:
        told |= {"chat": about.id, **({"name": about.name} if about.name else {})}
    return told


def _can_be_told(asked: str, base_url: object) -> bool:
    """Whether it is a name, and no way to a file of this machine."""
    if base_url is not None:
        return not os.path.exists(asked) and not os.path.isabs(asked)
    return asked == pocket.NAME or locate(asked).kind in ("hub", "ollama")


def model_of(about: About, model: str | os.PathLike[str] | Engine | None) -> dict[str, Any]:
    """What to give to `Chat(…)`: another model, or what the conversation was with."""
    if model is not None:
        return {"model": model}
    if "asked" not in about.model:
        return {"model": Missing(str(about.model.get("name") or "an engine"))}
    known = {
        name: about.model.get(name) for name in ("base_url", "quantization", "title", "file") if name in about.model
    }
    return {"model": about.model["asked"], **known}


class Missing:
    """In place of an engine that was an object of somebody's code: the conversation can be read, and not go on."""

    def __init__(self, name: str) -> None:
        self.name = name

    def stream(self, request: Any, stop: Any) -> Iterator[Delta]:
        raise EngineError(
            f"This conversation was with {self.name!r}, which code has made.",
            "Give it, or another model, as load(…, model=…).",
        )


def _several(there: list[stored.Stored]) -> str:
    count = "one conversation" if len(there) == 1 else f"{len(there)} conversations"
    names = ", ".join(repr(each.name or each.id or "one without a name") for each in there)
    return f"{count} ({names})"

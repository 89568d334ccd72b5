"""Conversations in files, to be read again: of a `.json`, of an exported `.ipynb`, and of a notebook whose outputs show a chat.

Such an output has `MIME` beside its Markdown: `{"format", "chat", "name", "model", "active", "turns"}`, where the turns are those that
it shows, with all their versions. What one conversation has in several outputs is put together again.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from ..conversation import Conversation
from ..conversation.tokens import from_text, with_tokens
from ..conversation.tree import FORMAT
from ..conversation.turn import Turn
from ..errors import ConversationError, HistoryError
from .data import without_answer, without_reasoning, without_samples
from .notebook import conversation_of

MIME = "application/vnd.r1widget+json"
MOST = 500_000
"""Characters of one output's JSON. A chat has four outputs, so two million in all; the Markdown has what is left out here."""


@dataclass(frozen=True)
class Stored:
    """A conversation of a file."""

    conversation: Conversation
    id: str | None
    """In the history of whoever wrote the file."""
    name: str | None
    model: Mapping[str, Any]
    """As `About.model`."""
    cells: frozenset[str] = frozenset()
    """In which cells of the notebook it is shown."""
    is_the_files: bool = False
    """Whether the file is an export of it, and not only shows it."""


# ---- written


def branch_data(about: Mapping[str, Any], conversation: Conversation, turns: Sequence[Turn]) -> dict[str, Any]:
    """What stands beside the Markdown of these turns of the active branch. `about`: what else is to be told of the conversation."""
    numbers = {turn.id: number for number, turn in enumerate(conversation.all_turns)}
    leaf = conversation.leaf
    data: list[dict[str, Any]] = []
    left = MOST
    for turn in sorted(_with_versions(conversation, turns), key=lambda each: -numbers.get(each.id, 0)):
        entry = {**turn.to_dict(), "number": numbers.get(turn.id, 0)}
        for shorter in (without_samples, without_reasoning, without_answer):
            if _length(entry) > left:
                entry = shorter(entry)
        left -= _length(entry)
        data.append(entry)
    return {"format": FORMAT, **about, "active": leaf.id if leaf else None, "turns": data[::-1]}


def _with_versions(conversation: Conversation, turns: Sequence[Turn]) -> Iterator[Turn]:
    """The turns, and whatever stands on branches that begin beside them."""
    for turn in turns:
        yield turn
        for version in conversation.children(turn.parent):
            if version is not turn:
                yield from _below(conversation, version)


def _below(conversation: Conversation, turn: Turn) -> Iterator[Turn]:
    waiting = [turn]
    while waiting:
        yield (each := waiting.pop())
        waiting += conversation.children(each.id)


def _length(entry: Mapping[str, Any]) -> int:
    return len(json.dumps(entry, ensure_ascii=False))


# ---- read


def conversations_in(path: Path) -> list[Stored]:
    """Those of a file, in the order in which they stand in it. `HistoryError` for one that can't be read at all, and
    `ConversationError` for a damaged one."""
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except OSError as problem:
        raise HistoryError(f"{path.name} can't be read: {problem.strerror}.", "Give the path of a file.") from problem
    except ValueError as problem:
        raise HistoryError(f"{path.name} is no JSON, or not all of it ({problem}).", "Export it again.") from problem
    if isinstance(data, Mapping) and "cells" in data:
        return _in_notebook(data)
    return [_stored(data)]


def _in_notebook(notebook: Mapping[str, Any]) -> list[Stored]:
    whole = conversation_of(notebook)
    parts: dict[object, list[Mapping[str, Any]]] = {}
    cells: dict[object, set[str]] = {}
    for cell in notebook["cells"]:
        for output in cell.get("outputs", ()):
            part = output.get("data", {}).get(MIME)
            if isinstance(part, Mapping) and part.get("turns"):
                parts.setdefault(part.get("chat"), []).append(part)
                cells.setdefault(part.get("chat"), set()).add(str(cell.get("id")))
    there = [replace(_stored(whole), is_the_files=True)] if whole else []
    return there + [_stored(_together(of_one), frozenset(cells[chat])) for chat, of_one in parts.items()]


def _together(parts: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """What one conversation has in several outputs."""
    turns: dict[str, dict[str, Any]] = {}
    for part in parts:
        for turn in part["turns"]:
            if (other := turns.get(turn["id"])) is None or _worth(turn) > _worth(other):
                turns[turn["id"]] = dict(turn)
    ordered = sorted(turns.values(), key=lambda turn: turn.get("number", 0))
    newest = max(parts, key=lambda part: max(turn.get("number", 0) for turn in part["turns"]))
    active = newest.get("active")
    return {**newest, "active": active if active in turns else ordered[-1]["id"], "turns": _connected(ordered)}


def _worth(turn: Mapping[str, Any]) -> tuple[bool, int, int]:
    """The same turn may stand in two outputs, one of which is older."""
    written = sum(len(span["text"]) for span in turn.get("spans", ()))
    return turn.get("state") == "ended", written, len(json.dumps(turn.get("checks", {})))


def _connected(turns: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Where an output is gone with the turns in it, what came behind them follows what is there."""
    connected: list[dict[str, Any]] = []
    ids = {turn["id"] for turn in turns}
    for turn in turns:
        if turn.get("parent") is not None and turn["parent"] not in ids:
            turn = {**turn, "parent": connected[-1]["id"] if connected else None}
        if turn.get("version") and turn["version"]["of"] not in ids:
            turn = {name: value for name, value in turn.items() if name != "version"}
        connected.append(turn)
    return connected


def _stored(data: Any, cells: frozenset[str] = frozenset()) -> Stored:
    try:
        conversation = Conversation.from_dict(data)
        for entry, turn in zip(data["turns"], conversation.all_turns, strict=True):
            if tokens := from_text(entry.get("tokens")):
                with_tokens(turn, [tokens])
            if entry.get("state") != "ended":
                turn.record.setdefault("interrupted", "kernel")
    except (AttributeError, TypeError, KeyError) as problem:
        raise ConversationError(f"This is no stored conversation ({problem}).", "Export it again.") from problem
    model = data.get("model")
    return Stored(conversation, data.get("chat"), data.get("name"), model if isinstance(model, Mapping) else {}, cells)

"""A conversation as JSON: all of it, every version of every turn, to be read again with `Conversation.from_dict`."""

from __future__ import annotations

import json
from typing import Any

from ..conversation import Conversation
from ..conversation.token_places import KEPT
from ..conversation.turn import LEFT_OUT
from .markdown import Reasoning


def conversation_json(conversation: Conversation, reasoning: Reasoning = "folded") -> str:
    """Pretty, in plain Unicode, with a line break at the end. Without the reasoning it says so, of the whole and of each
    turn that had any."""
    data = conversation.to_dict()
    if reasoning == "none":
        turns = [without_reasoning(turn) for turn in data["turns"]]
        data = {**data, LEFT_OUT: ["reasoning"], "turns": turns}
    return json.dumps(data, ensure_ascii=False, indent=2) + "\n"


def without_reasoning(turn: dict[str, Any]) -> dict[str, Any]:
    """The turn as data, without its thought and what is known of places in it. How long it was is no part of it."""
    spans = turn.get("spans", [])
    kept = [span for span in spans if span["kind"] != "reasoning"]
    if len(kept) == len(spans):
        return turn
    record = _says(turn, "reasoning")
    record.pop(KEPT, None)
    scores = record.pop("scores", None)
    if isinstance(scores, dict):
        record["scores"] = {kind: of_kind for kind, of_kind in scores.items() if kind != "reasoning"}
    dropped = ("timeline", "tokens")
    return {**{name: value for name, value in turn.items() if name not in dropped}, "spans": kept, "record": record}


def without_answer(turn: dict[str, Any]) -> dict[str, Any]:
    """The turn as data, without its answer."""
    spans = turn.get("spans", [])
    kept = [span for span in spans if span["kind"] != "answer"]
    return turn if len(kept) == len(spans) else {**turn, "spans": kept, "record": _says(turn, "answer")}


def _says(turn: dict[str, Any], what: str) -> dict[str, Any]:
    record = turn.get("record", {})
    return {**record, LEFT_OUT: [*record.get(LEFT_OUT, []), what]}

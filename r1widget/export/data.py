"""A conversation as JSON: all of it, every version of every turn, to be read again with `Conversation.from_dict`."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from ..conversation import Conversation
from ..conversation.turn import LEFT_OUT, Turn
from .markdown import Reasoning


def conversation_json(
    conversation: Conversation, reasoning: Reasoning = "folded", turns: Sequence[Turn] | None = None
) -> str:
    """Pretty, in plain Unicode, with a line break at the end. Without the reasoning it says so, of the whole and of each
    turn that had any; and so it does with `turns` alone, where there are others."""
    data = conversation.to_dict()
    left_out = []
    if turns is not None and len(turns) < len(data["turns"]):
        left_out.append("turns")
        data = _alone(data, turns)
    if reasoning == "none":
        left_out.append("reasoning")
        data = {**data, "turns": [_without_reasoning(turn) for turn in data["turns"]]}
    if left_out:
        data = {**data, LEFT_OUT: left_out}
    return json.dumps(data, ensure_ascii=False, indent=2) + "\n"


def _alone(data: dict[str, Any], turns: Sequence[Turn]) -> dict[str, Any]:
    """Of a conversation as data these turns alone, the last of them active. They refer to no other, or it couldn't be read
    again."""
    ids = {turn.id for turn in turns}
    kept = [
        {name: value for name, value in turn.items() if not _names_another(name, value, ids)}
        for turn in data["turns"]
        if turn["id"] in ids
    ]
    return {**data, "active": turns[-1].id if turns else None, "turns": kept}


def _names_another(name: str, value: Any, ids: set[str]) -> bool:
    return (name == "parent" and value not in ids) or (name == "version" and value["of"] not in ids)


def _without_reasoning(turn: dict[str, Any]) -> dict[str, Any]:
    """The turn as data, without its thought and what is known of places in it. How long it was is no part of it."""
    spans = turn.get("spans", [])
    kept = [span for span in spans if span["kind"] != "reasoning"]
    if len(kept) == len(spans):
        return turn
    record = {**turn.get("record", {}), LEFT_OUT: ["reasoning"]}
    scores = record.pop("scores", None)
    if isinstance(scores, dict):
        record["scores"] = {kind: of_kind for kind, of_kind in scores.items() if kind != "reasoning"}
    return {**{name: value for name, value in turn.items() if name != "timeline"}, "spans": kept, "record": record}

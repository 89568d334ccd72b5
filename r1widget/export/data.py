"""A conversation as JSON: all of it, every version of every turn, to be read again with `Conversation.from_dict`.

What stands in it: docs/conversation.schema.json.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from ..conversation import Conversation
from ..conversation.token_places import BEGINS
from ..conversation.tokens import as_text, tokens_of
from ..conversation.turn import LEFT_OUT, Turn
from .markdown import Reasoning


def conversation_json(
    conversation: Conversation,
    reasoning: Reasoning = "folded",
    turns: Sequence[Turn] | None = None,
    about: Mapping[str, Any] | None = None,
) -> str:
    """Pretty, in plain Unicode, with a line break at the end; and what is known of each token beside its turn. `about`: what
    else is to be told of the conversation."""
    data = conversation_data(conversation, reasoning, turns)
    for entry in data["turns"] if reasoning != "none" else ():
        if tokens := tokens_of(conversation[entry["id"]]):
            entry["tokens"] = as_text(tokens)
    return json.dumps({"format": data["format"], **(about or {}), **data}, ensure_ascii=False, indent=2) + "\n"


def conversation_data(
    conversation: Conversation, reasoning: Reasoning = "folded", turns: Sequence[Turn] | None = None
) -> dict[str, Any]:
    """`Conversation.to_dict`. Without the reasoning it says so, of the whole and of each turn that had any; and so it does with
    `turns` alone, where there are others."""
    data = conversation.to_dict()
    left_out = []
    if turns is not None and len(turns) < len(data["turns"]):
        left_out.append("turns")
        data = _alone(data, turns)
    if reasoning == "none":
        left_out.append("reasoning")
        data = {**data, "turns": [without_reasoning(turn) for turn in data["turns"]]}
    return {**data, LEFT_OUT: left_out} if left_out else data


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


def without_reasoning(turn: dict[str, Any]) -> dict[str, Any]:
    """The turn as data, without its thought and what is known of places in it. How long it was is no part of it."""
    spans = turn.get("spans", [])
    kept = [span for span in spans if span["kind"] != "reasoning"]
    if len(kept) == len(spans):
        return turn
    record = _says(turn, "reasoning")
    record.pop(BEGINS, None)
    scores = record.pop("scores", None)
    if isinstance(scores, dict):
        record["scores"] = {kind: of_kind for kind, of_kind in scores.items() if kind != "reasoning"}
    dropped = ("timeline", "tokens", "checks")
    data = {**{name: value for name, value in turn.items() if name not in dropped}, "spans": kept, "record": record}
    return {**data, **({"checks": checks} if (checks := _without_thoughts(turn.get("checks", {}))) else {})}


def without_samples(turn: dict[str, Any]) -> dict[str, Any]:
    """The turn as data, without the thoughts of the answers that it was compared with, which may be many times its own length."""
    checks = turn.get("checks", {})
    if not any(each["samples"] for each in (checks.get("check"), *_boundaries(checks)) if each):
        return turn
    return {**turn, "checks": _without_samples(checks)}


def _without_thoughts(checks: Mapping[str, Any]) -> dict[str, Any]:
    """Nor what a reader wrote about the thought, nor where in it the answer was decided."""
    kept = {name: value for name, value in _without_samples(checks).items() if name != "answer_trace"}
    if notes := [note for note in kept.pop("notes", ()) if note["kind"] != "reasoning"]:
        kept["notes"] = notes
    return kept


def _without_samples(checks: Mapping[str, Any]) -> dict[str, Any]:
    kept = dict(checks)
    if (check := checks.get("check")) is not None:
        kept["check"] = _bare(check)
    if (trace := checks.get("answer_trace")) is not None:
        kept["answer_trace"] = {**trace, "boundaries": [_bare(each) for each in _boundaries(checks)]}
    return kept


def _boundaries(checks: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    boundaries: Sequence[Mapping[str, Any]] = checks.get("answer_trace", {}).get("boundaries", ())
    return boundaries


def _bare(compared: Mapping[str, Any]) -> dict[str, Any]:
    samples = compared["samples"]
    bare = [{name: value for name, value in each.items() if name != "reasoning"} for each in samples]
    return {**compared, "samples": bare}


def without_answer(turn: dict[str, Any]) -> dict[str, Any]:
    """The turn as data, without its answer."""
    spans = turn.get("spans", [])
    kept = [span for span in spans if span["kind"] != "answer"]
    return turn if len(kept) == len(spans) else {**turn, "spans": kept, "record": _says(turn, "answer")}


def _says(turn: dict[str, Any], what: str) -> dict[str, Any]:
    record = turn.get("record", {})
    return {**record, LEFT_OUT: [*record.get(LEFT_OUT, []), what]}

"""`checks_of`: what is known of a turn beyond its text, as values: `TurnChecks` of jupyter/protocol_checks.py."""

from __future__ import annotations

from typing import Any

from ..check.asked_again import Check
from ..conversation.turn import Turn


def checks_of(turn: Turn) -> dict[str, Any]:
    """All of it; nothing where there is nothing."""
    return {
        **({"check": _check(turn.check)} if turn.check else {}),
        **({"notes": [note.to_dict() for note in turn.notes]} if turn.notes else {}),
        **({"under": {what: _under(under) for what, under in turn.under.items()}} if turn.under else {}),
    }


def _check(check: Check) -> dict[str, Any]:
    agreement = check.agreement
    return {
        "samples": [
            {"answer": sample.answer, "finish_reason": sample.finish_reason, "tokens": sample.tokens}
            for sample in check.samples
        ],
        "by": agreement.by,
        "groups": [{"value": group.value, "by": group.by, "members": [*group.members]} for group in agreement.groups],
        "without": [*agreement.without],
        "support": [],
    }


def _under(under: Any) -> dict[str, Any]:
    return {"done": under.done, "total": under.total, **({} if under.left is None else {"left": round(under.left, 1)})}

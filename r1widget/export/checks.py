"""`checks_of`: what is known of a turn beyond its text, as values: `TurnChecks` of jupyter/protocol_checks.py."""

from __future__ import annotations

from typing import Any

from ..check.answer_trace import AnswerTrace
from ..check.asked_again import Check
from ..check.finding import Finding
from ..check.support import Support
from ..conversation.turn import Turn


def checks_of(turn: Turn, *, counted: bool = False) -> dict[str, Any]:
    """All of it; nothing where there is nothing. `counted`: only what needn't be counted first, which may take seconds."""
    check = turn.check if turn.check and (turn.check.is_counted or not counted) else None
    trace = turn.answer_trace if turn.answer_trace and (turn.answer_trace.is_counted or not counted) else None
    findings = turn.findings if turn.is_read or not counted else ()
    lead = len(turn.text("answer")) - len(turn.text("answer").lstrip())  # before what was checked
    return {
        **({"findings": [_finding(each) for each in findings]} if findings else {}),
        **({"check": _check(check, lead)} if check else {}),
        **({"answer_trace": _trace(trace)} if trace else {}),
        **({"notes": [note.to_dict() for note in turn.notes]} if turn.notes else {}),
        **({"under": {what: _under(under) for what, under in turn.under.items()}} if turn.under else {}),
    }


def without_thought(checks: dict[str, Any]) -> dict[str, Any]:
    """What of it says nothing of the thought."""
    kept = {name: value for name, value in checks.items() if name != "answer_trace"}
    for name in ("findings", "notes"):
        rest = [
            each for each in kept.pop(name, ()) if each["kind"] != "reasoning" and each.get("what") != "other_value"
        ]
        kept |= {name: rest} if rest else {}
    return kept


def _finding(finding: Finding) -> dict[str, Any]:
    right = {"right": finding.right} if finding.right else {}
    where = {"start": finding.start, "end": finding.end}
    return {"what": finding.what, "kind": finding.kind, **where, "text": finding.text, **right}


def _check(check: Check, lead: int) -> dict[str, Any]:
    agreement = check.agreement
    return {
        "samples": [
            {"answer": sample.answer, "finish_reason": sample.finish_reason, "tokens": sample.tokens}
            for sample in check.samples
        ],
        "by": agreement.by,
        "groups": [{"value": group.value, "by": group.by, "members": [*group.members]} for group in agreement.groups],
        "without": [*agreement.without],
        "support": [_support(each, lead) for each in check.support],
    }


def _support(support: Support, lead: int) -> dict[str, Any]:
    return {
        "text": support.text,
        "kind": support.kind,
        "spans": [[lead + start, lead + end] for start, end in support.spans],
        "found_in": [*support.found_in],
        "count": support.count,
        "total": support.total,
    }


def _trace(trace: AnswerTrace) -> dict[str, Any]:
    boundaries = [
        {"step": boundary.step, "at": boundary.at, "counts": [*shares.counts], "without": shares.without}
        for boundary, shares in zip(trace.boundaries, trace.shares, strict=True)
        if boundary.samples
    ]
    decided, turned = trace.decided, trace.turned
    return {
        "answers": [*trace.answers],
        "boundaries": boundaries,
        **({} if decided is None else {"decided": decided}),
        **({} if turned is None else {"turned": turned}),
    }


def _under(under: Any) -> dict[str, Any]:
    return {"done": under.done, "total": under.total, **({} if under.left is None else {"left": round(under.left, 1)})}

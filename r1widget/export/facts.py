"""Sentences on a turn, for every kind of file: how long it thought, how it ended, how it came about. Plain text."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..conversation.outcome import for_readers, said
from ..conversation.turn import LEFT_OUT, Turn

_ENDED_BY = {
    by: label for by, label in for_readers("thinking_ended_by").items() if by != "length"
}  # the outcome says that


def thought(turn: Turn) -> str:
    """`Thought for 12 s · 340 tokens`, as far as the record knows: in the widget's own words, which tests/wire/thoughts.json has."""
    seconds = _number(turn.record, "seconds", "thinking")
    tokens = _number(turn.record, "tokens", "reasoning")
    verb = "Thought" if turn.state == "ended" else "Thinking"
    facts = [verb if seconds is None else f"{verb} for {_whole(seconds)}"]
    if tokens:
        facts.append(f"{tokens:,.0f} token{'' if tokens == 1 else 's'}")
    if turn.thinking_ended_by in _ENDED_BY:
        facts.append(_ENDED_BY[turn.thinking_ended_by])
    return " · ".join(facts)


def outcome(turn: Turn) -> str:
    """What a person must know of how the turn ended; nothing where it ended as it should."""
    if turn.state != "ended":
        return "Waiting to be answered." if turn.state == "queued" else "In progress."
    if turn.finish_reason == "error":
        return f"Error: {turn.error or 'the model could not go on.'}"
    if turn.finish_reason == "cancelled" and turn.error:
        return f"Stopped: {turn.error}"
    tokens = sum(_number(turn.record, "tokens", kind) or 0 for kind in ("reasoning", "answer"))
    return said(turn, f"{tokens:,.0f} tokens" if tokens else "")


def small_print(turn: Turn) -> list[str]:
    """What stands below a turn: how it came about, and what else is to be told of it."""
    notes = turn.record.get("notes")
    notes = [note for note in notes if isinstance(note, str)] if isinstance(notes, (list, tuple)) else []
    return [line for line in (came_about(turn), *notes) if line]


def came_about(turn: Turn) -> str:
    """The record in one line: model, how it was sampled, how much, how long."""
    record = turn.record
    settings = record.get("settings")
    settings = settings if isinstance(settings, Mapping) else {}
    # First what a reader wants to know, then what it takes to do it again.
    facts = [str(record["model"])] if record.get("model") not in (None, "") else []
    seconds = _number(record, "seconds", "total")
    if seconds is not None:
        facts.append(duration(seconds))
    counts = {kind: _number(record, "tokens", kind) for kind in ("prompt", "reasoning", "answer")}
    told = [f"{count:,.0f} {kind}" for kind, count in counts.items() if count is not None]
    if told:
        facts.append(" + ".join(told) + " tokens")
    if others := _number(record, "tokens", "others"):
        facts.append(f"{others:,.0f} token{'' if others == 1 else 's'} not the model's")
    known = dict.fromkeys(record.get(key) for key in ("quantization", "device", "dtype"))
    facts += [str(fact) for fact in known if fact not in (None, "", "none")]
    if record.get("revision"):
        facts.append(f"revision {str(record['revision'])[:12]}")
    for key, value in settings.items():
        if value not in (None, "", False) and key not in ("seed", "system", "budget_message", "stop_loops"):
            facts.append(f"{str(key).replace('_', ' ')} {value}")
    if settings.get("system"):
        facts.append("with a system prompt")
    if settings.get("budget_message"):
        facts.append("with a budget message")
    if settings.get("stop_loops") is True:
        facts.append("stops loops")
    seed = record.get("seed", settings.get("seed"))
    if seed is not None:
        facts.append(f"seed {seed}")
    filled = record.get("filled_in")
    if isinstance(filled, Mapping):
        facts += [f"filled in {name} = {value}" for name, value in filled.items()]
    if record.get(LEFT_OUT):
        facts.append("thought left out")
    if turn.finish_reason:
        facts.append(f"finished: {turn.finish_reason}")
    return " · ".join(facts)


def duration(seconds: float) -> str:
    """`0.8 s`, `12 s`, `3 min 5 s`."""
    if seconds < 9.95:
        return f"{seconds:.1f} s"
    if seconds < 59.5:
        return f"{seconds:.0f} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if minutes < 60 else f"{minutes // 60} h {minutes % 60} min"


def _whole(seconds: float) -> str:
    """`<1 s`, `12 s`, `2 min 5 s`: whole seconds are enough for a person."""
    if seconds < 1:
        return "<1 s"
    whole = int(seconds)
    if whole < 60:
        return f"{whole} s"
    minutes, rest = divmod(whole, 60)
    return f"{minutes} min {rest} s" if minutes < 60 else f"{minutes // 60} h {minutes % 60} min"


def _number(record: Mapping[str, Any], part: str, key: str) -> float | None:
    values = record.get(part)
    value = values.get(key) if isinstance(values, Mapping) else None
    return value if isinstance(value, (int, float)) and not isinstance(value, bool) else None

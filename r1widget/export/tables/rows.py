"""`rows`: a conversation's turns, steps, tokens, versions, and what was found out about them, as dictionaries of plain values.

A conversation may come from a file, and a record from anybody's engine: a value that its column can't have is left out (None).
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timezone
from typing import Any

from ...conversation import Conversation
from ...conversation.alternatives import UNKNOWN
from ...conversation.scores import TokenScore
from ...conversation.token_places import steps_at, token_places
from ...conversation.turn import Turn, clean
from ...number import number, whole
from ..provenance import how
from .columns import Type, columns_of

Row = dict[str, Any]


def rows(conversation: Conversation, table: str) -> list[Row]:
    """The rows of a table, in the order in which the turns were made; each has all of the table's columns."""
    columns = columns_of(table)
    active = {turn.id for turn in conversation.turns}
    found = (row for turn in conversation.all_turns for row in _ROWS[table](turn, active))
    return [{column.name: _plain(row.get(column.name), column.type) for column in columns} for row in found]


def _turn(turn: Turn, active: set[str]) -> Iterator[Row]:
    record = turn.record
    settings, tokens, seconds, scores = (_part(record, name) for name in ("settings", "tokens", "seconds", "scores"))
    yield {
        **{name: record.get(name) for name in ("model", "revision", "quantization", "device", "tokens_per_second")},
        **{name: settings.get(name) for name in ("temperature", "top_p", "max_tokens", "thinking_budget")},
        **{f"tokens_{kind}": tokens.get(kind) for kind in ("reasoning", "answer")},
        **{f"seconds_{name}": seconds.get(name) for name in ("total", "thinking", "first_token")},
        **{f"mean_logprob_{kind}": _part(scores, kind).get("mean_logprob") for kind in ("reasoning", "answer")},
        "tokens_prompt": tokens.get("prompt") or None,  # no prompt has none; a server may not say how many
        "seed": settings.get("seed") if record.get("seed") is None else record["seed"],
        "id": turn.id,
        "parent": turn.parent,
        "active": turn.id in active,
        "state": turn.state,
        "question": turn.question,
        "reasoning": turn.reasoning,
        "answer": turn.answer,
        "finish_reason": turn.finish_reason,
        "thinking_ended_by": turn.thinking_ended_by,
        "created": turn.created,
        "characters_by_others": sum(len(span.text) for span in turn.spans if span.origin != "model"),
        "error": turn.error,
    }


def _steps(turn: Turn, active: set[str]) -> Iterator[Row]:
    for place, step in enumerate(turn.steps):
        yield {"turn": turn.id, "number": place, **vars(step)}


def _tokens(turn: Turn, active: set[str]) -> Iterator[Row]:
    scores = turn.scores[:]
    if not scores:
        return
    places = token_places(turn, scores)  # the texts below are read later, and have what is written meanwhile
    texts = {kind: turn.text(kind) for kind in ("reasoning", "answer")}
    steps = steps_at(texts["reasoning"], turn.steps, [place.end for place in places])
    for index, (score, place, step) in enumerate(zip(scores, places, steps, strict=True)):
        yield {
            **score._asdict(),
            **place._asdict(),
            "turn": turn.id,
            "index": index,
            "text": texts[score.kind][place.start : place.end],
            "id": None if score.id == UNKNOWN else score.id,
            "step": step if score.kind == "reasoning" else None,
            "probability": math.exp(min(0.0, score.logprob)),
            "entropy": None if math.isnan(score.entropy) else score.entropy,
            "alternatives": _alternatives(score),
        }


def _alternatives(score: TokenScore) -> str | None:
    """As pairs of text and probability: `[["408", 0.5], ["409", 0.41]]`."""
    pairs = [[one.text, float(f"{math.exp(one.logprob):.3g}")] for one in score.alternatives]
    return json.dumps(pairs, ensure_ascii=False) if pairs else None


def _versions(turn: Turn, active: set[str]) -> Iterator[Row]:
    siblings = turn.siblings
    if len(siblings) < 2:
        return
    yield {
        **(turn.version.to_dict() if turn.version else {}),
        "turn": turn.id,
        "first": siblings[0].id,
        "made": how(turn) or "asked",
        "active": turn.id in active,
    }


def _findings(turn: Turn, active: set[str]) -> Iterator[Row]:
    for finding in turn.findings:
        yield {**vars(finding), "turn": turn.id, "right": finding.right or None}


def _support(turn: Turn, active: set[str]) -> Iterator[Row]:
    for each in turn.check.support if turn.check else ():
        yield {"turn": turn.id, "text": each.text, "kind": each.kind, "count": each.count, "total": each.total}


def _samples(turn: Turn, active: set[str]) -> Iterator[Row]:
    for place, sample in enumerate(turn.check.samples if turn.check else ()):
        yield {**vars(sample), "turn": turn.id, "of": "check", "number": place}
    for boundary in turn.answer_trace.boundaries if turn.answer_trace else ():
        for place, sample in enumerate(boundary.samples):
            yield {**vars(sample), "turn": turn.id, "of": "answer_trace", "step": boundary.step, "number": place}


def _notes(turn: Turn, active: set[str]) -> Iterator[Row]:
    for note in turn.notes:
        place = turn.text(note.kind)[note.start : note.end]
        yield {**vars(note), "turn": turn.id, "place": place or None, "text": note.text or None}


_ROWS: dict[str, Callable[[Turn, set[str]], Iterator[Row]]] = {
    "turns": _turn,
    "steps": _steps,
    "tokens": _tokens,
    "versions": _versions,
    "findings": _findings,
    "support": _support,
    "samples": _samples,
    "notes": _notes,
}


def _part(record: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    part = record.get(name)
    return part if isinstance(part, Mapping) else {}


def _plain(value: Any, type: Type) -> Any:
    """The value as its column has it."""
    if type == "text":
        return clean(value) if isinstance(value, str) else None
    if type == "yes or no":
        return value if isinstance(value, bool) else None
    if type == "time":
        return _time(value)
    value = whole(value) if type == "whole number" else number(value)
    if not isinstance(value, int if type == "whole number" else (int, float)) or isinstance(value, bool):
        return None
    if type == "number":
        return _float(value)
    return value if -(2**63) <= value < 2**63 else None


def _float(value: float) -> float | None:
    try:
        return float(value)
    except OverflowError:
        return None


def _time(value: Any) -> datetime | None:
    """Python 3.10 reads no "Z"."""
    try:
        time = datetime.fromisoformat(value[:-1] + "+00:00" if value.endswith("Z") else value)
        return (time if time.tzinfo else time.replace(tzinfo=timezone.utc)).astimezone(timezone.utc)
    except (AttributeError, OverflowError, TypeError, ValueError):
        return None

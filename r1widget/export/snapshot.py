"""A turn as the page has it: its state as values, and its texts with whose they are. `SnapshotTurn` of jupyter/protocol.py is what
comes out, for a page that is told of a chat, and for one that is a file (standalone.py)."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from ..conversation.estimate import TurnProgress
from ..conversation.turn import Turn
from ..reasoning import KINDS
from .checks import checks_of

Place = Callable[[Turn], "int | None"]
"""Of a turn that waits, in the queue of its chat, from 1."""


def nowhere(turn: Turn) -> None:
    """Of a turn that is in no queue."""


def snapshot(turn: Turn, place: Place = nowhere, *, counted: bool = False) -> dict[str, Any]:
    """All of it. `counted`: of what is known beyond its text only what needn't be counted first."""
    whole = state_of(turn, place)
    whole["text"] = {kind: turn.text(kind) for kind in KINDS}
    if others := _others(turn):
        whole["others"] = others
    if timeline := turn.timeline.to_list():
        whole["timeline"] = timeline
    if checks := checks_of(turn, counted=counted):
        whole["checks"] = checks
    return whole


def state_of(turn: Turn, place: Place = nowhere) -> dict[str, Any]:
    """A turn without its text."""
    state: dict[str, Any] = {"id": turn.id, "parent": turn.parent, "question": turn.question, "state": turn.state}
    if turn.version:
        state["version"] = turn.version.to_dict()
    if turn.loop:
        kind, loop = turn.loop
        state["loop"] = {"kind": kind, "since": loop.since, "rounds": loop.rounds}
        if turn.ended_by_loop:
            state["loop"]["ended"] = True
    if turn.state == "queued":
        if number := place(turn):
            state["place"] = number
        return state
    if turn.state == "running":
        state["opens_thinking"] = turn.opens_thinking
        state["seconds"] = {"total": round(seconds_of(turn), 3)}
        if progress := turn.progress:
            _add_progress(state, progress)
    else:
        if turn.finish_reason:
            state["finish_reason"] = turn.finish_reason
        if turn.interrupted:
            state["interrupted"] = turn.interrupted
        if turn.thinking_ended_by:
            state["thinking_ended_by"] = turn.thinking_ended_by
        if turn.error:
            state["error"] = turn.error
        if seconds := turn.record.get("seconds"):
            state["seconds"] = {"total": seconds["total"]}
            if "thinking" in seconds:
                state["seconds"]["thinking"] = seconds["thinking"]
        if pace := turn.record.get("tokens_per_second"):
            state["pace"] = {"tokens_per_second": pace}
    if tokens := turn.record.get("tokens"):
        state["tokens"] = tokens
    if notes := turn.record.get("notes"):
        state["notes"] = notes
    return state


def seconds_of(turn: Turn) -> float:
    """Of writing, so far."""
    now = time.monotonic()
    return now - (turn.started or now)


def _others(turn: Turn) -> dict[str, list[list[Any]]] | None:
    """Where which words are not the model's: [start, end, origin], in characters."""
    others: dict[str, list[list[Any]]] = {kind: [] for kind in KINDS}
    for kind in KINDS:
        at = 0
        for span in turn.spans_of(kind):
            end = at + len(span.text)
            if span.origin != "model":
                others[kind].append([at, end, span.origin])
            at = end
    return others if any(others.values()) else None


def _add_progress(state: dict[str, Any], progress: TurnProgress) -> None:
    if progress.waiting:
        state["waiting"] = progress.waiting
    if progress.reading:
        state["reading"] = {"done": progress.reading[0], "total": progress.reading[1]}
    state["limits"] = {"max_tokens": progress.limits.max_tokens}
    if progress.limits.thinking_budget is not None:
        state["limits"]["thinking_budget"] = progress.limits.thinking_budget
    pace = {}
    if progress.tokens_per_second:
        pace["tokens_per_second"] = round(progress.tokens_per_second, 2)
    if progress.prompt_tokens_per_second:
        pace["prompt_tokens_per_second"] = round(progress.prompt_tokens_per_second, 2)
    if pace:
        state["pace"] = pace

"""`Page`: what the page is told of a conversation. Turns in, messages of protocol.py out."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Sequence
from typing import Any, cast

from ..chat import Listener
from ..check.agreement import Agreement
from ..conversation import Conversation
from ..conversation.estimate import TurnProgress
from ..conversation.turn import Origin, Turn
from ..reasoning import KINDS, Kind
from .outbox import Outbox, Send
from .protocol import VERSION, Snapshot, SnapshotTurn, TurnLimits, TurnOthers, TurnPace, TurnState, TurnVersion


class Page(Listener):
    """The kernel's side of the wire, for one view of a chat. `place` tells a waiting turn's place in the queue."""

    def __init__(self, conversation: Conversation, place: Callable[[Turn], int | None], send: Send) -> None:
        self._conversation = conversation
        self._place = place
        self._outbox = Outbox(send)
        self.kernel: str | None = None
        self.chat = ""
        self._is_displayed = False
        self._active: str | None = None
        self._announced: set[str] = set()
        self._lock = threading.RLock()

    def turn_changed(self, turn: Turn) -> None:
        with self._lock:
            if turn in self._conversation:  # not one that was cleared while it ran
                self._tell(turn)
                self.branch_changed()

    def text_added(self, turn: Turn, kind: Kind, at: int, text: str, origin: Origin = "model") -> None:
        if turn in self._conversation:
            self._outbox.add_text(turn.id, kind, at, text, turn.record["tokens"][kind], _seconds(turn), origin)

    def versions_added(self, versions: Sequence[Turn], moved: Sequence[Turn] = ()) -> None:
        with self._lock:
            for turn in versions:
                self._tell(turn)
            for turn in moved:
                self._say(turn)
                self._active = None  # also where that ends in the same turn, the branch is another one
            self.branch_changed()

    def branch_changed(self) -> None:
        with self._lock:
            leaf = self._conversation.leaf
            active = leaf.id if leaf else None
            # Whoever added a turn tells of it next, and then of its branch.
            if active != self._active and (active is None or active in self._announced):
                self._active = active
                self._outbox.send_ordered(lambda seq: {"type": "branch", "seq": seq, "active": active})

    def displayed(self) -> None:
        """The notebook shows the chat. A page that meets it now gets everything at once: it can't ask while the cell goes on
        to wait for a turn."""
        if not self._is_displayed:
            self._is_displayed = True
            self.snapshot()

    def _say(self, turn: Turn) -> None:
        self._outbox.send_ordered(lambda seq: {"type": "turn", "seq": seq, "turn": self._state(turn)})

    def _tell(self, turn: Turn) -> None:
        """How the turn stands, and the first time also what text it has: a version begins with what it keeps. Who made it tells of
        it, but may not be the first: a snapshot has been asked for, or the turn before has ended and all that wait are told of.
        """
        self._say(turn)
        if turn.id in self._announced:
            return
        for kind in KINDS:
            at = 0
            for span in turn.spans_of(kind):
                self._outbox.add_text(turn.id, kind, at, span.text, 0, None, span.origin)
                at += len(span.text)
        # One that was asked behind the last of the branch is on it, without a word.
        if turn.version is None and turn.parent == self._active:
            self._active = turn.id
        self._announced.add(turn.id)

    def snapshot(self) -> None:
        """Send everything."""
        with self._lock:
            self._outbox.send_ordered(lambda seq: cast("dict[str, Any]", self._snapshot(seq)))

    def compared(self, id: str, turns: list[Turn], agreement: Agreement) -> None:
        """The answer to `compare`."""

        def ids(members: Iterable[int]) -> list[str]:
            return [turns[member].id for member in members]

        groups = [{"value": group.value, "by": group.by, "turns": ids(group.members)} for group in agreement.groups]
        without = ids(agreement.without)
        self._outbox.send({"type": "compared", "id": id, "by": agreement.by, "groups": groups, "without": without})

    def ack(self, id: str) -> None:
        self._outbox.send({"type": "ack", "id": id})

    def done(self, id: str, turn: Turn | None) -> None:
        """All that the command has changed has been told."""
        self._outbox.send({"type": "done", "id": id, **({"turn": turn.id} if turn else {})})

    def refused(self, id: str, text: str) -> None:
        self._outbox.send({"type": "refused", "id": id, "text": text})

    def noted(self, sentence: str) -> None:
        self._outbox.send({"type": "notice", "text": sentence})

    def cleared(self) -> None:
        self.snapshot()

    def restored(self) -> None:
        self.snapshot()

    def looked(self, id: str, conversation: Conversation) -> None:
        """The answer to `look`: another conversation, to be read."""
        leaf = conversation.leaf
        turns = [self._whole(turn) for turn in conversation.all_turns]
        self._outbox.send({"type": "looked", "id": id, "turns": turns, "active": leaf.id if leaf else None})

    def _snapshot(self, seq: int) -> Snapshot:
        turns = [self._whole(turn) for turn in self._conversation.all_turns]
        leaf = self._conversation.leaf
        self._active = leaf.id if leaf else None
        self._announced = {turn["id"] for turn in turns}
        return {
            "type": "snapshot",
            "v": VERSION,
            "seq": seq,
            "turns": turns,
            "active": self._active,
            "kernel": self.kernel,
            "chat": self.chat,
        }

    def _whole(self, turn: Turn) -> SnapshotTurn:
        whole = cast("SnapshotTurn", {**self._state(turn)})
        whole["text"] = {"reasoning": turn.text("reasoning"), "answer": turn.text("answer")}
        if others := _others(turn):
            whole["others"] = others
        if timeline := turn.timeline.to_list():
            whole["timeline"] = timeline
        return whole

    def _state(self, turn: Turn) -> TurnState:
        state: TurnState = {"id": turn.id, "parent": turn.parent, "question": turn.question, "state": turn.state}
        if turn.version:
            state["version"] = cast("TurnVersion", turn.version.to_dict())
        if turn.loop:
            kind, loop = turn.loop
            state["loop"] = {"kind": kind, "since": loop.since, "rounds": loop.rounds}
            if turn.ended_by_loop:
                state["loop"]["ended"] = True
        if turn.state == "queued":
            if place := self._place(turn):
                state["place"] = place
            return state
        if turn.state == "running":
            state["opens_thinking"] = turn.opens_thinking
            state["seconds"] = {"total": round(_seconds(turn), 3)}
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


def _others(turn: Turn) -> TurnOthers | None:
    """Where which words are not the model's."""
    others: TurnOthers = {"reasoning": [], "answer": []}
    for kind in KINDS:
        at = 0
        for span in turn.spans_of(kind):
            end = at + len(span.text)
            if span.origin != "model":
                others[kind].append([at, end, span.origin])
            at = end
    return others if others["reasoning"] or others["answer"] else None


def _seconds(turn: Turn) -> float:
    """Of writing, so far."""
    now = time.monotonic()
    return now - (turn.started or now)


def _add_progress(state: TurnState, progress: TurnProgress) -> None:
    if progress.waiting:
        state["waiting"] = progress.waiting
    if progress.reading:
        state["reading"] = {"done": progress.reading[0], "total": progress.reading[1]}
    limits: TurnLimits = {"max_tokens": progress.limits.max_tokens}
    if progress.limits.thinking_budget is not None:
        limits["thinking_budget"] = progress.limits.thinking_budget
    state["limits"] = limits
    pace: TurnPace = {}
    if progress.tokens_per_second:
        pace["tokens_per_second"] = round(progress.tokens_per_second, 2)
    if progress.prompt_tokens_per_second:
        pace["prompt_tokens_per_second"] = round(progress.prompt_tokens_per_second, 2)
    if pace:
        state["pace"] = pace

"""`Page`: what the page is told of a conversation. Turns in, messages of protocol.py out."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Sequence
from typing import Any, cast

from ..chat import Listener
from ..chat.foreseeing import Foresight
from ..check.agreement import Agreement
from ..conversation import Conversation
from ..conversation.turn import Origin, Turn
from ..export.checks import checks_of
from ..export.scored import scored
from ..export.snapshot import Place, seconds_of, snapshot, state_of
from ..reasoning import KINDS, Kind
from .outbox import Outbox, Send
from .protocol import VERSION, Described, Exported, Snapshot, SnapshotTurn


class Page(Listener):
    """The kernel's side of the wire, for one view of a chat. `place` tells a waiting turn's place in the queue."""

    def __init__(self, conversation: Conversation, place: Place, send: Send) -> None:
        self._conversation = conversation
        self._place = place
        self._outbox = Outbox(send)
        self.kernel: str | None = None
        self.chat = ""
        self._is_displayed = False
        self._active: str | None = None
        self._announced: set[str] = set()
        self._checks: dict[str, dict[str, Any]] = {}  # as the page has been told of them
        self._lock = threading.RLock()

    def turn_changed(self, turn: Turn) -> None:
        with self._lock:
            if turn in self._conversation:  # not one that was cleared while it ran
                self._tell(turn)
                self.branch_changed()

    def text_added(self, turn: Turn, kind: Kind, at: int, text: str, origin: Origin = "model") -> None:
        if turn in self._conversation:
            self._outbox.add_text(turn.id, kind, at, text, turn.record["tokens"][kind], seconds_of(turn), origin)

    def checked(self, turn: Turn) -> None:
        with self._lock:
            if turn.id in self._announced:
                checks = checks_of(turn, counted=True)
                # What is found while a turn is written is found again at its end, and a page has it.
                if checks == self._checks.get(turn.id, {}):
                    return
                self._checks[turn.id] = checks
                self._outbox.send_ordered(lambda seq: {"type": "checks", "seq": seq, "turn": turn.id, "checks": checks})

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
        self._outbox.send_ordered(lambda seq: {"type": "turn", "seq": seq, "turn": state_of(turn, self._place)})

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

    def scored(self, id: str, turn: Turn) -> None:
        """The answer to `scores`."""
        self._outbox.send({"type": "scored", "id": id, "turn": turn.id, **scored(turn)})

    def foreseen(self, id: str, foresight: Foresight) -> None:
        """The answer to `foresee`."""
        seconds = {} if foresight.seconds is None else {"seconds": round(foresight.seconds, 1)}
        self._outbox.send({"type": "foreseen", "id": id, **seconds, "tokens": foresight.tokens})

    def exported(self, answer: Exported) -> None:
        """The answer to `export`."""
        self._outbox.send(cast("dict[str, Any]", answer))

    def described(self, answer: Described) -> None:
        """The answer to `describe`."""
        self._outbox.send(cast("dict[str, Any]", answer))

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
        turns = [snapshot(turn) for turn in conversation.all_turns]
        self._outbox.send({"type": "looked", "id": id, "turns": turns, "active": leaf.id if leaf else None})

    def _snapshot(self, seq: int) -> Snapshot:
        turns = [
            cast("SnapshotTurn", snapshot(turn, self._place, counted=True)) for turn in self._conversation.all_turns
        ]
        leaf = self._conversation.leaf
        self._active = leaf.id if leaf else None
        self._announced = {turn["id"] for turn in turns}
        self._checks = {turn["id"]: cast("dict[str, Any]", turn.get("checks", {})) for turn in turns}
        return {
            "type": "snapshot",
            "v": VERSION,
            "seq": seq,
            "turns": turns,
            "active": self._active,
            "kernel": self.kernel,
            "chat": self.chat,
        }

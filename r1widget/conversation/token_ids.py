"""`ReplyIds`: the token ids of a reply as it was written, and where in its texts each piece ends. Standard library only.

Text that is encoded again isn't always what the model wrote (`Let me comp|ute`: the halves are other tokens than the
whole), so who goes on from the middle of a reply keeps the ids up to there.
"""

from __future__ import annotations

import threading
from array import array
from bisect import bisect_right
from collections.abc import Sequence
from typing import Any, NamedTuple

from ..reasoning import Kind

_THINKING, _CLOSED = 0, 1


class KeptIds(NamedTuple):
    """The ids of the longest beginning of a reply that an edit leaves as it was."""

    ids: tuple[int, ...]
    reasoning: int
    """Characters of the verbatim thought that they are."""
    answer: int
    """And of the verbatim answer."""
    closed: bool
    """Whether the end of the thinking is among them."""


NONE = KeptIds((), 0, 0, False)


class ReplyIds:
    """Pieces of ids, each of which ends at a whole character. One thread adds, any may read.

    24 bytes a token. They are not in a turn's `to_dict`: what is gone with the kernel is encoded from the text.
    """

    def __init__(self) -> None:
        self._ids = array("I")
        self._ends = array("I")  # of each piece, in ids
        self._reasoning = array("Q")
        self._answer = array("Q")
        self._states = array("B")
        self._complete = True
        self._lock = threading.Lock()

    def add(self, ids: Sequence[int], reasoning: int, answer: int, *, thinking: bool) -> None:
        """Behind `ids` the reply has so many characters of each kind, and is `thinking` or not.

        A piece without ids ends what is known: what comes later can't be kept, since something is missing before it.
        """
        with self._lock:
            self._complete &= bool(ids)
            if not self._complete:
                return
            self._ids.extend(ids)
            self._ends.append(len(self._ids))
            self._reasoning.append(reasoning)
            self._answer.append(answer)
            self._states.append(_THINKING if thinking else _CLOSED)

    def keep(self, kind: Kind, length: int) -> KeptIds:
        """What stays of the reply when its text of `kind` stays for its first `length` characters."""
        with self._lock:
            count = 0
            for reasoning, answer, state in zip(self._reasoning, self._answer, self._states, strict=True):
                if kind == "reasoning" and (state == _CLOSED or reasoning > length):
                    break
                if kind == "answer" and answer > length:
                    break
                count += 1
            return self._kept(count)

    def first(self, count: int) -> KeptIds:
        """Of the first `count` ids, those that make whole pieces."""
        with self._lock:
            return self._kept(bisect_right(self._ends, count))

    def start(self, kept: KeptIds, of: ReplyIds) -> None:
        """Begin with what was kept of another reply, piece by piece."""
        with of._lock, self._lock:
            count = next((number for number, end in enumerate(of._ends, 1) if end == len(kept.ids)), 0)
            self._ids = array("I", kept.ids)
            self._ends, self._reasoning = of._ends[:count], of._reasoning[:count]
            self._answer, self._states = of._answer[:count], of._states[:count]

    @property
    def all(self) -> KeptIds:
        """Everything that is known."""
        with self._lock:
            return self._kept(len(self._ends))

    def __reduce__(self) -> tuple[Any, ...]:
        with self._lock:
            columns = self._ids[:], self._ends[:], self._reasoning[:], self._answer[:], self._states[:]
            return _reply_ids, (*columns, self._complete)

    def __len__(self) -> int:
        with self._lock:
            return len(self._ids)

    def _kept(self, count: int) -> KeptIds:
        if not count:
            return NONE
        last = count - 1
        ids = tuple(self._ids[: self._ends[last]])
        return KeptIds(ids, self._reasoning[last], self._answer[last], self._states[last] == _CLOSED)


def _reply_ids(*columns: Any) -> ReplyIds:
    """The ids again, of a copy."""
    made = ReplyIds()
    made._ids, made._ends, made._reasoning, made._answer, made._states, made._complete = columns
    return made

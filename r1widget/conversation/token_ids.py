"""`ReplyIds`: the token ids of a reply as it was written, and where in its texts each piece ends. Standard library only.

Text that is encoded again isn't always what the model wrote (`Let me comp|ute`: the halves are other tokens than the
whole), so who goes on from the middle of a reply keeps the ids up to there.
"""

from __future__ import annotations

import threading
from array import array
from bisect import bisect_right
from collections.abc import Mapping, Sequence
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
_COLUMNS = {"ids": "I", "ends": "I", "reasoning": "Q", "answer": "Q", "states": "B"}
"""Of what is stored, by name, with the type."""


class ReplyIds:
    """Pieces of ids, each of which ends at a whole character. One thread adds, any may read.

    24 bytes a token. They are not in a turn's `to_dict`; the journal has them beside it. Where they are gone, the text is encoded.
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

    def columns(self, since: int = 0) -> dict[str, array[Any]]:
        """The pieces from number `since` on, to be stored; one behind the other they are all."""
        with self._lock:
            begin = self._ends[since - 1] if since else 0
            columns = (self._ids[begin:], *(column[since:] for column in self._places))
        return dict(zip(_COLUMNS, columns, strict=True))

    @classmethod
    def of(cls, columns: Mapping[str, array[Any]], reasoning: int, answer: int) -> ReplyIds:
        """The ids again, as far as their texts go: so many characters of each kind. `ValueError` for what are none."""
        made = cls()
        made._ids, made._ends, made._reasoning, made._answer, made._states = (
            array(typecode, columns.get(name, ())) for name, typecode in _COLUMNS.items()
        )
        lengths = {len(column) for column in made._places}
        if len(lengths) != 1 or (made._ends[-1] if made._ends else 0) != len(made._ids):
            raise ValueError("the columns of ids don't fit together")
        while made._ends and (made._reasoning[-1] > reasoning or made._answer[-1] > answer):
            for column in made._places:
                column.pop()
        del made._ids[made._ends[-1] if made._ends else 0 :]
        return made

    @property
    def pieces(self) -> int:
        """How many there are."""
        with self._lock:
            return len(self._ends)

    @property
    def _places(self) -> tuple[array[Any], ...]:
        return self._ends, self._reasoning, self._answer, self._states

    def __reduce__(self) -> tuple[Any, ...]:
        with self._lock:
            columns = self._ids[:], *(column[:] for column in self._places)
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

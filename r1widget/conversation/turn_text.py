"""`TurnText` and `Span`: what was thought and answered, by kind and by who wrote it. Standard library only.

One thread writes while others read: a lock guards the text, and whatever is given out is a consistent copy.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

from ..reasoning import Kind
from .latch import Latch

Origin = Literal["model", "person", "budget", "think_more", "loop"]


@dataclass(frozen=True)
class Span:
    """A stretch of text of one kind and one origin: who wrote it."""

    kind: Kind
    text: str
    origin: Origin = "model"

    def to_dict(self) -> dict[str, str]:
        return {"kind": self.kind, "text": self.text, "origin": self.origin}

    def __repr__(self) -> str:
        text = self.text if len(self.text) <= 80 else f"{self.text[:79]}…"
        return f"Span({self.kind!r}, {text!r}, {self.origin!r})"


class TurnText:
    """The spans of one turn as they grow, who hears of each piece, and who waits for the last one."""

    def __init__(self) -> None:
        self._spans: list[_Writing] = []
        self._lengths: dict[Kind, int] = {"reasoning": 0, "answer": 0}
        self._lock = threading.Lock()
        self._released = Latch()
        self._hearers: list[Callable[[Span | None], None]] = []

    # ---- reading

    @property
    def spans(self) -> tuple[Span, ...]:
        """All of it, in order."""
        with self._lock:
            return tuple(Span(span.kind, span.text(), span.origin) for span in self._spans)

    def spans_of(self, kind: Kind) -> list[Span]:
        """The spans of one kind, which together are `of(kind)`: what is between two thoughts goes with the first."""
        spans: list[Span] = []
        with self._lock:
            for span in self._spans:
                if span.kind == kind:
                    if span.before:
                        spans[-1] = replace(spans[-1], text=spans[-1].text + span.before)
                    spans.append(Span(kind, span.text(), span.origin))
        return spans

    def of(self, kind: Kind) -> str:
        """Everything of one kind, verbatim, with a blank line between two thoughts."""
        with self._lock:
            return "".join(span.before + span.text() for span in self._spans if span.kind == kind)

    @property
    def thinks_again(self) -> bool:
        """Whether there is reasoning behind some of the answer."""
        with self._lock:
            kinds = [span.kind for span in self._spans]
        return "answer" in kinds and "reasoning" in kinds[kinds.index("answer") :]

    def listen(self, hear: Callable[[Span | None], None]) -> Callable[[], None]:
        """Have `hear` told what there is and what comes, and None at the end; what is given back ends that."""
        with self._lock:
            for span in self._spans:
                hear(Span(span.kind, span.before + span.text(), span.origin))
            if self._released.is_open:
                hear(None)
            else:
                self._hearers.append(hear)

        def leave() -> None:
            with self._lock, contextlib.suppress(ValueError):
                self._hearers.remove(hear)

        return leave

    def wait(self, timeout: float | None = None) -> bool:
        """Block until `release`, or until `timeout` seconds have passed; whether it was released."""
        return self._released.wait(timeout)

    # ---- writing: by one thread at a time

    def append(self, kind: Kind, text: str, origin: Origin) -> int:
        """Add text at the end; the offset, in characters of its kind, from which on that is news. See `before`."""
        with self._lock:
            at = self._lengths[kind]
            before = ""
            if not self._spans or (self._spans[-1].kind, self._spans[-1].origin) != (kind, origin):
                before = self._before(kind)
                self._spans.append(_Writing(kind, origin, before))
            self._spans[-1].append(text)
            self._lengths[kind] += len(before) + len(text)
            for hear in self._hearers:
                hear(Span(kind, before + text, origin))
            return at

    def before(self, kind: Kind) -> str:
        """What `append` would put in front of a text: what is missing of a blank line where a further thought begins."""
        with self._lock:
            return self._before(kind)

    def _before(self, kind: Kind) -> str:
        if kind == "answer" or not self._spans or self._spans[-1].kind == "reasoning":
            return ""
        thoughts = (text for span in reversed(self._spans) if span.kind == "reasoning" and (text := span.text()))
        last = next(thoughts, "\n\n")
        return "\n\n"[len(last) - len(last.rstrip("\n")) :]

    def release(self) -> None:
        """Nothing comes any more: let everyone go on who waits or listens. Twice is fine."""
        self._released.open()
        with self._lock:
            for hear in self._hearers:  # who leaves takes itself out; an interrupt here has the turn released again
                hear(None)


class _Writing:
    """A span that is still being written: pieces, joined when somebody reads."""

    __slots__ = ("_pieces", "before", "kind", "origin")

    def __init__(self, kind: Kind, origin: Origin, before: str) -> None:
        self.kind, self.origin, self.before = kind, origin, before
        self._pieces: list[str] = []

    def append(self, text: str) -> None:
        self._pieces.append(text)

    def text(self) -> str:
        if len(self._pieces) > 1:
            self._pieces[:] = ["".join(self._pieces)]
        return self._pieces[0] if self._pieces else ""


def clean(text: str) -> str:
    """Text that any encoding can carry: lone surrogates, which JSON over a socket can't, become U+FFFD."""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text

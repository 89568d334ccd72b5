"""The kernel's side: chats whose text is given, with our front end or with another. Imported by the cells."""

from __future__ import annotations

import math
import queue
import re
import threading
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from r1widget import ChatWidget
from r1widget.engines import Delta, Prompt, Request
from r1widget.testing import ScriptedEngine

from ..workload import MARKER, pieces

ANSWER = 1000
"""Tokens of the answer."""
END = 10**6
"""The number of the marker that the answer ends with."""
_WITHOUT_LIMIT = {"max_tokens": 10**7}


def chat_with(engine: ScriptedEngine, front_end: str | None) -> ChatWidget:
    """A chat that is drawn by the module at this path, or by our own."""
    if front_end is None:
        return ChatWidget(engine, settings=_WITHOUT_LIMIT)
    source = Path(front_end).read_text("utf-8")

    class Other(ChatWidget):
        # `Loaded` names the loader of ours, which is not wanted here; anywidget then makes a trait of what it reads.
        _esm = property(lambda self: source, lambda self, loader: None)

    return Other(engine, settings=_WITHOUT_LIMIT)


class Told(ScriptedEngine):
    """Says what it is told while it speaks: nothing of it is there beforehand."""

    def __init__(self, told: Iterable[str], *, tokens_per_second: float | None = None) -> None:
        super().__init__("")
        self._told, self._rate = told, tokens_per_second or math.inf

    def stream(self, request: Request, stop: threading.Event) -> Iterator[Delta]:
        yield Delta(prompt=Prompt(opens_thinking=True, tokens=0, seed=0))
        start = time.perf_counter()
        for number, piece in enumerate(self._told):
            if stop.wait(max(0.0, start + (number + 1) / self._rate - time.perf_counter())):
                yield Delta(finish_reason="cancelled")
                return
            yield Delta(text=piece, tokens=1)
        yield Delta(finish_reason="stop")


class Paced:
    """The long thought and an answer, at a given rate; and when each marker was written."""

    def __init__(self, tokens: int, rate: float, front_end: str | None) -> None:
        engine = Told(self, tokens_per_second=rate)
        self._pieces = [*pieces(tokens), "\n</think>\n\n", *["word "] * (ANSWER - 2), f"mark{END}."]
        self.written: dict[str, float] = {}
        self.cpu = 0.0
        self.chat = chat_with(engine, front_end)

    def __iter__(self) -> Iterator[str]:
        for piece in self._pieces:
            if found := re.fullmatch(MARKER, piece):
                self.written[found[1]] = time.time()
            yield piece
        # The page shows the last word, and is measured, before it hears that the turn is over.
        time.sleep(1)

    def start(self) -> None:
        self.cpu = -time.process_time()
        self.turn = self.chat.send("Go.")

    def result(self) -> dict[str, Any]:
        """When it is over."""
        self.turn.wait()
        return {
            "written": self.written,
            "reasoning": self.turn.text("reasoning"),
            "answer": self.turn.text("answer"),
            "cpu": self.cpu + time.process_time(),
        }


class Fed:
    """A thought that grows when it is told to. Each step ends with a marker, whose number is given back."""

    SIZE = 107
    """Characters of a flush: what 800 tokens/s make in a thirtieth of a second."""
    PAUSE = 0.036
    """Seconds from one flush to the next: a little more than the outbox's beat, so that no two are joined."""

    def __init__(self, front_end: str | None) -> None:
        self._fed: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        engine = Told(self)
        self.chat = chat_with(engine, front_end)
        self._turn: Any = None
        self._number = END

    def __iter__(self) -> Iterator[str]:
        return iter(self._fed.get, None)

    def begin(self, tokens: int) -> int:
        """Another turn, with a thought that is as long already; a token is four characters (workload.py)."""
        characters = 4 * tokens
        self.chat.clear()
        if self._turn is not None:
            self._fed.put(None)
            self._turn.wait()
        self._turn = self.chat.send("Go.")
        self._text = "".join(pieces((characters + 100 * self.SIZE) // 3))
        self._at = characters
        self._fed.put(self._text[:characters].rstrip() + f"\n\n{self._marker()}\n\n")
        return self._number

    def flush(self, count: int, after: float) -> int:
        """So many pieces, `after` so many seconds, when the page is done with what it took to ask."""
        marker = self._marker()
        threading.Thread(target=self._flush, args=(count, after, marker), daemon=True).start()
        return self._number

    def _marker(self) -> str:
        self._number += 1
        return f"mark{self._number}."

    def _flush(self, count: int, after: float, marker: str) -> None:
        time.sleep(after)
        due = time.monotonic()
        for number in range(count):
            text = self._text[self._at : self._at + self.SIZE]
            self._at += self.SIZE
            # A paragraph of its own, which is what it is in all but a block of code.
            self._fed.put(text if number < count - 1 else f"\n\n{marker}\n\n")
            due += self.PAUSE
            time.sleep(max(0.0, due - time.monotonic()))

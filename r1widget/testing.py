"""`ScriptedEngine`: an engine that says what it was told to say. For tests, of r1widget and of what builds on it."""

from __future__ import annotations

import itertools
import re
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from .conversation.turn import Origin
from .copying import Named
from .engines import ALL, Capabilities, Delta, Pace, Prompt, Request
from .reasoning import CLOSE, Kind, ReasoningSplitter


class ScriptedEngine(Named):
    """Streams given text, a token-sized piece at a time.

    Usage::

        engine = ScriptedEngine("Two and two…</think>It is 4.")
        chat = ChatWidget(engine)
        chat.ask("2 + 2?").answer        # "It is 4."
        engine.requests                  # what it was asked

    `text` is cut into pieces of about four characters, or is a list of pieces already; `tokens_per_second` paces them
    (None: as fast as they are taken). With `opens_thinking` the text begins inside the thought, as R1's does, and
    `</think>` ends it. `raises` is raised when the text is through, as a model that breaks would. Every turn gets the
    same text; with `others` the next ones get those, one after the other, and then all of them again.

    Before the text it can wait and read as a busy engine does: `waiting` are numbers of chats that come first, `reading`
    pairs of how many tokens of the prompt have been read, of how many. Each is a delta of its own, also for the gate; a 0 is to be given
    like any other. `pace` is what the engine says of its own speed.

    It can be steered: the text before `</think>` is its thought and the rest its answer. A budget, `answer_now` and a loop
    close the thought where it is, and it goes on with the answer; "think more" writes "Wait" instead of the end and thinks
    the same again; behind a prefill comes the whole thought once more, or the answer, or a `continuation` of your own: a text,
    or a function of the request. `capabilities` says less of it.

    `gate`, when given, is a semaphore that is acquired before each piece: a test releases as many pieces as it wants.
    """

    def __init__(
        self,
        text: str | Sequence[str],
        *,
        others: Sequence[str] = (),
        tokens_per_second: float | None = None,
        opens_thinking: bool = True,
        raises: BaseException | None = None,
        gate: threading.Semaphore | None = None,
        waiting: Sequence[int] = (),
        reading: Sequence[tuple[int, int]] = (),
        pace: Pace | None = None,
        name: str = "scripted",
        capabilities: Capabilities = ALL,
        continuation: Callable[[Request], str] | str | None = None,
    ) -> None:
        if tokens_per_second is not None and tokens_per_second <= 0:
            raise ValueError(f"tokens_per_second={tokens_per_second!r} can't be. Give a number above 0, or None.")
        self.name = name
        self.pieces = cut(text) if isinstance(text, str) else list(text)
        self._others = [cut(other) for other in others]
        self._lock = threading.Lock()
        self.requests: list[Request] = []
        self._seconds_per_token = None if tokens_per_second is None else 1 / tokens_per_second
        self._opens_thinking = opens_thinking
        self._raises = raises
        self._gate = gate
        self.capabilities = capabilities
        self._continuation = continuation
        self._before = [*(Delta(waiting=chats) for chats in waiting), *(Delta(reading=done) for done in reading)]
        self._prompt_tokens = reading[-1][1] if reading else 0
        self.pace = pace

    def stream(self, request: Request, stop: threading.Event) -> Iterator[Delta]:
        with self._lock:
            turn = len(self.requests) % (1 + len(self._others))
            pieces = self._others[turn - 1] if turn else self.pieces
            self.requests.append(request)
        seed = request.settings.seed or 0
        yield Delta(prompt=Prompt(opens_thinking=self._opens_thinking, tokens=self._prompt_tokens, seed=seed))
        for delta in self._before:
            if not self._is_let_through(stop):
                yield Delta(finish_reason="cancelled")
                return
            yield delta
        start = time.perf_counter()
        script = _Script(self._pieces_for(request, pieces), request, self._opens_thinking)
        for number in range(request.settings.max_tokens):
            if not script.left:
                break
            if not self._may_go_on(stop, start, number):
                yield Delta(finish_reason="cancelled")
                return
            yield script.next()
        if script.left:
            yield Delta(finish_reason="length")
            return
        if self._raises is not None:
            raise self._raises
        yield Delta(finish_reason="stop")

    def describe(self) -> dict[str, Any]:
        return {"engine": "scripted", "model": self.name}

    def close(self) -> None:
        """Nothing to let go of: it is text."""

    def _pieces_for(self, request: Request, pieces: list[str]) -> list[str]:
        if request.prefill is None or self._continuation is None:
            return pieces
        text = self._continuation if isinstance(self._continuation, str) else self._continuation(request)
        # Behind an answer, all of it is answer: the end of the thinking, which `_Script` looks for, is there already.
        return cut(text) if request.prefill.answer is None else [CLOSE, *cut(text)]

    def _may_go_on(self, stop: threading.Event, start: float, number: int) -> bool:
        """Wait for the piece's turn; False when stopped meanwhile."""
        if not self._is_let_through(stop):
            return False
        if self._seconds_per_token is not None:
            # The due time counts from the start, so that a late piece doesn't make all that follow late.
            return not stop.wait(max(0.0, start + (number + 1) * self._seconds_per_token - time.perf_counter()))
        return not stop.is_set()

    def _is_let_through(self, stop: threading.Event) -> bool:
        while self._gate is not None and not self._gate.acquire(timeout=0.01):
            if stop.is_set():
                return False
        return True


class _Script:
    """What is still to be said in one reply."""

    def __init__(self, pieces: Sequence[str], request: Request, opens_thinking: bool) -> None:
        self._request = request
        end = _end_of_reasoning(pieces)
        self._thought, self._answer = pieces[:end], pieces[end:]
        prefill = request.prefill
        begins: Kind | None = ("reasoning" if prefill.answer is None else "answer") if prefill else None
        self._splitter = ReasoningSplitter.inside(begins) if begins else ReasoningSplitter(opens_thinking)
        self.left = deque(self._answer if begins == "answer" else pieces)
        self._spent = 0
        self._behind = prefill.reasoning[-2:] if prefill else ""

    def next(self) -> Delta:
        """The next piece, or what somebody wants instead."""
        origin: Origin = "model"
        text = self.left[0]
        if self._splitter.is_thinking and (closed_by := self._closed_by()):
            origin, text = closed_by, f"\n{CLOSE}\n\n"
            self.left = deque(self._answer)
        elif self._closes() and self._request.think_more.is_set():
            self._request.think_more.clear()
            origin, text = "think_more", _apart(self._behind) + "Wait"
            self.left = deque([*self._thought, *self._answer])
        else:
            self.left.popleft()
        self._behind = (self._behind + text)[-2:]
        self._splitter.feed(text)
        self._spent += self._splitter.is_thinking
        return Delta(text=text, tokens=1, origin=origin)

    def _closed_by(self) -> Origin | None:
        if self._request.answer_now.is_set():
            return "person"
        if self._request.looping.is_set():
            return "loop"
        budget = self._request.settings.thinking_budget
        return "budget" if budget is not None and self._spent >= budget else None

    def _closes(self) -> bool:
        """Whether the next pieces are the end of the thinking, which may come in several."""
        ahead = "".join(itertools.islice(self.left, 4)).lstrip()
        return self._splitter.is_thinking and not self._splitter.held and ahead.startswith(CLOSE)


def _end_of_reasoning(pieces: Sequence[str]) -> int:
    """How many pieces there are up to the end of the thinking, which may come in several; all, if there is none."""
    behind = ""
    for number, piece in enumerate(pieces, 1):
        behind = behind[-len(CLOSE) :] + piece
        if CLOSE in behind:
            return number
    return len(pieces)


def _apart(behind: str) -> str:
    """The line breaks that are missing of an empty line behind a text."""
    return "\n\n"[len(behind) - len(behind.rstrip("\n")) :] if behind else ""


def cut(text: str) -> list[str]:
    """Text in pieces of the size of a token, about four characters, cut as tokenizers do: before spaces and symbols."""
    return re.findall(r"\n+| ?\w{1,5}| ?[^\w\s]{1,3}|\s", text)

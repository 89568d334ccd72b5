"""`Reply`: a reply's chunks, in every dialect that servers speak, become deltas. No network here."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from time import monotonic
from typing import Any, Literal

from ...errors import RemoteError
from ...reasoning import ALONE, ReasoningSplitter, ThinkingTags, tags_from
from .. import Delta, Pace
from .fields import Kind, choice_of, message_of, piece_of, tools
from .finish import outcome_of, reason_in
from .leaks import Held
from .logprobs import Told

_MOST_NOTES = 12
_KEPT = "What it had written is kept; "


class Reply:
    """What came so far. A piece counts as one token, as servers send them; the rest, where they say how many, at the end."""

    def __init__(self, question: str = "", thinking_tags: ThinkingTags = None) -> None:
        """`question` is the last message that was sent: a server may send it back."""
        self._thinking_tags = tags_from(thinking_tags)
        self._finish: str | None = None
        self._is_whole = self._in_pieces = False
        self._notes: list[str] = []
        self._tools: list[str] = []
        self._names_thought = False
        self._held = {"reasoning": Held(None), "raw": Held(question), "answer": Held(question)}
        self._pieces = {"reasoning": 0, "raw": 0, "answer": 0}
        self._usage: Mapping[str, Any] = {}
        self._raw: list[str] = []
        self._times: list[float] = []
        self._told = Told()

    def take(self, chunk: Mapping[str, Any]) -> Iterator[Delta]:
        """The text in one chunk of the server's JSON."""
        usage = chunk.get("usage")
        self._usage = usage if isinstance(usage, dict) else self._usage
        choice = choice_of(chunk)
        self._told.hear(choice)
        # What went wrong isn't made good by a later word.
        if self._finish is None or outcome_of(self._finish) == "stop":
            self._finish = reason_in(choice) or self._finish
        self._tools += tools(choice)
        items = piece_of(choice)
        self._in_pieces = self._in_pieces or any(kind is not None for kind, _ in items)
        if not items and not self._in_pieces:  # else a message is all the pieces once more
            items = message_of(choice)
        for kind, text in items:
            if kind is None:
                yield from self._note(text)
                continue
            self._names_thought = self._names_thought or kind == "reasoning"
            # Who names the thought has taken the tags out: what looks like one is the answer's own.
            yield from self._piece(text, "answer" if kind == "raw" and self._names_thought else kind)

    def done(self) -> None:
        """The server said that nothing more comes."""
        self._is_whole = True

    def rest(self) -> Iterator[Delta]:
        """What was held back, however the reply ended."""
        for kind in ("reasoning", "raw", "answer"):
            if text := self._held[kind].rest():
                yield from self._deltas(text, kind)

    def end(self, url: str) -> Iterator[Delta]:
        """The last deltas of a reply that the server ended; `RemoteError` if it isn't whole."""
        yield from self.rest()
        if self._finish is None and not any(self._pieces.values()):
            raise RemoteError(
                f"The server gave no answer ({url}).", "Look at its log; the chat may be too long for it."
            )
        if self._finish is None and self._is_whole:
            yield from self._note("The server gave no finish_reason, so whether the reply is whole is not known.")
        outcome = "stop" if self._finish is None and self._is_whole else outcome_of(self._finish or "error")
        if outcome == "stop" or outcome == "length":
            yield from self._uncounted(outcome)
            return
        yield from self._uncounted(None)
        raise self._broken(outcome, url)

    def _broken(self, outcome: str, url: str) -> RemoteError:
        """What came of a reply that neither ended by itself nor at its limit."""
        said = f"finish_reason {self._finish!r}, {url}"
        if outcome == "filtered":
            return RemoteError(
                f"The server's filter ended the reply: it is not whole ({said}).", f"{_KEPT}ask in other words."
            )
        if outcome == "tools":
            called = ", ".join(map(repr, dict.fromkeys(self._tools)))
            return RemoteError(
                f"The model calls {f'the tool {called}' if called else 'a tool'}, which r1widget doesn't carry out ({said}).",
                f"{_KEPT}ask for an answer without tools, or start the server without them.",
            )
        if outcome == "unknown":
            return RemoteError(
                f"The server ended the reply for a reason that r1widget doesn't know ({said}).",
                f"{_KEPT}look in the server's documentation whether the reply is whole.",
            )
        return RemoteError(
            f"The server broke off: it doesn't say that the reply is whole ({said if self._finish else url}).",
            f"{_KEPT}ask again.",
        )

    @property
    def opens_thinking(self) -> bool | None:
        """What a whole reply tells of the server's prompt, for the next one; None where it tells nothing."""
        text = "".join(self._raw)
        told = ReasoningSplitter(False, thinking_tags=self._thinking_tags)
        told.feed(text)
        if self._names_thought or not text.strip() or told.has_tags:
            return None
        splitter = ReasoningSplitter(True, thinking_tags=self._thinking_tags)
        splitter.feed(text)
        if splitter.finished_thinking:
            return True if self._closes_a_line(text) else None
        return None if outcome_of(self._finish or "") == "length" else False

    def _closes_a_line(self, text: str) -> bool:
        """Where models end a thought; who quotes the tag writes it in the middle of a line."""
        given = [mark for tags in self._thinking_tags for mark in tags.close]
        close = "|".join(map(re.escape, given or ALONE))
        return bool(re.search(rf"\n[ \t]*(?:{close})|(?:{close})[ \t]*\n", text))

    @property
    def pace(self) -> Pace | None:
        """How fast it was written, from the first piece to the last; None for what came in one piece."""
        seconds = self._times[-1] - self._times[0] if self._times else 0.0
        pieces = sum(self._pieces.values())
        thought = self._reasoning_tokens or 0
        tokens = (self._tokens or pieces) - (0 if self._pieces["reasoning"] or self._pieces["raw"] else thought)
        return Pace(tokens_per_second=(max(tokens, pieces) - 1) / seconds) if seconds and pieces > 1 else None

    @property
    def _tokens(self) -> int:
        return _count(self._usage.get("completion_tokens")) or 0

    @property
    def _reasoning_tokens(self) -> int | None:
        details = self._usage.get("completion_tokens_details")
        return _count(details.get("reasoning_tokens")) if isinstance(details, dict) else None

    def _uncounted(self, finish: Literal["stop", "length"] | None) -> Iterator[Delta]:
        """The end, with the tokens that the pieces didn't count; by kind where the server tells them apart."""
        prompt = _count(self._usage.get("prompt_tokens"))
        if prompt is not None:
            details = self._usage.get("prompt_tokens_details")
            told = details.get("cached_tokens") if isinstance(details, dict) else None
            reused = _count(self._usage.get("prompt_cache_hit_tokens") if told is None else told)  # DeepSeek's
            yield Delta(prompt_tokens=(prompt, reused))
        rest = max(0, self._tokens - sum(self._pieces.values()))
        thought = self._reasoning_tokens
        if thought is None or self._pieces["raw"]:
            yield Delta(finish_reason=finish, tokens=rest)
            return
        missing = min(rest, max(0, thought - self._pieces["reasoning"]))
        if missing:
            yield Delta(kind="reasoning", tokens=missing)
        yield Delta(kind="answer", finish_reason=finish, tokens=rest - missing)

    def _note(self, sentence: str) -> Iterator[Delta]:
        if sentence not in self._notes and len(self._notes) < _MOST_NOTES:
            self._notes.append(sentence)
            yield Delta(note=sentence)

    def _piece(self, text: str, kind: Kind) -> Iterator[Delta]:
        self._pieces[kind] += 1
        self._times = [*self._times[:1], monotonic()]
        for other, held in self._held.items():
            if other != kind and (before := held.rest(at_end=False)):
                yield from self._deltas(before, other)  # type: ignore[arg-type]
        text = self._held[kind].feed(text)
        if kind == "raw":
            self._raw.append(text)
        yield from self._deltas(text, kind, tokens=1)

    def _deltas(self, text: str, kind: Kind, tokens: int = 0) -> Iterator[Delta]:
        """The text, token by token where the server has told their probabilities."""
        pieces = list(self._told.lay(text)) or [(text, ())]
        for number, (piece, scores) in enumerate(pieces):
            yield Delta(text=piece, kind=kind, tokens=0 if number else tokens, scores=scores)


def has_text(chunk: Mapping[str, Any]) -> bool:
    """Whether a chunk has any of the reply's text."""
    choice = choice_of(chunk)
    return any(kind is not None for kind, _ in piece_of(choice) or message_of(choice))


def _count(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 10**9 else None

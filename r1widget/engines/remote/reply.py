"""`Reply`: a reply's chunks, in every dialect that servers speak, become deltas. No network here."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from time import monotonic
from typing import Any, Literal

from ...errors import RemoteError
from ...reasoning import OPEN, ReasoningSplitter
from .. import Delta, Pace
from .leaks import Held

Kind = Literal["raw", "reasoning", "answer"]

REASONING = ("reasoning_content", "reasoning", "thinking")
"""Where servers put the thought: DeepSeek, SGLang, llama.cpp, LM Studio and older vLLM; OpenRouter, Ollama and newer
vLLM; Ollama's own. OpenRouter adds `reasoning_details`, a list, for the same text."""
_FINISH: dict[str, Literal["stop", "length"]] = {"length": "length", "max_tokens": "length"}
_FAILED = ("error", "abort", "insufficient_system_resource")
"""Reasons to finish that are none: OpenRouter's, vLLM's and DeepSeek's, when they gave up."""
_CLOSING = re.compile(r"\n\s*</think>|</think>\s*\n")
"""Where models end a thought; who quotes the tag writes it in the middle of a line."""


class Reply:
    """What came so far. A piece counts as one token, as servers send them; the rest, where they say how many, at the end."""

    def __init__(self, question: str = "") -> None:
        """`question` is the last message that was sent: a server may send it back."""
        self._finish: str | None = None
        self._names_thought = False
        self._held = {"reasoning": Held(None), "raw": Held(question), "answer": Held(question)}
        self._pieces = {"reasoning": 0, "raw": 0, "answer": 0}
        self._usage: Mapping[str, Any] = {}
        self._raw: list[str] = []
        self._times: list[float] = []

    def take(self, chunk: Mapping[str, Any]) -> Iterator[Delta]:
        """The text in one chunk of the server's JSON."""
        usage = chunk.get("usage")
        self._usage = usage if isinstance(usage, dict) else self._usage
        choice = _choice(chunk)
        self._finish = choice.get("finish_reason") or self._finish
        thought, answer = _texts(choice)
        if thought:
            self._names_thought = True
            yield from self._piece(thought, "reasoning")
        if answer:
            # Who names the thought has taken the tags out: what looks like one is the answer's own.
            yield from self._piece(answer, "answer" if self._names_thought else "raw")

    def rest(self) -> Iterator[Delta]:
        """What was held back, however the reply ended."""
        for kind in ("reasoning", "raw", "answer"):
            if text := self._held[kind].rest():
                yield Delta(text=text, kind=kind)

    def end(self, url: str) -> Iterator[Delta]:
        """The last deltas of a reply that the server ended; `RemoteError` if it isn't whole."""
        yield from self.rest()
        if self._finish is None and not any(self._pieces.values()):
            raise RemoteError(
                f"The server gave no answer ({url}).", "Look at its log; the chat may be too long for it."
            )
        if self._finish is None or self._finish in _FAILED:
            raise RemoteError(
                f"The server broke off: it doesn't say that the reply is whole ({url}).",
                "What it had written is kept; ask again.",
            )
        yield from self._uncounted(_FINISH.get(self._finish, "stop"))

    @property
    def opens_thinking(self) -> bool | None:
        """What a whole reply tells of the server's prompt, for the next one; None where it tells nothing."""
        text = "".join(self._raw)
        if self._names_thought or not text.strip() or text.lstrip().startswith(OPEN):
            return None
        splitter = ReasoningSplitter(True)
        splitter.feed(text)
        if splitter.finished_thinking:
            return True if _CLOSING.search(text) else None
        return None if self._finish in _FINISH else False

    @property
    def pace(self) -> Pace | None:
        """How fast it was written, from the first piece to the last; None for what came in one piece."""
        seconds = self._times[-1] - self._times[0] if self._times else 0.0
        pieces = sum(self._pieces.values())
        thought = self._thought_tokens or 0
        tokens = (self._tokens or pieces) - (0 if self._pieces["reasoning"] or self._pieces["raw"] else thought)
        return Pace(tokens_per_second=(max(tokens, pieces) - 1) / seconds) if seconds and pieces > 1 else None

    @property
    def _tokens(self) -> int:
        return _count(self._usage.get("completion_tokens")) or 0

    @property
    def _thought_tokens(self) -> int | None:
        details = self._usage.get("completion_tokens_details")
        return _count(details.get("reasoning_tokens")) if isinstance(details, dict) else None

    def _uncounted(self, finish: Literal["stop", "length"]) -> Iterator[Delta]:
        """The end, with the tokens that the pieces didn't count; by kind where the server tells them apart."""
        rest = max(0, self._tokens - sum(self._pieces.values()))
        thought = self._thought_tokens
        if thought is None or self._pieces["raw"]:
            yield Delta(finish_reason=finish, tokens=rest)
            return
        missing = min(rest, max(0, thought - self._pieces["reasoning"]))
        if missing:
            yield Delta(kind="reasoning", tokens=missing)
        yield Delta(kind="answer", finish_reason=finish, tokens=rest - missing)

    def _piece(self, text: str, kind: Kind) -> Iterator[Delta]:
        self._pieces[kind] += 1
        self._times = [*self._times[:1], monotonic()]
        for other, held in self._held.items():
            if other != kind and (before := held.rest(at_end=False)):
                yield Delta(text=before, kind=other)  # type: ignore[arg-type]
        text = self._held[kind].feed(text)
        if kind == "raw":
            self._raw.append(text)
        yield Delta(text=text, kind=kind, tokens=1)


def has_text(chunk: Mapping[str, Any]) -> bool:
    """Whether a chunk has any of the reply's text."""
    return any(_texts(_choice(chunk)))


def _choice(chunk: Mapping[str, Any]) -> Mapping[str, Any]:
    choices = chunk.get("choices")
    first = choices[0] if isinstance(choices, list) and choices else None
    return first if isinstance(first, dict) else {}


def _texts(choice: Mapping[str, Any]) -> tuple[str, str]:
    """Thought and answer. Some servers send the same thought under two names: the first that is there, never both."""
    delta = choice["delta"] if "delta" in choice else choice.get("message")
    if not isinstance(delta, dict):
        return "", ""
    thought = next((text for name in REASONING if isinstance(text := delta.get(name), str) and text), "")
    answer = delta.get("content")
    return thought or _details(delta.get("reasoning_details")), answer if isinstance(answer, str) else ""


def _details(details: object) -> str:
    """OpenRouter's list (openrouter.ai/docs, "Reasoning tokens"): items of type `reasoning.text` have a `text`, those
    of type `reasoning.summary` a `summary`, and the encrypted ones nothing to show."""
    items = [item for item in details if isinstance(item, dict)] if isinstance(details, list) else []
    texts = (item.get("text") or item.get("summary") for item in items)
    return "".join(text for text in texts if isinstance(text, str))


def _count(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None

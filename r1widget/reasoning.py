"""`ReasoningSplitter`: streamed text in, `(kind, text)` out. The one file that reads `<think>`.

A reply has at most one thinking block, at its start:

    prompt opens thinking      |thought…</think>answer…            (R1: the template ends in `<think>\\n`)
    prompt doesn't             |<think>thought…</think>answer…     or just   |answer…

Everything behind the first `</think>` is answer, verbatim, also if it quotes the tags: models explain themselves, and
people ask about `<think>`. Which of the two a prompt is cannot be read off the prompt's text, because a person may have
typed the tag there; whoever built the prompt says so.

Texts come back verbatim, line breaks around the tags included: to trim is the business of whoever shows them.
"""

from __future__ import annotations

from typing import Literal

Kind = Literal["reasoning", "answer"]

OPEN, CLOSE = "<think>", "</think>"


class ReasoningSplitter:
    """Split one streamed reply into reasoning and answer.

    `feed` returns what is certain and holds back at most a half tag (7 characters); `flush` returns the rest. However
    the text is cut into chunks, what comes out of each kind is the same, no character is lost but the tags themselves,
    and the work is linear in the text.

    When the prompt opened thinking, a model that writes `<think>` first thing is forgiven: that tag opens what is open
    already. White space in front of an opening tag is passed on as what it would be without the tag.
    """

    def __init__(self, prompt_opens_thinking: bool) -> None:
        self._default: Kind = "reasoning" if prompt_opens_thinking else "answer"
        self._state: Literal["start", "thinking", "answer"] = "start"
        self._held = ""

    @classmethod
    def inside(cls, kind: Kind) -> ReasoningSplitter:
        """For a reply that goes on in the middle of a thought or of an answer."""
        splitter = cls(kind == "reasoning")
        splitter._state = "thinking" if kind == "reasoning" else "answer"
        return splitter

    @property
    def finished_thinking(self) -> bool:
        """Whether no more reasoning can come: thinking was closed, or never began."""
        return self._state == "answer"

    @property
    def is_thinking(self) -> bool:
        """Whether the reply is inside its thought now."""
        return self._state == "thinking" or (self._state == "start" and self._default == "reasoning")

    @property
    def held(self) -> int:
        """How many characters are held back, because they may be half a tag."""
        return len(self._held)

    def feed(self, text: str) -> list[tuple[Kind, str]]:
        """What `text` makes certain, in order."""
        out: list[tuple[Kind, str]] = []
        text, self._held = self._held + text, ""
        if self._state == "start":
            text = self._begin(text, out)
        if self._state == "thinking":
            thought, closed, text = text.partition(CLOSE)
            if closed:
                self._state = "answer"
            else:
                self._held = _half_tag_at_end(thought)
                thought = thought[: len(thought) - len(self._held)]
            if thought:
                out.append(("reasoning", thought))
        if self._state == "answer" and text:
            out.append(("answer", text))
        return out

    def flush(self) -> list[tuple[Kind, str]]:
        """What was held back, at the end of the reply: a half tag is text after all."""
        if self._state == "start":
            self._state = "thinking" if self._default == "reasoning" else "answer"
        held, self._held = self._held, ""
        return [("reasoning" if self._state == "thinking" else "answer", held)] if held else []

    def _begin(self, text: str, out: list[tuple[Kind, str]]) -> str:
        """Leave the start as soon as it is certain whether an opening tag stands there; returns what is left to read."""
        body = text.lstrip()
        if space := text[: len(text) - len(body)]:
            out.append((self._default, space))
        if body.startswith(OPEN):
            self._state = "thinking"
            return body[len(OPEN) :]
        if OPEN.startswith(body):  # a half tag, or nothing yet
            self._held = body
            return ""
        self._state = "thinking" if self._default == "reasoning" else "answer"
        return body


def _half_tag_at_end(text: str) -> str:
    """The longest end of `text` that could be the beginning of `</think>`."""
    for size in range(min(len(CLOSE) - 1, len(text)), 0, -1):
        if text.endswith(CLOSE[:size]):
            return text[-size:]
    return ""

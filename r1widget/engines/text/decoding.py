"""`Decoder`: token ids in, text out, a token at a time. Characters are never split, and no text is decoded twice over."""

from __future__ import annotations

from typing import Any

HELD_AT_MOST = 16
"""Tokens after which bytes that still make no character are taken for what they are: broken. A character has 1 to 4."""


class Decoder:
    """Turns a stream of ids into text, as decoding all of them at once would.

    `feed` returns the text that an id completes, which is none while the bytes of a character are still coming; `flush`
    returns what is left. Control tokens become their text as any other: who doesn't want them doesn't feed them.

    A tokenizer's decoder may look at the neighbours of a token (it drops the first space of a text, it joins bytes), so
    the ids of the last piece of text are kept as context and nothing before them: the work is linear in the text.
    """

    def __init__(self, backend: Any) -> None:
        """`backend` is a `tokenizers.Tokenizer`."""
        self._backend = backend
        self._ids: list[int] = []  # context, then what is held
        self._context = 0

    @property
    def held(self) -> int:
        """How many ids wait for the rest of their character."""
        return len(self._ids) - self._context

    def feed(self, id: int) -> str:
        self._ids.append(id)
        text = self._new_text()
        if text.endswith("\N{REPLACEMENT CHARACTER}") and self.held < HELD_AT_MOST:
            return ""
        return self._emit(text)

    def peek(self, id: int) -> str:
        """The text that an id would complete, as `feed` returns it; nothing is fed."""
        text = self._decode([*self._ids, id])[len(self._decode(self._ids[: self._context])) :]
        return "" if text.endswith("\N{REPLACEMENT CHARACTER}") else text

    def flush(self) -> str:
        return self._emit(self._new_text()) if self.held else ""

    def _new_text(self) -> str:
        """What the held ids add to the text of the context."""
        return self._decode(self._ids)[len(self._decode(self._ids[: self._context])) :]

    def _emit(self, text: str) -> str:
        if text:  # an id without text of its own (a lone space mark, say) stays context together with the one before it
            del self._ids[: self._context]
        self._context = len(self._ids)
        return text

    def _decode(self, ids: list[int]) -> str:
        text: str = self._backend.decode(ids, skip_special_tokens=False)
        return text

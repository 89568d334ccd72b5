"""`Told`: the probabilities that a server sends with its text, and which of the text each of them belongs to. No network here.

OpenAI's form: `choices[].logprobs.content[]`, each with `token`, `bytes`, `logprob`, `top_logprobs`; DeepSeek's has `reasoning_content` beside
it. Which chunk they come with differs: one without text (half a character), one before (SGLang puts all of a step's into its first),
and tags that a server's parser has taken out of the text are among them. So they are laid along the text, and what doesn't fit is left
out: no text is ever changed or lost for it.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from ...conversation.alternatives import MOST, SURE, UNKNOWN, Alternative
from .. import Score

ASKED = {"logprobs": True, "top_logprobs": MOST}
"""What a request says to get them."""
_LISTS = ("reasoning_content", "reasoning", "content")
_MOST_WAITING = 1024
_LONGEST = 4096
_UNKNOWN = math.nan
_EXACTLY = "surrogatepass"  # JSON can have half a character, whose other half comes next
_LEAST = -1e4
"""vLLM's number for what can't be, -9999, and JSON's for minus infinity, if any, are less than can be told apart."""


class Token(NamedTuple):
    """One that was told."""

    data: bytes
    """Its text in UTF-8, of which it may have a part of a character."""
    score: Score


class Told:
    """What was told and isn't yet in the text."""

    def __init__(self) -> None:
        self._waiting: deque[Token] = deque(maxlen=_MOST_WAITING)
        self._half = b""  # what the text so far has of the token that comes next

    def hear(self, choice: Mapping[str, Any]) -> None:
        """The probabilities in a chunk, before its text."""
        logprobs = choice.get("logprobs")
        if isinstance(logprobs, dict):
            for name in _LISTS:
                entries = logprobs.get(name)
                self._waiting.extend(filter(None, map(_token, entries if isinstance(entries, list) else ())))

    def lay(self, text: str) -> Iterator[tuple[str, tuple[Score, ...]]]:
        """The text in pieces, each with the scores of the tokens that it is made of; together they are the text."""
        if not self._waiting:
            yield text, ()
            return
        data = text.encode("utf-8", _EXACTLY)
        at = said = 0  # of the bytes: how many have a token, how many have been given back
        scores: list[Score] = []
        while at < len(data) and self._waiting:
            token = self._waiting[0]
            rest = token.data[len(self._half) :]
            here = data[at : at + len(rest)]
            if rest and not rest.startswith(here):
                # A tag, or space at an end, that the server took out of the text.
                bare = token.data.strip()
                self._half = b""
                if bare and bare != token.data and data.startswith(bare, at):
                    self._waiting[0] = token._replace(data=bare)
                else:
                    self._waiting.popleft()
                continue
            at += len(here)
            if len(here) < len(rest):  # the rest of it comes with the next text
                self._half += here
                break
            self._waiting.popleft()
            self._half = b""
            scores.append(token.score)
            if at == len(data) or data[at] & 0xC0 != 0x80:  # a whole character
                yield data[said:at].decode("utf-8", _EXACTLY), tuple(scores)
                said, scores = at, []
        if said < len(data):
            yield data[said:].decode("utf-8", _EXACTLY), tuple(scores)


def _token(entry: Any) -> Token | None:
    """What is told of a token; None where it isn't in this form."""
    if (
        not isinstance(entry, dict)
        or (logprob := _logprob(entry.get("logprob"))) is None
        or (data := _bytes(entry)) is None
    ):
        return None
    score = Score(_id(entry), logprob, _UNKNOWN)
    top = entry.get("top_logprobs")
    if logprob >= math.log(SURE) or not isinstance(top, list):
        return Token(data, score)
    found = sorted(filter(None, map(_alternative, top[: 4 * MOST])), key=lambda one: -one.logprob)
    return Token(data, score._replace(alternatives=tuple(found[:MOST])))


def _alternative(entry: Any) -> Alternative | None:
    if (
        not isinstance(entry, dict)
        or (logprob := _logprob(entry.get("logprob"))) is None
        or (data := _bytes(entry)) is None
    ):
        return None
    try:
        text = data.decode()
    except UnicodeDecodeError:
        return Alternative(_id(entry), logprob, role="part")
    return Alternative(_id(entry), logprob, text, "text" if text else "part")


def _bytes(entry: Mapping[str, Any]) -> bytes | None:
    data, text = entry.get("bytes"), entry.get("token")
    if (
        isinstance(data, list)
        and 0 < len(data) <= _LONGEST
        and all(type(byte) is int and 0 <= byte < 256 for byte in data)
    ):
        return bytes(data)
    return text.encode("utf-8", "replace") if isinstance(text, str) and len(text) <= _LONGEST else None


def _logprob(value: Any) -> float | None:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or math.isnan(value):
        return None
    return max(_LEAST, min(0.0, value))


def _id(entry: Mapping[str, Any]) -> int:
    """llama.cpp tells it, as no other."""
    id = entry.get("id")
    return id if type(id) is int and 0 <= id < 2**31 else UNKNOWN

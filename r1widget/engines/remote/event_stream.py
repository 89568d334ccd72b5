"""`EventStream`: the bytes of a response become the JSON values in it, whatever its header says that they are.

What begins as an event stream is one (WHATWG HTML, "Server-sent events"), and what begins as JSON is a whole answer, or one
a line. Proxies relabel both.
"""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Iterator
from typing import Any

DONE = object()
"""The server said `[DONE]`, or its one JSON value was whole: nothing is missing."""

_LINE_ENDS = re.compile(r"\r\n|\r|\n")
_FIELDS = ("data:", "event:", "id:", "retry:", ":")
_BEFORE = "\ufeff \t\r\n"


class NotAnAnswer(Exception):
    """Something came that is no chunk of a reply; `error` is what it says of an error, if it does."""

    def __init__(self, text: str, error: object = None) -> None:
        super().__init__(text)
        self.error = error


class EventStream:
    """`feed` and `flush` give values in order; `ValueError` or `NotAnAnswer` where something else comes."""

    def __init__(self) -> None:
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._events: _Events | None = None
        self._pieces: list[str] = []  # of what is no event stream, or not known yet
        self._is_known = False

    def feed(self, data: bytes) -> Iterator[Any]:
        text = self._decoder.decode(data)
        if not self._is_known:
            text = "".join([*self._pieces, text]).lstrip(_BEFORE)
            self._pieces = []
            if text.startswith(_FIELDS):
                self._events = _Events()
            # Not yet, as long as it may become a field's name; nothing may become any.
            self._is_known = self._events is not None or not any(field.startswith(text) for field in _FIELDS)
        if self._events is not None:
            yield from self._events.feed(text)
        else:
            self._pieces.append(text)

    def flush(self) -> Iterator[Any]:
        """At the end of a response that ended as it should."""
        if self._events is not None:
            yield from self._events.feed("\n\n")
            return
        text = "".join(self._pieces).strip(_BEFORE)
        try:
            values = [json.loads(text), DONE]
        except ValueError:
            lines = [line for line in text.split("\n") if line.strip()]
            if len(lines) < 2 or not text.startswith("{"):
                raise
            values = [json.loads(line) for line in lines]
        yield from values


class _Events:
    """Events, each as soon as its value is whole: some servers leave out the empty line that should end one."""

    def __init__(self) -> None:
        self._line: list[str] = []
        self._after_return = False
        self._name = ""
        self._data: list[str] = []

    def feed(self, text: str) -> Iterator[Any]:
        if self._after_return and text.startswith("\n"):
            text = text[1:]
        self._after_return = text.endswith("\r") if text else self._after_return
        *ends, rest = _LINE_ENDS.split(text)
        for end in ends:
            line = "".join([*self._line, end])
            self._line = []
            yield from self._read(line)
        if rest:
            self._line.append(rest)

    def _read(self, line: str) -> Iterator[Any]:
        field, _, value = line.partition(":")
        if field == "event":
            self._name = value.strip()
        elif field == "data":
            self._data.append(value.removeprefix(" "))
            if len(self._data) == 1 and (whole := _whole(self._data[0])) is not None:
                yield self._said(whole)
        elif not line:
            data, self._data = self._data, []
            if data:
                yield self._said(json.loads("\n".join(data)))
            self._name = ""

    def _said(self, value: Any) -> Any:
        self._data = []
        if self._name == "error":
            raise NotAnAnswer(
                json.dumps(value), error=value.get("error") or value if isinstance(value, dict) else value
            )
        return value


def _whole(data: str) -> Any:
    """A value that is whole in one line; None: not yet."""
    if data.strip() == "[DONE]":
        return DONE
    try:
        value = json.loads(data)
    except ValueError:
        return None
    return value if isinstance(value, dict) else None

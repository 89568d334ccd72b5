"""`Events`: bytes of a server's event stream in, the data of its events out."""

from __future__ import annotations


class Events:
    """Splits a `text/event-stream` (html.spec.whatwg.org, "Server-sent events"), however it is cut into chunks.

    Lines end in LF or CRLF only: JSON may hold other line separators unescaped, at which `str.splitlines` would cut.
    """

    def __init__(self) -> None:
        self._held = b""
        self._data: list[str] = []

    def feed(self, chunk: bytes) -> list[str]:
        """The data of each event that the chunk completes."""
        *lines, self._held = (self._held + chunk).split(b"\n") if b"\n" in chunk else [self._held + chunk]
        return [data for line in lines for data in self._line(line.removesuffix(b"\r"))]

    def flush(self) -> list[str]:
        """The last event, of a server that didn't end it with an empty line."""
        line, self._held = self._held, b""
        return [*self._line(line.removesuffix(b"\r")), *self._line(b"")]

    def _line(self, line: bytes) -> list[str]:
        if line:
            name, _, value = line.partition(b":")
            if name == b"data":
                self._data.append(value.removeprefix(b" ").decode("utf-8", "replace"))
            return []
        event, self._data = self._data, []
        return ["\n".join(event)] if event else []

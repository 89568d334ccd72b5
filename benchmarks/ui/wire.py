"""`Wire`: what comes over a page's websockets."""

from __future__ import annotations

import json

from playwright.sync_api import WebSocket

_PARTS = ("framing", "channel", "header", "parent header", "metadata", "content", "buffers")


class Wire:
    """Counts bytes, and reads the deltas of chats."""

    def __init__(self) -> None:
        self.bytes = 0
        self.messages = 0
        self.text = {"reasoning": "", "answer": ""}
        self.seqs: list[int] = []
        self.deltas = 0
        self.parts = dict.fromkeys((*_PARTS, "of it text"), 0)
        """Bytes of all deltas, by the part of the message."""

    def listen(self, socket: WebSocket) -> None:
        socket.on("framereceived", self._take)

    def _take(self, frame: str | bytes) -> None:
        data = frame.encode() if isinstance(frame, str) else frame
        self.bytes += len(data)
        self.messages += 1
        if not (parts := _parts(data)):
            return
        data_of = json.loads(parts["content"]).get("data")
        message = data_of.get("content", {}) if isinstance(data_of, dict) else {}
        if "seq" in message:
            self.seqs.append(message["seq"])
        if message.get("type") == "delta":
            self.deltas += 1
            self.text[message["kind"]] += message["text"]
            for name, part in parts.items():
                self.parts[name] += len(part)
            self.parts["of it text"] += len(json.dumps(message["text"], ensure_ascii=False)) - 2

    @property
    def gaps(self) -> int:
        return sum(b - a != 1 for a, b in zip(self.seqs, self.seqs[1:], strict=False))

    def of_a_delta(self) -> dict[str, float]:
        """Bytes of the mean delta, by part."""
        return {name: total / max(1, self.deltas) for name, total in self.parts.items()}


def _parts(data: bytes) -> dict[str, bytes]:
    """A kernel's message in the server's binary framing: how many offsets, the offsets, then what lies between them."""
    count = int.from_bytes(data[:8], "little")
    if not 6 <= count <= 16:  # another socket's, or text
        return {}
    offsets = [int.from_bytes(data[8 * i : 8 * i + 8], "little") for i in range(1, count + 1)]
    ends = [0, *offsets[:6], offsets[-1]]
    found = {name: data[ends[i] : ends[i + 1]] for i, name in enumerate(_PARTS)}
    return found if found["content"].startswith(b"{") else {}

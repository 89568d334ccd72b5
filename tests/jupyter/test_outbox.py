"""What goes to the page: in order, numbered without a hole, joined to a beat, never held for long."""

from __future__ import annotations

import threading
from typing import Any

from r1widget.jupyter.outbox import Outbox


class Sent(list[dict[str, Any]]):
    """A `send` that remembers, and lets a test wait for a number of messages."""

    def __init__(self) -> None:
        super().__init__()
        self._news = threading.Condition()

    def __call__(self, message: dict[str, Any]) -> None:
        with self._news:
            self.append(message)
            self._news.notify_all()

    def wait_for(self, count: int) -> None:
        with self._news:
            assert self._news.wait_for(lambda: len(self) >= count, 60), list(self)


def test_text_within_a_beat_is_one_message() -> None:
    sent = Sent()
    outbox = Outbox(sent, beat=1000)
    for at, piece in enumerate("abcdef"):
        outbox.add_text("t", "reasoning", at, piece, at + 1, at / 8)
    assert [m["text"] for m in sent] == ["a"], "the first goes at once"
    outbox.flush()
    assert [(m["text"], m["at"], m["tokens"], m["seconds"], m["seq"]) for m in sent] == [
        ("a", 0, 1, 0.0, 1),
        ("bcdef", 1, 6, 0.62, 2),
    ]


def test_held_text_comes_without_more_text() -> None:
    sent = Sent()
    outbox = Outbox(sent, beat=0.01)
    outbox.add_text("t", "reasoning", 0, "a", 1, 0.0)
    outbox.add_text("t", "reasoning", 1, "b", 2, 0.0)
    sent.wait_for(2)
    assert "".join(m["text"] for m in sent) == "ab"


def test_another_kind_or_turn_is_another_message() -> None:
    sent = Sent()
    outbox = Outbox(sent, beat=1000)
    for turn, kind in (("t", "reasoning"), ("t", "reasoning"), ("t", "answer"), ("u", "answer")):
        outbox.add_text(turn, kind, 0, "x", 1, 0.0)  # type: ignore[arg-type]
    outbox.flush()
    assert [(m["turn"], m["kind"], m["text"]) for m in sent] == [
        ("t", "reasoning", "x"),
        ("t", "reasoning", "x"),
        ("t", "answer", "x"),
        ("u", "answer", "x"),
    ]


def test_what_is_said_comes_behind_the_text_before_it() -> None:
    sent = Sent()
    outbox = Outbox(sent, beat=1000)
    outbox.add_text("t", "answer", 0, "a", 1, 0.0)
    outbox.add_text("t", "answer", 1, "b", 2, 0.0)
    outbox.send_ordered(lambda seq: {"type": "turn", "seq": seq})
    outbox.send({"type": "ack"})
    assert [(m["type"], m.get("seq")) for m in sent] == [("delta", 1), ("delta", 2), ("turn", 3), ("ack", None)]


def test_threads_share_one_order() -> None:
    sent = Sent()
    outbox = Outbox(sent, beat=0)

    def talk(name: str) -> None:
        for at in range(200):
            outbox.add_text(name, "answer", at, "x", at, 0.0)

    threads = [threading.Thread(target=talk, args=(name,)) for name in "abc"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    outbox.flush()
    assert [m["seq"] for m in sent] == list(range(1, len(sent) + 1))
    for name in "abc":
        assert "".join(m["text"] for m in sent if m["turn"] == name) == "x" * 200

"""Cells that several tests begin with."""

from __future__ import annotations

THOUGHT = [f"w{number}" for number in range(240)]
ANSWER = [f"a{number}" for number in range(40)]

IMPORTS = """
import threading
from r1widget import ChatWidget
from r1widget.testing import ScriptedEngine
"""


def words(words: list[str]) -> str:
    """Words that are each there once, in paragraphs of twenty: what is lost or doubled is seen."""
    return "\n\n".join(" ".join(words[i : i + 20]) for i in range(0, len(words), 20))


TEXT = words(THOUGHT) + "\n</think>\n\n" + words(ANSWER)


def paced(tokens_per_second: float | None, text: str = TEXT) -> str:
    """A chat whose model says `text`."""
    return f"{IMPORTS}chat = ChatWidget(ScriptedEngine({text!r}, tokens_per_second={tokens_per_second}))"


def gated(text: str | list[str]) -> str:
    """A chat whose model writes as many pieces as `gate` is released for."""
    return f"{IMPORTS}gate = threading.Semaphore(0)\nchat = ChatWidget(ScriptedEngine({text!r}, gate=gate))"


def pumped(text: str = TEXT) -> str:
    """`gated`, and `pump(n)` writes n pieces by and by: while a page reloads, and then the turn waits."""
    pump = """
import time
def pump(pieces):
    def release():
        for _ in range(pieces):
            time.sleep(0.03)
            gate.release()
    threading.Thread(target=release, daemon=True).start()
"""
    return gated(text) + pump

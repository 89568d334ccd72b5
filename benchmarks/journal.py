"""What it costs to keep a chat: a thought of 800 tokens a second, with the history and without, in turns.

    python -m benchmarks.journal [--seconds 20] [--rounds 3]

The share of one core that keeping takes is the difference of the process's time on the processor. Both are of one run, since machines
differ and are busy. Each token has its id and what the model made of it, as one of a local model has. How much a kernel that is
killed would lose is the text that isn't in the file yet.
"""

from __future__ import annotations

import argparse
import os
import statistics
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import replace
from pathlib import Path

from r1widget import Chat
from r1widget.engines import Delta, Request, Score
from r1widget.errors import HistoryError
from r1widget.journal.place import required
from r1widget.journal.reading import load
from r1widget.journal.schema import open_to_read
from r1widget.testing import ScriptedEngine

RATE = 800
"""Tokens a second."""
MEAN = 4.89
"""Characters of one, of ` w0` to ` w999`."""
LOOK = 0.2
"""Seconds between two looks into the file."""


class Engine(ScriptedEngine):
    """Words, with ids and scores."""

    def __init__(self, seconds: float) -> None:
        super().__init__([f" w{number % 1000}" for number in range(int(RATE * seconds))], tokens_per_second=RATE)

    def stream(self, request: Request, stop: threading.Event) -> Iterator[Delta]:
        for number, delta in enumerate(super().stream(request, stop)):
            yield replace(delta, ids=(number % 50_000,), scores=(Score(number % 50_000, -0.1, 0.3),))


def write(seconds: float, *, keep: bool) -> float:
    """Seconds on the processor for each second of writing."""
    chat = Chat(Engine(seconds), keep=keep)
    begin, used = time.perf_counter(), time.process_time()
    chat.ask("Count.", max_tokens=1_000_000)
    share = (time.process_time() - used) / (time.perf_counter() - begin)
    chat.close()
    return share


def missing(seconds: float) -> list[float]:
    """Seconds of text that aren't in the file yet, by who reads it, each time somebody looks."""
    chat = Chat(Engine(seconds))
    path = required()
    late: list[float] = []
    turn = chat.send("Count.", max_tokens=1_000_000)
    while not turn.wait(LOOK):
        length = len(turn.text("reasoning"))
        with closing(open_to_read(path)) as journal, suppress(HistoryError):
            (there,) = load(journal, path, chat.id or "")[1].all_turns
            late.append((length - len(there.text("reasoning"))) / MEAN / RATE)
    chat.close()
    return late


def main() -> None:
    parser = argparse.ArgumentParser(description="What it costs to keep a chat.")
    parser.add_argument("--seconds", type=float, default=20.0)
    parser.add_argument("--rounds", type=int, default=3)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.environ["R1WIDGET_HISTORY"] = str(Path(folder) / "history.sqlite")
        costs = []
        for _ in range(chosen.rounds):
            without = write(chosen.seconds, keep=False)
            costs.append(write(chosen.seconds, keep=True) - without)
        late = missing(chosen.seconds)
        size = sum(file.stat().st_size for file in Path(folder).glob("history*") if file.is_file())
    print(
        f"keeping takes {statistics.median(costs):.1%} of a core (median of {chosen.rounds}; {', '.join(f'{cost:.1%}' for cost in costs)})"
    )
    print(f"text in memory alone: {statistics.median(late):.2f} s at the median, {max(late):.2f} s at most")
    print(f"the file: {size / 1e6:.2f} MB, {size / ((chosen.rounds + 1) * chosen.seconds * RATE):.0f} bytes a token")


if __name__ == "__main__":
    main()

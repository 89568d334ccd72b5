"""A kernel that is killed: at most half a second is missing, the file opens, and what was cut off says so."""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from r1widget import Chat
from r1widget.journal import history
from r1widget.testing import ScriptedEngine

PROGRAM = """
import sys, time
from r1widget import Chat
from r1widget.testing import ScriptedEngine

def words():
    # As fast as a model of 1.5 billion parameters on a good GPU. What was written when, a line each, for who kills us.
    begin = time.monotonic()
    for number in range(80_000):
        yield f" w{number}" if number != 3000 else "</think>"

class Engine(ScriptedEngine):
    def stream(self, request, stop):
        for delta in super().stream(request, stop):
            yield delta
            sys.stdout.write(f"{time.time():.3f} {len(delta.text)}\\n")
            sys.stdout.flush()

chat = Chat(Engine([*words()], tokens_per_second=800))
print(chat.id, flush=True)
chat.send("Count.").wait()
"""
KILLS = int(os.environ.get("R1WIDGET_KILLS", "6"))
"""A hundred were made once (`R1WIDGET_KILLS=100`); each takes two seconds."""
MISSING = 0.5
"""Seconds of text that may be missing: what isn't looked at every 0.4 s, and then written."""


def kill(journal: Path, after: float) -> tuple[str, list[tuple[float, int]], float]:
    """Let it write and kill it: the chat's id, when how many characters had come, and when it was killed."""
    environment = {**os.environ, "R1WIDGET_HISTORY": str(journal)}
    process = subprocess.Popen([sys.executable, "-c", PROGRAM], stdout=subprocess.PIPE, env=environment, text=True)
    assert process.stdout is not None
    id = process.stdout.readline().strip()
    first = process.stdout.readline()
    time.sleep(after)  # the moment is what is tested: any is right
    process.send_signal(signal.SIGKILL)
    killed = time.time()
    with process:
        lines = [first, *process.stdout.read().splitlines()]
    written = [(float(at), int(length)) for at, _, length in (line.partition(" ") for line in lines if " " in line)]
    return id, written, killed


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL")
def test_killed_in_the_middle_of_a_thought_at_most_half_a_second_is_missing(journal: Path) -> None:
    moments = random.Random(13)
    for number in range(KILLS):
        id, written, killed = kill(journal, moments.uniform(0.0, 1.5))
        if journal.exists():
            with sqlite3.connect(journal) as opened:
                assert opened.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            opened.close()
        early = sum(length for at, length in written if at < killed - MISSING)
        found = [each for each in history.list() if each.id == id]
        if not found:
            assert early == 0, f"{early} characters are missing in all (kill {number})"
            continue
        assert found[0].is_open
        (turn,) = history.load(id).all_turns
        text = turn.text("reasoning") + turn.text("answer")
        assert text.startswith("".join(f" w{number}" for number in range(3000))[: len(turn.text("reasoning"))])
        assert len(text) >= early - len("</think>"), f"{early - len(text)} characters are missing (kill {number})"
        assert (turn.finish_reason, turn.record["interrupted"]) == ("cancelled", "kernel")
        loaded = Chat.load(
            id, ScriptedEngine([" and on", "</think>", "Done."] if turn.reasoning else ["</think>", "Done."])
        )
        resumed = loaded.resume().raise_for_error()
        assert loaded.wait(resumed).finish_reason == "stop"
        assert (resumed.text("reasoning") + resumed.text("answer")).startswith(text) and resumed.answer.endswith(
            "Done."
        )
    assert len(history.list()) >= 1


def test_a_program_that_ends_while_a_model_of_this_machine_writes_says_so(journal: Path) -> None:
    """Which has a thread of its own that ends with the program, too."""
    program = """if True:
        import atexit, threading
        from r1widget import Chat
        begun, ends = threading.Event(), threading.Event()
        chat = Chat("pocket")
        chat.on("text_added", lambda *_: (begun.set(), ends.wait(60)))
        chat.send("What is 123 × 45?")
        begun.wait(60)
        print(chat.id)
        atexit.register(ends.set)
    """
    environment = {**os.environ, "R1WIDGET_HISTORY": str(journal)}
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, env=environment, text=True, timeout=120, check=False
    )
    assert done.returncode == 0 and done.stderr == ""
    (turn,) = history.load(done.stdout.strip()).all_turns
    assert (turn.finish_reason, turn.interrupted, turn.thinking_ended_by) == ("cancelled", "kernel", None)
    assert turn.reasoning and len(turn.ids)


def test_a_program_that_ends_by_itself_writes_down_what_it_stopped(journal: Path) -> None:
    program = PROGRAM.replace(
        'chat.send("Count.").wait()',
        """
import threading
begun = threading.Event()
chat.on("text_added", lambda *_: begun.set())
chat.send("Count.")
chat.send("And then?")
begun.wait(20)
""",
    )
    environment = {**os.environ, "R1WIDGET_HISTORY": str(journal)}
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, env=environment, text=True, timeout=60, check=False
    )
    assert done.returncode == 0 and done.stderr == ""
    first, second = history.load(done.stdout.split()[0]).all_turns
    assert first.reasoning.startswith("w0") and first.record["interrupted"] == "kernel"
    assert (second.finish_reason, second.reasoning, second.record["interrupted"]) == ("cancelled", "", "kernel")
    assert first.thinking_ended_by is None

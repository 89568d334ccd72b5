"""The end of a program whose engine still works."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.engines.scheduling import folder

__all__ = ["folder"]  # fixtures


@pytest.mark.parametrize(
    "ending", ["", "next(stream); next(stream)", "threading.Thread(target=list, args=(stream,), daemon=True).start()"]
)
def test_a_program_ends_while_the_engine_works(folder: Path, ending: str) -> None:
    """Of itself, and without a word: a thread that is killed in torch's code takes the process with it."""
    code = (
        "import sys, threading; from r1widget.engines import Request, load; from r1widget.settings import Settings\n"
        f"engine = load({str(folder)!r})\n"
        "request = Request(messages=[{'role': 'user', 'content': 'Hello'}], settings=Settings(max_tokens=400))\n"
        "for _ in engine.stream(request, threading.Event()): break\n"
        "stream = engine.stream(request, threading.Event()); next(stream)\n"
        f"{ending}\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=240, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_a_program_ends_while_the_engines_thread_lets_go_of_it(folder: Path) -> None:
    """Nobody else has it any more, and to let go of gigabytes takes a while."""
    code = f"""if True:
        import threading, time, torch
        from r1widget.engines import Request, load
        from r1widget.engines.decode.scheduler import Scheduler
        from r1widget.settings import Settings
        step, alone, dying = Scheduler.step, threading.Event(), threading.Event()
        class Large:
            def __del__(self):
                dying.set()
                end = time.monotonic() + 0.5
                while time.monotonic() < end:
                    torch.ones(300, 300) @ torch.ones(300, 300)
                print(threading.current_thread().name)
        Scheduler.step = lambda self: step(self) or not alone.wait(60)
        def ask():
            engine = load({str(folder)!r})
            engine.scheduler.network.large = Large()
            list(engine.stream(Request(messages=[{{'role': 'user', 'content': 'Hello'}}], settings=Settings(max_tokens=2)), threading.Event()))
        ask()
        alone.set()
        assert dying.wait(60)
    """
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=240, check=False)
    assert (done.returncode, done.stderr, done.stdout) == (0, "", "r1widget-engine\n")

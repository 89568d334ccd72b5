"""`Helper`: a process that grades what a model wrote, a line of JSON for a line of JSON. It can be ended at any time: what is
graded is not trusted, and sympy's arithmetic of large numbers lets nothing else go on."""

from __future__ import annotations

import contextlib
import json
import queue
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

from typing_extensions import Self

STARTING = 60.0
"""Seconds that a process may take to import what it needs."""


class Helper:
    """A process that runs one of the files beside this one; started when it is first asked, and again after it was ended."""

    def __init__(self, file: str) -> None:
        self._file = Path(__file__).with_name(file)
        self._process: subprocess.Popen[bytes] | None = None
        self._lines: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        self.started = 0
        """How often it was started."""

    def ask(self, said: dict[str, Any], seconds: float) -> dict[str, Any] | None:
        """What it answers; None where it didn't in time, or ended. Then it is another one that is asked the next time."""
        try:
            if self._process is None:
                self._start()
                if self._line(STARTING) is None:  # it says that it is there
                    return None
            assert self._process is not None and self._process.stdin is not None
            self._process.stdin.write(json.dumps(said).encode("ascii") + b"\n")
            self._process.stdin.flush()
            line = self._line(seconds)
            answer = None if line is None else json.loads(line)
        except (OSError, ValueError):
            answer = None
        except BaseException:  # an interrupt: its answer would be taken for that of the next question
            self.close()
            raise
        if not isinstance(answer, dict):
            self.close()
            return None
        return answer

    def close(self) -> None:
        """End it."""
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.wait()
            for pipe in (process.stdin, process.stdout):
                if pipe is not None:
                    with contextlib.suppress(OSError):  # what it was to be told, and can't be
                        pipe.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _start(self) -> None:
        # An interrupt in a terminal goes to all processes of the group; this one is ended by who started it.
        own: dict[str, Any] = {"creationflags": 0x200} if sys.platform == "win32" else {"start_new_session": True}
        self._lines = queue.SimpleQueue()
        self._process = subprocess.Popen(
            [sys.executable, "-I", "-X", "utf8", str(self._file)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            **own,
        )
        self.started += 1
        threading.Thread(target=_read, args=(self._process, self._lines), name="r1widget-grading", daemon=True).start()

    def _line(self, seconds: float) -> bytes | None:
        try:
            return self._lines.get(timeout=seconds)
        except queue.Empty:
            return None


def _read(process: subprocess.Popen[bytes], lines: queue.SimpleQueue[bytes | None]) -> None:
    """Pipes can't be waited for with a limit on every system; a queue can."""
    assert process.stdout is not None
    try:
        for line in process.stdout:
            lines.put(line)
    except (OSError, ValueError):
        pass  # it was ended
    lines.put(None)

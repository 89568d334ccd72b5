"""`Forked`: worker.py, begun in a fork of one process that has imported sympy already.

A comparison takes a process of its own, and importing sympy takes it most of a second; a table of pairs asks dozens of times. Each
question still has a process of its own that runs the whole of worker.py. What starts that process (its command, its limit of time)
is tested elsewhere.
"""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

PROGRAM = """
import io, os, runpy, sys
import math_verify
math_verify.verify(math_verify.parse("$x^2+1$"), math_verify.parse("$1+x^2$"))  # what it imports late
print("ready", flush=True)
for question in sys.stdin:
    child = os.fork()
    if not child:
        sys.stdin = io.StringIO(question)
        status = 1
        try:
            runpy.run_path(sys.argv[1], run_name="__main__")
            status = 0
        finally:
            sys.stdout.flush()
            os._exit(status)
    _, status = os.waitpid(child, 0)
    print("end", os.waitstatus_to_exitcode(status), flush=True)
"""


class Forked:
    """Stands for `subprocess.run` where `formula.verified` calls it."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[str] | None = None

    def run(self, command: list[str], *, input: bytes, **_: Any) -> subprocess.CompletedProcess[bytes]:
        *python, worker = command
        assert Path(worker).name == "worker.py"
        if self._process is None:
            self._process = subprocess.Popen(
                [*python, "-c", PROGRAM, worker], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
            )
            assert self._line() == "ready"
        assert self._process.stdin
        self._process.stdin.write(input.decode() + "\n")
        self._process.stdin.flush()
        said = []
        while not (line := self._line()).startswith("end"):
            said.append(line)
        assert line == "end 0", line
        return subprocess.CompletedProcess(command, 0, "\n".join(said).encode())

    def close(self) -> None:
        if self._process is not None:
            self._process.communicate()
            assert self._process.returncode == 0

    def _line(self) -> str:
        assert self._process and self._process.stdout
        line = self._process.stdout.readline()
        assert line, "The process that forks has ended."
        return line.rstrip("\n")

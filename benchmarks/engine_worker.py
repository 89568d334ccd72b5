"""Engines in processes of their own, which load once and then measure what they are told, one at a time.

All of them are resident, so that measurements can take turns, and those that aren't asked wait on a pipe and take no time.
A line of JSON goes in: the name of a method and its arguments; a line comes out: what it returned.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
CALM = 0.3
"""Seconds before each measurement that counts, for threads of the one before that still spin (OpenMP's do, for some milliseconds)."""


class Failed(Exception):
    """A worker couldn't do what it was told; the message is its own."""


class Worker:
    """A process with one engine. `subject` is a module of this package whose `Subject(**options)` is the engine."""

    def __init__(self, subject: str, threads: int, *, calm: float = CALM, **options: Any) -> None:
        self.errors = ""
        self._calm = calm
        code = f"from benchmarks.engine_worker import serve; serve({subject!r})"
        environment = os.environ | {"OMP_NUM_THREADS": str(threads), "TOKENIZERS_PARALLELISM": "false"}
        self._process = subprocess.Popen(
            [sys.executable, "-c", code],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            cwd=ROOT,
            env=environment,
        )
        try:
            self.loaded = self._ask({"options": {**options, "threads": threads}})
        except Failed:
            self.close()
            raise

    def __call__(self, method: str, **arguments: Any) -> Any:
        """What the engine's method returned; `Failed` where it raised."""
        time.sleep(self._calm)
        return self._ask({"method": method, "arguments": arguments})

    @property
    def process(self) -> int:
        return self._process.pid

    def close(self) -> None:
        assert self._process.stdin and self._process.stdout
        self._process.stdin.close()
        self._process.stdout.close()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _ask(self, question: dict[str, Any]) -> Any:
        assert self._process.stdin and self._process.stdout
        try:
            self._process.stdin.write(json.dumps(question) + "\n")
            self._process.stdin.flush()
            line = self._process.stdout.readline()
        except OSError as error:
            raise Failed(f"its process has ended ({error})") from error
        if not line:
            raise Failed("its process has ended")
        answer = json.loads(line)
        if "error" in answer:
            raise Failed(answer["error"])
        return answer["result"]


def serve(subject: str) -> None:
    """A worker's process. What libraries print goes to stderr."""
    import importlib
    import traceback

    out = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    engine: Any = None
    for line in sys.stdin:
        question = json.loads(line)
        try:
            if engine is None:
                engine = importlib.import_module(f"benchmarks.{subject}").Subject(**question["options"])
                answer = {"result": engine.about()}
            else:
                answer = {"result": getattr(engine, question["method"])(**question["arguments"])}
        except Exception as error:
            traceback.print_exc()
            answer = {"error": f"{type(error).__name__}: {error}"}
        out.write(json.dumps(answer) + "\n")
        out.flush()

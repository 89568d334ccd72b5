"""The memory and the start of a process of its own: load, read a long prompt, write an answer."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from benchmarks.engine_worker import ROOT, Failed
from benchmarks.imports import ImportClock


def measure(
    folder: str, *, quantization: str, prompt: int, tokens: int, threads: int, cache: str = ""
) -> dict[str, Any]:
    """A new process from its start to its answer: seconds until it had loaded and to a short first answer's token, how many
    of the latter went by beside imports, and the most bytes resident. `folder` is a checkpoint, or a GGUF file; `cache` an
    empty folder for a first start, which quantizes."""
    environment = os.environ | {"OMP_NUM_THREADS": str(threads), "TOKENIZERS_PARALLELISM": "false"}
    if cache:
        environment["R1WIDGET_CACHE"] = cache
    arguments = json.dumps([folder, quantization, prompt, tokens])
    code = f"from benchmarks.engine_memory import child; child({arguments!r})"
    start = time.time()
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        encoding="utf-8",
        cwd=ROOT,
        env=environment,
        check=False,
    )
    if not done.stdout:
        raise Failed((done.stderr.strip().splitlines() or ["its process has ended"])[-1])
    found = json.loads(done.stdout)
    seconds = {f"{name}_seconds": found.pop(name) - start for name in ("load", "first_token")}
    return {**found, **seconds, "own_seconds": seconds["first_token_seconds"] - found["imports_seconds"]}


def child(arguments: str) -> None:
    clock = ImportClock()
    clock.start()
    from r1widget.engines import load
    from r1widget.settings import Settings
    from r1widget.shell.bench import ask, peak_memory, question, said

    folder, quantization, prompt, tokens = json.loads(arguments)
    engine: Any = load(folder, quantization=quantization)
    loaded = time.time()
    ask(engine, [said("Hello.")], Settings(max_tokens=1, seed=0))
    first, imports = time.time(), clock.seconds
    text = question(engine, prompt, 1)
    heard = ask(engine, [said(text)], Settings(max_tokens=tokens, seed=1))
    status = Path("/proc/self/status")
    lines = status.read_text(encoding="ascii").splitlines() if status.exists() else []
    now = {
        name: int(rest.split()[0]) * 1024
        for name, _, rest in (line.partition(":") for line in lines)
        if name[:3] == "Rss"
    }
    found = {"load": loaded, "first_token": first, "imports_seconds": imports, "peak": peak_memory()}
    print(json.dumps({**found, "ids": heard.prompt + heard.tokens, **now}))

"""Servers of other projects, started on this machine with the pocket model."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.engines.remote.servers.gguf_of_pocket import MODEL, write_gguf


def missing(*modules: str) -> str | None:
    """A sentence for whoever skips; None when all are there."""
    absent = [name for name in modules if find_spec(name) is None]
    return f"{', '.join(absent)} not installed" if absent else None


@contextmanager
def transformers_serve() -> Iterator[str]:
    """`transformers serve` of version 5; gives its base URL. The model's name there is its folder."""
    if find_spec("transformers.cli") is None:
        pytest.skip("this transformers serves otherwise")
    command = ["-m", "transformers.cli.transformers", "serve", str(MODEL), "--device", "cpu", "--host", "127.0.0.1"]
    with _started([*command, "--port", "0"]) as url:
        yield url


@contextmanager
def llama_cpp_server(folder: Path, *, key: str) -> Iterator[str]:
    """llama-cpp-python's server, which wants a key; gives its base URL."""
    path = folder / "pocket.gguf"
    write_gguf(path)
    options = ["--model_alias", "pocket", "--n_ctx", "512", "--n_threads", "1", "--api_key", key, "--host", "127.0.0.1"]
    with _started(["-m", "llama_cpp.server", "--model", str(path), *options, "--port", "0"]) as url:
        yield url


@contextmanager
def _started(arguments: list[str]) -> Iterator[str]:
    """Start, and wait for the line in which uvicorn says its port."""
    process = subprocess.Popen(
        [sys.executable, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        env={**os.environ, "HF_HUB_OFFLINE": "1", "OMP_NUM_THREADS": "1", "PYTHONUNBUFFERED": "1"},
    )
    assert process.stdout is not None
    said = []
    try:
        for line in process.stdout:
            said.append(line)
            if found := re.search(r"running on (http://\S+?:\d+)", line):
                break
        else:
            raise RuntimeError(f"The server didn't start:\n{''.join(said[-30:])}")
        drain = subprocess.Popen(["cat"], stdin=process.stdout, stdout=subprocess.DEVNULL)
        try:
            yield f"{found[1]}/v1"
        finally:
            process.terminate()
            process.wait(60)
            drain.wait(60)
    finally:
        process.kill()
        process.wait(60)
        process.stdout.close()

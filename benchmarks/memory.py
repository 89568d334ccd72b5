"""Whether a model answers on a small machine: a process that may have so much memory, asked with a long prompt, several times.

    python -m benchmarks.memory --gguf FILE [--limit 2G] [--context 2000] [--repeats 5]
    python -m benchmarks.memory --checkpoint FOLDER [--quantization int4] [--first] …

The limit is a control group's (Linux, as root; the pages of files that are read count too, and are given back when need be); where
none can be made, RLIMIT_DATA, which counts a process's own memory alone. `--first` begins each time with an empty cache folder.
A process is measured from its start: seconds until the first token, and the most bytes that were resident.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.engine_worker import ROOT, Failed

GROUPS = Path("/sys/fs/cgroup")
UNITS = {"K": 1 << 10, "M": 1 << 20, "G": 1 << 30}


@contextlib.contextmanager
def limited(size: int) -> Iterator[tuple[str, list[str]]]:
    """What keeps to `size` bytes, in words, and the shell's commands with which a process puts itself under it."""
    for folder, limit, swap in (
        (GROUPS / "memory", "memory.limit_in_bytes", "memory.memsw.limit_in_bytes"),
        (GROUPS, "memory.max", "memory.swap.max"),
    ):
        group = folder / f"r1widget-{os.getpid()}"
        if not (folder / "cgroup.procs").exists():
            continue
        try:
            group.mkdir()
            (group / limit).write_text(str(size), encoding="ascii")
        except OSError:
            with contextlib.suppress(OSError):
                group.rmdir()
            continue
        with contextlib.suppress(OSError):  # where there is no swap it can't be forbidden
            (group / swap).write_text(str(size) if "memsw" in swap else "0", encoding="ascii")
        try:
            yield "a control group", [f"echo $$ > {group / 'cgroup.procs'}"]
        finally:
            group.rmdir()
        return
    yield "RLIMIT_DATA", [f"ulimit -d {size >> 10}"]


def measure(model: str, commands: list[str], **options: Any) -> dict[str, Any]:
    """A process of its own, from its start."""
    arguments = json.dumps({"model": model, **options})
    code = f"from benchmarks.memory import child; child({arguments!r})"
    with tempfile.TemporaryDirectory() as empty:
        environment = os.environ | ({"R1WIDGET_CACHE": empty} if options["first"] else {})
        script = "; ".join([*commands, 'exec "$@"'])
        start = time.time()
        done = subprocess.run(
            ["/bin/sh", "-c", script, "sh", sys.executable, "-c", code],
            capture_output=True,
            text=True,
            cwd=ROOT,
            env=environment,
            check=False,
        )
    if done.returncode or not done.stdout:
        raise Failed((done.stderr.strip().splitlines() or [f"its process has ended ({done.returncode})"])[-1])
    found = json.loads(done.stdout.splitlines()[-1])
    for name in ("imported", "loaded", "first_token"):
        found[name] -= start
    return dict(found)


def child(arguments: str) -> None:
    options = json.loads(arguments)
    from r1widget.engines import load, local
    from r1widget.settings import Settings
    from r1widget.shell.bench import ask, peak_memory, question, said

    assert local
    imported = time.time()
    engine: Any = load(options["model"], quantization=options["quantization"])
    loaded = time.time()
    ask(engine, [said("Hello.")], Settings(max_tokens=1, seed=0))
    first = time.time()
    heard = ask(engine, [said(question(engine, options["context"], 1))], Settings(max_tokens=32, seed=1))
    files = sum(mapped(Path(options["model"])).values())
    found = {"imported": imported, "loaded": loaded, "first_token": first, "ids": heard.prompt + heard.tokens}
    print(json.dumps({**found, "peak": peak_memory(), "resident": resident(), "of_model": files, **about(engine)}))


def about(engine: Any) -> dict[str, Any]:
    found = engine.describe()
    return {name: found[name] for name in ("quantization", "path")}


def resident() -> int:
    """Bytes that are resident now."""
    import psutil

    return int(psutil.Process().memory_info().rss)


def mapped(model: Path) -> dict[str, int]:
    """Resident bytes of each of the model's own files."""
    found: dict[str, int] = {}
    path = ""
    try:
        lines = Path("/proc/self/smaps").read_text(encoding="utf-8").splitlines()
    except OSError:
        return found
    for line in lines:
        words = line.split(maxsplit=5)
        if "-" in words[0] and not words[0].endswith(":"):
            path = words[5] if len(words) > 5 else ""
        elif words[0] == "Rss:" and path.startswith(str(model.resolve())):
            found[path] = found.get(path, 0) + int(words[1]) * 1024
    return found


def main() -> None:
    parser = argparse.ArgumentParser()
    model = parser.add_mutually_exclusive_group(required=True)
    model.add_argument("--gguf")
    model.add_argument("--checkpoint")
    parser.add_argument("--quantization", default="auto")
    parser.add_argument("--limit", default="2G")
    parser.add_argument("--context", type=int, default=2000)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--first", action="store_true")
    arguments = parser.parse_args()
    size = int(float(arguments.limit[:-1]) * UNITS[arguments.limit[-1]])
    answered = 0
    with limited(size) as (how, commands):
        print(f"{arguments.limit} by {how}", flush=True)
        for number in range(arguments.repeats):
            try:
                found = measure(
                    arguments.gguf or arguments.checkpoint,
                    commands,
                    quantization=arguments.quantization,
                    context=arguments.context,
                    first=arguments.first,
                )
            except Failed as error:
                print(f"{number + 1}: failed: {error}", flush=True)
                continue
            answered += 1
            print(
                f"{number + 1}: {found['ids']:,} tokens; at most {found['peak'] / 1e9:.2f} GB resident, {found['resident'] / 1e9:.2f} at the"
                f" end, of the model's files {found['of_model'] / 1e6:.0f} MB; imported after {found['imported']:.1f} s,"
                f" loaded {found['loaded']:.1f}, first token {found['first_token']:.1f}; {found['quantization']}, {found['path']}",
                flush=True,
            )
    print(f"{answered} of {arguments.repeats} answered")
    raise SystemExit(answered < arguments.repeats)


if __name__ == "__main__":
    main()

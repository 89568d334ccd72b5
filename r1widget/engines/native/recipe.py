"""How the C sources are made into one library: which files, which flags, which compiler.

The build hook makes a wheel's libraries with it too, where nothing of r1widget can be imported; so only Python's own
modules are imported here.
"""

from __future__ import annotations

import importlib.util
import os
import platform
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

_HERE = Path(__file__).parent
SOURCES = tuple(
    _HERE / f"{name}.c"
    for name in (
        "threads",
        "linears",
        "activations",
        "products",
        "unpacked",
        "packing",
        "search",
        "factors",
        "taking",
        "attention",
        "steps",
        "pass",
        "scans",
    )
)
HEADERS = tuple(
    _HERE / f"{name}.h"
    for name in (
        "threads",
        "bf16",
        "vectors",
        "layouts",
        "blocks",
        "linears",
        "products",
        "processor",
        "packing",
        "search",
        "tiles",
        "attention",
        "steps",
    )
)
FLAGS = (
    "-O3",
    "-std=gnu11",
    *(() if sys.platform == "win32" else ("-fPIC",)),
    "-fno-math-errno",
    "-fno-trapping-math",
    "-ffp-contract=off",  # or the compiler fuses in one place what it doesn't in another, and results differ
    "-fvisibility=hidden",
)
NATIVE = ("-mcpu=native",) if platform.machine().lower() in {"arm64", "aarch64"} else ("-march=native",)
"""How the compiler is told to use all that this processor can do."""
SUFFIX = ".dll" if sys.platform == "win32" else ".so"
SECONDS = 120
"""How long a compiler may take."""


class Unusable(Exception):
    """There is no native kernel here; the text says why, in words that a person can be shown."""


def compiler(system: str = sys.platform) -> tuple[str, ...]:
    """The command of the C compiler: `$CC`, or the first of the usual ones."""
    if named := os.environ.get("CC"):
        command = tuple(shlex.split(named))
        if command and shutil.which(command[0]):
            return command
        raise Unusable(f"there is no C compiler {named!r}, which CC names")
    # For Windows, gcc keeps vectors of 32 and 64 bytes on a stack that is aligned to 16, and crashes: its bug 54412.
    for name in ("clang",) if system == "win32" else ("cc", "gcc", "clang"):
        if found := shutil.which(name):
            return (found,)
    if importlib.util.find_spec("ziglang"):
        return (sys.executable, "-m", "ziglang", "cc")
    raise Unusable("there is no C compiler on this machine")


def build(command: Sequence[str], flags: Sequence[str], library: Path, sources: Sequence[Path] = SOURCES) -> None:
    """Compile the library with that compiler, with flags that say for which processor. `Unusable` where that can't be."""
    with tempfile.TemporaryDirectory(prefix="r1widget-", ignore_cleanup_errors=True) as folder:
        objects = [str(Path(folder) / f"{source.stem}.o") for source in sources]

        def compile_one(source: Path, made: str) -> None:
            _run([*command, *FLAGS, *flags, "-c", str(source), "-o", made])

        with ThreadPoolExecutor(os.cpu_count()) as pool:  # several at once: a person waits for this
            for _ in pool.map(compile_one, sources, objects):
                pass
        _run([*command, *FLAGS, *flags, "-shared", *objects, "-o", str(library)])


def _run(command: Sequence[str]) -> None:
    try:
        done = subprocess.run(
            command,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=SECONDS,
            check=False,
            stdin=subprocess.DEVNULL,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise Unusable(f"the C compiler can't be run ({error})") from error
    if done.returncode:
        lines = [line for line in done.stderr.splitlines() if "error" in line] or ["no reason given"]
        raise Unusable(f"the C compiler can't compile the kernel ({lines[0].strip()})")

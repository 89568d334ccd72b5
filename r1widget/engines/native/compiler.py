"""The C sources as one library of this machine: compiled once with the compiler that is there, kept in the cache folder.

Nothing here says what the library does; `native` does. Where there is no library, `Unusable` says why, in words that
a person can be shown.
"""

from __future__ import annotations

import ctypes
import functools
import hashlib
import importlib.util
import os
import platform
import shlex
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from ..cache_folder import cache_folder, is_private

_HERE = Path(__file__).parent
SOURCES = tuple(_HERE / name for name in ("linears.c", "attention.c", "steps.c"))
HEADERS = tuple(_HERE / name for name in ("threads.h", "vectors.h"))
FLAGS = (
    "-O3",
    "-std=gnu11",
    "-shared",
    "-fno-math-errno",
    "-fno-trapping-math",
    "-ffp-contract=off",  # or the compiler fuses in one place what it doesn't in another, and results differ
    "-fvisibility=hidden",
)
NATIVE = ("-mcpu=native",) if platform.machine().lower() in {"arm64", "aarch64"} else ("-march=native",)
"""How the compiler is told to use all that this processor can do."""
_SUFFIX = ".dll" if sys.platform == "win32" else ".so"
_SECONDS = 120


class Unusable(Exception):
    """There is no native kernel here; the text says why."""


def library() -> ctypes.CDLL:
    """The compiled kernel. `Unusable` where there is no compiler, or it can't compile this."""
    command = _compiler()
    name = f"linears-{_key(command)}{_SUFFIX}"
    try:
        kept = cache_folder("kernels") / name
        if not kept.exists():
            _compile(command, kept)
        if not is_private(kept):
            raise Unusable("the compiled kernel in the cache folder could have been written by somebody else")
        return ctypes.CDLL(str(kept))
    except PermissionError as error:
        raise Unusable(f"the cache folder isn't private ({error})") from error
    except OSError as error:
        if not isinstance(error, FileNotFoundError) and "kept" in locals() and kept.exists():
            raise Unusable(f"the compiled kernel can't be loaded ({error})") from error
    return _for_this_process(command, name)


def _for_this_process(command: tuple[str, ...], name: str) -> ctypes.CDLL:
    """Compiled for this process alone, where there is no place to keep it."""
    try:
        with tempfile.TemporaryDirectory(prefix="r1widget-", ignore_cleanup_errors=True) as folder:
            path = Path(folder) / name
            _compile(command, path)
            return ctypes.CDLL(str(path))
    except OSError as error:
        raise Unusable(f"there is no place for a compiled kernel ({error})") from error


def _compiler() -> tuple[str, ...]:
    """The command of the C compiler: `$CC`, or the first of the usual ones."""
    if named := os.environ.get("CC"):
        command = tuple(shlex.split(named))
        if command and shutil.which(command[0]):
            return command
        raise Unusable(f"there is no C compiler {named!r}, which CC names")
    for name in ("cc", "gcc", "clang"):
        if found := shutil.which(name):
            return (found,)
    if importlib.util.find_spec("ziglang"):
        return (sys.executable, "-m", "ziglang", "cc")
    raise Unusable("there is no C compiler on this machine")


def _compile(command: tuple[str, ...], target: Path) -> None:
    """Compile into a file that appears under its name only when it is whole."""
    flags = [*FLAGS, *NATIVE, *([] if sys.platform == "win32" else ["-fPIC"])]
    handle, partial = tempfile.mkstemp(prefix=".compiling-", suffix=_SUFFIX, dir=target.parent)
    os.close(handle)
    try:
        done = subprocess.run(
            [*command, *flags, *map(str, SOURCES), "-o", partial],
            capture_output=True,
            text=True,
            errors="replace",
            timeout=_SECONDS,
            check=False,
            stdin=subprocess.DEVNULL,
        )
        if done.returncode:
            lines = [line for line in done.stderr.splitlines() if "error" in line] or ["no reason given"]
            raise Unusable(f"the C compiler can't compile the kernel ({lines[0].strip()})")
        os.chmod(partial, 0o700)
        os.replace(partial, target)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise Unusable(f"the C compiler can't be run ({error})") from error
    finally:
        Path(partial).unlink(missing_ok=True)


def _key(command: tuple[str, ...]) -> str:
    """Changes with the source, the compiler, the flags and the processor."""
    sources = [path.read_bytes() for path in (*SOURCES, *HEADERS)]
    parts = [*sources, repr((command, FLAGS, NATIVE)).encode(), _version(command), _processor().encode()]
    return hashlib.sha256(b"\0".join(parts)).hexdigest()[:16]


def _version(command: tuple[str, ...]) -> bytes:
    try:
        done = subprocess.run([*command, "--version"], capture_output=True, timeout=_SECONDS, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise Unusable(f"the C compiler can't be run ({error})") from error
    return done.stdout


@functools.cache
def _processor() -> str:
    """What the processor can do; a home folder may be shared by machines that can do different things."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace").splitlines()
        found = {line for line in lines if line.startswith(("flags", "Features", "model name", "CPU part"))}
        return "\n".join(sorted(found))
    except OSError:
        return " ".join((platform.machine(), platform.processor(), platform.platform()))

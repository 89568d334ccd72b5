"""The library compiled here: once, with the compiler that is there, for this very processor, kept in the cache folder."""

from __future__ import annotations

import ctypes
import hashlib
import os
import subprocess
import tempfile
from pathlib import Path

from ..cache_folder import cache_folder, is_private
from . import processor, recipe
from .recipe import FLAGS, HEADERS, SECONDS, SOURCES, SUFFIX, Unusable


def compiled() -> ctypes.CDLL:
    """The compiled kernel. `Unusable` where there is no compiler, or it can't compile this."""
    command = recipe.compiler()
    name = f"linears-{_key(command)}{SUFFIX}"
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


def _compile(command: tuple[str, ...], target: Path) -> None:
    """Compile into a file that appears under its name only when it is whole."""
    handle, partial = tempfile.mkstemp(prefix=".compiling-", suffix=SUFFIX, dir=target.parent)
    os.close(handle)
    try:
        recipe.build(command, recipe.NATIVE, Path(partial))
        os.chmod(partial, 0o700)
        os.replace(partial, target)
    finally:
        Path(partial).unlink(missing_ok=True)


def _key(command: tuple[str, ...]) -> str:
    """Changes with the source, the compiler, the flags and the processor."""
    sources = [path.read_bytes() for path in (*SOURCES, *HEADERS)]
    flags = repr((command, FLAGS, recipe.NATIVE)).encode()
    parts = [*sources, flags, _version(command), processor.description().encode()]
    return hashlib.sha256(b"\0".join(parts)).hexdigest()[:16]


def _version(command: tuple[str, ...]) -> bytes:
    try:
        done = subprocess.run([*command, "--version"], capture_output=True, timeout=SECONDS, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise Unusable(f"the C compiler can't be run ({error})") from error
    return done.stdout

"""`open_linears`: a model's linear layers. Where some of them take long to pack, all are written to a file once, and
memory-mapped from then on.

The file is safetensors, in the cache folder; `name.key.layout.safetensors`. Mapped pages are the system's to give back,
and processes share them. Packing goes a few megabytes at a time, so it needs no more memory than that.
"""

from __future__ import annotations

import contextlib
import mmap
import os
import re
import shutil
import socket
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import psutil
import torch
from torch import Tensor

from ...cache_folder import cache_folder
from ..reading import buffer
from ..source import Source
from .arrangement import UNKNOWN, Layer, Place, arrange, describe, header, sample
from .packing import Importance, Report, in_memory, is_quick, layers_of, pack
from .scheme import Linear, Part, Scheme

ABANDONED = 24 * 3600
"""Seconds without a write after which a half-written file of another machine is nobody's."""


class Linears(dict[str, Linear]):
    """A model's layers by the names of their parts."""

    path: Path | None = None
    """The file that they are views of."""
    why: str = ""
    """Why they aren't as fast or as small as they could be, in sentences; empty where they are."""


def open_linears(
    source: Source,
    parts: Sequence[Part],
    scheme: Scheme,
    *,
    key: str,
    name: str,
    report: Report = lambda done, total: None,
    importance: Importance | None = None,
    folder: Path | None = None,
) -> Linears:
    """The layers that `parts` name, of a checkpoint.

    `key` is the checkpoint's fingerprint, `name` what a person calls it. Where weights have to be packed first, `report`
    hears how far that is, and `importance` is asked. Where all are packed as fast as they are read, they are at each start, and
    nothing is written. `WeightsCorrupt` where tensors are missing or don't fit together.
    """
    layers, size = arrange(source, parts, scheme)
    if all(is_quick(source, piece) for layer in layers for piece in layer.pieces):
        linears = Linears(in_memory(source, layers, size, report, importance))
        linears.why = scheme.why
        return linears
    description = describe(layers, scheme, key, size)
    try:
        path = (folder or cache_folder("weights")) / _file_name(name, key, scheme)
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        start = _start_of(path, layers, description)
        if start is None:
            start = _write(path, source, layers, description, size, report, importance)
        linears = Linears(layers_of(source, layers, _mapped(path)[start:]))
        linears.path, linears.why = path, scheme.why
    except OSError as error:
        linears = Linears(in_memory(source, layers, size, report, importance))
        reason = error.strerror or str(error)
        linears.why = f"{scheme.why} The quantised weights can't be kept on the disk ({reason}).".strip()
    return linears


def stored(key: str, scheme: Scheme, folder: Path | None = None) -> Path | None:
    """The file with these weights in this layout, where there is one."""
    with contextlib.suppress(OSError):
        for path in (folder or cache_folder("weights")).glob(f"*.{_plain(key)}.{scheme.key}.safetensors"):
            return path
    return None


def remove_others(name: str, key: str, folder: Path | None = None) -> list[Path]:
    """Remove the same model's files that were made of other weights, and half-written files that nobody writes."""
    removed = []
    with contextlib.suppress(OSError):
        for path in sorted((folder or cache_folder("weights")).iterdir()):
            words = path.name.split(".")
            other = len(words) == 4 and words[0] == _plain(name) and words[1] != _plain(key)
            if (other and words[3] == "safetensors") or _is_abandoned(path):
                with contextlib.suppress(OSError):
                    path.unlink()
                    removed.append(path)
    return removed


def _start_of(path: Path, layers: Sequence[Layer], description: Mapping[str, str]) -> int | None:
    """Where the tensors of a file begin; None where it isn't there, isn't whole, or holds something else."""
    try:
        with path.open("rb") as file:
            start = len(header(layers, description, UNKNOWN))
            found, size = file.read(start), int(description["bytes"])
            whole = os.fstat(file.fileno()).st_size == start + size
            return start if whole and found == header(layers, description, sample(file, start, size)) else None
    except FileNotFoundError:
        return None


# --- Writing and reading ----------------------------------------------------------------------------------------------


def _write(
    path: Path,
    source: Source,
    layers: Sequence[Layer],
    description: Mapping[str, str],
    size: int,
    report: Report,
    importance: Importance | None,
) -> int:
    """Quantise into a new file, which gets its name when it is whole; where the tensors begin in it."""
    for other in path.parent.glob(".*.writing"):
        if _is_abandoned(other):
            other.unlink(missing_ok=True)
    start = len(header(layers, description, UNKNOWN))
    if shutil.disk_usage(path.parent).free < start + size:
        raise OSError(28, "No space left on device")
    handle, partial = tempfile.mkstemp(prefix=f".{host()}.{os.getpid()}.", suffix=".writing", dir=path.parent)
    try:
        with open(handle, "w+b") as file:
            file.truncate(start + size)

            def put(place: Place, offset: int, tensor: Tensor) -> None:
                file.seek(start + place.start + offset)
                tensor = tensor.contiguous()
                file.write(buffer(tensor))

            pack(source, layers, size, put, report, importance)
            file.flush()
            digest = sample(file, start, size)
            file.seek(0)
            file.write(header(layers, description, digest))
            file.flush()
            os.fsync(file.fileno())
        try:
            os.replace(partial, path)
        except PermissionError:  # Windows, where another process has made the same file by now and mapped it
            if _start_of(path, layers, description) is None:
                raise
    finally:
        Path(partial).unlink(missing_ok=True)
    return start


def _mapped(path: Path) -> Tensor:
    """The file's pages. They are mapped for this process alone, so nothing can change the file through them."""
    with path.open("rb") as file:
        mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_COPY)
    _read_ahead(mapped)
    return torch.frombuffer(mapped, dtype=torch.uint8)


def _read_ahead(mapped: mmap.mmap) -> None:
    """Have the pages ready, or the first word waits for 200,000 page faults."""
    with contextlib.suppress(AttributeError, OSError, ValueError):
        mapped.madvise(mmap.MADV_WILLNEED)
    with contextlib.suppress(AttributeError, OSError, ValueError):
        mapped.madvise(22)  # MADV_POPULATE_READ of Linux 5.14, which Python doesn't name


# --- Names ------------------------------------------------------------------------------------------------------------


def _file_name(name: str, key: str, scheme: Scheme) -> str:
    return f"{_plain(name)}.{_plain(key)}.{scheme.key}.safetensors"


def _plain(text: str) -> str:
    """Nothing in it that a file's name can't have, and no dot, which separates."""
    return re.sub(r"[^A-Za-z0-9_-]+", "-", text).strip("-") or "model"


def host() -> str:
    """This machine, in the name of a half-written file."""
    return _plain(socket.gethostname())


def _is_abandoned(path: Path) -> bool:
    """Whether it is a half-written file whose process is gone."""
    words = path.name.split(".")
    if len(words) < 4 or words[-1] != "writing":
        return False
    if words[1] == host() and words[2].isdigit():
        return not psutil.pid_exists(int(words[2]))
    with contextlib.suppress(OSError):
        return time.time() - path.stat().st_mtime > ABANDONED
    return False

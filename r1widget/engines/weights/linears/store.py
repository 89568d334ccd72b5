"""A model's linear layers, from a file of quantised weights that is written once and memory-mapped from then on.

The file is safetensors, in the cache folder; `name.key.layout.safetensors`. Mapped pages are the system's to give back,
and processes share them. Quantising goes a few megabytes at a time, so it needs no more memory than that.
"""

from __future__ import annotations

import contextlib
import ctypes
import mmap
import os
import re
import shutil
import socket
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import psutil
import torch
from torch import Tensor

from ...cache_folder import cache_folder
from .arrangement import UNKNOWN, Layer, Place, arrange, describe, header, sample
from .plain import Plain, PlainLinear, Stacked
from .scheme import Linear, Part, Scheme
from .source import Source

PIECE = 4 << 20
"""Weights that are quantised at a time."""
ABANDONED = 24 * 3600
"""Seconds without a write after which a half-written file of another machine is nobody's."""
Report = Callable[[int, int], None]


class Linears(dict[str, Linear]):
    """A model's layers by the names of their parts."""

    path: Path | None = None
    """The file that they are views of."""
    why: str = ""
    """Why they aren't as fast or as small as they could be, in sentences; empty where they are."""


def open_linears(
    files: Sequence[Path],
    parts: Sequence[Part],
    scheme: Scheme,
    *,
    key: str,
    name: str,
    report: Report = lambda done, total: None,
    folder: Path | None = None,
) -> Linears:
    """The layers that `parts` name, of the checkpoint in `files`.

    `key` is the checkpoint's fingerprint, `name` what a person calls it. Where weights have to be quantised first,
    `report` hears how many of how many bytes are. `WeightsCorrupt` where tensors are missing or don't fit together.
    """
    source = Source(files)
    if isinstance(scheme, Plain):
        return _as_they_are(source, parts, scheme)
    layers, size = arrange(source, parts, scheme)
    description = describe(scheme, parts, key, size)
    try:
        path = (folder or cache_folder("weights")) / _file_name(name, key, scheme)
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        start = _start_of(path, layers, description)
        if start is None:
            start = _write(path, source, layers, description, size, report)
        linears = _views(path, layers, start)
        linears.why = scheme.why
    except OSError as error:
        linears = _in_memory(source, layers, size, report)
        reason = error.strerror or str(error)
        linears.why = f"{scheme.why} The quantised weights can't be kept on the disk ({reason}).".strip()
    return linears


def stored(key: str, scheme: Scheme, folder: Path | None = None) -> Path | None:
    """The file with these weights in this layout, where there is one."""
    with contextlib.suppress(OSError):
        for path in (folder or cache_folder("weights")).glob(f"*.{_plain(key)}.{scheme.layout}.safetensors"):
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
    path: Path, source: Source, layers: Sequence[Layer], description: Mapping[str, str], size: int, report: Report
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
                data = (ctypes.c_char * tensor.nbytes).from_address(tensor.data_ptr())  # valid while `tensor` is
                file.write(data)

            _quantise(source, layers, size, put, report)
            file.flush()
            digest = sample(file, start, size)
            file.seek(0)
            file.write(header(layers, description, digest))
            file.flush()
            os.fsync(file.fileno())
        os.replace(partial, path)
    finally:
        Path(partial).unlink(missing_ok=True)
    return start


def _quantise(
    source: Source,
    layers: Sequence[Layer],
    size: int,
    put: Callable[[Place, int, Tensor], None],
    report: Report,
) -> None:
    """All layers, some rows at a time. `put` is told a tensor's place, how many bytes of it are there, and the next."""
    done = 0
    for layer in layers:
        scheme, places = layer.scheme, layer.places
        step = scheme.block * max(1, PIECE // (scheme.block * layer.columns))
        at = dict.fromkeys(places, 0)
        across: dict[str, list[Tensor]] = {name: [] for name in places if scheme.axes.get(name)}
        for first in range(0, layer.rows, step):
            last = min(first + step, layer.rows)
            packed = scheme.pack(source.rows(layer.part, first, last), source.bias(layer.part, first, last))
            for name, tensor in packed.items():
                if name in across:
                    across[name].append(tensor)
                    continue
                put(places[name], at[name], tensor)
                at[name] += tensor.numel() * tensor.element_size()
            report(done + sum(at.values()), size)
        for name, tensors in across.items():
            put(places[name], 0, torch.cat(tensors, dim=scheme.axes[name]))
        done += sum(place.size for place in places.values())
    report(size, size)


def _views(path: Path, layers: Sequence[Layer], start: int) -> Linears:
    """Layers on the file's pages. They are mapped for this process alone, so nothing can change the file through them."""
    with path.open("rb") as file:
        mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_COPY)
    _read_ahead(mapped)
    whole = torch.frombuffer(mapped, dtype=torch.uint8)
    linears = _linears(layers, {place.start: _view(whole, start, place) for place in _places(layers)})
    linears.path = path
    return linears


def _read_ahead(mapped: mmap.mmap) -> None:
    """Have the pages ready, or the first word waits for 200,000 page faults."""
    with contextlib.suppress(AttributeError, OSError, ValueError):
        mapped.madvise(mmap.MADV_WILLNEED)
    with contextlib.suppress(AttributeError, OSError, ValueError):
        mapped.madvise(22)  # MADV_POPULATE_READ of Linux 5.14, which Python doesn't name


def _in_memory(source: Source, layers: Sequence[Layer], size: int, report: Report) -> Linears:
    whole = torch.zeros(size, dtype=torch.uint8)

    def put(place: Place, offset: int, tensor: Tensor) -> None:
        data = tensor.contiguous().view(torch.uint8).reshape(-1)
        whole[place.start + offset : place.start + offset + len(data)] = data

    _quantise(source, layers, size, put, report)
    return _linears(layers, {place.start: _view(whole, 0, place) for place in _places(layers)})


def _linears(layers: Sequence[Layer], tensors: Mapping[int, Tensor]) -> Linears:
    linears = Linears()
    for layer in layers:
        own = {name: tensors[place.start] for name, place in layer.places.items()}
        linears[layer.part.name] = layer.scheme.linear(own, layer.rows, layer.columns)
    return linears


def _view(whole: Tensor, start: int, place: Place) -> Tensor:
    first = start + place.start
    return whole[first : first + place.size].view(place.dtype).view(place.shape)


def _places(layers: Sequence[Layer]) -> list[Place]:
    return [place for layer in layers for place in layer.places.values()]


def _as_they_are(source: Source, parts: Sequence[Part], scheme: Plain) -> Linears:
    """Layers on the checkpoint's own pages where they have the wanted type."""
    linears = Linears()
    for part in parts:
        source.shape(part)
        biases = part.biases or (None,) * len(part.weights)
        pieces = [
            PlainLinear(
                source.whole(weight, scheme.dtype), source.whole(bias, scheme.dtype) if bias is not None else None
            )
            for weight, bias in zip(part.weights, biases, strict=True)
        ]
        linears[part.name] = pieces[0] if len(pieces) == 1 else Stacked(pieces)
    return linears


# --- Names ------------------------------------------------------------------------------------------------------------


def _file_name(name: str, key: str, scheme: Scheme) -> str:
    return f"{_plain(name)}.{_plain(key)}.{scheme.layout}.safetensors"


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

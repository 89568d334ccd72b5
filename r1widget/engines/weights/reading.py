"""`File`: bytes of a file by their place, copied, or as a view of its pages.

What is copied leaves no page of the file in the process: a map of it would show gigabytes as resident, and in a container that
counts them, keep them from others.
"""

from __future__ import annotations

import ctypes
import mmap
import os
import threading
import weakref
from pathlib import Path

import torch
from torch import Tensor

from ...errors import WeightsCorrupt

_AT_ONCE = 1 << 30
"""Bytes that are asked for in one call: macOS refuses 2³¹ and more."""


class File:
    """An open file. Any number of threads may read at once. `WeightsCorrupt` where it ends too early."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file = path.open("rb", buffering=0)
        self._lock = threading.Lock()
        weakref.finalize(self, self._file.close)

    def read(self, start: int, size: int) -> Tensor:
        """(size,) uint8, of memory of its own."""
        found = torch.empty(size, dtype=torch.uint8)
        self.read_into(buffer(found), start)
        return found

    def read_into(self, target: memoryview, start: int) -> None:
        done = 0
        while done < len(target):
            count = self._some(target[done : done + _AT_ONCE], start + done)
            if count == 0:
                raise WeightsCorrupt(
                    f"The weights file {self.path.name} ends too early: it has changed since it was opened."
                )
            done += count

    def _some(self, target: memoryview, start: int) -> int:
        if hasattr(os, "preadv"):
            return os.preadv(self._file.fileno(), [target], start)
        with self._lock:  # elsewhere a file has one place that is read at
            self._file.seek(start)
            return self._file.readinto(target) or 0

    def view(self, start: int, size: int) -> Tensor:
        """(size,) uint8, a view of the pages, which are mapped for as long as it is used. Writing into it changes no file."""
        first = start // mmap.ALLOCATIONGRANULARITY * mmap.ALLOCATIONGRANULARITY
        mapped = mmap.mmap(self._file.fileno(), start - first + size, access=mmap.ACCESS_COPY, offset=first)
        return torch.frombuffer(mapped, dtype=torch.uint8)[start - first :]


def buffer(tensor: Tensor) -> memoryview:
    """The bytes of a tensor that lies in one piece. Valid for as long as it is."""
    return memoryview((ctypes.c_char * tensor.nbytes).from_address(tensor.data_ptr())).cast("B")

"""On which device a model will run here, as far as that can be told without torch."""

from __future__ import annotations

import importlib.metadata
import os
import platform
import sys
from pathlib import Path
from typing import Literal

Device = Literal["cpu", "cuda", "mps"]

_NVIDIA, _WINDOWS_SUBSYSTEM, _AMD = "/dev/nvidia0", "/dev/dxg", "/dev/kfd"


def expected_device(named: str) -> Device | None:
    """What `device=` means, `"auto"` as torch will most likely find it; None where that can't be told."""
    if named != "auto":
        kind = named.partition(":")[0]
        return next((each for each in ("cpu", "cuda", "mps") if each == kind), None)
    if sys.platform == "darwin":
        return "mps" if platform.machine() == "arm64" else "cpu"
    if os.environ.get("CUDA_VISIBLE_DEVICES", "0") in ("", "-1") or not _has_gpu() or not _torch_knows_gpus():
        return "cpu"
    return "cuda"


def _has_gpu() -> bool:
    if sys.platform == "win32":
        return (Path(os.environ.get("SYSTEMROOT", "C:\\Windows")) / "System32" / "nvcuda.dll").exists()
    return any(map(os.path.exists, (_NVIDIA, _WINDOWS_SUBSYSTEM, _AMD)))


def _torch_knows_gpus() -> bool:
    """Its version says for what it was built, where that isn't the usual."""
    try:
        return not importlib.metadata.version("torch").endswith("+cpu")
    except importlib.metadata.PackageNotFoundError:
        return False

"""ipykernels to test with, beside the one that is installed: how a busy kernel reads messages changed with nearly each.

    6.31   no subshells: what the page sends waits for the cell
    7.0.1  subshells (Binder has this one)
    7.3    the last that answers on the subshell it was asked on
    newest remembers the shell it last spoke from, and listens there

Each is put in a folder of its own under the virtual environment, once.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from .lab import Lab

OTHERS = ("6.31.0", "7.0.1", "7.3.0")
INSTALLED = "installed"


def add(lab: Lab, version: str) -> str:
    """The name of a kernel with this ipykernel."""
    if version == INSTALLED:
        return "python3"
    name = f"ipykernel-{version}"
    lab.add_kernel(name, folder_or_skip(version))
    return name


def folder_or_skip(version: str) -> Path:
    """The folder with this ipykernel; where it can't be had the test is skipped, or fails in CI."""
    folder = Path(sys.prefix) / "share" / "r1widget-test-kernels" / f"ipykernel-{version}"
    if not (folder / "ipykernel").is_dir():
        install = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--target", str(folder)]
        done = subprocess.run([*install, f"ipykernel=={version}"], capture_output=True, text=True, check=False)
        if done.returncode != 0:
            reason = f"ipykernel {version} can't be installed: {done.stderr.strip().splitlines()[-1:]}"
            if os.environ.get("CI", "").lower() in {"1", "true"}:
                pytest.fail(reason, pytrace=False)
            pytest.skip(reason)
    return folder

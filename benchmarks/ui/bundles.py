"""The benchmark's own front ends, and what watches a page, bundled with the project's esbuild into a folder for now."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

_HERE = Path(__file__).parent
ROOT = _HERE.parent.parent
_MODULES = ROOT / "js" / "node_modules"


def bundle(name: str, folder: Path) -> Path:
    """`name`.ts as one file in `folder`: a front end as a module, what a page is given to evaluate as a script."""
    path = folder / f"{name}.js"
    shape = "iife" if name == "watch" else "esm"
    entities = f"--alias:entities={ROOT / 'js' / 'src' / 'markdown' / 'entities.ts'}"  # as in js/build.mjs
    options = [
        entities,
        "--loader:.woff2=binary",  # and so is this
        "--bundle",
        "--minify",
        f"--format={shape}",
        "--target=es2022",
        "--charset=utf8",
        "--log-level=warning",
    ]
    subprocess.run(
        [_MODULES / ".bin" / "esbuild", _HERE / f"{name}.ts", *options, f"--outfile={path}"],
        env={**os.environ, "NODE_PATH": str(_MODULES)},  # the packages are not where a search from here would come by
        check=True,
    )
    return path

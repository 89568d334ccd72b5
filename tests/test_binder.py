"""binder/ is what repo2docker reads: which files it takes, in which order, and what it makes of them.

repo2docker needs no Docker to say so. Whether the steps work is `make binder`'s, which takes minutes; whether an image
comes out is Binder's.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
import yaml

ROOT = Path(__file__).parent.parent
BINDER = ROOT / "binder"


@pytest.fixture(scope="module")
def dockerfile(tmp_path_factory: pytest.TempPathFactory) -> str:
    """What repo2docker would build. It looks at binder/ and at nothing else, so it gets nothing else."""
    folder = tmp_path_factory.mktemp("checkout")
    shutil.copytree(BINDER, folder / "binder")
    done = subprocess.run(
        [sys.executable, "-m", "repo2docker", "--no-build", "--debug", "."],
        cwd=folder,
        env={**os.environ, "PYTHONWARNINGS": ""},
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout + done.stderr


def test_repo2docker_takes_the_environment_first_and_the_project_after(dockerfile: str) -> None:
    environment = dockerfile.index('--file "binder/environment.yml"')
    project = dockerfile.index("./binder/postBuild")
    assert environment < project
    assert "python=3.11" in dockerfile


def test_nothing_lies_in_binder_that_repo2docker_would_not_read() -> None:
    # With an environment.yml, it passes over requirements.txt, setup.py and runtime.txt without a word.
    assert {path.name for path in BINDER.iterdir()} == {"environment.yml", "postBuild"}
    assert not (ROOT / ".binder").exists(), "repo2docker stops at two folders"


def test_torch_comes_without_cuda() -> None:
    environment = yaml.safe_load((BINDER / "environment.yml").read_text(encoding="utf-8"))
    assert environment["channels"] == ["conda-forge"]
    names = {re.split(r"[=<> ]", line)[0] for line in environment["dependencies"] if isinstance(line, str)}
    assert "pytorch-cpu" in names
    assert "python" in names, "without it, repo2docker takes its own default"


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such bit")
def test_post_build_can_be_run() -> None:
    script = BINDER / "postBuild"
    assert os.access(script, os.X_OK)
    subprocess.run(["bash", "-n", script], check=True)


def test_the_notebook_runs_on_the_kernel_that_is_there() -> None:
    notebook = json.loads((ROOT / "notebooks/quickstart.ipynb").read_text(encoding="utf-8"))
    assert notebook["metadata"]["kernelspec"]["name"] == "python3"


def test_the_links_in_the_readme_open_a_notebook_that_exists() -> None:
    links = re.findall(r"https://mybinder\.org/v2/[^\s)\"'>`]+", (ROOT / "README.md").read_text(encoding="utf-8"))
    assert links, "the README has a Binder link"
    for link in links:
        query = parse_qs(urlsplit(link).query)
        (place,) = query.get("urlpath") or query.get("labpath") or [""]
        assert (ROOT / place.removeprefix("lab/tree/")).is_file(), link

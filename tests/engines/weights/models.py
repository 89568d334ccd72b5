"""Models to load: one that is whole, a copy to break, and a cache of the hub."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from typing import Any

import httpx
import huggingface_hub
import huggingface_hub.constants
import pytest

from tests import tiny

NAME = "someone/some-model"


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny.model_folder(tmp_path_factory.mktemp("models") / "tiny")


@pytest.fixture
def folder(whole: Path, tmp_path: Path) -> Path:
    """A copy to break."""
    shutil.copytree(whole, tmp_path / "mine")
    return tmp_path / "mine"


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty cache of the hub."""
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_CACHE", str(tmp_path / "hub"))
    return tmp_path / "hub"


def response(status: int) -> Any:
    module = next((sys.modules[name] for name in ("httpx2", "httpx", "requests") if is_hubs(name)), httpx)
    if module.__name__ == "requests":
        answer = module.Response()
        answer.status_code = status
        return answer
    return module.Response(status, request=module.Request("GET", "https://hub.invalid"))


def is_hubs(name: str) -> bool:
    """Whether it is the HTTP library that this version of huggingface_hub speaks."""
    import huggingface_hub.errors

    return any(base.__module__.partition(".")[0] == name for base in huggingface_hub.errors.HfHubHTTPError.__mro__)

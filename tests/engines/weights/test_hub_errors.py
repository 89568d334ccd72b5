"""A hub that can't be reached or refuses, and what a download of before is good for then."""

from __future__ import annotations

import shutil
import socket
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import huggingface_hub
import pytest

from r1widget.engines import load
from r1widget.errors import (
    EngineError,
    ModelGated,
    ModelNotFound,
    NoNetwork,
    WeightsCorrupt,
)
from tests.engines.weights.models import NAME, cache, response, whole

__all__ = ["cache", "whole"]  # fixtures


def put_into(cache: Path, folder: Path, commit: str = "c" * 40) -> Path:
    """The folder as a model that was downloaded once."""
    place = cache / "models--someone--some-model"
    shutil.copytree(folder, place / "snapshots" / commit)
    (place / "refs").mkdir()
    (place / "refs" / "main").write_text(commit, encoding="ascii")
    return place / "snapshots" / commit


def test_no_network_with_the_real_hub_library(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It says so at once: nobody sleeps and tries again."""
    slept: list[float] = []
    here, sleep = threading.get_ident(), time.sleep
    monkeypatch.setattr(time, "sleep", lambda s: slept.append(s) if threading.get_ident() == here else sleep(s))
    with pytest.raises(NoNetwork, match=f"{NAME} isn't on this machine") as caught:
        load(NAME)
    assert slept == []
    assert 'ChatWidget("pocket")' in caught.value.remedy


def test_a_server_that_does_not_answer(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A hub that takes the connection and says nothing: the time is bounded."""
    from r1widget.engines.weights import hub

    with socket.create_server(("127.0.0.1", 0)) as server:
        monkeypatch.setattr(huggingface_hub.constants, "ENDPOINT", f"http://127.0.0.1:{server.getsockname()[1]}")
        monkeypatch.setattr(hub, "SECONDS", 0.3)
        api = huggingface_hub.HfApi
        monkeypatch.setattr(
            huggingface_hub, "HfApi", lambda: api(endpoint=f"http://127.0.0.1:{server.getsockname()[1]}")
        )
        took: list[float] = []
        while len(took) < 4 and (not took or min(took) > 5):  # the first imports; then the best counts
            start = time.monotonic()
            with pytest.raises(NoNetwork):
                load(NAME)
            took.append(time.monotonic() - start)
        assert min(took) < 5, "and not the 10 s of the library's own"


def test_offline_but_downloaded_once(cache: Path, whole: Path) -> None:
    put_into(cache, whole)
    engine = load(NAME)
    assert engine.name == NAME
    assert engine.describe()["revision"] == "c" * 40


@pytest.mark.parametrize("lost", ["model.safetensors", "config.json"])
def test_offline_and_downloaded_by_half(cache: Path, whole: Path, lost: str) -> None:
    (put_into(cache, whole) / lost).unlink()
    with pytest.raises(NoNetwork, match=r"Only a part of someone/some-model|isn't on this machine"):
        load(NAME)


def test_a_damaged_download_says_what_to_delete(cache: Path, whole: Path) -> None:
    file = put_into(cache, whole) / "model.safetensors"
    file.write_bytes(file.read_bytes()[:-10])
    with pytest.raises(WeightsCorrupt) as caught:
        load(NAME)
    assert "models--someone--some-model" in caught.value.remedy


@pytest.fixture
def hub_raises(monkeypatch: pytest.MonkeyPatch) -> Callable[[Exception], None]:
    def raises(error: Exception) -> None:
        def model_info(self: Any, name: str, **options: Any) -> Any:
            raise error

        monkeypatch.setattr(huggingface_hub.HfApi, "model_info", model_info)

    return raises


@pytest.mark.parametrize(
    ("kind", "status", "expected", "words"),
    [
        ("RepositoryNotFoundError", 404, ModelNotFound, "no model 'someone/some-model' on the hub"),
        ("RevisionNotFoundError", 404, ModelNotFound, "no such revision"),
        ("GatedRepoError", 403, ModelGated, "asks for an agreement"),
        ("HfHubHTTPError", 503, NoNetwork, "hub can't be reached"),
        ("HfHubHTTPError", 400, EngineError, "can't be loaded: Something"),
    ],
)
def test_what_the_hub_refuses(
    cache: Path, hub_raises: Any, kind: str, status: int, expected: type[EngineError], words: str
) -> None:
    hub_raises(getattr(huggingface_hub.errors, kind)("Something is wrong", response=response(status)))
    with pytest.raises(expected, match=words) as caught:
        load(NAME)
    assert type(caught.value) is expected
    assert caught.value.remedy


def test_offline_mode(cache: Path, hub_raises: Any) -> None:
    hub_raises(huggingface_hub.errors.OfflineModeIsEnabled("offline mode is enabled"))
    with pytest.raises(NoNetwork):
        load(NAME)


@pytest.mark.parametrize("name", ["not a name", "double--dash", "-x/y", ""])
def test_what_is_no_name_on_the_hub(cache: Path, name: str) -> None:
    with pytest.raises((ModelNotFound, NoNetwork)) as caught:
        load(name)
    assert caught.value.remedy

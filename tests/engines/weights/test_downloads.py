"""Downloads: what is fetched, what is told of it, and each way in which they fail."""

from __future__ import annotations

import shutil
import types
from pathlib import Path
from typing import Any

import huggingface_hub
import pytest

from r1widget.engines import Progress, load
from r1widget.errors import (
    EngineError,
    ModelGated,
    ModelNotFound,
    NoChatTemplate,
    NoNetwork,
    NotEnoughMemory,
)
from tests import tiny
from tests.engines.weights.models import NAME, cache, folder, response, whole

__all__ = ["cache", "folder", "whole"]  # fixtures


class PretendHub:
    """The hub with one model, whose files come from a folder in pieces."""

    def __init__(self, folder: Path, cache: Path, **sizes: int) -> None:
        self.folder, self.place = folder, cache / ("d" * 40)
        self.fetched: list[str] = []
        self.sizes = {file.name: file.stat().st_size for file in folder.iterdir()} | sizes
        self.sizes |= {"original/consolidated.safetensors": 10**12, "README.md": 1000, "pytorch_model.bin": 10**12}
        self.failing: Exception | None = None

    def model_info(self, *arguments: Any, **options: Any) -> Any:
        siblings = [types.SimpleNamespace(rfilename=name, size=size) for name, size in self.sizes.items()]
        return types.SimpleNamespace(sha="d" * 40, siblings=siblings)

    def hf_hub_download(self, name: str, file: str, *, revision: str | None, tqdm_class: Any) -> str:
        assert name == NAME
        assert revision == ("d" * 40 if self.fetched else None), "the first is what makes the cache remember the commit"
        if self.failing and file.endswith(".safetensors"):
            raise self.failing
        self.fetched.append(file)
        with tqdm_class(total=self.sizes[file], initial=0, unit="B", desc=file) as bar:
            for _ in range(4):
                bar.update(self.sizes[file] / 4)
            bar.set_description("done")
        (self.place / file).parent.mkdir(parents=True, exist_ok=True)
        return str(shutil.copy(self.folder / file, self.place / file))


@pytest.fixture
def pretend(whole: Path, cache: Path, monkeypatch: pytest.MonkeyPatch) -> PretendHub:
    hub = PretendHub(whole, cache)
    monkeypatch.setattr(huggingface_hub.HfApi, "model_info", hub.model_info)
    monkeypatch.setattr(huggingface_hub, "hf_hub_download", hub.hf_hub_download)
    return hub


def test_a_download_is_told_in_bytes(pretend: PretendHub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("r1widget.engines.progress.SECONDS", 0.0)
    told: list[Progress] = []
    engine = load(NAME, on_progress=told.append)
    assert engine.describe()["revision"] == "d" * 40
    assert [stage for stage, _ in _runs(told)] == ["download", "check", "download", "load", "check"]
    weights = [progress for progress in told if progress.text == f"Downloading {NAME}"]
    size = pretend.sizes["model.safetensors"]
    assert [progress.done for progress in weights] == [0, size // 4, size // 2, size // 4 * 3, size, size]
    assert {progress.total for progress in weights} == {size}


def _runs(told: list[Progress]) -> list[tuple[str, int]]:
    runs: list[tuple[str, int]] = []
    for progress in told:
        if not runs or runs[-1][0] != progress.stage:
            runs.append((progress.stage, 0))
    return runs


def test_only_what_is_needed_is_downloaded(pretend: PretendHub) -> None:
    load(NAME)
    assert pretend.fetched[-1] == "model.safetensors"
    assert {"config.json", "tokenizer.json"} <= set(pretend.fetched[:-1])
    assert not {"pytorch_model.bin", "README.md", "original/consolidated.safetensors"} & set(pretend.fetched)


def test_a_model_that_does_not_fit_is_not_downloaded(pretend: PretendHub) -> None:
    pretend.sizes["model.safetensors"] = 10**13
    with pytest.raises(NotEnoughMemory, match=r"needs about 2500\.\d GB"):
        load(NAME)
    assert "model.safetensors" not in pretend.fetched


def test_a_model_without_a_template_is_not_downloaded(pretend: PretendHub, folder: Path) -> None:
    tiny.tokenizer_file(folder, template=None)
    pretend.folder = folder
    with pytest.raises(NoChatTemplate):
        load(NAME)
    assert "model.safetensors" not in pretend.fetched


def test_a_gated_file(pretend: PretendHub) -> None:
    pretend.failing = huggingface_hub.errors.GatedRepoError("Access is restricted", response=response(403))
    with pytest.raises(ModelGated, match="someone/some-model asks"):
        load(NAME)


def test_a_connection_that_breaks(pretend: PretendHub) -> None:
    pretend.failing = ConnectionResetError("reset by peer")
    with pytest.raises(NoNetwork, match="can't be downloaded"):
        load(NAME)


def test_a_full_disk(pretend: PretendHub) -> None:
    pretend.failing = OSError(28, "No space left on device")
    with pytest.raises(EngineError, match="disk is full"):
        load(NAME)


def test_models_for_other_programs(pretend: PretendHub) -> None:
    pretend.sizes = {"model.onnx": 10, "config.json": 1}
    with pytest.raises(ModelNotFound, match="holds no model that transformers loads"):
        load(NAME)


def test_pickles_are_refused(pretend: PretendHub) -> None:
    del pretend.sizes["model.safetensors"]
    with pytest.raises(EngineError, match="can run code"):
        load(NAME)

"""A GGUF file by each of its names, loaded: what the engine says of it, and what goes into records and exports."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import types
from pathlib import Path
from typing import Any

import huggingface_hub
import pytest
import torch

from r1widget import Chat
from r1widget.engines import load
from r1widget.engines.cache_folder import cache_folder
from r1widget.engines.weights import ollama
from r1widget.engines.weights.linears import scheme
from r1widget.shell import cli
from tests.engines.remote.servers.gguf_of_pocket import write_gguf
from tests.engines.weights.gguf.made import Model
from tests.engines.weights.models import NAME, cache

__all__ = ["cache"]  # a fixture


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("gguf") / "Sums-Q8_0.gguf"
    write_gguf(file, "Q8_0")
    return file


@pytest.mark.parametrize("file", [None, "*Q8_0*"], ids=["by its path", "in its folder"])
def test_a_file(made: Path, file: str | None) -> None:
    told: list[str] = []
    engine = load(made.parent if file else made, file=file, on_progress=lambda progress: told.append(progress.text))
    about = engine.describe()
    assert "Loading Sums · Q8_0" in told, "which is said once"
    assert (about["model"], about["file"], about["quantization"]) == ("Sums · Q8_0", "Sums-Q8_0.gguf", "Q8_0")
    assert str(made.parent) not in json.dumps(about, default=str)


def test_records_and_exports_have_its_name_and_no_path(made: Path, tmp_path: Path) -> None:
    chat = Chat(made, keep=False)
    turn = chat.ask("What is 17 × 24?", temperature=0.0)
    assert "408" in (turn.answer or "") and turn.record["model"] == chat.model_name == "Sums · Q8_0"
    for suffix in ("json", "md", "html", "ipynb"):
        chat.export(tmp_path / f"chat.{suffix}")
        text = (tmp_path / f"chat.{suffix}").read_text("utf-8")
        assert "Sums · Q8_0" in text and str(made.parent) not in text
    assert "Q8_0 · cpu · revision" in (tmp_path / "chat.md").read_text("utf-8"), "which is said once"


def test_from_the_hub(made: Path, cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    siblings = [
        types.SimpleNamespace(rfilename=f"Sums-{kind}.gguf", size=made.stat().st_size) for kind in ("Q4_K_M", "Q8_0")
    ]
    info = types.SimpleNamespace(sha="d" * 40, siblings=siblings)
    monkeypatch.setattr(huggingface_hub.HfApi, "model_info", lambda self, name, **options: info)
    snapshot = cache / "models--someone--some-model" / "snapshots" / ("d" * 40)

    def download(name: str, file: str, **options: Any) -> str:
        snapshot.mkdir(parents=True)
        (snapshot / file).symlink_to(made)
        return str(snapshot / file)

    monkeypatch.setattr(huggingface_hub, "hf_hub_download", download)
    about = load(NAME).describe()
    assert (about["model"], about["revision"], about["file"]) == (NAME, "d" * 40, "Sums-Q8_0.gguf")
    assert about["file_why"].startswith("the most exact that is small, of 2 files, and needs about 0.3 GB of ")


def test_what_was_made_of_one_file_of_the_hub_stays_when_another_is_loaded(
    cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And goes when that file is a new one."""
    monkeypatch.setenv("R1WIDGET_CACHE", str(tmp_path / "cache"))
    snapshot = cache / "models--someone--some-model" / "snapshots" / ("d" * 40)
    model = Model()

    def write(kind: str) -> None:
        model.kind = kind
        model.write(snapshot / f"Some-{kind}.gguf")

    snapshot.mkdir(parents=True)
    for kind in ("Q5_0", "Q5_1"):
        write(kind)
    siblings = [types.SimpleNamespace(rfilename=path.name, size=path.stat().st_size) for path in snapshot.iterdir()]
    info = types.SimpleNamespace(sha="d" * 40, siblings=siblings)
    monkeypatch.setattr(huggingface_hub.HfApi, "model_info", lambda self, name, **options: info)
    monkeypatch.setattr(huggingface_hub, "hf_hub_download", lambda name, file, **options: str(snapshot / file))

    def kept() -> list[Path]:
        return sorted((tmp_path / "cache" / "weights").iterdir())

    for kind in ("Q5_0", "Q5_1"):
        load(NAME, file=kind)
    before = kept()
    assert len(before) == 2 and "Q5_0" in before[0].name and "Q5_1" in before[1].name
    model.says = {"general.version": "2"}
    write("Q5_0")
    load(NAME, file="Q5_0")
    after = kept()
    assert len(after) == 2 and after[1] == before[1] and after[0] != before[0]


def test_from_ollamas_store(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OLLAMA_MODELS", str(tmp_path))
    digest = hashlib.sha256(made.read_bytes()).hexdigest()
    (tmp_path / "blobs").mkdir()
    (tmp_path / "blobs" / f"sha256-{digest}").symlink_to(made)
    manifest = tmp_path / "manifests" / "registry.ollama.ai" / "library" / "sums" / "latest"
    manifest.parent.mkdir(parents=True)
    manifest.write_text(json.dumps({"layers": [{"mediaType": ollama._MODEL, "digest": f"sha256:{digest}"}]}))
    about = load("ollama:sums").describe()
    assert about["model"] == "sums" and "file" not in about and digest not in json.dumps(about, default=str)


def test_asked_from_a_shell(made: Path, tmp_path: Path) -> None:
    """Without a second copy on the disk, where our kernels can have it as it lies."""
    (tmp_path / "kernels").symlink_to(cache_folder("kernels"))  # compiled already
    done = subprocess.run(
        [sys.executable, "-m", "r1widget", "ask", "What is 17 × 24?", "--model", str(made), "--private"],
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        env={**os.environ, "R1WIDGET_CACHE": str(tmp_path)},
    )
    assert done.returncode == 0, done.stderr
    assert "408" in done.stdout and "17" in done.stderr, "the thought is on stderr"
    if not scheme("int8", torch.float32).key.startswith("torch"):
        assert not list(tmp_path.rglob("*.safetensors"))


def test_a_broken_file_asked_from_a_shell(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "Sums-Q8_0.gguf"
    file.write_bytes(b"GGUF")
    assert cli.main(["ask", "What is 17 × 24?", "--model", str(file), "--private"]) == 1
    out, err = capsys.readouterr()
    assert not out.strip() and "Sums-Q8_0.gguf is too short" in err and "Traceback" not in err

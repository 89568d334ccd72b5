"""Ollama's store, as Ollama lays it out; read, and left as it is."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path
from typing import Any

import pytest

from r1widget.engines import name_of
from r1widget.engines.naming import check_name
from r1widget.engines.progress import Reporter
from r1widget.engines.prospect import prospect
from r1widget.engines.weights import loading, ollama
from r1widget.errors import EngineError, ModelNotFound, WeightsCorrupt
from tests import ggufs

MODEL = "application/vnd.ollama.image.model"


class Store:
    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def add(self, name: str, layers: list[dict[str, Any]] | None = None) -> Path:
        """A model by its full name, and its GGUF file."""
        made = ggufs.model(self.folder / "made.gguf", metadata={"general.name": "R1 Distill"})
        digest = hashlib.sha256(name.encode()).hexdigest()
        blob = self.folder / "blobs" / f"sha256-{digest}"
        blob.parent.mkdir(exist_ok=True)
        made.rename(blob)
        manifest = self.folder / "manifests" / name
        manifest.parent.mkdir(parents=True, exist_ok=True)
        usual = [
            {"mediaType": MODEL, "digest": f"sha256:{digest}", "size": blob.stat().st_size},
            {"mediaType": "application/vnd.ollama.image.template", "digest": "sha256:" + "0" * 64, "size": 3},
            {"mediaType": "application/vnd.ollama.image.projector", "digest": "sha256:" + "1" * 64, "size": 3},
        ]
        manifest.write_text(json.dumps({"schemaVersion": 2, "layers": usual if layers is None else layers}))
        return blob


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.delenv("OLLAMA_MODELS", raising=False)
    monkeypatch.setattr(ollama, "SYSTEM", (str(tmp_path / "system"),))
    folder = tmp_path / "home" / ".ollama" / "models"
    folder.mkdir(parents=True)
    return Store(folder)


LIBRARY = "registry.ollama.ai/library"


@pytest.mark.parametrize(
    ("name", "full", "short"),
    [
        ("deepseek-r1", f"{LIBRARY}/deepseek-r1/latest", "deepseek-r1:latest"),
        ("deepseek-r1:1.5b", f"{LIBRARY}/deepseek-r1/1.5b", "deepseek-r1:1.5b"),
        ("ollama:DeepSeek-R1:1.5B", f"{LIBRARY}/deepseek-r1/1.5b", "deepseek-r1:1.5b"),
        ("me/r1:8b", "registry.ollama.ai/me/r1/8b", "me/r1:8b"),
        ("hf.co/me/X-GGUF:Q4_K_M", "hf.co/me/X-GGUF/Q4_K_M", "hf.co/me/X-GGUF:Q4_K_M"),
    ],
)
def test_a_model_by_its_name(store: Store, name: str, full: str, short: str) -> None:
    blob = store.add(full)
    before = sorted(path for path in store.folder.rglob("*"))
    assert ollama.find(name) == (short, blob)
    assert ollama.has(name) and not ollama.has("other") and not ollama.has("a/b/c/d/e")
    assert sorted(path for path in store.folder.rglob("*")) == before


def test_its_place_its_name_and_what_it_is(store: Store) -> None:
    blob = store.add(f"{LIBRARY}/deepseek-r1/1.5b")
    place = loading.find("ollama:deepseek-r1:1.5b", None, Reporter(lambda progress: None))
    assert (place.file, place.name, place.weight_bytes) == (blob, "deepseek-r1:1.5b", None)
    assert name_of("ollama:deepseek-r1:1.5b") == "deepseek-r1:1.5b"
    about = prospect("ollama:deepseek-r1:1.5b", device="cpu")
    assert (about.title, about.skill, about.file_type) == ("deepseek-r1:1.5b", "reasoning", "Q4_K")
    assert name_of(str(blob)) == "R1 Distill · Q4_K", "also by the blob, whose name says nothing"
    assert str(store.folder) not in repr(about)


def test_where_it_may_lie(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mine = store.add(f"{LIBRARY}/r1/latest")
    system = Store(tmp_path / "system").add(f"{LIBRARY}/system/latest")
    named = Store(tmp_path / "named").add(f"{LIBRARY}/r1/latest")
    assert ollama.find("r1")[1] == mine and ollama.find("system")[1] == system
    monkeypatch.setenv("OLLAMA_MODELS", str(tmp_path / "named"))
    assert ollama.find("r1")[1] == named and ollama.find("system")[1] == system
    assert [model.name for model in ollama.models()] == ["r1:latest", "system:latest"]


def test_one_that_isnt_there_is_told_what_is(store: Store) -> None:
    with pytest.raises(
        ModelNotFound, match=r"no model of Ollama's on this machine, and so no 'r1:7b'\. ollama pull r1:7b"
    ):
        check_name("ollama:r1:7b")
    store.add(f"{LIBRARY}/r1/latest")
    store.add("hf.co/me/X/Q8_0")
    with pytest.raises(
        ModelNotFound, match=r"has no model 'r1:7b' on this machine. It has hf\.co/me/X:Q8_0, r1\..*ollama pull r1:7b"
    ):
        check_name("ollama:r1:7b")
    for number in range(20):
        store.add(f"{LIBRARY}/m{number:02}/latest")
    with pytest.raises(ModelNotFound, match=r"m10 and 10 more\."):
        ollama.find("no")


@pytest.mark.parametrize("name", ["", ":", "a:", "/a", "a/b/c/d", "a//b"])
def test_what_is_no_name_of_ollamas(store: Store, name: str) -> None:
    with pytest.raises(
        ModelNotFound, match=r"is no name of a model of Ollama's\. They are like ollama:deepseek-r1:1\.5b"
    ):
        check_name(f"ollama:{name}")


@pytest.mark.parametrize("name", ["../../secret:x", "..", "x:../../../blobs"])
def test_no_way_leads_out_of_the_store(store: Store, name: str) -> None:
    (store.folder / "secret").write_text("{}")
    store.add(f"{LIBRARY}/r1/latest")
    with pytest.raises(ModelNotFound):
        ollama.find(name)


def test_a_plain_name_is_offered_where_ollama_has_it(store: Store) -> None:
    server = r'ChatWidget\("deepseek-r1:1.5b", base_url="http://localhost:11434/v1"\)'
    with pytest.raises(
        ModelNotFound, match=rf"no colon; Ollama.* Ask Ollama for it: ollama pull deepseek-r1:1\.5b, then {server}"
    ):
        check_name("deepseek-r1:1.5b")
    store.add(f"{LIBRARY}/deepseek-r1/1.5b")
    with pytest.raises(
        ModelNotFound, match=rf'ChatWidget\("ollama:deepseek-r1:1\.5b"\) runs the file.* Or ask Ollama for it: {server}'
    ):
        check_name("deepseek-r1:1.5b")


@pytest.mark.parametrize(
    ("manifest", "error", "said"),
    [
        ("", WeightsCorrupt, "can't be read.*ollama pull r1:latest"),
        ("[]", WeightsCorrupt, "can't be read"),
        ('{"layers": 3}', WeightsCorrupt, "can't be read"),
        ('{"layers": []}', EngineError, r"has no GGUF file\. Ask Ollama"),
        ('{"layers": [{"mediaType": "%s", "digest": "sha256:../../x"}]}', WeightsCorrupt, "aren't in its store"),
        ('{"layers": [{"mediaType": "%s"}]}', WeightsCorrupt, "aren't in its store"),
        ('{"layers": [{"mediaType": "%s"}, {"mediaType": "%s"}]}', EngineError, "several files"),
        ('{"layers": [{"mediaType": "application/vnd.ollama.image.adapter"}]}', EngineError, "with an adapter"),
        (" " * (2 << 20), WeightsCorrupt, "can't be read"),
    ],
)
def test_a_store_that_is_odd(store: Store, manifest: str, error: type[EngineError], said: str) -> None:
    store.add(f"{LIBRARY}/r1/latest")
    (store.folder / "manifests" / LIBRARY / "r1" / "latest").write_text(manifest.replace("%s", MODEL))
    with pytest.raises(error, match=said) as caught:
        check_name("ollama:r1")
    assert caught.value.remedy and str(store.folder) not in str(caught.value)


def test_weights_that_are_gone_or_anothers(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    blob = store.add(f"{LIBRARY}/r1/latest")
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    with pytest.raises(EngineError, match=r"belong to another user.*group ollama"):
        ollama.find("r1")
    blob.unlink()
    with pytest.raises(WeightsCorrupt, match=r"aren't in its store.*ollama pull r1"):
        ollama.find("r1")


def test_file_is_for_others(store: Store) -> None:
    store.add(f"{LIBRARY}/r1/latest")
    with pytest.raises(EngineError, match=r"is one file already.*Leave file= out"):
        check_name("ollama:r1", "*Q4*")

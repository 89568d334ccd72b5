"""What a model's name means."""

from __future__ import annotations

from pathlib import Path

import pytest

from r1widget import pocket
from r1widget.engines.location import Location, locate


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "here.gguf").write_bytes(b"GGUF")
    for name in ("folder", "a:b", "owner", "folder.gguf"):
        (tmp_path / name).mkdir()
    (tmp_path / "owner" / "x.gguf").write_bytes(b"GGUF")
    return tmp_path


@pytest.mark.parametrize("model", ["here.gguf", "./here.gguf", "folder/../here.gguf", "owner/x.gguf"])
def test_a_file(model: str) -> None:
    assert locate(model) == Location("file", str(Path(model)))


def test_a_home_and_a_folder(folder: Path) -> None:
    assert locate("~/here.gguf") == Location("file", str(folder / "here.gguf"))
    for name in ("folder", "a:b", "folder.gguf"):
        assert locate(name, "*Q4*") == Location("folder", name, "*Q4*")
    assert locate("pocket") == Location("folder", str(pocket.path()))


@pytest.mark.parametrize(
    "model", ["no.gguf", "./no.gguf", "~/no.gguf", "/no/no.gguf", "owner/no.gguf", "C:\\m\\no.gguf", "C:/m/a/no.gguf"]
)
def test_a_file_that_isnt_there(model: str) -> None:
    assert locate(model).kind == "file"


@pytest.mark.parametrize("model", ["./no", "/no/no", "~/no", "a/b/c", "C:\\models\\r1", "C:/models/r1"])
def test_a_folder_that_isnt_there(model: str) -> None:
    assert locate(model).kind == "folder"


@pytest.mark.parametrize(
    ("model", "name", "file", "revision"),
    [
        ("gpt2", "gpt2", None, None),
        ("me/X-GGUF", "me/X-GGUF", None, None),
        ("hf.co/me/X-GGUF", "me/X-GGUF", None, None),
        ("huggingface.co/me/X-GGUF:latest", "me/X-GGUF", None, None),
        ("me/X-GGUF:Q4_K_M", "me/X-GGUF", "Q4_K_M", None),
        ("me/X-GGUF:ud-iq1_s", "me/X-GGUF", "ud-iq1_s", None),
        ("hf.co/me/X-GGUF:Q8_0", "me/X-GGUF", "Q8_0", None),
        ("hf.co/me/X-GGUF:x.gguf", "me/X-GGUF", "x.gguf", None),
        ("me/X-GGUF:x.gguf", "me/X-GGUF", "x.gguf", None),
        ("me/X-GGUF/x.gguf", "me/X-GGUF", "x.gguf", None),
        ("hf.co/me/X-GGUF/Q8_0/x.gguf", "me/X-GGUF", "Q8_0/x.gguf", None),
        ("https://huggingface.co/me/X/resolve/main/x.gguf?download=true", "me/X", "x.gguf", None),
        ("https://hf.co/me/X/blob/main/Q8_0/x-00001-of-00002.gguf", "me/X", "Q8_0/x-00001-of-00002.gguf", None),
        ("https://huggingface.co/me/X/resolve/refs%2Fpr%2F2/a%20b.gguf", "me/X", "a b.gguf", "refs/pr/2"),
        ("huggingface.co/me/X/blob/v1/x.gguf", "me/X", "x.gguf", "v1"),
        ("deepseek-r1:1.5b", "deepseek-r1:1.5b", None, None),
        ("somebody/r1:8b", "somebody/r1:8b", None, None),
        ("http://localhost:8000/v1", "http://localhost:8000/v1", None, None),
        ("x" * 5000, "x" * 5000, None, None),
        ("a\0b", "a\0b", None, None),
    ],
)
def test_the_hubs(model: str, name: str, file: str | None, revision: str | None) -> None:
    assert locate(model)[:4] == ("hub", name, file, revision)
    assert locate(model).says_file == (file is not None)


def test_ollamas() -> None:
    assert locate("ollama:deepseek-r1:1.5b") == Location("ollama", "deepseek-r1:1.5b")
    assert locate("OLLAMA:hf.co/me/X:Q8_0").kind == "ollama"

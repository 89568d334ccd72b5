"""Loading: what it tells, what may be asked for, and each way a folder holds no model that can be loaded."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from r1widget import pocket
from r1widget.engines import Progress, load
from r1widget.errors import (
    EngineError,
    ModelNotFound,
    NoChatTemplate,
    NoSuchQuantization,
    TokenizerBroken,
)
from tests import ggufs
from tests.engines.weights.models import folder, whole

__all__ = ["folder", "whole"]  # fixtures


# ---- what works


def test_progress_is_told(whole: Path) -> None:
    told: list[Progress] = []
    load(whole, on_progress=told.append)
    stages = [progress.stage for progress in told]
    assert stages[0] == "check"
    assert stages[-1] == "check"
    loading = [progress for progress in told if progress.stage == "load"]
    assert loading[0].text == "Loading tiny"
    assert loading[-1].done == loading[-1].total


def test_nothing_is_printed(whole: Path, capfd: pytest.CaptureFixture[str]) -> None:
    load(whole)
    assert capfd.readouterr() == ("", "")


def test_a_folder_may_be_named_in_any_way(whole: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(whole)
    assert load(".").name == load(str(whole)).name == load(whole).name == "tiny"
    monkeypatch.chdir(whole.parent)
    assert load("tiny").name == load("./tiny/").name == "tiny"


@pytest.mark.skipif(not (pocket.path() / "config.json").exists(), reason="the built-in model is not made yet")
def test_the_built_in_model_loads() -> None:
    engine = load("pocket")
    assert engine.name == engine.describe()["model"] == "pocket"
    assert engine.describe()["dtype"] == "float32"
    assert engine.describe()["revision"]


def test_a_dtype_can_be_asked_for(whole: Path) -> None:
    assert load(whole, dtype="bfloat16", device="cpu").describe()["dtype"] == "bfloat16"
    with pytest.raises(EngineError, match="no dtype 'int7'"):
        load(whole, dtype="int7")


# ---- folders and names


@pytest.mark.parametrize("name", ["./nothing", "/no/such/folder", "~/no-such-folder", "a/b/c"])
def test_no_such_folder(name: str) -> None:
    with pytest.raises(ModelNotFound, match="There is no folder"):
        load(name)


def test_a_folder_without_a_model(tmp_path: Path) -> None:
    with pytest.raises(ModelNotFound, match=r"holds no model") as caught:
        load(tmp_path)
    assert "config.json" in caught.value.remedy


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (PermissionError(13, "Permission denied"), r"read: they belong to another user.* Give yourself the right"),
        (OSError(5, "Input/output error"), r"read \(Input/output error\)\. See whether"),
    ],
)
@pytest.mark.parametrize("what", ["folder", "file"])
def test_what_cannot_be_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, what: str, error: OSError, words: str
) -> None:
    """As the system says it; the tests may be run by who may read anything."""
    named = tmp_path / "mine"
    if what == "folder":
        named.mkdir()
    else:
        named = ggufs.model(tmp_path / "mine.gguf")

    def refuse(path: Path, *arguments: object, **options: object) -> None:
        raise error

    monkeypatch.setattr(Path, "iterdir" if what == "folder" else "open", refuse)
    with pytest.raises(EngineError, match=f"^The files of mine can't be {words}"):
        load(named)


@pytest.mark.parametrize("quantization", ["int3", "none", ""])
def test_no_such_quantization(quantization: str) -> None:
    with pytest.raises(NoSuchQuantization, match=f"no quantization '{quantization}'") as caught:
        load("pocket", quantization=quantization)
    assert '"auto"' in caught.value.remedy


def test_no_template(folder: Path) -> None:
    file = folder / "tokenizer_config.json"
    config = json.loads(file.read_text(encoding="utf-8"))
    del config["chat_template"]
    file.write_text(json.dumps(config), encoding="utf-8")
    with pytest.raises(NoChatTemplate, match="mine has no chat template"):
        load(folder)


def test_a_template_that_renders_nothing(folder: Path) -> None:
    file = folder / "tokenizer_config.json"
    config = json.loads(file.read_text(encoding="utf-8"))
    config["chat_template"] = "{{ messages[0]['content']['text'] + 1 }}"
    file.write_text(json.dumps(config), encoding="utf-8")
    with pytest.raises(EngineError, match="template refuses"):
        load(folder)


def test_a_broken_tokenizer(folder: Path) -> None:
    (folder / "tokenizer.json").write_bytes(b"{}")
    with pytest.raises(TokenizerBroken):
        load(folder)


def test_an_unknown_architecture(folder: Path) -> None:
    (folder / "config.json").write_text('{"model_type": "from-the-future"}', encoding="utf-8")
    with pytest.raises(EngineError, match=r"mine can't be loaded: .*from-the-future") as caught:
        load(folder)
    assert "newer transformers" in caught.value.remedy
    assert str(folder) not in str(caught.value)


def test_a_config_that_is_no_json(folder: Path) -> None:
    (folder / "config.json").write_text("{", encoding="utf-8")
    with pytest.raises(EngineError) as caught:
        load(folder)
    assert str(folder.parent) not in str(caught.value)

"""What people call a model that no engine here can load: a sentence that is true, before torch is imported."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from r1widget import ChatWidget, engines
from r1widget.engines.naming import check_name, only_gguf
from r1widget.errors import EngineError, ModelNotFound


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name in (
        *("here.gguf", "here.safetensors", "here.bin", "here.onnx", "README.md", "only/a.gguf", "only/b.GGUF"),
        *("with_config/config.json", "with_config/a.gguf", "both/a.gguf", "both/model.safetensors", "a:b/config.json"),
    ):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    return tmp_path


SERVE = r"Serve it.*llama-server -m {}\).*base_url=.*original model on the hub"


@pytest.mark.parametrize(
    ("model", "said"),
    [
        ("model.gguf", r"There is no file 'model\.gguf', and r1widget doesn't run GGUF.*" + SERVE.format("model.gguf")),
        ("./model.gguf", r"There is no file './model\.gguf'"),
        ("~/no/model.GGUF", "There is no file .*doesn't run GGUF"),
        ("C:\\models\\model.gguf", "There is no file .*doesn't run GGUF"),
        ("here.gguf", r"^here\.gguf is a GGUF file, and r1widget doesn't run.*" + SERVE.format("here.gguf")),
        (
            "user/repo/file.gguf",
            "no file 'user/repo/file.gguf' on this machine; and if it is one of the hub's, r1widget",
        ),
        ("https://hf.co/user/repo/resolve/main/f.gguf?download=true", "address of a GGUF file.*llama-server -m f.gguf"),
        ("only", r"folder 'only' has its weights as GGUF alone \(a\.gguf, b\.GGUF\).*" + SERVE.format("a.gguf")),
        ("with_config", "folder 'with_config' has its weights as GGUF alone"),
        ("here.safetensors", "has weights, which alone are no model.*Give the folder"),
        ("model.safetensors", r"There is no file 'model\.safetensors'.*Give the folder"),
        ("here.bin", "not in the safetensors format"),
        ("model.bin", "There is no file"),
        ("here.onnx", "a format that r1widget doesn't read"),
        ("README.md", "'README.md' is a file.*Give the folder"),
        (
            "deepseek-r1:1.5b",
            r"no colon; Ollama.*ollama pull deepseek-r1:1\.5b.*base_url=\"http://localhost:11434/v1\"",
        ),
        ("hf.co/user/repo:Q4_K_M", "no colon; Ollama"),
        ("https://huggingface.co/Qwen/Qwen3-0.6B/tree/main", r'is an address.*ChatWidget\("Qwen/Qwen3-0\.6B"\)'),
        ("http://localhost:8000/v1", r'give it as base_url: .*base_url="http://localhost:8000/v1"'),
    ],
)
def test_a_sentence_that_is_true(folder: Path, model: str, said: str) -> None:
    with pytest.raises(EngineError, match=said) as caught:
        check_name(model)
    assert caught.value.remedy
    if "no file" in caught.value.what:
        assert isinstance(caught.value, ModelNotFound)


@pytest.mark.parametrize(
    "model", ["pocket", "Qwen/Qwen3-0.6B", "gpt2", "both", "a:b", "./no/such/folder", "C:\\models\\r1", "C:/models/r1"]
)
def test_what_may_be_a_model_is_looked_for(folder: Path, model: str) -> None:
    check_name(model)


def test_gguf_beside_other_weights_is_no_hindrance() -> None:
    assert only_gguf(["config.json", "a.gguf", "b.GGUF"]) == ["a.gguf", "b.GGUF"]
    assert (
        only_gguf(["a.gguf", "model.safetensors"]) == only_gguf(["a.gguf", "pytorch_model.bin"]) == only_gguf([]) == []
    )


def test_it_is_said_in_the_chat_and_before_torch_is_imported(folder: Path) -> None:
    program = (
        "import sys\nfrom r1widget import ChatWidget\n"
        "turn = ChatWidget('here.gguf').ask('q')\nprint(turn.error)\nprint('torch' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=folder)
    said, torch = done.stdout.splitlines()
    assert said.startswith("here.gguf is a GGUF file") and torch == "False"


def test_a_server_may_call_its_models_what_it_likes(folder: Path) -> None:
    for name in ("model.gguf", "deepseek-r1:1.5b"):
        assert ChatWidget(name, base_url="http://127.0.0.1:9/v1").model_name == name
        assert engines.load(name, base_url="http://127.0.0.1:9/v1")

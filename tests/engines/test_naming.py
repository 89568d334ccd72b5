"""What people call a model that no engine here can load: a sentence that is true, before torch is imported."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from r1widget import ChatWidget, engines
from r1widget.engines.naming import check_name
from r1widget.errors import EngineError, ModelNotFound
from tests import ggufs


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("OLLAMA_MODELS", str(tmp_path / "no-store"))
    for name in (
        *(
            "here.safetensors",
            "here.bin",
            "here.onnx",
            "here.llamafile",
            "here.ggml",
            "README.md",
            "empty/mmproj-F16.gguf",
        ),
        *(
            "with_config/config.json",
            "both/config.json",
            "both/model.safetensors",
            "a:b/config.json",
            "notes/README.md",
        ),
    ):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    for name in (
        *(
            "here.gguf",
            "only/a-Q4_K_M.gguf",
            "only/b-Q8_0.GGUF",
            "only/mmproj-F16.gguf",
            "one/sub/a.gguf",
            "with_config/a.gguf",
        ),
        *(
            "both/a-Q4_0.gguf",
            "both/a-Q8_0.gguf",
            "named",
            "split/a-00001-of-00002.gguf",
            "split/a-00002-of-00002.gguf",
        ),
        *("half/a-00002-of-00002.gguf",),
    ):
        ggufs.model(tmp_path / name)
    (tmp_path / "old-q4_0.bin").write_bytes(b"tjgg" + b"\0" * 60)
    (tmp_path / "older").write_bytes(b"lmgg" + b"\0" * 60)
    return tmp_path


@pytest.mark.parametrize(
    ("model", "said"),
    [
        ("model.gguf", r"There is no file 'model\.gguf' on this machine.*file=\"\*Q4_K_M\*\""),
        ("./model.gguf", r"There is no file 'model\.gguf'"),
        ("~/no/model.GGUF", r"There is no file 'model\.GGUF'"),
        ("C:\\models\\model.gguf", "There is no file "),
        (
            "https://example.org/repo/f.gguf?download=true",
            r"^f\.gguf is somewhere else than on the hub.*Download it.*\"f\.gguf\"",
        ),
        (
            "only",
            r"folder 'only' has several models: Q4_K_M \(0\.\d MB\), Q8_0 \(0\.\d MB\)\. Say which, as in file=\"\*Q8_0\*\"",
        ),
        ("half", r"folder 'half' has only a part of a model: a-00001-of-00002\.gguf should be there, too\. Get all"),
        ("here.safetensors", "has weights, which alone are no model.*Give the folder"),
        ("model.safetensors", r"There is no file 'model\.safetensors'.*Give the folder"),
        ("here.bin", "not in the safetensors format.*or a GGUF file"),
        ("model.bin", "There is no file"),
        ("here.onnx", "a format that r1widget doesn't read.*or a GGUF file"),
        ("here.llamafile", "is a program with a model in it.*GGUF file"),
        ("here.ggml", "had before GGUF"),
        ("old-q4_0.bin", "had before GGUF.*Get a GGUF file"),
        ("older", "had before GGUF"),
        ("README.md", "'README.md' is a file, and no GGUF file.*Give the folder"),
        (
            "deepseek-r1:1.5b",
            r"no colon; Ollama.*ollama pull deepseek-r1:1\.5b.*base_url=\"http://localhost:11434/v1\"",
        ),
        ("somebody/r1:8b", "no colon; Ollama"),
        ("ollama:r1", "no model of Ollama's on this machine, and so no 'r1'.*ollama pull r1"),
        ("https://huggingface.co/Qwen/Qwen3-0.6B/tree/main", r'is an address.*ChatWidget\("Qwen/Qwen3-0\.6B"\)'),
        ("http://localhost:8000/v1", r'give it as base_url: .*base_url="http://localhost:8000/v1"'),
    ],
)
def test_a_sentence_that_is_true(folder: Path, model: str, said: str) -> None:
    with pytest.raises(EngineError, match=said) as caught:
        check_name(model)
    assert caught.value.remedy and str(folder) not in str(caught.value)
    if "no file" in caught.value.what:
        assert isinstance(caught.value, ModelNotFound)


@pytest.mark.parametrize(
    ("model", "file", "said"),
    [
        ("only", "*Q5*", r"folder 'only' has no GGUF file like '\*Q5\*'\. There are: Q4_K_M"),
        ("only", "*.gguf", r"several GGUF files like '\*\.gguf': Q4_K_M .* as in file=\"\*Q8_0\*\""),
        ("both", "*.gguf", "several GGUF files"),
        ("notes", "*.gguf", "folder 'notes' has no GGUF file.*leave it out"),
        ("pocket", "*.gguf", "The built-in model has no GGUF file"),
        ("here.gguf", "*Q4*", r"here\.gguf is one file already, and file='\*Q4\*' names another"),
        ("me/X-GGUF:Q4_K_M", "*Q8_0*", "says which file already, and .*Leave one of them out"),
        ("me/X-GGUF/x.gguf", "*Q8_0*", "says which file already"),
    ],
)
def test_file_that_can_t_be(folder: Path, model: str, file: str, said: str) -> None:
    with pytest.raises(EngineError, match=said):
        check_name(model, file)


@pytest.mark.parametrize(
    "model",
    [
        *("pocket", "Qwen/Qwen3-0.6B", "gpt2", "both", "a:b", "./no/such/folder", "C:\\models\\r1", "C:/models/r1"),
        *("here.gguf", "./here.gguf", "named", "one", "with_config", "split", "split/a-00002-of-00002.gguf"),
        *(
            "half/a-00002-of-00002.gguf",
            "user/repo/file.gguf",
            "hf.co/user/repo:Q4_K_M",
            "user/repo:Q4_K_M",
            "notes",
            "empty",
        ),
        "https://hf.co/user/repo/resolve/main/f.gguf?download=true",
    ],
)
def test_what_may_be_a_model_is_looked_for(folder: Path, model: str) -> None:
    check_name(model)


@pytest.mark.parametrize(
    ("model", "file"), [("both", "*Q8_0*"), ("only", "Q4_K_M"), ("me/X-GGUF", "*Q8_0*"), ("split", "*")]
)
def test_file_that_may_be(folder: Path, model: str, file: str) -> None:
    check_name(model, file)


@pytest.mark.parametrize("file", [3, "", b"*Q4*", Path("x.gguf")])
def test_file_is_a_text(file: object) -> None:
    with pytest.raises(TypeError, match=r"file=.* can't be"):
        engines.load("pocket", file=file)


def test_it_is_said_in_the_chat_and_before_torch_is_imported(folder: Path) -> None:
    program = (
        "import sys\nfrom r1widget import ChatWidget\n"
        "turn = ChatWidget('only').ask('q')\nprint(turn.error)\nprint('torch' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=folder)
    said, torch = done.stdout.splitlines()
    assert said.startswith("The folder 'only' has several models") and torch == "False"


def test_a_server_may_call_its_models_what_it_likes(folder: Path) -> None:
    for name in ("model.gguf", "deepseek-r1:1.5b", "ollama:r1"):
        assert ChatWidget(name, base_url="http://127.0.0.1:9/v1").model_name == name
        assert engines.load(name, base_url="http://127.0.0.1:9/v1")

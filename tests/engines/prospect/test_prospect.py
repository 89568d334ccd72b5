"""What is said of a model before it is loaded, held against what is true when it is."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from r1widget import Chat, engines, pocket
from r1widget.engines import DEFAULT_MODEL
from r1widget.engines.prospect import Prospect, looking, prospect, ready
from r1widget.engines.prospect.checkpoint import Checkpoint
from r1widget.engines.prospect.shape import CONFIGS, contents_of, read_config
from r1widget.engines.weights import memory
from r1widget.testing import ScriptedEngine
from tests import tiny

R1 = "deepseek-ai/DeepSeek-R1-Distill-"
CONFIG: dict[str, Any] = {
    "model_type": "qwen2",
    "hidden_act": "silu",
    "hidden_size": 64,
    "intermediate_size": 128,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "vocab_size": 300,
    "torch_dtype": "bfloat16",
}


@pytest.fixture(autouse=True)
def machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A CPU with 16 GB free, on which nothing was loaded, with an empty cache of the hub."""
    monkeypatch.setattr(looking, "expected_device", lambda named: "cpu" if named == "auto" else named)
    monkeypatch.setattr(memory, "available", lambda device: 16 * 10**9)
    monkeypatch.setenv("R1WIDGET_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("HF_HOME", str(tmp_path / "hf-home"))


def in_cache(tmp_path: Path, name: str, files: dict[str, bytes]) -> Path:
    model = tmp_path / "hf-home" / "hub" / f"models--{name.replace('/', '--')}"
    (model / "refs").mkdir(parents=True)
    (model / "refs" / "main").write_text("c0ffee")
    folder = model / "snapshots" / "c0ffee"
    folder.mkdir(parents=True)
    for file, content in files.items():
        (folder / file).write_bytes(content)
    return folder


@pytest.mark.parametrize(
    ("name", "parameters"),
    [
        ("Qwen-1.5B", 1_777_088_000),
        ("Qwen-7B", 7_615_616_512),
        ("Qwen-14B", 14_770_033_664),
        ("Qwen-32B", 32_763_876_352),
        ("Llama-8B", 8_030_261_248),
        ("Llama-70B", 70_553_706_496),
    ],
)
def test_how_large_r1s_distills_are_is_known_before_anything_is_here(name: str, parameters: int) -> None:
    """The numbers are those that the hub shows of their files."""
    assert prospect(R1 + name).parameters == parameters
    assert len(CONFIGS) == 6


def test_the_default_model() -> None:
    about = prospect()
    assert about == prospect(DEFAULT_MODEL)
    assert (about.title, about.place, about.skill) == ("DeepSeek-R1-Distill-Qwen-1.5B", "here", "reasoning")
    assert (about.bits, about.device) == (8, "cpu")
    assert about.download is not None and 3.55e9 < about.download < 3.57e9
    assert about.memory is not None and 1.6e9 < about.memory < 1.9e9
    assert about.seconds is not None and 10 < about.seconds < 30, "it is quantized the first time"


@pytest.mark.parametrize(
    ("asked", "bits"),
    [
        ({}, 8),
        ({"quantization": "int4"}, 4),
        ({"quantization": None}, 16),
        ({"dtype": "float32"}, 32),
        ({"device": "cuda"}, 16),
    ],
    ids=str,
)
def test_in_how_many_bits_it_will_be_held(asked: dict[str, Any], bits: int) -> None:
    about = prospect(**asked)
    assert about.bits == bits
    assert about.memory is not None and abs(about.memory / (1_777_088_000 * bits / 8) - 1) < 0.2


def test_where_little_memory_is_free_it_is_four(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "available", lambda device: 3 * 10**9)
    assert prospect().bits == 4


def test_a_folder_is_what_its_files_say(tmp_path: Path) -> None:
    folder = tiny.model_folder(tmp_path / "my-model")
    about = prospect(folder)
    engine = engines.load(folder)
    described = engine.describe()
    assert (about.title, about.skill, about.download) == ("my-model", "reasoning", None)
    assert (about.parameters, about.bits, about.device) == (described["parameters"], 32, "cpu")
    loaded = ready(about, engine, described)
    assert loaded == Prospect(**{**about.to_dict(), "seconds": None}), "and what was said was so"
    assert str(tmp_path) not in repr(about)


def test_the_built_in_model_does_sums_also_by_its_folder() -> None:
    for named in ("pocket", pocket.path(), str(pocket.path())):
        about = prospect(named)
        assert (about.title, about.skill, about.parameters, about.download) == ("pocket", "sums", 2_487_168, None)


@pytest.mark.parametrize("precision", ["int8", "int4"])
def test_weights_that_were_packed_before_needn_t_be_again(precision: str) -> None:
    checkpoint = Checkpoint("pocket", pocket.path(), on_hub=False)
    assert not looking._is_quantized(checkpoint, precision)
    engines.load("pocket", quantization=precision)
    assert looking._is_quantized(checkpoint, precision)
    assert not looking._is_quantized(checkpoint, {"int8": "int4", "int4": "int8"}[precision])


def test_what_lies_in_the_hubs_cache_needn_t_come_again(tmp_path: Path) -> None:
    config = json.dumps(CONFIG).encode()
    folder = in_cache(tmp_path, "me/mine", {"config.json": config})
    contents = contents_of(read_config(CONFIG))
    assert contents is not None
    assert prospect("me/mine").download == contents.parameters * 2
    index = {"metadata": {"total_size": 1000}, "weight_map": {"a": "one.safetensors", "b": "two.safetensors"}}
    (folder / "model.safetensors.index.json").write_text(json.dumps(index))
    (folder / "one.safetensors").write_bytes(b"x" * 400)
    assert prospect("me/mine").download == 600
    assert prospect("me/mine", revision="other").parameters is None, "that one isn't here"
    (folder / "model.safetensors.index.json").unlink()
    whole = tiny.model_folder(tmp_path / "whole")
    for file in whole.iterdir():
        (folder / file.name).write_bytes(file.read_bytes())
    assert prospect("me/mine").download is None
    assert (prospect("me/mine").title, prospect("me/mine").skill) == ("mine", "reasoning"), "by its template"


@pytest.mark.parametrize(
    "data", ["", "[]", "{", '{"model_type": "qwen2"}', '{"model_type": "qwen2", "hidden_size": "x"}']
)
def test_what_cannot_be_read_is_not_known(tmp_path: Path, data: str) -> None:
    folder = tmp_path / "odd"
    folder.mkdir()
    (folder / "config.json").write_text(data)
    (folder / "model.safetensors.index.json").write_text("{")
    (folder / "tokenizer_config.json").write_text("[")
    assert prospect(folder) == Prospect(title="odd", place="here", device="cpu")
    assert prospect(tmp_path / "gone") == Prospect(title="gone", place="here", device="cpu")
    assert prospect("who/knows").to_dict() == {"title": "knows", "place": "here", "device": "cpu"}


def test_a_checkpoint_of_few_bits_is_not_said_to_have_sixteen(tmp_path: Path) -> None:
    folder = tiny.model_folder(tmp_path / "packed")
    config = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps({**config, "quantization_config": {"quant_method": "awq"}}))
    contents = Checkpoint("packed", folder, on_hub=False).contents
    assert contents is not None and prospect(folder).parameters == contents.parameters


@pytest.mark.parametrize(
    ("name", "url", "server", "skill"),
    [
        ("deepseek-reasoner", "https://api.deepseek.com/v1", "api.deepseek.com", "reasoning"),
        ("deepseek-r1:7b", "http://localhost:11434/v1", "localhost:11434", "reasoning"),
        ("gpt-4o", "https://API.example.com", "api.example.com", None),
        ("qwen3-4b-instruct", "http://[::1]:8000/v1", "[::1]:8000", None),
        ("owner/QwQ-32B", "http://h/v1", "h", "reasoning"),
        (None, "http://localhost:8000/v1", "localhost:8000", None),
    ],
)
def test_a_server_by_its_host(name: str | None, url: str, server: str, skill: str | None) -> None:
    about = prospect(name, base_url=url, api_key="sk-secret")
    assert (about.place, about.server, about.skill) == ("server", server, skill)
    assert about.title == (name or server).rpartition("/")[2] and "secret" not in repr(about)


def test_an_object_of_somebodys_code() -> None:
    chat = Chat(ScriptedEngine("x"), title="Mine")
    assert chat.status["about"] == {"title": "Mine", "place": "object"}


def test_a_title_is_what_it_is_called() -> None:
    assert prospect("pocket", title="Sums").title == "Sums"


def test_it_is_known_without_torch_in_a_moment() -> None:
    """Who makes a chat waits for it."""
    code = (
        "import sys, time\nfrom r1widget import Chat\nChat('pocket')\nstart = time.process_time()\nchat = Chat()\n"
        "assert time.process_time() - start < 0.5\nassert chat.status['about']['parameters'] == 1_777_088_000\n"
        "print([n for n in ('torch', 'transformers', 'tokenizers', 'huggingface_hub') if n in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stdout.strip()) == (0, "[]"), done.stderr

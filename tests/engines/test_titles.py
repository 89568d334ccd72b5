"""What a person calls a model: a folder by a name that somebody gave it, and never by a path."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from r1widget import Chat, engines, pocket
from r1widget.engines import name_of
from r1widget.engines.titles import check_title
from r1widget.engines.weights import loading
from r1widget.errors import SettingsError
from tests import ggufs, tiny


def folder(tmp_path: Path, path: str, made_of: str | None = None) -> Path:
    made = tmp_path / "models" / path
    made.mkdir(parents=True)
    (made / "config.json").write_text(json.dumps({"_name_or_path": made_of} if made_of else {}))
    return made


@pytest.mark.parametrize(
    ("path", "made_of", "called"),
    [
        ("my-r1", None, "my-r1"),
        ("my-r1", "deepseek-ai/DeepSeek-R1", "my-r1"),
        ("DeepSeek-R1-Distill-Qwen-1.5B", None, "DeepSeek-R1-Distill-Qwen-1.5B"),
        ("hf", "deepseek-ai/DeepSeek-R1-Distill-Qwen-1.5B", "DeepSeek-R1-Distill-Qwen-1.5B"),
        ("hf", "/home/somebody/weights/Qwen3-4B/", "Qwen3-4B"),
        ("hf", "C:\\models\\Qwen3-4B", "Qwen3-4B"),
        ("SmolLM2/hf", None, "SmolLM2"),
        ("SmolLM2/output/model", "./", "SmolLM2"),
        ("sums/checkpoint-500", None, "sums · checkpoint-500"),
        ("sums/checkpoint-500", "deepseek-ai/DeepSeek-R1", "sums · checkpoint-500"),
        ("output/checkpoint-500", "deepseek-ai/DeepSeek-R1", "DeepSeek-R1 · checkpoint-500"),
        ("sums/output/step_1200", None, "sums · step_1200"),
        ("hub/models--me--My-R1/snapshots/0123456789abcdef0123456789abcdef01234567", None, "My-R1"),
        ("hub/models--gpt2/snapshots/0123456789abcdef0123456789abcdef01234567", "x/y", "gpt2"),
        ("R1/final", None, "R1"),
        ("我的模型", None, "我的模型"),
    ],
)
def test_a_folder(tmp_path: Path, path: str, made_of: str | None, called: str) -> None:
    made = folder(tmp_path, path, made_of)
    assert name_of(made) == name_of(f"{made}/") == loading.name_of(str(made)) == called
    assert Chat(made).model_name == Chat(made).status["about"]["title"] == called


@pytest.mark.parametrize(
    ("path", "made", "called"),
    [
        ("DeepSeek-R1-Distill-Qwen-1.5B-Q4_K_M.gguf", "Whatever", "DeepSeek-R1-Distill-Qwen-1.5B · Q4_K_M"),
        ("SmolLM2-135M-Instruct.Q4_1.gguf", None, "SmolLM2-135M-Instruct · Q4_1"),
        ("Big-UD-IQ1_S-00001-of-00003.gguf", None, "Big · UD-IQ1_S"),
        ("Q8_0/Big-00001-of-00003.gguf", None, "Big · Q8_0"),
        ("my-r1.gguf", "Whatever", "my-r1"),
        ("我的模型.gguf", None, "我的模型"),
        ("model.gguf", "DeepSeek R1 Distill Qwen 1.5B", "DeepSeek R1 Distill Qwen 1.5B · Q4_K"),
        ("ggml-model-q4_0.gguf", "/home/somebody/Qwen3-4B/", "Qwen3-4B · Q4_0"),
        ("blobs/sha256-0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef", "R1", "R1 · Q4_K"),
        ("SmolLM2/model.gguf", "model", "SmolLM2 · Q4_K"),
        ("SmolLM2/model.gguf", "LLaMA v2", "SmolLM2 · Q4_K"),
        ("SmolLM2/model.gguf", "a\nb\x1b[2J", "SmolLM2 · Q4_K"),
        ("SmolLM2/model.gguf", "x" * 500, "SmolLM2 · Q4_K"),
    ],
)
def test_a_file(tmp_path: Path, path: str, made: str | None, called: str) -> None:
    file = ggufs.model(tmp_path / "models" / path, metadata={"general.name": made} if made else None)
    assert name_of(file) == loading.name_of(str(file)) == called
    assert Chat(file).model_name == Chat(file).status["about"]["title"] == called


def test_a_file_of_the_hub_and_of_a_folder(tmp_path: Path) -> None:
    name = "unsloth/DeepSeek-R1-Distill-Qwen-1.5B-GGUF"
    called = "DeepSeek-R1-Distill-Qwen-1.5B · Q4_K_M"
    for file in ("*Q4_K_M*", "q4_k_m", "DeepSeek-R1-Distill-Qwen-1.5B-Q4_K_M.gguf"):
        assert name_of(name, file) == called
    assert name_of(f"{name}:Q4_K_M") == called and name_of(name) == "DeepSeek-R1-Distill-Qwen-1.5B-GGUF"
    assert loading.name_of(f"{name}:Q4_K_M") == name
    ggufs.model(tmp_path / "odd" / "R1-Q8_0.gguf")
    assert name_of(tmp_path / "odd") == "R1 · Q8_0" and name_of(tmp_path / "gone.gguf") == "gone"


def test_where_nobody_gave_a_name_it_is_the_folders_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who lives here is told to nobody."""
    monkeypatch.setattr(Path, "home", classmethod(lambda cls: tmp_path / "models" / "somebody"))
    made = folder(tmp_path, "somebody/hf")
    assert name_of(made) == "hf"
    (made / "config.json").write_text("[")
    assert name_of(made) == "hf"


def test_a_link_has_the_name_that_was_given_to_it(tmp_path: Path) -> None:
    link = tmp_path / "my-r1"
    link.symlink_to(folder(tmp_path, "hf", "somebody/Else"), target_is_directory=True)
    assert name_of(link) == "my-r1"


def test_the_built_in_model_and_names_that_are_no_folders() -> None:
    assert loading.name_of(str(pocket.path())) == name_of(pocket.path()) == name_of("pocket") == "pocket"
    assert name_of("deepseek-ai/DeepSeek-R1") == "DeepSeek-R1"
    assert name_of("hf") == "hf"
    assert Chat("hf", base_url="http://h/v1").model_name == "hf"


def test_a_title_goes_with_the_chat_and_the_record_has_the_models_own_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And the history knows by both what it was with."""
    monkeypatch.setenv("R1WIDGET_HISTORY", str(tmp_path / "history.sqlite"))
    made = tiny.model_folder(tmp_path / "tiny" / "hf")
    chat = Chat(made, title="  My R1 ")
    assert (chat.model_name, chat.status["about"]["title"]) == ("My R1", "My R1")
    turn = chat.ask("q", max_tokens=3)
    assert turn.record["model"] == "tiny"
    assert chat.is_with("My R1") and chat.is_with("tiny") and chat.is_with(str(made)) and not chat.is_with("other")
    again = Chat.load(chat.id or "")
    assert again.model_name == "My R1" and again.ask("q", max_tokens=3).finish_reason == "length"
    file = tmp_path / "chat.json"
    chat.export(file)
    assert json.loads(file.read_text("utf-8"))["model"] == {"name": "My R1", "title": "My R1"}
    assert str(tmp_path) not in file.read_text("utf-8")


def test_a_title_of_a_model_on_the_hub_comes_back_from_a_file(tmp_path: Path) -> None:
    chat = Chat("pocket", title="Sums")
    chat.ask("What is 2 + 3?")
    chat.export(tmp_path / "chat.json")
    again = Chat.load(tmp_path / "chat.json")
    assert again.model_name == "Sums" and again.is_with("pocket")
    assert Chat.load(tmp_path / "chat.json", "pocket").model_name == "pocket"


@pytest.mark.parametrize("title", ["", "  ", 3, b"x"])
def test_a_title_that_says_nothing_is_refused(title: object) -> None:
    with pytest.raises(SettingsError, match="title="):
        check_title(title)
    with pytest.raises(TypeError, match="title"):
        engines.check_options({"titel": "x"}, remote=False)

"""Loading: what it tells while it lasts, and each way it fails, in words a person can act on."""

from __future__ import annotations

import json
import shutil
import socket
import sys
import threading
import time
import types
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import huggingface_hub
import pytest
import torch
from transformers import AutoModelForCausalLM

from r1widget import pocket
from r1widget.engines import Progress, load
from r1widget.engines.progress import Reporter, download_bar, loading_bars
from r1widget.engines.weights import memory, safetensors
from r1widget.errors import (
    EngineError,
    ModelGated,
    ModelNotFound,
    NoChatTemplate,
    NoNetwork,
    NoSuchQuantization,
    NotEnoughMemory,
    TokenizerBroken,
    WeightsCorrupt,
)
from tests import tiny

NAME = "someone/some-model"


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny.model_folder(tmp_path_factory.mktemp("models") / "tiny")


@pytest.fixture
def folder(whole: Path, tmp_path: Path) -> Path:
    """A copy to break."""
    shutil.copytree(whole, tmp_path / "mine")
    return tmp_path / "mine"


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty cache of the hub."""
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_CACHE", str(tmp_path / "hub"))
    return tmp_path / "hub"


def put_into(cache: Path, folder: Path, commit: str = "c" * 40) -> Path:
    """The folder as a model that was downloaded once."""
    place = cache / "models--someone--some-model"
    shutil.copytree(folder, place / "snapshots" / commit)
    (place / "refs").mkdir()
    (place / "refs" / "main").write_text(commit, encoding="ascii")
    return place / "snapshots" / commit


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


# ---- weights


@pytest.mark.parametrize("keep", [0, 4, 100, 5000, -1])
def test_weights_that_are_cut_off(folder: Path, keep: int) -> None:
    file = folder / "model.safetensors"
    file.write_bytes(file.read_bytes()[:keep])
    with pytest.raises(WeightsCorrupt, match=r"model\.safetensors .*half downloaded") as caught:
        load(folder)
    assert caught.value.remedy == "Copy the files anew."


def test_weights_with_a_broken_header(folder: Path) -> None:
    file = folder / "model.safetensors"
    content = bytearray(file.read_bytes())
    content[20] ^= 0xFF
    file.write_bytes(content)
    with pytest.raises(WeightsCorrupt, match="header that can't be read"):
        load(folder)


def test_no_weights(folder: Path) -> None:
    (folder / "model.safetensors").unlink()
    with pytest.raises(WeightsCorrupt, match="mine has no weights"):
        load(folder)


def test_a_missing_part_of_the_weights(folder: Path) -> None:
    (folder / "model.safetensors").rename(folder / "model-00001-of-00002.safetensors")
    index = {"weight_map": {"a": "model-00001-of-00002.safetensors", "b": "model-00002-of-00002.safetensors"}}
    (folder / "model.safetensors.index.json").write_text(json.dumps(index), encoding="utf-8")
    with pytest.raises(WeightsCorrupt, match=r"model-00002-of-00002\.safetensors is missing"):
        load(folder)
    (folder / "model.safetensors.index.json").write_text('{"weight', encoding="utf-8")
    with pytest.raises(WeightsCorrupt, match=r"index\.json can't be read"):
        load(folder)


def test_a_missing_tensor(folder: Path) -> None:
    from safetensors.torch import load_file, save_file

    file = folder / "model.safetensors"
    tensors = load_file(file)
    del tensors["model.layers.1.mlp.up_proj.weight"]
    save_file(tensors, str(file), metadata={"format": "pt"})
    with pytest.raises(WeightsCorrupt, match=r"no tensor.*up_proj"):
        load(folder)


@pytest.mark.filterwarnings("ignore")  # transformers' own report of what doesn't fit
def test_weights_of_another_shape(folder: Path) -> None:
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    config["intermediate_size"] = 64
    (folder / "config.json").write_text(json.dumps(config), encoding="utf-8")
    with pytest.raises(WeightsCorrupt, match=r"other shapes|of another shape"):
        load(folder)


def test_weights_that_are_no_numbers(folder: Path) -> None:
    from safetensors.torch import load_file, save_file

    file = folder / "model.safetensors"
    tensors = load_file(file)
    tensors["model.norm.weight"] = torch.full_like(tensors["model.norm.weight"], torch.nan)
    save_file(tensors, str(file), metadata={"format": "pt"})
    with pytest.raises(WeightsCorrupt, match="computes no numbers"):
        load(folder)


def test_what_is_in_a_file_is_read_from_its_header(whole: Path) -> None:
    contents = safetensors.read(safetensors.files(whole))
    model = AutoModelForCausalLM.from_pretrained(whole)
    assert contents.parameters == contents.float_parameters == sum(part.numel() for part in model.parameters())
    assert contents.other_bytes == 0


# ---- memory


def test_not_enough_memory(whole: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "available", lambda device: 100_000_000)
    with pytest.raises(NotEnoughMemory, match=r"tiny needs about 0\.3 GB of memory, and 0\.1 GB are free"):
        load(whole)


def test_what_would_fit_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "available", lambda device: 5 * 10**9)
    with pytest.raises(NotEnoughMemory) as caught:
        memory.check("someone/large", 65 * 10**9, "cpu")
    assert "65.0 GB" in caught.value.what
    assert "5.0 GB" in caught.value.what
    assert (
        'ChatWidget("deepseek-ai/DeepSeek-R1-Distill-Qwen-1.5B") or ChatWidget("pocket") would fit'
        in caught.value.remedy
    )
    assert "7B" not in caught.value.remedy


def test_the_default_model_is_counted_as_measured() -> None:
    config = types.SimpleNamespace(
        num_hidden_layers=28, num_attention_heads=12, num_key_value_heads=2, hidden_size=1536
    )
    assert memory.cache_bytes(config, 2) == 28_672
    assert 3.9e9 < memory.needed(1_777_088_000 * 2, config) < 4.2e9


def test_a_containers_limit_counts(tmp_path: Path) -> None:
    (tmp_path / "memory.max").write_text("1000\n", encoding="ascii")
    (tmp_path / "memory.current").write_text("700\n", encoding="ascii")
    (tmp_path / "memory.stat").write_text("anon 500\nfile 150\n", encoding="ascii")
    assert memory.free_of_container(tmp_path) == 450
    (tmp_path / "memory.max").write_text("max\n", encoding="ascii")
    assert memory.free_of_container(tmp_path) is None
    assert memory.available("cpu") > 0


# ---- the hub


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


def response(status: int) -> Any:
    module = next((sys.modules[name] for name in ("httpx2", "httpx", "requests") if is_hubs(name)), httpx)
    if module.__name__ == "requests":
        answer = module.Response()
        answer.status_code = status
        return answer
    return module.Response(status, request=module.Request("GET", "https://hub.invalid"))


def is_hubs(name: str) -> bool:
    """Whether it is the HTTP library that this version of huggingface_hub speaks."""
    import huggingface_hub.errors

    return any(base.__module__.partition(".")[0] == name for base in huggingface_hub.errors.HfHubHTTPError.__mro__)


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
        assert revision == (None if file == "config.json" else "d" * 40)
        if self.failing and file.endswith(".safetensors"):
            raise self.failing
        self.fetched.append(file)
        with tqdm_class(total=self.sizes[file], initial=0, unit="B", desc=file) as bar:
            for _ in range(4):
                bar.update(self.sizes[file] / 4)
            bar.set_description("done")
        self.place.mkdir(parents=True, exist_ok=True)
        return str(shutil.copy(self.folder / file, self.place))


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
    pretend.sizes = {"model.gguf": 10, "config.json": 1}
    with pytest.raises(ModelNotFound, match=r"weights as GGUF alone.*llama-server -m model\.gguf"):
        load(NAME)
    pretend.sizes = {"model.onnx": 10, "config.json": 1}
    with pytest.raises(ModelNotFound, match="holds no model that transformers loads"):
        load(NAME)


def test_pickles_are_refused(pretend: PretendHub) -> None:
    del pretend.sizes["model.safetensors"]
    with pytest.raises(EngineError, match="can run code"):
        load(NAME)


# ---- reports


def test_reports_come_ten_times_a_second_at_most() -> None:
    told: list[Progress] = []
    report = Reporter(told.append)
    start = time.monotonic()
    for done in range(20_001):
        report("download", "Downloading", done, 20_000)
    elapsed = time.monotonic() - start
    assert told[0].done == 0
    assert 20_000 in [progress.done for progress in told]
    assert len(told) <= elapsed / 0.1 + 3


def test_only_our_threads_bars_are_taken() -> None:
    from transformers.utils import logging

    if not hasattr(logging, "set_tqdm_hook"):
        pytest.skip("this transformers has no hook for its bars")
    taken: list[int] = []
    others: list[str] = []

    def elsewhere() -> None:
        others.append(type(logging.tqdm([1, 2], disable=True)).__name__)

    with loading_bars(lambda done, total: taken.append(done)):
        with loading_bars(lambda done, total: taken.append(done)):
            pass
        for _ in logging.tqdm([1, 2, 3], desc="Loading"):
            pass
        thread = threading.Thread(target=elsewhere)
        thread.start()
        thread.join()
    assert others == [type(logging.tqdm([1], disable=True)).__name__]
    assert taken == [1, 2, 3] or taken == []


def test_a_bar_takes_whatever_the_hub_calls() -> None:
    got: list[int] = []
    with download_bar(got.append)(total=10, initial=2, disable=False) as bar:
        bar.update(3)
        bar.set_postfix_str("x", refresh=False)
        bar.refresh()
        bar.close()
    assert got == [2, 3]
    assert (bar.n, bar.total) == (5, 10)

"""What an engine says of itself, and which revision of a model it has."""

from __future__ import annotations

from pathlib import Path

from r1widget import Chat, pocket
from r1widget.engines import Engine, load
from r1widget.engines.local import TransformersEngine
from r1widget.engines.weights import safetensors
from tests import tiny
from tests.engines.scripted import engine, folder, one_core

__all__ = ["engine", "folder", "one_core"]  # fixtures


def test_describe(engine: TransformersEngine, folder: Path) -> None:
    about = engine.describe()
    assert about["engine"] == "r1widget"
    assert about["model"] == "tiny"
    assert (about["dtype"], about["device"], about["quantization"]) == ("float32", "cpu", "none")
    assert (about["parameters"], about["context"]) == (engine.scheduler.network.parameters, 512)
    assert len(about["revision"]) == 12
    assert about["weights_hash"] == safetensors.fingerprint([folder / "model.safetensors"]) != about["revision"]
    assert about["threads"] == 1  # a model this small
    assert len(about["template_hash"]) == 16
    assert set(about["versions"]) == {"torch", "transformers", "tokenizers", "python"}
    assert str(folder.parent) not in repr(about)
    assert isinstance(engine, Engine)


def test_another_model_has_another_revision(engine: TransformersEngine, tmp_path: Path) -> None:
    again = load(tiny.model_folder(tmp_path / "tiny"))
    other = load(tiny.model_folder(tmp_path / "other", seed=1))
    assert again.describe() == engine.describe()
    assert other.describe()["revision"] != engine.describe()["revision"]
    assert other.describe()["weights_hash"] != engine.describe()["weights_hash"]


def test_the_same_weights_with_another_configuration(engine: TransformersEngine, tmp_path: Path) -> None:
    other = load(tiny.model_folder(tmp_path / "tiny", context=256)).describe()
    assert other["weights_hash"] == engine.describe()["weights_hash"]
    assert other["revision"] != engine.describe()["revision"]


def test_a_record_is_complete_and_has_no_path() -> None:
    record = Chat(pocket.path()).ask("What is 17 × 24?", thinking_budget=20).record
    fields = (
        "engine model revision weights_hash template_hash quantization dtype device threads path parameters context"
    )
    more = "settings seed tokens seconds versions finish_reason thinking_ended_by written_by_others"
    assert set(fields.split()) | set(more.split()) <= record.keys()
    assert set(record["versions"]) == {"r1widget", "torch", "transformers", "tokenizers", "python"}
    assert set(record["tokens"]) >= {"prompt", "reasoning", "answer", "reused", "others"}
    assert record["settings"]["seed"] == record["seed"]
    for secret in (str(pocket.path().parent), str(Path.home()), str(Path.cwd())):
        assert secret not in repr(record)

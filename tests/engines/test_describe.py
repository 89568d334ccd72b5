"""What an engine says of itself, and which revision of a model it has."""

from __future__ import annotations

from pathlib import Path

from r1widget.engines import Engine, load
from r1widget.engines.local import TransformersEngine
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
    assert len(about["template_hash"]) == 16
    assert set(about["versions"]) == {"torch", "transformers", "tokenizers", "python"}
    assert str(folder.parent) not in repr(about)
    assert isinstance(engine, Engine)


def test_another_model_has_another_revision(engine: TransformersEngine, tmp_path: Path) -> None:
    again = load(tiny.model_folder(tmp_path / "tiny"))
    other = load(tiny.model_folder(tmp_path / "other", seed=1))
    assert again.describe() == engine.describe()
    assert other.describe()["revision"] != engine.describe()["revision"]

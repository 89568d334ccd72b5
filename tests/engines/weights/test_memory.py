"""The memory that a model needs, and what is free of it."""

from __future__ import annotations

import types
from pathlib import Path

import pytest

from r1widget.engines import load
from r1widget.engines.weights import memory
from r1widget.errors import (
    NotEnoughMemory,
)
from tests.engines.weights.models import whole

__all__ = ["whole"]  # fixtures


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


def group(folder: Path, limit: str, used: int, pages: int) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "memory.max").write_text(f"{limit}\n", encoding="ascii")
    (folder / "memory.current").write_text(f"{used}\n", encoding="ascii")
    (folder / "memory.stat").write_text(f"anon 500\nfile {pages}\n", encoding="ascii")
    return folder


def test_a_containers_limit_counts(tmp_path: Path) -> None:
    nowhere = tmp_path / "nowhere"
    group(tmp_path, "1000", 700, 150)
    assert memory.free_of_container(tmp_path, nowhere) == 450
    group(tmp_path, "max", 700, 150)
    assert memory.free_of_container(tmp_path, nowhere) is None
    assert memory.available("cpu") > 0


@pytest.mark.parametrize("line", ["0::/user/notebook", "5:cpu:/\n0::/user/notebook\nnonsense"])
def test_the_limit_of_the_process_own_group_counts_and_those_around_it(tmp_path: Path, line: str) -> None:
    own = tmp_path / "cgroup"
    own.write_text(line, encoding="ascii")
    group(tmp_path, "5000", 0, 0)
    group(tmp_path / "user" / "notebook", "1000", 700, 0)
    assert memory.free_of_container(tmp_path, own) == 300
    group(tmp_path / "user", "200", 100, 0)
    assert memory.free_of_container(tmp_path, own) == 100


def test_the_first_versions_groups_count_too(tmp_path: Path) -> None:
    own, folder = tmp_path / "cgroup", tmp_path / "memory" / "job"
    own.write_text("9:cpu,cpuacct:/other\n4:memory:/job\n", encoding="ascii")
    folder.mkdir(parents=True)
    (folder / "memory.limit_in_bytes").write_text("1000\n", encoding="ascii")
    (folder / "memory.usage_in_bytes").write_text("900\n", encoding="ascii")
    (folder / "memory.stat").write_text("total_inactive_file 50\n", encoding="ascii")
    assert memory.free_of_container(tmp_path, own) == 150

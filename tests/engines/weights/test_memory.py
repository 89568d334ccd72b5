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


def test_a_containers_limit_counts(tmp_path: Path) -> None:
    (tmp_path / "memory.max").write_text("1000\n", encoding="ascii")
    (tmp_path / "memory.current").write_text("700\n", encoding="ascii")
    (tmp_path / "memory.stat").write_text("anon 500\nfile 150\n", encoding="ascii")
    assert memory.free_of_container(tmp_path) == 450
    (tmp_path / "memory.max").write_text("max\n", encoding="ascii")
    assert memory.free_of_container(tmp_path) is None
    assert memory.available("cpu") > 0

"""The limits of an engine: its context, its memory, and a model that fails."""

from __future__ import annotations

from typing import Any

import pytest

from r1widget.engines.local import TransformersEngine
from r1widget.errors import EngineError, NotEnoughMemory, PromptTooLong
from tests.engines.scripted import asked, engine, folder, one_core, run, script

__all__ = ["engine", "folder", "one_core", "script"]  # fixtures


def test_a_prompt_that_is_too_long_is_refused_before_anything(engine: TransformersEngine, script: Any) -> None:
    model = script("x")
    with pytest.raises(PromptTooLong, match=r"is 60\d tokens long, and tiny reads at most 512") as caught:
        run(engine, asked("7" * 600))
    assert "new conversation" in caught.value.remedy
    assert model.seen == []


def test_the_context_bounds_the_reply(engine: TransformersEngine, script: Any) -> None:
    script("7" * 700)
    request = asked("7" * 450)
    deltas = run(engine, request)
    assert sum(delta.tokens for delta in deltas) == 512 - len(engine.prompt_ids(request.messages))
    assert deltas[-1].finish_reason == "length"
    said = f"tiny reads at most 512 tokens, and the conversation before this reply is {len(engine.prompt_ids(request.messages))}"
    assert deltas[-1].note.startswith(said), "a larger max_tokens would change nothing"


def test_a_reply_that_max_tokens_cuts_off_is_not_said_to_fill_the_context(
    engine: TransformersEngine, script: Any
) -> None:
    script("7" * 700)
    assert [delta.note for delta in run(engine, asked("7", max_tokens=20)) if delta.finish_reason] == [""]


def test_memory_that_runs_out_says_so(engine: TransformersEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(pieces: Any) -> Any:
        raise RuntimeError(
            "[enforce fail at alloc_cpu.cpp:117] DefaultCPUAllocator: can't allocate memory: you tried to"
        )

    monkeypatch.setattr(engine.scheduler.network, "forward", full)
    with pytest.raises(NotEnoughMemory, match="memory ran out"):
        run(engine, asked())


def test_a_failure_of_the_model_is_an_error_of_ours(
    engine: TransformersEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(pieces: Any) -> Any:
        raise RuntimeError("device-side assert")

    monkeypatch.setattr(engine.scheduler.network, "forward", broken)
    with pytest.raises(EngineError, match="device-side assert"):
        run(engine, asked())

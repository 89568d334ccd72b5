"""The end of the thinking, by a budget, by a person, or by the model."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from r1widget.engines import Delta
from r1widget.engines.local import TransformersEngine
from tests.engines.scripted import asked, engine, folder, one_core, run, script, text

__all__ = ["engine", "folder", "one_core", "script"]  # fixtures


def forced(deltas: list[Delta]) -> list[tuple[str, str]]:
    return [(delta.origin, delta.text) for delta in deltas if delta.origin != "model"]


def test_a_budget_closes_the_thinking(engine: TransformersEngine, script: Any) -> None:
    model = script("abcdefghij" * 20)
    deltas = run(engine, asked(thinking_budget=5, max_tokens=100))
    written = text(deltas)
    assert forced(deltas) == [("budget", "\n</think>\n\n")]
    assert len(engine.tokens.encode(written.partition("\n</think>\n\n")[0])) == 5
    assert any(ids[-3:] == engine.thinking_tokens.closing("") for ids in model.seen), "the model was not told"
    assert deltas[-1].finish_reason == "length"
    assert sum(delta.tokens for delta in deltas) == 100


def test_a_budget_of_none_at_all_follows_the_prompt(engine: TransformersEngine, script: Any) -> None:
    model = script("It is 4.")
    deltas = run(engine, asked(thinking_budget=0))
    assert text(deltas) == "\n</think>\n\nIt is 4."
    prompt = engine.prompt_ids(asked().messages)
    assert model.seen[0] == [*prompt, *engine.thinking_tokens.closing("")]


def test_a_budget_leaves_room_for_an_answer(engine: TransformersEngine, script: Any) -> None:
    script("abcdefghij" * 20)
    deltas = run(engine, asked(thinking_budget=1000, max_tokens=40))
    assert forced(deltas) == [("budget", "\n</think>\n\n")]
    assert sum(delta.tokens for delta in deltas) == 40
    answer = text(deltas).partition("</think>\n\n")[2]
    assert len(engine.tokens.encode(answer)) >= 5


def test_who_ends_by_itself_is_let(engine: TransformersEngine, script: Any) -> None:
    script("ok</think>It is 4, and that takes a while to say.")
    deltas = run(engine, asked(thinking_budget=5))
    assert forced(deltas) == []
    assert text(deltas) == "ok</think>It is 4, and that takes a while to say."


def test_no_budget_no_end(engine: TransformersEngine, script: Any) -> None:
    script("thinking " * 20)
    assert forced(run(engine, asked())) == []


def test_answer_now(engine: TransformersEngine, script: Any) -> None:
    script("Let me check that again. Wait. " * 10)
    now = threading.Event()
    deltas = []
    for delta in engine.stream(asked(answer_now=now, max_tokens=60), threading.Event()):
        deltas.append(delta)
        if len(deltas) == 4:
            now.set()
    assert forced(deltas) == [("person", "\n</think>\n\n")]
    assert deltas[4].origin == "person"


def test_answer_now_waits_for_a_whole_character(engine: TransformersEngine, script: Any) -> None:
    now = threading.Event()
    script("🙂🙂🙂").at[2] = now.set  # in the middle of the first
    deltas = run(engine, asked(answer_now=now, max_tokens=60))
    assert text(deltas).startswith("🙂\n</think>\n\n")


def test_answer_now_after_the_thinking_does_nothing(engine: TransformersEngine, script: Any) -> None:
    script("ok</think>It is 4, and I say so.")
    now = threading.Event()
    deltas = []
    for delta in engine.stream(asked(answer_now=now), threading.Event()):
        deltas.append(delta)
        if "</think>" in text(deltas):
            now.set()
    assert forced(deltas) == []


def test_a_model_that_opens_the_thinking_itself(
    engine: TransformersEngine, script: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    build = engine.prompts.build
    monkeypatch.setattr(engine.prompts, "build", lambda messages: (build(messages)[0][:-2], False))
    script("<think>abcdefghij abcdefghij")
    assert text(run(engine, asked(thinking_budget=0))).startswith("<think>\n</think>\n\n")
    script("It is 4, and no thought was needed.")
    assert text(run(engine, asked(thinking_budget=0))) == "It is 4, and no thought was needed."

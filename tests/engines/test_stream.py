"""What a stream is made of: its prompt, the text that the model wrote, its end, and its seed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from transformers import AutoModelForCausalLM

from r1widget.engines import Delta
from r1widget.engines.local import TransformersEngine
from r1widget.engines.text.decoding import Decoder
from tests import tiny
from tests.engines.scripted import asked, engine, folder, one_core, run, script, text

__all__ = ["engine", "folder", "one_core", "script"]  # fixtures


def test_a_stream_says_its_prompt_first_and_its_end_last(engine: TransformersEngine) -> None:
    first, *middle, last = run(engine, asked(max_tokens=40, seed=3))
    assert first.prompt is not None
    assert (first.prompt.opens_thinking, first.prompt.seed) == (True, 3)
    assert first.prompt.tokens == len(engine.prompt_ids(asked().messages))
    assert last == Delta(finish_reason="length")
    assert all(delta.text and delta.kind == "raw" and delta.origin == "model" for delta in middle)
    assert sum(delta.tokens for delta in middle) == 40


def test_the_text_is_what_the_model_wrote(engine: TransformersEngine, script: Any) -> None:
    script("Let me think: 日本 👩‍👩‍👧.\n</think>\n\nIt is 408.")
    deltas = run(engine, asked())
    assert text(deltas) == "Let me think: 日本 👩‍👩‍👧.\n</think>\n\nIt is 408."
    assert not any("\N{REPLACEMENT CHARACTER}" in delta.text for delta in deltas)
    assert deltas[-1] == Delta(finish_reason="stop")


@pytest.mark.parametrize("mark", [tiny.END, tiny.USER])
def test_it_ends_at_its_end_and_where_the_person_would_speak(
    engine: TransformersEngine, script: Any, mark: str
) -> None:
    script(f"It is 4.{mark}And 5?")
    deltas = run(engine, asked())
    assert text(deltas) == "It is 4."
    assert deltas[-1].finish_reason == "stop"


def test_a_character_that_is_cut_off_comes_out_at_the_end(engine: TransformersEngine, script: Any) -> None:
    script("a🙂")
    deltas = run(engine, asked(max_tokens=3))
    assert text(deltas) == "a\N{REPLACEMENT CHARACTER}"
    assert sum(delta.tokens for delta in deltas) == 3
    assert deltas[-1].finish_reason == "length"


def test_an_id_without_text_is_counted(engine: TransformersEngine, script: Any) -> None:
    """Models have more rows than their tokenizers have tokens."""
    model = script("ab")
    model.vocabulary += 10
    model.script.insert(1, model.vocabulary - 1)
    deltas = run(engine, asked())
    assert [(delta.text, delta.tokens) for delta in deltas[1:-1]] == [("a", 1), ("b", 2)]


def test_the_reply_is_that_of_transformers_own_loop(engine: TransformersEngine, folder: Path) -> None:
    """Greedy, against the model fed with everything at once: cache and chunks change nothing."""
    request = asked("x" * 300, temperature=0, max_tokens=20)  # more than one chunk
    prompt = engine.prompt_ids(request.messages)
    assert len(prompt) > engine.scheduler.network.chunk_size
    ids = list(prompt)
    model = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32)
    with torch.inference_mode():
        for _ in range(20):
            ids.append(int(model(torch.tensor([ids])).logits[0, -1].argmax()))
    decoder = Decoder(engine.tokens.backend)
    expected = "".join(map(decoder.feed, ids[len(prompt) :])) + decoder.flush()
    assert text(run(engine, request)) == expected


def written(deltas: list[Delta]) -> list[Delta]:
    """All but how much of the prompt was there already."""
    return [replace(delta, prompt_tokens=None) for delta in deltas]


def test_a_seed_repeats_a_turn(engine: TransformersEngine) -> None:
    once = run(engine, asked(max_tokens=30, seed=1))
    assert written(run(engine, asked(max_tokens=30, seed=1))) == written(once)
    assert text(run(engine, asked(max_tokens=30, seed=2))) != text(once)


def test_without_a_seed_each_turn_has_its_own_and_says_it(engine: TransformersEngine) -> None:
    first, second = (run(engine, asked(max_tokens=10)) for _ in range(2))
    assert first[0].prompt is not None
    assert second[0].prompt is not None
    assert first[0].prompt.seed != second[0].prompt.seed
    assert written(run(engine, asked(max_tokens=10, seed=first[0].prompt.seed))) == written(first)

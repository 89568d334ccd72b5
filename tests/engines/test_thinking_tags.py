"""Models whose thoughts stand in other tags."""

from __future__ import annotations

import dataclasses
import threading
from pathlib import Path
from typing import Any

import pytest

from r1widget.chat.prefill import prefill_for
from r1widget.chat.writing import write_turn
from r1widget.conversation import edits as versions
from r1widget.conversation.turn import Span, Turn
from r1widget.engines import Engine, load
from r1widget.engines.kvcache.prefixes import Prefixes
from r1widget.engines.local import TransformersEngine
from tests import tiny
from tests.engines.scripted import Scripted, asked, folder, one_core, run

__all__ = ["folder", "one_core"]  # fixtures


@pytest.fixture(scope="module")
def magistral(tmp_path_factory: pytest.TempPathFactory) -> TransformersEngine:
    """A model whose template has the tags of another family, which its prompt doesn't open."""
    template = tiny.TEMPLATE.replace("<think>\\n", "").replace("</think>", "[/THINK]") + "{# [THINK] #}"
    engine = load(tiny.model_folder(tmp_path_factory.mktemp("models") / "magistral", template=template))
    assert isinstance(engine, TransformersEngine)
    return engine


def written(engine: Engine, **settings: Any) -> Turn:
    turn = Turn("17 × 24?")
    list(write_turn(turn, engine, asked(**settings), threading.Event()))
    return turn


def test_a_budget_closes_the_thought_with_the_models_own_tag(
    magistral: TransformersEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    encode = magistral.tokens.encode
    opening, thought = encode("[THINK]"), encode("So 17 × 24, let me see")
    monkeypatch.setattr(magistral.scheduler, "network", Scripted(magistral, [*opening, *thought, *thought]))
    # What is kept of a prompt that nobody has read is no number.
    monkeypatch.setattr(magistral.scheduler, "prefixes", Prefixes(1 << 20))
    # The last id of the opening is the first of the thought.
    turn = written(magistral, thinking_budget=1 + len(thought), max_tokens=len(opening) + len(thought) + 30)
    assert turn.spans[0] == Span("reasoning", "So 17 × 24, let me see")
    assert turn.thinking_ended_by == "budget"
    assert "THINK]" not in turn.reasoning
    assert turn.answer, "which was asked for"
    assert "think_more" in magistral.capabilities.cannot, "its end is several tokens"


def test_an_edited_thought_and_an_edited_answer_have_the_models_own_tag(magistral: TransformersEngine) -> None:
    turn = Turn("17 × 24?")
    turn.append("reasoning", "So 17 × 24.")
    turn.append("answer", "It is 408.")
    for version, expected in (
        (versions.reasoning_edited(turn, "So 18 × 24."), "[THINK]So 18 × 24."),
        (versions.answer_edited(turn, "It is 409"), "[THINK]So 17 × 24.[/THINK]It is 409"),
    ):
        request = dataclasses.replace(asked(max_tokens=1), prefill=prefill_for(version))
        prompt = run(magistral, request)[0].prompt
        assert prompt is not None
        ids = [id for piece in prompt.encoded for id in piece.ids]
        assert magistral.tokens.backend.decode(ids, skip_special_tokens=False) == expected
        assert "".join(piece.text for piece in prompt.encoded if not piece.closes) == expected.replace(
            "[THINK]", ""
        ).replace("[/THINK]", "")
        assert [tags.open[0] for tags in prompt.thinking_tags] == ["[THINK]"]


def test_tags_may_be_given_to_a_model_here(folder: Path) -> None:
    engine = load(folder, thinking_tags=("<plan>", "</plan>"))
    prompt = run(engine, asked(max_tokens=1))[0].prompt
    assert prompt is not None
    assert [tags.open[0] for tags in prompt.thinking_tags] == ["<plan>", "<think>"]
    assert prompt.opens_thinking

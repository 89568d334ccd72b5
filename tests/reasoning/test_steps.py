"""Where a step begins, held against the examples that the page's own tests read (tests/wire/steps.json)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from r1widget.conversation import Conversation
from r1widget.conversation.timeline import EVERY, Timeline
from r1widget.conversation.turn import Turn
from r1widget.reasoning.cues import CUES
from r1widget.reasoning.steps import StepSplitter
from r1widget.testing import ScriptedEngine
from tests.chat.test_writing import write
from tests.real import TRACES

WIRE = json.loads((Path(__file__).parents[1] / "wire" / "steps.json").read_text("utf-8"))


def split(pieces: list[str] | str) -> list[list[str]]:
    """`[kind, text]` of each step; the pieces are fed one by one."""
    splitter = StepSplitter()
    steps: list[list[str]] = []
    for part in [*(splitter.feed(piece) for piece in pieces), splitter.flush()]:
        for kind, text in part:
            if kind:
                steps.append([kind, text])
            else:
                steps[-1][1] += text
    return steps


def test_both_sides_know_the_same_cues() -> None:
    assert WIRE["cues"] == {kind: list(phrases) for kind, phrases in CUES.items()}


@pytest.mark.parametrize("example", WIRE["examples"], ids=lambda example: example["name"])
def test_steps_begin_where_they_should_whole_and_by_character(example: dict[str, Any]) -> None:
    text = "".join(text for _, text in example["steps"])
    assert split([text]) == example["steps"]
    assert split(text) == example["steps"]


# Words of turning, ends of sentences, and what begins each of the lines that are no prose, whole and in part.
_SCRAPS = st.sampled_from(
    [
        *("Wait", "But ", "wait", "So", "so wait", "First", "等等", "让我", "x", "X", "İ", "’"),
        *(" ", "  ", "    ", "\t", "\r", "\n", "\n\n", "\r\n", "\u00a0"),
        *(".", ". ", "? ", "。", ")", '"'),
        *("*", "**", "_", "`", "``", "```", "~", "~~~", "~~~~"),
        *("-", "- ", "---", "+", "+ ", "1", "1. ", "2) ", "١. ", "|", "> ", "$", "$$", "\\", "\\[", "#", "## "),
    ]
)


@given(st.lists(_SCRAPS | st.characters(codec="utf-8"), max_size=40), st.data())
def test_however_a_text_comes_the_same_steps_come_out(scraps: list[str], data: st.DataObject) -> None:
    text = "".join(scraps)
    whole = split([text])
    assert "".join(step for _, step in whole) == text
    cuts = sorted(data.draw(st.lists(st.integers(0, len(text)), max_size=8)))
    pieces = [text[a:b] for a, b in zip([0, *cuts], [*cuts, len(text)], strict=True)]
    assert split(pieces) == whole == split(text)


def test_a_thought_may_begin_with_any_number_of_blank_lines() -> None:
    text = "\n \r\n" * 2000 + " Wait."
    assert split([text]) == split(text) == [["check", text]]
    assert split(["\n" * 5000]) == [["step", "\n" * 5000]]


@pytest.mark.skipif(not TRACES.exists(), reason="the real traces are not beside this checkout")
def test_little_of_a_real_trace_is_held_back() -> None:
    for line in TRACES.read_text("utf-8").splitlines()[:60]:
        splitter, out = StepSplitter(), 0
        for fed, character in enumerate(json.loads(line)["reasoning"], 1):
            out += sum(len(text) for _, text in splitter.feed(character))
            assert fed - out <= 24


def test_a_turns_steps_are_its_reasoning_with_what_each_took() -> None:
    turn, _ = write(ScriptedEngine("\nI need to find four.\n\nWait, is it 4? So it is.\n</think>\n\nFour."))
    steps = turn.steps
    assert "".join(step.text for step in steps) == turn.reasoning
    assert all(turn.reasoning[step.start : step.end] == step.text for step in steps)
    assert [step.kind for step in steps] == ["plan", "check", "conclusion"]
    tag = 3  # the closing tag is thought's, and three pieces here, but no text
    assert sum(step.tokens or 0 for step in steps) == turn.record["tokens"]["reasoning"] - tag
    assert all(step.seconds is not None and step.seconds >= 0 for step in steps)


def test_a_turn_that_did_not_think_has_no_steps() -> None:
    turn = Turn("q")
    assert turn.steps == ()
    turn.append("reasoning", "\n\n")
    assert turn.steps == ()


def test_what_nobody_counted_is_not_known() -> None:
    turn = Turn("q")
    turn.append("reasoning", "One.\n\nWait.")
    assert [(step.tokens, step.seconds) for step in turn.steps] == [(None, None)] * 2


def test_steps_survive_storing() -> None:
    conversation = Conversation()
    turn = conversation.add("q")
    turn.append("reasoning", "One. " * 40 + "\n\nWait.")
    for at in range(0, 207, 5):
        turn.timeline.add(at, at // 5, at / 10)
    turn.end("stop")
    assert Conversation.from_dict(conversation.to_dict()).turns[0].steps == turn.steps


class TestTimeline:
    def test_between_two_marks_it_goes_evenly(self) -> None:
        timeline = Timeline([[0, 0, 1.0], [100, 10, 2.0], [200, 30, 6.0]])
        assert timeline.at([0, 50, 100, 150, 200, 999]) == [
            (0, 1.0),
            (5, 1.5),
            (10, 2.0),
            (20, 4.0),
            (30, 6.0),
            (30, 6.0),
        ]

    def test_not_every_piece_is_kept_but_the_last_is(self) -> None:
        timeline = Timeline()
        for at in range(1, 1001):
            timeline.add(at, at, 10 + at / 100)
        assert timeline.marks[0] == (0, 0, 10.01), "what is before the first piece was reading"
        assert timeline.marks[-1] == (1000, 1000, 20.0)
        assert len(timeline.marks) == 1000 // EVERY + 2
        assert Timeline(timeline.to_list()).marks == timeline.marks

    def test_nothing_is_known_of_nothing(self) -> None:
        assert Timeline().at([0, 5]) == []

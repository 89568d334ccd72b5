"""What the network reads where ids are inserted into its reply: closings, and what has it think on."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import Any

import pytest

from r1widget.conversation import edits as versions
from r1widget.conversation.turn import Turn
from r1widget.engines.local import TransformersEngine
from tests import real
from tests.engines.steered import (
    CLOSE,
    END,
    PROMPT,
    QUESTION,
    REPLY,
    THOUGHT,
    Written,
    engine,
    first,
    folder,
    loaded,
    plain,
    play,
    same,
    script,
)

__all__ = ["engine", "first", "folder", "loaded", "plain", "play"]  # fixtures

pytestmark = real.needed


# ---- closings


def closed(
    engine: TransformersEngine, play: Any, event: str, at: int, ids: Sequence[int] = REPLY, **settings: Any
) -> tuple[list[int], list[int], Written]:
    """Ask for a closing behind `at` ids: those before it, those that were inserted, and all. Behind an end of the
    thinking the network wants to end, or else to end the thinking again, and only then to say `So`."""
    events = {event: threading.Event()} if event else {}

    def wants(written: list[int]) -> list[int]:
        if event and len(written) == at:
            events[event].set()
        if CLOSE in written:
            return [END, CLOSE, 4416]
        return [ids[min(len(written), len(ids) - 1)]]

    network = play(engine, wants, len(PROMPT))
    written = Written(engine, Turn(QUESTION), events=events, **settings)
    same(network, written, PROMPT)
    assert written.kept == written.ids
    assert "".join(delta.text for delta in written.deltas).partition("</think>")[2] == "\n\nSo"
    assert written.turn.answer == "So", "it was asked for, and isn't empty"
    others = [delta for delta in written.deltas if delta.origin != "model"]
    inserted = [id for delta in others for id in delta.ids]
    at = written.ids.index(inserted[0]) if inserted == [CLOSE, 271] else len(written.ids) - 1 - len(inserted)
    assert written.ids[at:] == [*inserted, 4416]
    assert written.turn.record["tokens"]["others"] == len(inserted)
    return written.ids[:at], inserted, written


def test_answer_now(plain: TransformersEngine, play: Any) -> None:
    before, inserted, written = closed(plain, play, "answer_now", 2)
    assert (before, inserted) == (THOUGHT[:3], [198, CLOSE, 271])
    assert written.turn.thinking_ended_by == "user"


def test_answer_now_behind_a_line_break(plain: TransformersEngine, play: Any) -> None:
    assert closed(plain, play, "answer_now", 5)[:2] == (THOUGHT[:6], [CLOSE, 271])


def test_answer_now_waits_for_a_whole_character(plain: TransformersEngine, play: Any) -> None:
    """Half a woman, or half of what joins her to the next: three ids of `答`, two of a joiner."""
    assert closed(plain, play, "answer_now", 8)[:2] == (THOUGHT[:11], [198, CLOSE, 271])
    assert closed(plain, play, "answer_now", 12)[:2] == (THOUGHT[:14], [198, CLOSE, 271])
    assert closed(plain, play, "answer_now", 14)[:2] == (THOUGHT[:16], [198, CLOSE, 271])


def test_answer_now_before_anything_was_thought(engine: TransformersEngine, play: Any) -> None:
    event = threading.Event()
    event.set()
    network = play(engine, lambda written: [END, CLOSE, 4416] if 4416 not in written else [END])
    written = Written(engine, Turn(QUESTION), events={"answer_now": event})
    assert written.ids == [198, CLOSE, 271, 4416]
    same(network, written, PROMPT)


def test_a_budget(engine: TransformersEngine, play: Any) -> None:
    before, inserted, written = closed(engine, play, "", 0, thinking_budget=4)
    assert (before, inserted) == (THOUGHT[:4], [198, CLOSE, 271])
    assert written.turn.thinking_ended_by == "budget"
    assert closed(engine, play, "", 0, thinking_budget=0)[:2] == ([], [198, CLOSE, 271])


def test_a_budget_with_a_message(engine: TransformersEngine, play: Any) -> None:
    settings: dict[str, Any] = {"budget_message": "Stop now."}
    message = [10674, 1431, 13, 198, CLOSE, 271]
    assert closed(engine, play, "", 0, thinking_budget=4, **settings)[:2] == (THOUGHT[:4], [271, *message])
    assert closed(engine, play, "", 0, thinking_budget=6, **settings)[:2] == (THOUGHT[:6], message)
    assert closed(engine, play, "", 0, thinking_budget=0, **settings)[:2] == ([], message)
    _, inserted, written = closed(engine, play, "answer_now", 0, thinking_budget=20, **settings)
    assert inserted == [198, CLOSE, 271], "the message is the budget's"
    assert written.turn.thinking_ended_by == "user"


def test_a_loop(plain: TransformersEngine, play: Any) -> None:
    before, inserted, written = closed(plain, play, "looping", 2)
    assert (before, inserted) == (THOUGHT[:3], [198, CLOSE, 271])
    assert written.turn.thinking_ended_by == "loop"


def test_a_budget_behind_an_edit_sees_how_the_edit_ends(engine: TransformersEngine, play: Any, first: Turn) -> None:
    for text, inserted in (("Let me comp", [198, CLOSE, 271]), ("Let me comp\n", [CLOSE, 271])):
        made = versions.reasoning_edited(first, text)
        network = play(engine, lambda written: [END, 4416] if 4416 not in written else [END])
        written = Written(engine, made, thinking_budget=0)
        assert written.ids == [*inserted, 4416]
        assert network.seen[: len(PROMPT) + 3] == [*PROMPT, 10061, 752, 1367]
        assert made.answer == "So"


@pytest.mark.parametrize("temperature", [0, 0.6, 2])
def test_an_answer_that_was_asked_for_is_never_empty(
    engine: TransformersEngine, play: Any, first: Turn, temperature: float
) -> None:
    """White space alone is no answer."""

    def wants(written: list[int]) -> list[int]:
        said = [id for id in written if id == 4416]
        return [END, 151644] if said else [END, 151644, CLOSE, 271 if written.count(271) < 3 else 4416]

    for made in (versions.answer_edited(first, ""), versions.answered(stopped(first))):
        play(engine, wants)
        written = Written(engine, made, temperature=temperature)
        assert made.text("answer").endswith("So")
        assert made.finish_reason == "stop"
        assert written.ids[-1] == 4416


def stopped(turn: Turn) -> Turn:
    """A turn that has its thought alone."""
    return versions.reasoning_edited(turn, turn.text("reasoning"))


def test_who_closes_its_own_thinking_may_leave_it_at_that(engine: TransformersEngine, play: Any) -> None:
    play(engine, script([10061, 198, CLOSE, END]))
    assert Written(engine, Turn(QUESTION)).turn.answer == ""


# ---- thinking more


def test_thinking_more(engine: TransformersEngine, play: Any) -> None:
    for thought, inserted in (
        ([10061, 752], [271, 14190]),
        ([10061, 752, 198], [198, 14190]),
        ([10061, 752, 271], [14190]),
        ([10061, 752, 382], [14190]),
        ([], [14190]),
    ):
        event = threading.Event()
        event.set()

        def wants(written: list[int], thought: list[int] = thought) -> Sequence[int]:
            if 14190 in written:
                return script([11, 198, CLOSE, 4416, END])(written[written.index(14190) + 1 :])
            return [[*thought, CLOSE][min(len(written), len(thought))]]

        network = play(engine, wants)
        written = Written(engine, Turn(QUESTION), events={"think_more": event})
        assert written.ids == written.kept == [*thought, *inserted, 11, 198, CLOSE, 4416]
        same(network, written, PROMPT)
        assert not event.is_set(), "once"
        assert written.turn.thinking_ended_by == "model"
        assert [delta.ids for delta in written.deltas if delta.origin == "think_more"] == [tuple(inserted)]


def test_thinking_more_in_the_middle_of_a_character(engine: TransformersEngine, play: Any) -> None:
    """What is there of it comes out first, as the model's: the ids are told in the order in which they were read."""
    event = threading.Event()
    event.set()
    network = play(engine, lambda written: [(378, CLOSE, 0, CLOSE, 4416, END)[min(len(written), 5)]])
    written = Written(engine, Turn(QUESTION), events={"think_more": event})
    assert written.ids == [378, 271, 14190, CLOSE, 4416]
    same(network, written, PROMPT)


def test_an_id_without_text_is_told_in_its_place(engine: TransformersEngine, play: Any) -> None:
    """The model has 271 rows more than the tokenizer has tokens."""
    event = threading.Event()
    event.set()
    network = play(engine, lambda written: [(10061, 151900, CLOSE, 0, CLOSE, 4416, END)[min(len(written), 6)]])
    written = Written(engine, Turn(QUESTION), events={"think_more": event})
    assert written.ids == [10061, 151900, 271, 14190, CLOSE, 4416]
    same(network, written, PROMPT)


@pytest.mark.parametrize("most", range(1, 7))
def test_thinking_more_keeps_to_the_room(engine: TransformersEngine, play: Any, most: int) -> None:
    event = threading.Event()
    event.set()
    play(engine, script([10061, 752, 1367, CLOSE, 4416, 4416]))
    assert len(Written(engine, Turn(QUESTION), events={"think_more": event}, max_tokens=most).ids) <= most

"""What the notebook's file keeps of a chat: whole, in parts, and at the same cost however long the chat is."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Iterator
from typing import Any

import pytest

from r1widget import export
from r1widget.conversation import Conversation
from r1widget.conversation.edits import regenerated
from r1widget.conversation.turn import Turn
from r1widget.jupyter import transcript_parts
from r1widget.jupyter.transcript_parts import GATHERED, NEWEST, PARTS, TurnTexts, bounds, joined

LONG = 3 * GATHERED + NEWEST
"""Turns up to which no part grows without an end."""


def ended(conversation: Conversation, question: str, thought: str = "Hm.", answer: str = "Yes.") -> Turn:
    turn = conversation.add(question)
    turn.append("reasoning", thought)
    turn.append("answer", answer)
    turn.end("stop", thinking_ended_by="model")
    return turn


def texts(kept: TurnTexts, turns: tuple[Turn, ...], parts: int = PARTS) -> list[str]:
    return [joined(part.pieces, is_first=number == 0) for number, part in enumerate(kept.parts(turns, parts))]


@pytest.mark.parametrize("parts", [1, 2, PARTS])
def test_the_texts_together_are_the_conversation(parts: int) -> None:
    conversation, kept = Conversation(), TurnTexts(lambda: "folded")
    for number in range(40):
        assert "".join(texts(kept, conversation.turns, parts)) == export.conversation_markdown(conversation.turns)
        ended(conversation, f"Question {number}?")
    running = conversation.add("And now?")
    running.state = "running"
    assert "".join(texts(kept, conversation.turns, parts)) == export.conversation_markdown(conversation.turns)


@pytest.mark.parametrize("total", [0, 1, 16, 17, 176, 177, 192, 193, 544, 545, 600, 5000])
def test_every_turn_is_in_one_part(total: int) -> None:
    for parts in (1, 2, 3, PARTS):
        for settled in {total, max(0, total - 1), total // 2}:
            ends = [0, *bounds(settled, total, parts)]
            assert len(ends) == parts + 1 and ends == sorted(ends) and ends[-1] == total


def test_a_short_chat_is_in_the_first_text_alone() -> None:
    conversation, kept = Conversation(), TurnTexts(lambda: "folded")
    for number in range(NEWEST):
        ended(conversation, f"Question {number}?")
        first, *others = texts(kept, conversation.turns)
        assert first.count("> Question") == number + 1 and others == [""] * (PARTS - 1)


def test_what_is_being_written_is_a_part_of_its_own() -> None:
    conversation, kept = Conversation(), TurnTexts(lambda: "folded")
    ended(conversation, "One?")
    turn = conversation.add("Two?")
    turn.state = "running"
    turn.append("reasoning", "So far")
    first, second, *_ = texts(kept, conversation.turns)
    assert "Two?" not in first and "So far" in second and "*In progress.*" in second


def sent(conversation: Conversation, count: int) -> Iterator[int]:
    """How many characters each of `count` turns makes change."""
    kept = TurnTexts(lambda: "folded")
    before = kept.parts(())
    for number in range(count):
        ended(conversation, f"Question {number:04}?")
        after = kept.parts(conversation.turns)
        yield sum(len("".join(now.pieces)) for was, now in zip(before, after, strict=True) if was != now)
        before = after


def test_a_turn_costs_as_much_after_five_hundred_as_after_a_hundred() -> None:
    conversation = Conversation()
    each = list(sent(conversation, LONG))
    turn = len(export.turn_markdown(conversation.turns[0]))
    windows = [sum(each[start : start + GATHERED]) / GATHERED / turn for start in range(0, LONG - NEWEST, GATHERED)]
    assert len(windows) == 3 and max(windows) < 1.1 * min(windows) < 20
    assert max(each) <= (GATHERED + 1) * turn, "no turn makes more change than one full part"


def test_a_turn_is_written_down_once_when_it_has_ended_and_again_only_if_it_changes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    written: list[str] = []

    def note(turn: Turn, **how: Any) -> str:
        written.append(turn.question)
        return export.turn_markdown(turn, **how)

    monkeypatch.setattr(transcript_parts, "turn_markdown", note)
    conversation = Conversation()
    for _ in sent(conversation, 300):
        pass
    assert len(written) == 300
    keeper = TurnTexts(lambda: "folded")
    keeper.parts(conversation.turns)
    written.clear()
    first = conversation.insert(regenerated(conversation.turns[-1]))
    first.end("stop")
    keeper.parts(conversation.turns)
    conversation.select(conversation.turns[-1].siblings[0])
    keeper.parts(conversation.turns)
    assert written == ["Question 0299?"] * 2, "its version, and itself, which is now one of two"


def test_of_each_part_only_so_much_thought_is_drawn_and_no_turn_goes_to_and_fro(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A page draws a part when it changes, also where it is hidden."""
    drawn: dict[str, list[bool]] = {}

    def note(turn: Turn, *, verbatim: bool, **how: Any) -> str:
        drawn.setdefault(turn.id, []).append(not verbatim)
        return export.turn_markdown(turn, verbatim=verbatim, **how)

    monkeypatch.setattr(transcript_parts, "turn_markdown", note)
    monkeypatch.setattr(transcript_parts, "DRAWN", 1000)
    conversation, keeper = Conversation(), TurnTexts(lambda: "folded")
    thought = "So it **is**. " * 20
    for number in range(60):
        ended(conversation, f"Question {number}?", thought)
        for pieces, *_ in keeper.parts(conversation.turns):
            assert sum("**is**" in piece and "```" not in piece for piece in pieces) * len(thought) <= 1000
    for ways in drawn.values():
        assert ways in ([True], [True, False])
    last = texts(keeper, conversation.turns)[1]
    assert "```" not in last[last.index("> Question 59?") :], "what was said last is Markdown"


def test_nothing_holds_what_was_forgotten() -> None:
    conversation, keeper = Conversation(), TurnTexts(lambda: "folded")
    turn = weakref.ref(ended(conversation, "Secret?"))
    keeper.parts(conversation.turns)
    conversation.clear()
    keeper.forget()
    gc.collect()
    assert turn() is None

"""A reader's notes: where they stand, who hears of them, and that they are kept."""

from __future__ import annotations

from typing import Any

import pytest

from r1widget import Chat, Conversation
from r1widget.chat import Listener
from r1widget.conversation.turn import Turn
from r1widget.errors import ConversationError
from r1widget.testing import ScriptedEngine

TEXT = "\nFirst I add.\n\nWait, let me check that.\n\nSo it is 5.\n</think>\n\nIt is 5."


class Heard(Listener):
    def __init__(self) -> None:
        self.turns: list[Turn] = []

    def checked(self, turn: Turn) -> None:
        self.turns.append(turn)


@pytest.fixture
def chat() -> Chat:
    return Chat(ScriptedEngine(TEXT), keep=False)


def test_a_note_at_a_step_has_its_text(chat: Chat) -> None:
    turn = chat.ask("What is 2 + 3?")
    for number, step in enumerate(turn.steps):
        note = chat.note(turn, "really?", step=number, verdict="unsure")
        assert turn.text("reasoning")[note.start : note.end] == step.text
        same = chat.note(turn, "the same", step=step)
        assert (same.kind, same.start, same.end) == ("reasoning", note.start, note.end)
    last = chat.note(turn, verdict="right", step=-1)
    assert turn.text("reasoning")[last.start : last.end].strip() == "So it is 5."


def test_a_note_at_a_quote_is_looked_for_in_the_answer_first(chat: Chat) -> None:
    turn = chat.ask("q")
    note = chat.note(turn, "five", quote="is 5")
    assert (note.kind, turn.text("answer")[note.start : note.end]) == ("answer", "is 5")
    thought = chat.note(turn, "five", quote="is 5", kind="reasoning")
    assert (thought.kind, turn.text("reasoning")[thought.start : thought.end]) == ("reasoning", "is 5")
    whole = chat.note(turn, "all of it")
    assert (whole.kind, whole.start, whole.end) == ("answer", 0, 0)
    assert turn.notes == (note, thought, whole)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({}, "nothing in this note"),
        ({"text": "  "}, "nothing in this note"),
        ({"text": "x", "verdict": "good"}, "'good' is no verdict"),
        ({"text": "x", "quote": "nowhere"}, "doesn't have the text 'nowhere'"),
        ({"text": "x", "quote": ""}, "doesn't have the text"),
        ({"text": "x", "span": (3, 3)}, "no place from 3 to 3"),
        ({"text": "x", "span": (0, 10**6)}, "no place from 0 to 1,000,000"),
        ({"text": "x", "step": 99}, "no step 99"),
        ({"text": "x", "step": 0, "quote": "First"}, "stands at one place"),
        ({"text": "x", "kind": "question"}, "no part of a turn"),
        ({"text": "x", "kind": "answer", "step": 0}, "has no steps"),
    ],
)
def test_what_can_be_no_note_is_refused_and_changes_nothing(chat: Chat, given: dict[str, Any], said: str) -> None:
    turn = chat.ask("q")
    with pytest.raises(ConversationError, match=said):
        chat.note(turn, **given)
    assert turn.notes == ()


def test_a_note_is_changed_in_its_place_and_removed(chat: Chat) -> None:
    heard = Heard()
    chat.listen(heard)
    turn = chat.ask("q")
    first, second = chat.note(turn, "one"), chat.note(turn, "two")
    changed = chat.note(turn, "one, or not", verdict="unsure", instead_of=first)
    assert (changed.id, changed.created) == (first.id, first.created)
    assert turn.notes == (changed, second)
    chat.remove_note(turn, changed.id)
    assert turn.notes == (second,)
    for gone in (first, "nothing"):
        with pytest.raises(ConversationError, match="isn't there any more"):
            chat.remove_note(turn, gone)
    assert heard.turns == [turn] * 4


def test_notes_are_a_part_of_the_conversation(chat: Chat) -> None:
    turn = chat.ask("q")
    chat.note(turn, "a guess", is_prediction=True)
    chat.note(turn, verdict="wrong", quote="5")
    again = Conversation.from_dict(chat.conversation.to_dict())
    assert again.turns[0].notes == turn.notes
    assert again.turns[0] == turn


def test_a_turn_that_is_written_can_be_noted() -> None:
    chat = Chat(ScriptedEngine(TEXT), keep=False)
    turn = chat.send("q")
    for _ in turn:
        chat.note(turn, "while it comes", kind="reasoning")
        break
    turn.wait()
    assert [note.text for note in turn.notes] == ["while it comes"]

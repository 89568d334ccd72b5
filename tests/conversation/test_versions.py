"""The versions that can be made of a turn: with which text, from whom, and where they stand in the tree."""

from __future__ import annotations

import pytest

from r1widget.chat.prefill import prefill_for
from r1widget.conversation import Conversation
from r1widget.conversation import edits as versions
from r1widget.conversation.turn import Span, Turn
from r1widget.errors import ConversationError

THOUGHT = "17 × 24.\n\nSo 17 × 20 = 340.\n\nAnd 17 × 4 = 68.\n"
ANSWER = "\n\nIt is 408."


def turn(thought: str = THOUGHT, answer: str = ANSWER) -> Turn:
    """Ended, with an id for each character: code points do as ids."""
    turn = Turn("17 × 24?")
    turn.opens_thinking = True
    for number, character in enumerate(thought, 1):
        turn.append("reasoning", character)
        turn.ids.add([ord(character)], number, 0, thinking=True)
    if answer:
        turn.ids.add([0], len(thought), 0, thinking=False)
    for number, character in enumerate(answer, 1):
        turn.append("answer", character)
        turn.ids.add([ord(character)], len(thought), number, thinking=False)
    turn.end("stop", thinking_ended_by="model" if answer else "user")
    return turn


def ids(text: str) -> tuple[int, ...]:
    return tuple(map(ord, text))


def test_an_edited_thought() -> None:
    edited = versions.reasoning_edited(turn(), "17 × 24.\n\nSo 17 × 20 = 350.")
    assert edited.spans == (
        Span("reasoning", "17 × 24.\n\nSo 17 × 20 = "),
        Span("reasoning", "350", "person"),
        Span("reasoning", "."),
    )
    assert edited.version is not None and (edited.version.part, edited.version.at) == ("reasoning", 24)
    prefill = prefill_for(edited)
    assert prefill is not None
    assert prefill.ids == ids("17 × 24.\n\nSo 17 × 20 = 3"), "ids stay to the very character"
    assert (prefill.reasoning, prefill.answer, prefill.closed) == ("50.", None, False)


def test_a_thought_that_is_not_changed_goes_on_where_it_ended() -> None:
    prefill = prefill_for(versions.reasoning_edited(turn(), THOUGHT.strip()))
    assert prefill is not None
    assert (prefill.ids, prefill.reasoning, prefill.answer) == (ids(THOUGHT.rstrip("\n")), "", None)


def test_white_space_before_a_thought_stays() -> None:
    edited = versions.reasoning_edited(turn("\n one two"), "one three")
    assert edited.text("reasoning") == "\n one three"


@pytest.mark.parametrize("text", ["I am done.</think>It is 5.", "<think>again", "  <think>"])
def test_a_thought_with_a_tag_is_refused(text: str) -> None:
    with pytest.raises(ConversationError, match=r"A thought can't hold </?think>, which begins or ends one"):
        versions.reasoning_edited(turn(), text)


def test_an_edited_answer_keeps_the_thought_and_its_end() -> None:
    edited = versions.answer_edited(turn(), "It is 418")
    assert edited.text("reasoning") == THOUGHT
    assert edited.spans[1:] == (Span("answer", "\n\nIt is "), Span("answer", "418", "person"))
    prefill = prefill_for(edited)
    assert prefill is not None
    assert prefill.ids == (*ids(THOUGHT), 0, *ids("\n\nIt is 4"))
    assert (prefill.closed, prefill.reasoning, prefill.answer) == (True, "", "18")
    assert edited.thinking_ended_by == "model"


def test_an_answer_may_speak_of_the_tags() -> None:
    edited = versions.answer_edited(turn(), "It is </think>")
    assert edited.answer == "It is </think>"


def test_an_answer_to_a_thought_that_was_stopped() -> None:
    for made in (versions.answered(turn("So 17", "")), versions.answer_edited(turn("So 17", ""), "")):
        assert made.spans == (
            Span("reasoning", "So 17"),
            Span("reasoning", "\n", "person"),
            Span("answer", "\n\n", "person"),
        )
        prefill = prefill_for(made)
        assert prefill is not None
        assert (prefill.ids, prefill.closed) == (ids("So 17"), False)
        assert (prefill.reasoning, prefill.answer) == ("\n", "\n\n")
        assert made.thinking_ended_by == "user"
    with pytest.raises(ConversationError, match="has its answer"):
        versions.answered(turn())


@pytest.mark.parametrize(
    ("step", "kept"), [(0, "17 × 24.\n\n"), (1, "17 × 24.\n\nSo 17 × 20 = 340.\n\n"), (-1, THOUGHT)]
)
def test_a_cut_behind_a_step(step: int, kept: str) -> None:
    first = turn()
    made = versions.reasoning_cut(first, versions.end_of(first, step))
    assert made.text("reasoning").rstrip() == kept.rstrip()
    assert {span.origin for span in made.spans} == {"model"}
    assert versions.end_of(first, first.steps[step]) == versions.end_of(first, step)


def test_places_that_are_not_there() -> None:
    with pytest.raises(ConversationError, match="has 3 steps, so there is no step 7"):
        versions.end_of(turn(), 7)
    with pytest.raises(ConversationError, match=r"can't be cut at 999"):
        versions.reasoning_cut(turn(), 999)


def test_thinking_longer() -> None:
    made = versions.reasoning_longer(turn())
    assert made.spans == (Span("reasoning", THOUGHT.rstrip()), Span("reasoning", "\n\nWait", "think_more"))
    prefill = prefill_for(made)
    assert prefill is not None and (prefill.ids, prefill.reasoning) == (ids(THOUGHT.rstrip()), "\n\nWait")


def test_without_ids_all_is_text() -> None:
    first = Turn("q")
    first.append("reasoning", "One.\n")
    first.append("answer", "\n\nTwo")
    prefill = prefill_for(versions.answer_edited(first, "Two and a half"))
    assert prefill is not None
    assert (prefill.ids, prefill.closed) == ((), False)
    assert (prefill.reasoning, prefill.answer) == ("One.\n", "\n\nTwo and a half")


def test_where_versions_stand() -> None:
    """q0 ── thought edited ── answer edited; q0 ── regenerated; another question in the same place."""
    conversation = Conversation()
    first = conversation.add("q")
    edited = conversation.insert(versions.reasoning_edited(first, "x"))
    answered = conversation.insert(versions.answer_edited(edited, "y"))
    again = conversation.insert(versions.regenerated(first))
    other = conversation.insert(versions.asked_otherwise(answered, "p"))
    other_again = conversation.insert(versions.regenerated(other))
    assert conversation.versions(edited, "question") == (first, other)
    assert conversation.versions(answered, "reasoning") == (first, edited, again)
    assert conversation.versions(answered, "answer") == (edited, answered)
    assert conversation.versions(again, "answer") == (again,)
    assert conversation.versions(other, "reasoning") == (other, other_again)
    assert len(first.siblings) == 6
    assert conversation.turns == (other_again,)


def test_a_fork_comes_in_whole_and_its_first_is_shown() -> None:
    conversation = Conversation()
    first = conversation.add("q")
    made = [versions.regenerated(first, "f") for _ in range(3)]
    assert conversation.insert(*made) is made[0]
    assert conversation.turns == (made[0],)
    stranger = versions.regenerated(Turn("elsewhere"))
    with pytest.raises(ConversationError):
        conversation.insert(stranger)


def test_versions_are_kept_in_the_data() -> None:
    conversation = Conversation()
    first = conversation.add("q")
    first.append("reasoning", "one two")
    conversation.insert(versions.reasoning_edited(first, "one three"), versions.regenerated(first, "f"))
    for each in conversation.all_turns:
        each.end("stop")
    again = Conversation.from_dict(conversation.to_dict())
    assert again == conversation
    assert [each.version for each in again.all_turns] == [each.version for each in conversation.all_turns]
    data = conversation.to_dict()
    data["turns"][1]["version"]["of"] = "nobody"
    with pytest.raises(ConversationError, match="version of one that is not there"):
        Conversation.from_dict(data)

"""The versions that can be made of a turn: with which text, from whom, and where they stand in the tree."""

from __future__ import annotations

from typing import Any

import pytest

from r1widget.chat.prefill import prefill_for
from r1widget.conversation import Conversation
from r1widget.conversation import edits as versions
from r1widget.conversation.turn import Origin, Span, Turn
from r1widget.engines import Prefill
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


# ---- going on where a turn ended early


def early(thought: str, answer: str = "", ended_by: Any = None, *, knows: bool = True) -> Turn:
    """A turn whose kernel ended; without its ids unless it `knows` them."""
    first = turn(thought, answer)
    first.record["interrupted"] = "kernel"
    first.end("cancelled", thinking_ended_by=ended_by)
    return first if knows else Turn.from_dict(first.to_dict())


def as_it_was(made: Turn, first: Turn) -> Prefill:
    """What the engine is given; all that was written is there, from whom it was, and nothing else."""
    assert made.spans == first.spans
    assert made.version is not None and made.version.of == first.id and made.parent == first.parent
    assert made.interrupted is None and made.state == "queued"
    prefill = prefill_for(made)
    assert prefill is not None
    return prefill


def test_a_thought_goes_on_inside_itself() -> None:
    first = early("So 17 ×")
    prefill = as_it_was(versions.resumed(first), first)
    assert (prefill.ids, prefill.reasoning, prefill.answer, prefill.closed) == (ids("So 17 ×"), "", None, False)
    first = early("So 17 ×", knows=False)
    prefill = as_it_was(versions.resumed(first), first)
    assert (prefill.ids, prefill.reasoning, prefill.answer) == ((), "So 17 ×", None)


def test_an_answer_goes_on_behind_its_thought() -> None:
    first = early("So.\n", "\n\nIt is")
    made = versions.resumed(first)
    prefill = as_it_was(made, first)
    assert prefill.ids == (*ids("So.\n"), 0, *ids("\n\nIt is"))
    assert (prefill.closed, prefill.reasoning, prefill.answer) == (True, "", "")
    assert made.thinking_ended_by == "model"
    first = early("So.\n", "\n\nIt is", knows=False)
    prefill = as_it_was(versions.resumed(first), first)
    assert (prefill.ids, prefill.closed, prefill.reasoning, prefill.answer) == ((), False, "So.\n", "\n\nIt is")


def test_a_thought_that_was_closed_is_not_thought_on() -> None:
    """No word of the answer is there: its ids know it, or whoever is said to have closed it."""
    first = early("So.\n")
    first.ids.add([0], 4, 0, thinking=False)
    made = versions.resumed(first)
    prefill = as_it_was(made, first)
    assert (prefill.ids, prefill.closed, prefill.answer) == ((*ids("So.\n"), 0), True, "")
    assert (made.begins, made.thinking_ended_by) == ("answer", "model")
    for ended_by in ("model", "budget", "loop"):
        first = early("So.\n", ended_by=ended_by, knows=False)
        made = versions.resumed(first)
        prefill = as_it_was(made, first)
        assert (prefill.closed, prefill.reasoning, prefill.answer) == (False, "So.\n", "")
        assert made.thinking_ended_by == ended_by
    first = early("So", ended_by="user", knows=False)
    assert as_it_was(versions.resumed(first), first).answer is None, "who stops a thought doesn't close it"


@pytest.mark.parametrize(
    ("origin", "ended_by"), [("model", "model"), ("person", "user"), ("budget", "budget"), ("loop", "loop")]
)
def test_who_closed_the_thought_is_known_by_the_white_space_behind_it(origin: Origin, ended_by: str) -> None:
    first = Turn("q")
    first.append("reasoning", "So.")
    first.append("reasoning", "\n", origin)
    first.append("answer", "\n\n", origin)
    first.append("answer", "It")
    first.end("cancelled")
    made = versions.resumed(first)
    as_it_was(made, first)
    assert made.thinking_ended_by == ended_by


def test_words_of_a_person_stay_theirs() -> None:
    for edited in (
        versions.reasoning_edited(turn(), "17 × 24.\n\nSo 17 × 20 = 350."),
        versions.answer_edited(turn(), "It is 418"),
        versions.reasoning_longer(turn()),
    ):
        edited.append("answer" if edited.begins == "answer" else "reasoning", " so")
        edited.end("length", thinking_ended_by=edited.thinking_ended_by or "length")
        made = versions.resumed(edited)
        as_it_was(made, edited)
        assert made.begins == edited.begins


def test_an_answer_that_was_to_begin_anew_is_not_a_thought() -> None:
    """It was emptied by a person, and stopped before the model wrote any of it."""
    emptied = versions.answer_edited(turn(answer="It is 408."), "")
    assert emptied.text("answer") == ""
    emptied.end("cancelled", thinking_ended_by=emptied.thinking_ended_by)
    assert as_it_was(versions.resumed(emptied), emptied).answer == ""


def test_where_nothing_was_written_it_is_asked_anew() -> None:
    first = early("")
    made = versions.resumed(first)
    assert (made.question, made.spans, made.begins) == (first.question, (), None)
    assert made.version is not None and made.version.part == "reasoning"


def test_what_does_not_go_on() -> None:
    with pytest.raises(ConversationError, match=r"come to its end.*Regenerate it, let it think more"):
        versions.resumed(turn())
    with pytest.raises(ConversationError, match=r"hasn't ended\. Wait for its end, or stop it"):
        versions.resumed(Turn("q"))
    again = early("One.", "Two")
    again.append("reasoning", "Three")
    with pytest.raises(ConversationError, match="thought again in the middle"):
        versions.resumed(again)


def test_how_it_began_is_kept_in_the_data() -> None:
    first = early("")
    assert first.to_dict()["opens_thinking"] is True
    assert Turn.from_dict(first.to_dict()).opens_thinking is True
    assert "opens_thinking" not in Turn("q").to_dict()
    assert Turn.from_dict(Turn("q").to_dict()).opens_thinking is False


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

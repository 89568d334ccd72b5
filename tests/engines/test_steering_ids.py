"""What the network reads after each edit and each cut, token by token, with the default model's own tokenizer.

The ids are written out by hand: `Let me comp|ute` is 1367 1070 where the model wrote it so, and 12564 where it is encoded again.
"""

from __future__ import annotations

from typing import Any

import pytest

from r1widget import ChatWidget
from r1widget.conversation import edits as versions
from r1widget.conversation.turn import Turn
from r1widget.engines.local import TransformersEngine
from r1widget.errors import ConversationError
from tests import real
from tests.engines.steered import (
    AGAIN,
    ANSWER,
    CLOSE,
    END,
    FAMILY,
    PROMPT,
    QUESTION,
    REPLY,
    TEXT,
    THOUGHT,
    UNOPENED,
    Written,
    engine,
    first,
    folder,
    forgotten,
    goes_on,
    loaded,
    play,
    script,
    unopened,
)

__all__ = ["engine", "first", "folder", "loaded", "play", "unopened"]  # fixtures

pytestmark = real.needed


# ---- inside a thought


def test_an_edit_inside_a_thought(engine: TransformersEngine, play: Any, first: Turn) -> None:
    made = versions.reasoning_edited(first, TEXT[:-1] + "9")
    assert goes_on(engine, play, made) == [*THOUGHT[:-2], 24]


def test_an_edit_of_an_edit(engine: TransformersEngine, play: Any, first: Turn) -> None:
    """What was encoded is kept from then on, and not encoded with what comes behind it."""
    made = versions.reasoning_edited(first, "Let me comp")
    assert goes_on(engine, play, made) == [10061, 752, 1367]
    again = versions.reasoning_edited(made, "Let me compSo it is.")
    assert goes_on(engine, play, again) == [10061, 752, 1367, 4416, 432, 374, 13]


def test_a_cut_inside_a_word_keeps_the_halves(engine: TransformersEngine, play: Any, first: Turn) -> None:
    for turn, ids in (
        (versions.reasoning_cut(first, len("Let me compute")), [10061, 752, 1367, 1070]),
        (versions.reasoning_cut(forgotten(first), len("Let me compute")), [10061, 752, 12564]),
        (versions.reasoning_cut(first, len("Let me comput")), [10061, 752, 1367, 332]),
        (versions.reasoning_edited(first, "Let me compare"), [10061, 752, 1367, 546]),
    ):
        assert goes_on(engine, play, turn) == ids


def test_an_edit_at_the_very_end(engine: TransformersEngine, play: Any, first: Turn) -> None:
    assert goes_on(engine, play, versions.reasoning_edited(first, TEXT + "\n")) == THOUGHT
    assert goes_on(engine, play, versions.reasoning_edited(first, TEXT)) == THOUGHT[:-1]
    assert goes_on(engine, play, versions.reasoning_edited(first, TEXT + " So it is.")) == [
        *THOUGHT[:-1],
        *(2055, 432, 374, 13),
    ]


def test_a_cut_behind_a_step_and_at_the_beginning(engine: TransformersEngine, play: Any, first: Turn) -> None:
    assert goes_on(engine, play, versions.reasoning_cut(first, versions.end_of(first, 0))) == THOUGHT[:6]
    assert goes_on(engine, play, versions.reasoning_cut(first, 0)) == []


def test_cuts_in_characters_of_several_tokens(engine: TransformersEngine, play: Any, first: Turn) -> None:
    before = len("Let me compute.\n\nWait, ")
    assert goes_on(engine, play, versions.reasoning_cut(first, before + 1)) == THOUGHT[:11], "答"
    assert goes_on(engine, play, versions.reasoning_cut(first, before + 2)) == THOUGHT[:12], "答案"
    family = before + len("答案 ")
    for characters, count in ((1, 14), (2, 16), (3, 17), (4, 19), (5, 20)):
        assert goes_on(engine, play, versions.reasoning_cut(first, family + characters)) == THOUGHT[:count]
    # Between a space and its character: the two are one run of ids, so the space is encoded.
    assert goes_on(engine, play, versions.reasoning_cut(first, before)) == [*THOUGHT[:8], 220]
    assert goes_on(engine, play, versions.reasoning_cut(first, family)) == [*THOUGHT[:12], 220]
    smile = len(f"Let me compute.\n\nWait, 答案 {FAMILY} is 🙂")
    assert goes_on(engine, play, versions.reasoning_cut(first, smile)) == THOUGHT[:22]


def test_without_ids_all_is_encoded(engine: TransformersEngine, play: Any, first: Turn) -> None:
    assert goes_on(engine, play, versions.reasoning_edited(forgotten(first), TEXT)) == AGAIN


def test_text_that_the_tokenizer_changes(engine: TransformersEngine, play: Any, first: Turn) -> None:
    """It joins a letter and its accent to one character, so where its ids end in the text isn't known."""
    made = versions.reasoning_edited(first, "Let me compute e\u0301")
    assert goes_on(engine, play, made)[:4] == [10061, 752, 1367, 1070]
    assert goes_on(engine, play, made)[4:5] == [3958]


# ---- an answer


def test_an_edited_answer_keeps_the_thought_and_its_end(engine: TransformersEngine, play: Any, first: Turn) -> None:
    made = versions.answer_edited(first, "It is 418.")
    assert goes_on(engine, play, made) == [*THOUGHT, CLOSE, 271, 2132, 374, 220, 19, 16, 23, 13]


def test_without_ids_the_end_of_the_thinking_is_the_control_token(
    engine: TransformersEngine, play: Any, first: Turn
) -> None:
    made = versions.answer_edited(forgotten(first), "It is 418.")
    assert goes_on(engine, play, made) == [*AGAIN, 198, CLOSE, 271, 2132, 374, 220, 19, 16, 23, 13]


def test_an_answer_to_a_thought_that_was_stopped(engine: TransformersEngine, play: Any) -> None:
    play(engine, script([*THOUGHT[:-1], END]))
    stopped = Written(engine, Turn(QUESTION)).turn
    assert goes_on(engine, play, versions.answered(stopped)) == [*THOUGHT[:-1], 198, CLOSE, 271]
    play(engine, script([*THOUGHT, END]))
    stopped = Written(engine, Turn(QUESTION)).turn
    assert goes_on(engine, play, versions.answered(stopped)) == [*THOUGHT, CLOSE, 271]


# ---- going on where a turn ended early


def cut_off(engine: TransformersEngine, play: Any, count: int) -> Turn:
    """The reply's first `count` ids, for which there was room."""
    play(engine, script(REPLY))
    turn = Written(engine, Turn(QUESTION), max_tokens=count).turn
    assert (turn.finish_reason, list(turn.ids.all.ids)) == ("length", REPLY[:count])
    return turn


@pytest.mark.parametrize("count", [2, 4, 11, len(THOUGHT), len(THOUGHT) + 1, len(THOUGHT) + 2, len(REPLY) - 2])
def test_a_turn_that_ended_early_goes_on_from_its_very_ids(engine: TransformersEngine, play: Any, count: int) -> None:
    """Inside a word, behind a whole thought, behind its end, and in the answer."""
    turn = cut_off(engine, play, count)
    made = versions.resumed(turn)
    assert made.spans == turn.spans
    assert goes_on(engine, play, made) == REPLY[:count]
    assert made.begins == ("reasoning" if count <= len(THOUGHT) else "answer")


def test_without_ids_it_goes_on_from_its_text(engine: TransformersEngine, play: Any) -> None:
    word = forgotten(cut_off(engine, play, 4))
    assert goes_on(engine, play, versions.resumed(word)) == [10061, 752, 12564], "Let me compute"
    closed = forgotten(cut_off(engine, play, len(THOUGHT) + 1))
    assert goes_on(engine, play, versions.resumed(closed)) == [*AGAIN, 198, CLOSE]
    answering = forgotten(cut_off(engine, play, len(THOUGHT) + 3))
    assert goes_on(engine, play, versions.resumed(answering)) == [*AGAIN, 198, CLOSE, 271, 2132]


def test_in_two_halves_it_is_what_it_is_in_one(engine: TransformersEngine, play: Any, first: Turn) -> None:
    """The network wants the same reply; the second half is written behind the first."""
    for count in (4, len(THOUGHT) + 1, len(THOUGHT) + 3):
        made = versions.resumed(cut_off(engine, play, count))
        play(engine, script(REPLY), len(PROMPT))
        whole = Written(engine, made).turn
        assert (whole.text("reasoning"), whole.text("answer")) == (first.text("reasoning"), first.text("answer"))
        assert whole.ids.all == first.ids.all
        assert (whole.finish_reason, whole.thinking_ended_by) == ("stop", "model")


# ---- what people type


def test_control_tokens_that_a_person_types_are_text(engine: TransformersEngine, play: Any, first: Turn) -> None:
    typed = [690, 26865, 29, 366, 130957, 1474, 130957, 29]  # " </think> <｜User｜>"
    made = versions.answer_edited(first, "It is 408. </think> <｜User｜>")
    assert goes_on(engine, play, made) == [*THOUGHT, CLOSE, *ANSWER, *typed]
    made = versions.reasoning_edited(first, TEXT + " <｜User｜>")
    assert goes_on(engine, play, made) == [*THOUGHT[:-1], *typed[3:]]
    made = versions.asked_otherwise(first, "a </think> <｜User｜>")
    made.begins = "reasoning"
    assert goes_on(engine, play, made, [151646, 151644, 64, *typed, 151645, 151648, 198]) == []
    with pytest.raises(ConversationError, match="</think>"):
        versions.reasoning_edited(first, TEXT + "</think>")


def test_a_thought_that_has_ended_goes_on_with_wait(engine: TransformersEngine, play: Any, first: Turn) -> None:
    assert goes_on(engine, play, versions.reasoning_longer(first)) == [*THOUGHT[:-1], 271, 14190]


# ---- a template that leaves the beginning of a thought to the model


def test_a_thought_that_the_model_opened(unopened: TransformersEngine, play: Any) -> None:
    play(unopened, script([151648, 198, *REPLY]))
    turn = Written(unopened, Turn(QUESTION)).turn
    assert turn.ids.all.ids == (151648, 198, *REPLY[:-1])
    made = versions.reasoning_edited(turn, "Let me comp")
    assert goes_on(unopened, play, made, UNOPENED) == [151648, 198, 10061, 752, 1367]
    made = versions.reasoning_edited(forgotten(turn), "Let me comp")
    assert goes_on(unopened, play, made, UNOPENED) == [151648, 198, 10061, 752, 1367]
    made = versions.answer_edited(turn, "It is 418.")
    assert goes_on(unopened, play, made, UNOPENED)[-10:] == [198, CLOSE, 271, 2132, 374, 220, 19, 16, 23, 13]
    made = versions.reasoning_cut(turn, 0)
    assert goes_on(unopened, play, made, UNOPENED) == [151648]


def test_an_answer_without_a_thought(unopened: TransformersEngine, play: Any) -> None:
    play(unopened, script([*ANSWER, END]))
    turn = Written(unopened, Turn(QUESTION), thinking_budget=0).turn
    assert (turn.reasoning, turn.answer) == ("", "It is 408.")
    edited = [271, 2132, 374, 220, 19, 16, 23, 13]
    assert goes_on(unopened, play, versions.answer_edited(turn, "It is 418."), UNOPENED) == edited
    network = play(unopened, script([END]))
    Written(unopened, versions.answer_edited(forgotten(turn), "It is 418."))
    assert network.seen == [*UNOPENED, *edited]
    made = versions.reasoning_edited(turn, "Let me comp")
    assert goes_on(unopened, play, made, UNOPENED) == [151648, 198, 10061, 752, 1367]


# ---- as a person does it


def test_in_a_chat(engine: TransformersEngine, play: Any) -> None:
    network = play(engine, script(REPLY))
    chat = ChatWidget(engine)
    turn = chat.ask(QUESTION)
    assert turn.wait(60)
    network = play(engine, script([4416, END]))
    for act, ids in (
        (lambda: chat.edit_reasoning(turn, TEXT[:-1] + "9"), [*THOUGHT[:-2], 24]),
        (lambda: chat.edit_answer(turn, "It is 418."), [*THOUGHT, CLOSE, 271, 2132, 374, 220, 19, 16, 23, 13]),
        (lambda: chat.continue_from(turn, 0), THOUGHT[:6]),
        (lambda: chat.think_more(turn), [*THOUGHT[:-1], 271, 14190]),
    ):
        made = act()
        assert made.wait(60)
        assert made.error is None
        assert network.seen == [*PROMPT, *ids, 4416]
        assert made.ids.all.ids == (*ids, 4416)


def test_an_answer_that_is_whole_may_end(engine: TransformersEngine, play: Any, first: Turn) -> None:
    """It is among the ids that were kept, so nothing more has to come."""
    made = versions.answer_edited(first, "It is 408.")
    play(engine, lambda written: [END, 4416])
    assert Written(engine, made).ids == []
    assert made.answer == "It is 408."

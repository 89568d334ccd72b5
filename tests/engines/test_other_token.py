"""Another token in the place of one: the model reads the very ids before it, and then that one. With the built-in model."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from r1widget import Chat
from r1widget.conversation.hesitation import Hesitant, hesitation
from r1widget.conversation.other_token import with_other_token
from r1widget.conversation.turn import Turn
from r1widget.errors import ConversationError

QUESTION = "What is 9 + 8 × 7?"


@pytest.fixture(scope="module")
def chat() -> Iterator[Chat]:
    chat = Chat("pocket", keep=False, settings={"seed": 3, "temperature": 1.0})
    chat.ask(QUESTION)
    yield chat
    chat.close()


@pytest.fixture
def turn(chat: Chat) -> Turn:
    return chat.conversation.all_turns[0]


def end_of_thought(turn: Turn) -> Hesitant:
    """Where this model is of two minds: to end its thought, or to check it."""
    return next(each for each in hesitation(turn).tokens if any(one.role == "closes" for one in each.alternatives))


def id_of(token: Hesitant, text: str) -> int:
    return next(one.id for one in token.alternatives if one.text == text)


def test_it_thinks_on_where_it_had_ended(chat: Chat, turn: Turn) -> None:
    token = end_of_thought(turn)
    assert [one.text for one in token.alternatives[:2]] == ["</think>", "Wait"]
    wait = id_of(token, "Wait")
    made = chat.fork_token(turn, token.index, wait)
    assert chat.wait(made)
    before = turn.ids.keep("reasoning", token.start).ids
    assert made.ids.first(made.record["begins"]["ids"]).ids == (*before, wait)
    assert made.reasoning.startswith(f"{turn.reasoning}\nWait, let me check.")
    assert [(span.origin, span.text) for span in made.spans_of("reasoning")][1] == ("person", "Wait")
    assert made.version is not None and (made.version.of, made.version.part, made.version.at) == (
        turn.id,
        "reasoning",
        token.start,
    )
    assert (made.finish_reason, made.thinking_ended_by) == ("stop", "model")
    assert turn in chat.conversation.all_turns and chat.turns[-1] is made
    assert chat.replay(made).same
    by_text = chat.fork_token(turn, token.index, "Wait")
    chat.wait(by_text)
    assert by_text.ids.first(len(before) + 1).ids == (*before, wait)


def test_it_answers_where_the_other_token_ends_the_thinking(chat: Chat, turn: Turn) -> None:
    token = end_of_thought(turn)
    wait = chat.fork_token(turn, token.index, id_of(token, "Wait"))
    chat.wait(wait)
    made = chat.fork_token(turn, token.index, id_of(token, "</think>"), temperature=0)
    assert chat.wait(made)
    assert made.text("reasoning") == turn.text("reasoning")
    assert made.thinking_ended_by == "user"
    assert "65" in made.answer
    closed = made.ids.first(made.record["begins"]["ids"])
    assert closed.closed and closed.ids == (*turn.ids.keep("reasoning", token.start).ids, id_of(token, "</think>"))
    assert chat.replay(made).same


def test_any_text_can_stand_there(chat: Chat, turn: Turn) -> None:
    scores = turn.scores[:]
    index = next(number for number, score in enumerate(scores) if score.kind == "answer" and number > len(scores) - 8)
    made = with_other_token(turn, index, " about 6")
    assert made.begins == "answer" and made.answer.endswith(" about 6")
    assert made.thinking_ended_by == turn.thinking_ended_by
    assert made.ids.all.ids == turn.ids.keep("answer", len(made.text("answer")) - len(" about 6")).ids, (
        "the text is encoded"
    )


def test_without_the_ids_the_text_is_encoded(turn: Turn) -> None:
    token = end_of_thought(turn)
    forgotten = Turn.from_dict(turn.to_dict())
    forgotten.scores = turn.scores
    made = with_other_token(forgotten, token.index, id_of(token, "Wait"))
    assert len(made.ids) == 0 and made.text("reasoning").endswith("Wait")


def test_what_is_no_text_is_refused(turn: Turn) -> None:
    token = end_of_thought(turn)
    roles = {one.role: one.id for one in token.alternatives}
    assert set(roles) == {"closes", "text", "control", "ends"}
    with pytest.raises(ConversationError, match="ends the reply"):
        with_other_token(turn, token.index, roles["ends"])
    with pytest.raises(ConversationError, match="isn't text"):
        with_other_token(turn, token.index, roles["control"])
    with pytest.raises(ConversationError, match="none of the alternatives"):
        with_other_token(turn, token.index, 3)
    with pytest.raises(ConversationError, match="none of the alternatives"):
        with_other_token(turn, 0, -1)
    for index in (-1, 10_000, True, 1.5):
        with pytest.raises(ConversationError, match="count from 0"):
            with_other_token(turn, index, "x")  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        with_other_token(turn, token.index, b"x")  # type: ignore[arg-type]

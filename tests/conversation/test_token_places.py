"""Where each token's text begins and ends: put together, the tokens are what the model wrote, and nothing else is."""

from __future__ import annotations

import pytest

from r1widget import Chat
from r1widget.conversation.scores import Score
from r1widget.conversation.token_places import BEGINS, steps_at, token_places
from r1widget.conversation.turn import Turn
from r1widget.reasoning import KINDS, Kind

SCORE = Score(1, -0.5, 0.25)


def texts(turn: Turn, kind: Kind) -> list[str]:
    scores = turn.scores[:]
    places = token_places(turn, scores)
    return [
        turn.text(kind)[place.start : place.end]
        for score, place in zip(scores, places, strict=True)
        if score.kind == kind
    ]


def write(turn: Turn, kind: Kind, text: str, tokens: int = 1) -> None:
    turn.append(kind, text)
    turn.scores.add([SCORE] * tokens, kind, len(turn.text(kind)))


def test_a_token_begins_where_the_one_before_it_of_its_kind_ends() -> None:
    turn = Turn("?")
    for text in ("Let", " me", " see"):
        write(turn, "reasoning", text)
    turn.scores.add([SCORE], "reasoning", len(" Let me see") - 1)  # the tag
    write(turn, "answer", "Four")
    assert texts(turn, "reasoning") == ["Let", " me", " see", ""]
    assert texts(turn, "answer") == ["Four"]


def test_of_tokens_that_make_a_character_together_the_first_has_it() -> None:
    turn = Turn("?")
    write(turn, "answer", "🧮", tokens=3)
    write(turn, "answer", "!")
    assert texts(turn, "answer") == ["🧮", "", "", "!"]


def test_what_others_wrote_is_no_tokens() -> None:
    turn = Turn("?")
    write(turn, "reasoning", "It is")
    turn.append("reasoning", " I have to answer.", "budget")
    turn.scores.add([SCORE], "reasoning", len(turn.text("reasoning")))  # the tag, behind it
    write(turn, "answer", "4")
    turn.append("answer", " or 5", "person")
    write(turn, "answer", ".")
    assert texts(turn, "reasoning") == ["It is", ""]
    assert texts(turn, "answer") == ["4", "."]


def test_the_blank_line_between_two_thoughts_is_no_tokens() -> None:
    turn = Turn("?")
    for kind, text in (("reasoning", "A"), ("answer", "one"), ("reasoning", "B"), ("answer", "two")):
        write(turn, kind, text)  # type: ignore[arg-type]
    assert turn.text("reasoning") == "A\n\nB"
    assert texts(turn, "reasoning") == ["A", "B"]


def test_what_was_there_before_is_no_tokens_though_the_model_wrote_it() -> None:
    turn = Turn("?")
    turn.append("answer", "The answer ")
    turn.record[BEGINS] = {"reasoning": 0, "answer": 11}
    write(turn, "answer", "is")
    write(turn, "answer", " 4")
    assert texts(turn, "answer") == ["is", " 4"]


def test_a_damaged_record_changes_nothing() -> None:
    for kept in ("", {"answer": "x"}, {"answer": True}, {"answer": -3}, {"answer": 10**9}, None):
        turn = Turn("?")
        turn.record[BEGINS] = kept
        write(turn, "answer", "is")
        assert texts(turn, "answer") == ["is"]


@pytest.mark.parametrize(
    "act", ["ask", "budget", "edit_reasoning", "edit_answer", "continue_from", "think_more", "resume"]
)
def test_a_written_turns_tokens_are_what_its_model_wrote(act: str) -> None:
    chat = Chat("pocket", settings={"seed": 3})
    turn = chat.ask("What is 17 × 24?", **({"thinking_budget": 20} if act == "budget" else {}))
    kept: dict[Kind, str] = {"reasoning": "", "answer": ""}
    if act == "edit_reasoning":
        kept["reasoning"] = "I want 17 × 24.\n24 is 20 + 4.\n"
        turn = chat.wait(chat.edit_reasoning(turn, kept["reasoning"]))
    elif act == "edit_answer":
        kept = {"reasoning": turn.text("reasoning"), "answer": "\n\n17 × 24 is 4"}
        turn = chat.wait(chat.edit_answer(turn, kept["answer"]))
    elif act == "continue_from":
        kept["reasoning"] = turn.text("reasoning")[: turn.steps[1].end]
        turn = chat.wait(chat.continue_from(turn, 1))
    elif act == "think_more":
        turn = chat.wait(chat.think_more(turn))
        kept["reasoning"] = turn.text("reasoning")[: turn.record[BEGINS]["reasoning"]]
        assert kept["reasoning"].endswith("Wait")
    elif act == "resume":
        cut_off = chat.ask("What is 17 × 24?", max_tokens=30)
        kept["reasoning"] = cut_off.text("reasoning")
        turn = chat.wait(chat.resume(cut_off))
    for kind in KINDS:
        assert turn.text(kind).startswith(kept[kind])
        spans, at = [], 0
        for span in turn.spans_of(kind):  # what is the model's, of what is new
            new = span.text[max(0, len(kept[kind]) - at) :]
            at += len(span.text)
            spans.append(new if span.origin == "model" else "")
        assert "".join(texts(turn, kind)) == "".join(spans)
        assert any(texts(turn, kind)) == any(spans)


def test_a_token_is_in_the_step_that_its_last_character_is_in() -> None:
    turn = Turn("?")
    turn.append("reasoning", "\n\nIt is 4.\n\nWait, no.")
    assert [step.start for step in turn.steps] == [0, 10]
    found = steps_at(turn.text("reasoning"), turn.steps, [2, 4, 12, 13, 21])
    assert found == [0, 0, 0, 1, 1], (
        "white space before a step is the end of the last one, or of the first its beginning"
    )
    assert steps_at("", (), [0, 3]) == [None, None]

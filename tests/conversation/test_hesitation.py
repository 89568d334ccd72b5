"""Where a model hesitated: which tokens, where they stand, what else it might have written, and why there may be none."""

from __future__ import annotations

import math

import pytest

from r1widget.conversation.alternatives import Alternative
from r1widget.conversation.hesitation import hesitation
from r1widget.conversation.scores import Score
from r1widget.conversation.tokens import tokens_of, with_tokens
from r1widget.conversation.turn import Turn

HALF = math.log(0.5)


def written(*tokens: tuple[str, float, tuple[Alternative, ...]]) -> Turn:
    """A thought of these tokens."""
    turn = Turn("q")
    turn.opens_thinking = True
    for id, (text, logprob, alternatives) in enumerate(tokens):
        turn.append("reasoning", text)
        turn.scores.add([Score(id, logprob, 1.0, alternatives)], "reasoning", len(turn.text("reasoning")))
    return turn


def test_those_that_were_not_sure_stand_in_order_with_their_places() -> None:
    other = (Alternative(9, HALF, " 409"), Alternative(2, -1.0, " 408"))
    turn = written(("It", -0.01, ()), (" is", math.log(0.89), ()), (" 408", -1.0, other), (".", math.log(0.91), ()))
    found = hesitation(turn)
    assert (found.total, found.why) == (4, "")
    assert [(each.index, each.kind, each.start, each.end) for each in found.tokens] == [
        (1, "reasoning", 2, 5),
        (2, "reasoning", 5, 9),
    ]
    assert found.tokens[0].alternatives == (), "of a turn that was kept before there were any"
    assert [one.text for one in found.tokens[1].alternatives] == [" 409", " 408"]
    assert [each.chosen for each in found.tokens] == [-1, 1]
    assert found.tokens[1].probability == pytest.approx(math.exp(-1.0))


def test_the_token_itself_is_among_them_also_where_it_was_none_of_the_likeliest() -> None:
    likeliest = tuple(Alternative(100 + number, -1.0 - number, f" {number}") for number in range(5))
    turn = written(("It is", -0.01, ()), (" 408", -9.0, likeliest))
    (token,) = hesitation(turn).tokens
    assert [one.text for one in token.alternatives] == [" 0", " 1", " 2", " 3", " 4", " 408"]
    assert token.alternatives[-1].id == 1 and token.chosen == 5
    server = (Alternative(-1, -0.5, " 409"), Alternative(-1, -2.0, " 408"))
    turn = Turn("q")
    turn.append("answer", " 408 8")
    turn.scores.add([Score(-1, -2.0, math.nan, server)], "answer", 4)
    turn.scores.add([Score(-1, -9.0, math.nan, server)], "answer", 6)
    first, second = hesitation(turn).tokens
    assert ([one.text for one in first.alternatives], first.chosen) == ([" 409", " 408"], 1), "no ids: the text says it"
    assert ([one.text for one in second.alternatives], second.chosen) == ([" 409", " 408", " 8"], 2)


def test_of_too_many_the_least_probable_are_told() -> None:
    turn = written(*(("x", -1.0 - (number * 7 % 10), ()) for number in range(10)))
    found = hesitation(turn, most=3)
    assert found.total == 10
    assert sorted(round(math.log(each.probability)) for each in found.tokens) == [-10, -9, -8]
    assert [each.index for each in found.tokens] == sorted(each.index for each in found.tokens)


def test_what_begins_the_thought_can_not_be_another() -> None:
    turn = Turn("q")
    turn.scores.add(
        [Score(5, -1.0, 1.0, (Alternative(6, HALF, "The"), Alternative(5, -1.0, "<think>", "control")))], "reasoning", 0
    )
    turn.append("reasoning", "So.")
    (token,) = hesitation(turn).tokens
    assert {one.role for one in token.alternatives} == {"control"}


def test_why_there_are_none() -> None:
    turn = Turn("q")
    assert hesitation(turn).why == "Nothing is written yet."
    turn.append("answer", "A person's.", "person")
    turn.state = "running"
    assert hesitation(turn).why == "The model wrote nothing here."
    turn.append("answer", "And its own.")
    assert hesitation(turn).why.startswith("There are no probabilities")
    turn.record = {"scores": {"answer": {"mean_logprob": -1.0}}}
    assert "file" in hesitation(turn).why
    turn.record = {"engine": "remote"}
    assert hesitation(turn).why == "The server gave no probabilities."
    assert (hesitation(turn).total, hesitation(turn).tokens) == (0, ())


def test_they_are_there_again_with_the_tokens() -> None:
    turn = written(("It is", -0.01, ()), (" 408", HALF, (Alternative(1, HALF, " 408"), Alternative(8, -0.75, " 409"))))
    again = with_tokens(Turn.from_dict(turn.to_dict()), [tokens_of(turn)])
    again.opens_thinking = True
    assert [one.text for one in hesitation(again).tokens[0].alternatives] == [" 408", " 409"]

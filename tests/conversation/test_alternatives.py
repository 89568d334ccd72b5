"""What a model might have written instead: kept with the scores, piece by piece, and read again."""

from __future__ import annotations

import math
import pickle
from array import array
from typing import Any

import pytest

from r1widget.conversation.alternatives import UNKNOWN, Alternative, Alternatives
from r1widget.conversation.packed import joined, pack, unpack
from r1widget.conversation.scores import Score, Scores
from r1widget.conversation.tokens import NOTHING, tokens_of, tokens_since, with_tokens
from r1widget.conversation.turn import Turn

SURE = Score(7, -0.01, 0.05)
UNSURE = Score(
    17,
    math.log(0.5),
    1.0,
    (
        Alternative(17, math.log(0.5), "408"),
        Alternative(18, math.log(0.41), "409"),
        Alternative(2, -3.0, "</think>", "closes"),
    ),
)
OTHERS = Score(
    9,
    -1.5,
    2.0,
    (Alternative(18, -0.9, "409"), Alternative(21, -1.25, "答", "text"), Alternative(30, -4.0, "", "part")),
)


def scored(*scores: Score) -> Scores:
    made = Scores()
    for end, score in enumerate(scores, 1):
        made.add([score], "answer", end)
    return made


def alike(one: Any, other: Any) -> bool:
    return [each[:-1] for each in one] == [each[:-1] for each in other] and all(
        (mine.id, mine.text, mine.role) == (theirs.id, theirs.text, theirs.role)
        and mine.logprob == pytest.approx(theirs.logprob, abs=6e-4)
        for a, b in zip(one, other, strict=True)
        for mine, theirs in zip(a.alternatives, b.alternatives, strict=True)
    )


def test_they_stand_with_the_token_they_are_of() -> None:
    scores = scored(SURE, UNSURE, SURE, OTHERS)
    assert [len(score.alternatives) for score in scores] == [0, 3, 0, 3]
    assert [(one.id, one.text, one.role) for one in scores[1].alternatives] == [
        (17, "408", "text"),
        (18, "409", "text"),
        (2, "</think>", "closes"),
    ]
    assert scores[-1].alternatives == scores[3].alternatives
    assert math.exp(scores[1].alternatives[1].logprob) == pytest.approx(0.41, abs=5e-4)


@pytest.mark.parametrize("cuts", [(), (1,), (2,), (1, 2, 3), (0, 4)])
def test_what_is_stored_piece_by_piece_is_all_of_it(cuts: tuple[int, ...]) -> None:
    turn, parts, had = Turn("q"), [], NOTHING
    turn.append("answer", "abcd")
    each = [SURE, UNSURE, OTHERS, UNSURE]
    for number, score in enumerate(each):
        if number in cuts:
            part, had = tokens_since(turn, had)
            parts.append(part)
        turn.scores.add([score], "answer", number + 1)
    parts.append(tokens_since(turn, had)[0])
    again = Turn.from_dict(turn.to_dict())
    with_tokens(again, parts)
    assert alike([*again.scores], [*turn.scores])
    assert tokens_of(again) == tokens_of(turn)
    copied = pickle.loads(pickle.dumps(turn))
    assert alike([*copied.scores], [*turn.scores])


def test_what_was_kept_before_there_were_any_is_read_as_it_was() -> None:
    scores = scored(SURE, UNSURE)
    old = {name: column for name, column in scores.columns().items() if not name.startswith("other.")}
    assert set(old) == {"ids", "ends", "logprobs", "entropies", "kinds"}
    again = Scores.of(unpack(pack(old)))
    assert [score[:5] for score in again] == [score[:5] for score in scores]
    assert all(score.alternatives == () for score in again)
    assert set(scored(SURE).columns()) == set(old), "who is sure of all is stored as ever"


def test_a_server_tells_no_id_and_no_entropy() -> None:
    scores = scored(
        Score(UNKNOWN, -1.0, math.nan, (Alternative(UNKNOWN, -0.7, " a"), Alternative(UNKNOWN, -1.0, " the")))
    )
    again = Scores.of(unpack(pack(scores.columns())))
    (score,) = again
    assert score.id == UNKNOWN and math.isnan(score.entropy)
    assert [one.text for one in score.alternatives] == [" a", " the"]
    assert scores.summary() == {"answer": {"mean_logprob": -1.0}}


@pytest.mark.parametrize(
    "broken",
    [
        {"at": array("I", [0])},
        {"at": array("I", [0]), "which": array("i", [0] * 5), "shares": array("H", [0] * 5)},
        {"at": array("I", [0]), "which": array("i", [-2] * 5), "shares": array("H", [0] * 5)},
        {"at": array("I", [1, 0]), "which": array("i", [-1] * 10), "shares": array("H", [0] * 10)},
        {"ids": array("i", [1]), "roles": array("B", [9]), "ends": array("I", [1]), "texts": array("B", [97])},
        {"ids": array("i", [1]), "roles": array("B", [0]), "ends": array("I", [2]), "texts": array("B", [97])},
        {"ids": array("i", [1]), "roles": array("B", [0]), "ends": array("I", [1]), "texts": array("B", [255])},
    ],
    ids=str,
)
def test_columns_that_are_none_are_refused(broken: Any) -> None:
    with pytest.raises(ValueError):
        Alternatives.of(broken)


def test_any_number_and_any_text_can_be_kept() -> None:
    """Of a server, or of an engine of somebody's own."""
    found = [Alternative(1, value, "\ud83d" * 2) for value in (math.nan, -math.inf, math.inf, -1e9, 0.5)]
    scores = scored(Score(1, -1.0, 0.0, (*found, *found)))
    kept = Scores.of(unpack(pack(joined(scores.columns()))))[0].alternatives
    assert [one.logprob for one in kept] == [-65.535, -65.535, 0.0, -65.535, 0.0]
    assert {one.text for one in kept} == {"??"}


def test_of_32768_tokens_they_take_so_much() -> None:
    """The figure in docs/data.md: a quarter of the tokens unsure, and 2,000 different alternatives."""
    scores = Scores()
    for number in range(32_768):
        unsure = number % 4 == 0
        found = [
            Alternative(place, -1.0 - place % 7, f" word{place}") for place in range(number % 2000, number % 2000 + 5)
        ]
        scores.add([Score(number % 5000, -0.5, 1.0, tuple(found) if unsure else ())], "reasoning", number)
    columns = scores.columns()
    others = {name: column for name, column in columns.items() if name.startswith("other.")}
    assert sum(len(column) * column.itemsize for column in others.values()) < 350_000

"""Whose words an edited text is made of."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from r1widget.provenance import MOST_WORDS, merge
from r1widget.turn import Span


def spans(text: str) -> list[Span]:
    return [Span("reasoning", text)] if text else []


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("17 × 24 = 408.", "17 × 24 = 418.", [("17 × 24 = ", "model"), ("418", "person"), (".", "model")]),
        ("It is 40", "It is 408", [("It is ", "model"), ("408", "person")]),
        ("It is 408", "It is 40", [("It is ", "model"), ("40", "person")]),
        (
            "a b c d e",
            "a x c y e",
            [("a ", "model"), ("x", "person"), (" c ", "model"), ("y", "person"), (" e", "model")],
        ),
        ("All of it stays.", "All of it stays.", [("All of it stays.", "model")]),
        ("Cut here. And on.", "Cut here.", [("Cut here.", "model")]),
        ("Then", "Then I add more.", [("Then", "model"), (" I add more.", "person")]),
        ("", "mine", [("mine", "person")]),
        ("theirs", "", []),
        ("答案是 408。", "答案是 418。", [("答案是 ", "model"), ("418", "person"), ("。", "model")]),
    ],
)
def test_the_words_that_changed_are_the_persons(old: str, new: str, expected: list[tuple[str, str]]) -> None:
    merged, _ = merge(spans(old), new, "reasoning")
    assert [(span.text, span.origin) for span in merged] == expected


def test_words_keep_the_origin_that_they_had() -> None:
    before = [Span("reasoning", "one "), Span("reasoning", "two", "person"), Span("reasoning", " three")]
    merged, at = merge(before, "one two three four", "reasoning")
    assert merged == [*before, Span("reasoning", " four", "person")]
    assert at == len("one two three")


words = st.lists(st.sampled_from(["one", "two", " ", "408", "4", "+", "\n\n", "🙂", "é", "x"]), max_size=12).map(
    "".join
)


@given(words, words, words)
def test_nothing_is_lost_and_nothing_is_said_to_be_the_models_that_is_not(mine: str, first: str, second: str) -> None:
    once, _ = merge(spans(first), second, "reasoning")
    twice, at = merge(once, mine, "reasoning")
    assert "".join(span.text for span in twice) == mine
    assert second[:at] == mine[:at]
    assert all(span.text for span in twice)
    assert not any(a.origin == b.origin for a, b in itertools.pairwise(twice))
    models = "".join(span.text for span in once if span.origin == "model")
    left = iter(models)
    kept = "".join(span.text for span in twice if span.origin == "model")
    assert all(character in left for character in kept), "the model's words, in the model's order"


def test_a_text_that_is_another_one_altogether_is_the_persons() -> None:
    old = " ".join(f"a{number}" for number in range(2 * MOST_WORDS))
    new = " ".join(f"b{number}" for number in range(2 * MOST_WORDS))
    merged, _ = merge(spans(old), new, "reasoning")
    assert [span.origin for span in merged] == ["person"]

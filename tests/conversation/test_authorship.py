"""Whose words an edited text is made of."""

from __future__ import annotations

import itertools
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from r1widget.conversation.authorship import merge
from r1widget.conversation.turn import Span


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
        ("答案是408。", "答案是418。", [("答案是", "model"), ("418", "person"), ("。", "model")]),
        ("Yes, 408.", "No, 408.", [("No", "person"), (", 408.", "model")]),
        (
            "So 17 × 24 is 408.",
            "So 18 × 24 is 432.",
            [("So ", "model"), ("18", "person"), (" × 24 is ", "model"), ("432", "person"), (".", "model")],
        ),
        (
            "I need 17 × 24. So 17 × 20 = 340. Now 17 × 4 is 68. That is right.",
            "I need 17 × 24. So 17 × 20 = 350.",
            [("I need 17 × 24. So 17 × 20 = ", "model"), ("350", "person"), (".", "model")],
        ),
        ("a b c d e f g h", "a d h", [("a d h", "model")]),
        ("a b", "a  b", [("a", "model"), ("  ", "person"), ("b", "model")]),
    ],
)
def test_the_words_that_changed_are_the_persons(old: str, new: str, expected: list[tuple[str, str]]) -> None:
    merged, _ = merge(spans(old), new, "reasoning")
    assert [(span.text, span.origin) for span in merged] == expected


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (
            "I need 17 × 24. The product is 340 + 68. The sum is 408. So the answer is 408.",
            "Something else. The whole thing, with. The words mine.",
        ),
        ("Let me compute 17 × 24 = 408. Fine.", "Let me see whether another way is there for this. Done."),
        (
            "So it is a long way from here to there. The end.",
            "So nobody knows, and I have to begin anew, without it. Done.",
        ),
        ("The model thought. The end.", "My own words."),
        ("我需要计算 17 × 24。答案是 408，是的。", "完全不同的文字。和别的，是人写的。"),
        ("I need 17 × 24.\n\nSo the sum.\n\nThe end.\n", "No way.\n\nThe other.\n\nA last one.\n"),
        ("まず計算します。答えは408です。", "別の方法を試してみる。終わりです。"),
    ],
)
def test_of_a_thought_that_was_typed_anew_nothing_is_the_models(old: str, new: str) -> None:
    """Whatever is equal by chance: full stops, spaces, "The"."""
    merged, _ = merge(spans(old), new, "reasoning")
    assert [(span.text, span.origin) for span in merged] == [(new, "person")]


FIRST = "First I think about what is asked."
PARAGRAPH = "The product of 17 and 20 is 340. The product of 17 and 4 is 68. The sum is 408."


def test_of_a_paragraph_that_was_typed_anew_nothing_is_the_models() -> None:
    mine = "No. The better way is with. The other numbers, of which. The product is known."
    for old, new, expected in [
        (f"{FIRST} {PARAGRAPH}", f"{FIRST} {mine}", [(f"{FIRST} ", "model"), (mine, "person")]),
        (f"{PARAGRAPH}\n\n{FIRST}", f"{mine}\n\n{FIRST}", [(mine[:-1], "person"), (f".\n\n{FIRST}", "model")]),
    ]:
        merged, _ = merge(spans(old), new, "reasoning")
        assert [(span.text, span.origin) for span in merged] == expected


def test_of_a_paragraph_that_was_moved_one_part_stays_the_models() -> None:
    """Which was moved, and which was passed, the texts don't say: the longer stays."""
    merged, _ = merge(spans(f"{FIRST}\n\n{PARAGRAPH}"), f"{PARAGRAPH}\n\n{FIRST}", "reasoning")
    assert [(span.text, span.origin) for span in merged] == [
        (PARAGRAPH[:-1], "model"),
        (f".\n\n{FIRST[:-1]}", "person"),
        (".", "model"),
    ]


NUMBERS = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]


@given(
    st.lists(st.sampled_from(NUMBERS), min_size=8, max_size=40),
    st.lists(st.sampled_from([" ", ", ", ". ", "\n\n"]), min_size=40, max_size=40),
    st.data(),
)
def test_where_one_word_was_changed_that_word_is_the_persons(
    chosen: list[str], between: list[str], data: st.DataObject
) -> None:
    at = data.draw(st.integers(0, len(chosen) - 1))
    old = "".join(itertools.chain(*zip(chosen, between, strict=False)))
    new = "".join(itertools.chain(*zip([*chosen[:at], "mine", *chosen[at + 1 :]], between, strict=False)))
    merged, _ = merge(spans(old), new, "reasoning")
    assert [span.text for span in merged if span.origin == "person"] == ["mine"]
    assert "".join(span.text for span in merged) == new


@given(
    st.lists(st.sampled_from(NUMBERS), min_size=12, max_size=30),
    st.lists(st.sampled_from(["a", "b", "c", "d", "e", "f"]), min_size=12, max_size=30),
    st.lists(st.sampled_from([" ", ", ", ". ", "\n\n"]), min_size=60, max_size=60),
)
def test_a_text_that_shares_no_word_is_the_persons(theirs: list[str], mine: list[str], between: list[str]) -> None:
    old = "".join(itertools.chain(*zip(theirs, between[:30], strict=False)))
    new = "".join(itertools.chain(*zip(mine, between[30:], strict=False)))
    merged, _ = merge(spans(old), new, "reasoning")
    assert [span.origin for span in merged] == ["person"]


def test_a_long_thought_with_changes_far_apart_stays_the_models_in_between() -> None:
    lines = [
        f"Step {number}: the product of {number} and {number % 7} is {number * (number % 7)}.\n"
        for number in range(3000)
    ]
    old = "".join(lines)
    lines[1], lines[-2] = lines[1].replace("product", "sum"), lines[-2].replace("product", "sum")
    merged, _ = merge(spans(old), "".join(lines), "reasoning")
    assert [span.text for span in merged if span.origin == "person"] == ["sum", "sum"]


@pytest.mark.parametrize(
    "words", [["a ", "b "], ["a\n", "b\n"], ["Wait, that is wrong. "], ["是", "的"], ["a. ", "b. "]]
)
def test_what_is_repeated_takes_its_time_once(words: list[str]) -> None:
    """The suite's own limit of time is the measure: to compare these word by word took two minutes."""
    chance = random.Random(1)
    old, new = ("".join(chance.choice(words) for _ in range(3000)) for _ in range(2))
    merged, _ = merge(spans(f"x {old}y"), f"z {new}w", "reasoning")
    assert "".join(span.text for span in merged) == f"z {new}w"


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

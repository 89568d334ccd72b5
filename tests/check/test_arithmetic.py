"""Equations that are recomputed: which are reported, with what, and which are left alone."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from r1widget.check.arithmetic import ArithmeticReader, slips
from r1widget.check.arithmetic.reader import LINE
from r1widget.check.finding import Finding
from r1widget.check.findings import findings

CASES = json.loads(Path(__file__).with_name("arithmetic.json").read_text("utf-8"))


def by_character(text: str, question: str = "", size: int = 1) -> tuple[Finding, ...]:
    reader = ArithmeticReader("reasoning", question)
    found = [each for at in range(0, len(text), size) for each in reader.feed(text[at : at + size])]
    return (*found, *reader.flush())


@pytest.mark.parametrize(("text", "written", "right"), CASES["slips"])
def test_what_does_not_come_out_is_reported_with_what_it_is(text: str, written: str, right: str) -> None:
    found = slips(text)
    assert [(each.text, each.right) for each in found] == ([(written, right)] if written else [])
    assert [text[each.start : each.end] for each in found] == [each.text for each in found]
    assert by_character(text) == found


@pytest.mark.parametrize("text", CASES["fine"])
def test_what_comes_out_or_is_not_sure_to_be_meant_is_left_alone(text: str) -> None:
    assert slips(text) == ()
    assert by_character(text) == ()


@pytest.mark.parametrize(("question", "text"), CASES["with_question"])
def test_what_the_question_says_or_counts_by_is_left_alone(question: str, text: str) -> None:
    assert slips(text), "without the question it would be reported"
    assert slips(text, question=question) == ()


@pytest.mark.parametrize(("question", "text", "right"), CASES["with_question_slips"])
def test_a_question_alone_silences_nothing(question: str, text: str, right: str) -> None:
    assert [each.right for each in slips(text, question=question)] == [right]


def test_a_sentence_says_what_is_measured() -> None:
    (found,) = slips("So 17 × 24 = 409.")
    assert str(found) == "17 × 24 = 409: recomputed, it is 408"
    assert (found.what, found.kind, found.start, found.end) == ("arithmetic", "reasoning", 3, 16)
    (found,) = slips("1/2 + 1/3 = 2/5", kind="answer")
    assert str(found) == "1/2 + 1/3 = 2/5: recomputed, the sides are 5/6 and 2/5"
    assert found.kind == "answer"


def test_a_finding_is_kept_and_read_again() -> None:
    (found,) = slips("17 × 24 = 409")
    assert Finding.of(json.loads(json.dumps(found.to_dict()))) == found
    assert Finding.of({**found.to_dict(), "of a later version": 1}) == found


def test_places_are_code_points_of_the_text_as_it_was_written() -> None:
    text = "🎉 Ｓｏ：\r\n\r\n👩‍👩‍👧 **17 × 24 = 409**, und 𝟑.\n\n- 2 + 2 = 5\n"
    found = slips(text)
    assert [text[each.start : each.end] for each in found] == ["17 × 24 = 409", "2 + 2 = 5"]
    assert by_character(text) == found


def test_the_same_equation_is_reported_once_in_a_step_and_again_in_the_next() -> None:
    said = "17 × 24 = 409"
    assert len(slips(f"{said}. I said {said}. And {said}.")) == 1
    assert len(slips(f"{said}.\n\n{said}.")) == 2
    assert len(slips(f"{said}. Wait, {said}.")) == 2


def test_of_a_chain_the_first_wrong_link_is_reported() -> None:
    (found,) = slips("17 × 24 = 340 + 69 = 409 = 410")
    assert (found.text, found.right) == ("17 × 24 = 340 + 69", "408 and 409")
    assert [each.text for each in slips("2 + 2 = 5, 3 + 3 = 7")] == ["2 + 2 = 5", "3 + 3 = 7"]


def test_a_line_is_read_when_it_is_complete() -> None:
    reader = ArithmeticReader()
    assert reader.feed("So 17 × 24 = 40") == []
    assert reader.feed("9.\n") == []  # the next line may go on with an equals sign
    (found,) = reader.feed("T")
    assert found.text == "17 × 24 = 409"
    assert reader.flush() == []


def test_a_chain_goes_on_with_the_next_line() -> None:
    text = "17 × 24\n= 340 + 69\n= 409\n"
    assert [each.text for each in slips(text)] == ["17 × 24\n= 340 + 69"]
    assert by_character(text) == slips(text)


def test_a_fence_ends_with_its_own_sign_and_silences_only_what_is_in_it() -> None:
    text = "2 + 2 = 5\n\n```\n2 + 3 = 6\n~~~\n2 + 4 = 7\n```\n2 + 5 = 8\n"
    assert [each.text for each in slips(text)] == ["2 + 2 = 5", "2 + 5 = 8"]
    assert by_character(text) == slips(text)


def test_a_long_line_is_cut_between_sentences() -> None:
    sentence = "Nothing is computed in this sentence, it is here to be long. "
    text = f"{sentence * 200}So 17 × 24 = 409. {sentence * 200}Then 2 + 2 = 5."
    assert len(text) > 4 * LINE
    assert [each.text for each in slips(text)] == ["17 × 24 = 409", "2 + 2 = 5"]
    assert by_character(text) == slips(text)


@pytest.mark.parametrize("size", [1, 2, 3, 7, 40, 1000])
def test_however_it_is_cut_the_same_is_found(size: int) -> None:
    text = "\n".join([*(case[0] for case in CASES["slips"]), *CASES["fine"]])
    assert by_character(text, size=size) == slips(text)


N = 100_000
HOSTILE = {
    "one number": "9" * N,
    "one sum": "1+" * (N // 2) + "1=3",
    "one chain": "1+1=3=" * (N // 6),
    "one chain that holds": "1+1=2=" * (N // 6),
    "brackets": "(" * N + "1" + ")" * N + "=2",
    "a tower": "9^" * (N // 2) + "9=1",
    "towers": "9^9^9=1 " * (N // 8),
    "powers": "999999999^9999=1\n" * (N // 17),
    "factorials": "9!" * (N // 2) + "=1",
    "large products": "300!*300!*300!/7^900=1\n" * 500,
    "fractions": "\\frac{1}{" * (N // 9) + "=1",
    "roots": "√" * N + "4=3",
    "minus": "-" * N + "1=2",
    "ways to read": "6/2(3)*2 3/4*-3^2*50%*9^1/2*√16+9=5\n" * 500,
    "ticks": "".join("`" * (size % 50 + 1) + " " for size in range(4000)),
    "quotations": "“a" * (N // 2),
    "blanks": " " * N,
    "lines": "\n" * N,
    "lines that go on": "\n=" * (N // 2),
    "words": "17 times 24 is " * (N // 15),
    "Chinese": "加" * N,
    "exponents": "1e999" * (N // 5),
    "commands": "\\text{" * (N // 6),
}


@pytest.mark.timeout(60)
@pytest.mark.parametrize("name", HOSTILE)
def test_nothing_that_a_model_writes_makes_it_hang(name: str) -> None:
    text = HOSTILE[name]
    assert by_character(text, size=9) == slips(text)


def test_memory_is_bounded_by_a_line() -> None:
    reader = ArithmeticReader()
    for _ in range(2000):
        reader.feed("17 × 24 = 408 and 1 + 1 = 2 and no end ")
        assert len(reader._held) <= LINE + 40


def test_all_findings_are_in_the_order_of_the_texts() -> None:
    found = findings(
        "What is 17 × 24? Put it in \\boxed{}.",
        "17 × 24 = 409. Also 2 + 2 = 5.\n\nSo the final answer is 409.",
        "2 + 3 = 6. The answer is 408.",
        finish_reason="stop",
        thinking_ended_by="model",
    )
    assert [(each.what, each.kind) for each in found] == [
        ("arithmetic", "reasoning"),
        ("arithmetic", "reasoning"),
        ("arithmetic", "answer"),
        ("other_value", "answer"),
        ("unboxed", "answer"),
    ]
    assert findings("Hello", "", "Hello to you.") == ()

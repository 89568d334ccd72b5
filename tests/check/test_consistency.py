"""What a thought, its answer and the question say that doesn't go together."""

from __future__ import annotations

import pytest

from r1widget.check.consistency import asks_for_box, discrepancies
from r1widget.check.finding import Finding
from r1widget.check.language import in_other_language

LONG = "This is a long enough answer, and it is written in the language of the question, as it should be."
CHINESE = "这是一个足够长的回答，它是用中文写的，而问题是用英文写的，所以读者可能想知道。"


def found(
    question: str, reasoning: str, answer: str, finish: str | None = "stop", ended: str | None = "model"
) -> list[str]:
    return [
        str(each) for each in discrepancies(question, reasoning, answer, finish_reason=finish, thinking_ended_by=ended)
    ]


@pytest.mark.parametrize(
    ("reasoning", "answer", "thought", "said"),
    [
        ("So the answer is 408.", "The answer is 398.", "408", "398"),
        ("So the final answer is \\boxed{408}.", "\\[\\boxed{398}\\]", "408", "398"),
        ("**Final Answer**\n\\boxed{\\frac{1}{2}}", "So it is \\boxed{\\frac{1}{3}}.", "1/2", "1/3"),
        ("Therefore, 17 × 24 = 408.", "17 × 24 = **398**", "408", "398"),
        ("所以答案是408。", "答案是398。", "408", "398"),
        ("The answer is \\boxed{A}.", "\\boxed{B}", "A", "B"),
        ("So the answer is 5 km.", "The answer is 6 km.", "5 km", "6 km"),
    ],
)
def test_another_value_than_the_thought_ends_in(reasoning: str, answer: str, thought: str, said: str) -> None:
    (finding,) = discrepancies("?", reasoning, answer, finish_reason="stop", thinking_ended_by="model")
    assert str(finding) == f"The thought ends in {thought}, the answer in {said}."
    assert finding.kind == "answer"
    assert said.split()[0] in answer[finding.start : finding.end] or "frac" in answer[finding.start : finding.end]


@pytest.mark.parametrize(
    ("reasoning", "answer"),
    [
        ("So the answer is 408.", "The answer is 408."),
        ("So the answer is 1/4.", "The answer is \\boxed{\\frac14}."),
        ("So the answer is 0.25.", "The answer is 25%."),
        ("So the answer is 25.", "The answer is 25%."),
        ("So the answer is 1,000.", "The answer is 1000."),
        ("So the answer is 5.", "The answer is 5 km."),
        ("So the answer is 5 km.", "The answer is 5000 m."),
        ("So the answer is 3.14159.", "The answer is 3.14."),
        ("So the answer is x = 3.", "The answer is y = 4."),
        ("So the answer is 408. Wait, but is it?", "The answer is 398."),
        ("If x = 2, the answer is 408.", "The answer is 398."),
        ("Hmm, 17 × 24 is 408.", "The answer is 398."),  # no conclusion is drawn
        ("\\boxed{5}. Wait, that's for the other one.", "\\boxed{6}"),
        ("The answer is $x^2$.", "The answer is $x^3$."),  # formulas aren't compared here
        ("The answer is Paris.", "The answer is London."),
        ("", "The answer is 5."),
        ("So the answer is 5.", ""),
        ("So the answer is 5.", "It takes 3 or 4 days."),
    ],
)
def test_where_it_is_not_sure_that_they_differ_nothing_is_said(reasoning: str, answer: str) -> None:
    assert found("?", reasoning, answer) == []


def test_an_answer_that_was_cut_has_no_value_to_compare() -> None:
    assert found("?", "So the answer is 408.", "The answer is 39", "length") == []


@pytest.mark.parametrize(
    ("reasoning", "answer", "finish", "ended", "cut"),
    [
        ("Let me", "", "length", "length", True),
        ("Let me", "", "length", None, True),
        ("Let me", "", "cancelled", None, True),
        ("Let me", "", "stop", None, False),
        ("Let me", "So", "length", "model", False),
        ("Let me", "So", "cancelled", "model", False),
        ("Let me", "5", "stop", "budget", False),
        ("", "", "cancelled", None, False),
        ("Let me", "5", None, None, False),
    ],
)
def test_a_thought_that_was_cut(reasoning: str, answer: str, finish: str, ended: str, cut: bool) -> None:
    assert found("?", reasoning, answer, finish, ended) == (["The thought was cut off."] if cut else [])
    if cut:
        (finding,) = discrepancies("?", reasoning, answer, finish_reason=finish, thinking_ended_by=ended)
        assert (finding.kind, finding.start, finding.end) == ("reasoning", len(reasoning), len(reasoning))


@pytest.mark.parametrize(
    ("question", "answer", "languages"),
    [
        ("What is the capital of France?", CHINESE, ("en", "zh")),
        ("法国的首都是哪里？", LONG, ("zh", "en")),
        ("フランスの首都はどこですか？", LONG, ("ja", "en")),
        ("Какая столица у Франции?", LONG, ("cyrillic", "en")),
        ("프랑스의 수도는 어디인가요?", CHINESE, ("ko", "zh")),
        ("What is the capital of France?", LONG, None),
        ("法国的首都是哪里？", CHINESE, None),
        ("What is the capital of France?", "巴黎", None),
        ("法国的首都是哪里？", "Paris.", None),
        ("计算 17 × 24", "$17 \\times 24 = 408$ and \\boxed{408}", None),
        ("写一个函数，把两个数加起来。", "```python\ndef add_two_numbers_together(first, second):\n    return first + second\n```", None),
        ("Translate to Chinese: the weather is fine today", CHINESE, None),
        ("How does one say it in Chinese?", CHINESE, None),
        ("用英文写一句话，介绍你自己。", LONG, None),
        ("请翻译：今天天气很好，我们去公园吧。", LONG, None),
        ("What does “今天天气很好，我们去公园吧” mean?", LONG, None),
        ("17 × 24 = ?", CHINESE, None),
        ("¿Cuál es la capital de Francia?", LONG, None),
        ("", "", None),
    ],
)  # fmt: skip
def test_an_answer_in_another_language(question: str, answer: str, languages: tuple[str, str] | None) -> None:
    assert in_other_language(question, answer) == languages


def test_the_sentence_names_both_languages() -> None:
    assert found("What is the capital of France?", "", CHINESE, ended=None) == [
        "The question is in English, the answer in Chinese."
    ]


@pytest.mark.parametrize(
    ("question", "answer", "finish", "missing"),
    [
        ("Put it within \\boxed{}.", "It is 5.", "stop", True),
        ("Give a boxed answer.", "It is 5.", "stop", True),
        ("Put it within \\boxed{}.", "It is 5.", None, True),
        ("Put it within \\boxed{}.", "It is \\boxed{5}.", "stop", False),
        ("Put it within \\boxed{}.", "It is 5", "length", False),
        ("Put it within \\boxed{}.", "It is 5", "cancelled", False),
        ("Put it within \\boxed{}.", "", "stop", False),
        ("Don't use \\boxed{}.", "It is 5.", "stop", False),
        ("What is 2 + 3?", "It is 5.", "stop", False),
    ],
)
def test_a_box_that_was_asked_for(question: str, answer: str, finish: str | None, missing: bool) -> None:
    said = "The question asks for \\boxed{}, the answer has none."
    assert found(question, "", answer, finish, None) == ([said] if missing else [])


def test_asking_and_refusing() -> None:
    assert asks_for_box("Do not guess. Put the answer in \\boxed{}.")
    assert not asks_for_box("不要用 \\boxed{}。")


@pytest.mark.timeout(60)
@pytest.mark.parametrize("text", ["(" * 100_000, "`" * 100_000, "$" * 100_000, "\\boxed{" * 15_000, "answer " * 15_000, "中" * 100_000, "\\[" * 50_000, "\"" * 100_000])  # fmt: skip
def test_nothing_that_is_written_makes_it_hang(text: str) -> None:
    assert all(isinstance(each, Finding) for each in discrepancies(text, text, text))

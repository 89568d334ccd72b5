"""Intervals, and what others have published."""

from __future__ import annotations

import pytest

from r1widget.evaluate import Evaluation, Question, Questions
from r1widget.evaluate.intervals import share
from r1widget.evaluate.progress import Standing, on_a_terminal
from r1widget.evaluate.published import published


@pytest.mark.parametrize(
    ("right", "of", "low", "high"),
    # As statsmodels' proportion_confint(method="wilson") has them.
    [
        (0, 10, 0.0, 0.2775),
        (5, 10, 0.2366, 0.7634),
        (10, 10, 0.7225, 1.0),
        (9, 30, 0.1666, 0.4788),
        (415, 500, 0.7946, 0.8604),
    ],
)
def test_wilsons_interval(right: int, of: int, low: float, high: float) -> None:
    found = share([1.0] * right + [0.0] * (of - right))
    assert found is not None and found.of == of
    assert (found.low, found.high) == (pytest.approx(low, abs=1e-4), pytest.approx(high, abs=1e-4))


def test_an_interval_counts_questions() -> None:
    one, many = share([0.5] * 30), share([1.0, 0.0] * 15)
    assert one == many and share([]) is None


def test_published_figures_are_the_models_own_or_the_smallests() -> None:
    aime, math = "HuggingFaceH4/aime_2024", "HuggingFaceH4/MATH-500"
    small = published(aime, "deepseek-ai/DeepSeek-R1-Distill-Qwen-1.5B")
    assert small is not None and (small.deepseek, small.deepseek_cons_64, small.open_r1) == (28.9, 52.7, 30.7)
    seven = published(math, "DeepSeek-R1-Distill-Qwen-7B")
    assert seven is not None and (seven.deepseek, seven.open_r1) == (92.8, 94.5)
    other = published(math, "pocket")
    assert other is not None and other.model.endswith("Qwen-1.5B") and (other.deepseek, other.open_r1) == (83.9, 83.1)
    assert published("someone/else", "pocket") is None


def test_they_stand_beside_our_own() -> None:
    questions = Questions("AIME 2024", (Question("q", "1"),) * 30, repo="HuggingFaceH4/aime_2024")
    table = Evaluation(questions, 10, 4, "pocket", {"max_tokens": 8192}, "", ()).table()
    assert (
        "| pass@1, 95 % interval | –" in table
        and "28.9 %" in table
        and "30.7 %" in table
        and "cons@64: 52.7 %" in table
    )
    for said in (
        "Not all of it: 0 of 40 answers.",
        "Here: the first 10 of 30 questions; the published figures are of all.",
        "Here: at most 8,192 tokens a turn; theirs 32,768.",
        "The published figures are of DeepSeek-R1-Distill-Qwen-1.5B, another model.",
    ):
        assert said in table
    widths = {len(line) for line in table.splitlines() if line.startswith("|")}
    assert len(widths) == 1


@pytest.mark.parametrize("is_terminal", [True, False])
def test_a_line_is_rewritten_in_a_terminal_and_written_now_and_then_in_a_log(is_terminal: bool) -> None:
    class Stream:
        def isatty(self) -> bool:
            return is_terminal

    said: list[str] = []
    show, end = on_a_terminal(lambda text, end: said.append(text + end), Stream())
    for done in range(101):
        show(Standing(done, 100, done / 100 if done else None, 12.3, 61.0))
        show(Standing(done, 100, done / 100 if done else None, 12.3, 61.0))
    end()
    line = "100 of 100 answers · pass@1 so far 100.0 % · 12 tokens/s · about 1 min left"
    if is_terminal:
        assert said[-2:] == [f"\r\x1b[K{line}", "\n"] and len(said) == 102
    else:
        assert said[-1] == f"{line}\n" and len(said) == 11

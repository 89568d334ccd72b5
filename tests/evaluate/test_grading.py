"""What is right: math-verify's word, as open-r1 and lighteval have it; words; and reasoning-gym's own."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from r1widget.evaluate import questions
from r1widget.evaluate.grading import Grader
from r1widget.evaluate.processes import gym_worker
from r1widget.evaluate.processes.helper import Helper
from r1widget.evaluate.words import is_words

RIGHT = [
    ("408", r"So it is $\boxed{408}$."),
    ("408", "It is 408."),
    ("1,000", "The answer is 1000."),
    ("3/4", r"\boxed{0.75}"),
    (r"\frac{3}{4}", r"\boxed{\frac34}"),
    (r"\left( 3, \frac{\pi}{2} \right)", r"\boxed{(3, \pi/2)}"),
    ("$x=5$", r"\boxed{5}"),
    (r"\boxed{204}", r"\boxed{204}"),
    ("x^2+1", r"\boxed{1+x^2}"),
    (r"\$32,348", r"\boxed{32348}"),
    (r"\begin{pmatrix} 1 \\ 2 \end{pmatrix}", r"\boxed{\begin{pmatrix}1\\2\end{pmatrix}}"),
    ("p - q", r"\boxed{p-q}"),
    ("Evelyn", r"\boxed{\text{Evelyn}}"),
    (r"\text{Evelyn}", "**Evelyn**."),
    ("(C)", r"\boxed{\text{C}}"),
    ("Paris", "paris"),
]
WRONG = [
    ("408", "It is 398."),
    ("408", ""),
    ("408", "408 is not it, but 409 is."),
    (r"\left( 3, \frac{\pi}{2} \right)", r"\boxed{3}"),
    ("5", r"\boxed{4}, no: \boxed{5}"),
    ("Evelyn", r"\boxed{nylevE}"),
    ("Paris", "The capital of France is Paris, I think."),
    ("C", r"\boxed{D}"),
]


@pytest.fixture(scope="module")
def grader() -> Iterator[Grader]:
    with Grader(questions([(f"q{number}", gold) for number, (gold, _) in enumerate([*RIGHT, *WRONG])])) as grader:
        yield grader


@pytest.mark.parametrize("number", range(len(RIGHT) + len(WRONG)))
def test_right_and_wrong(grader: Grader, number: int) -> None:
    grade = grader.grade(number, [*RIGHT, *WRONG][number][1])
    assert grade.right is (number < len(RIGHT)), grade


def test_every_right_answer_is_read(grader: Grader) -> None:
    assert grader.unread() == []


def test_a_right_answer_that_cannot_be_read_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    ask = Helper.ask

    def late(helper: Helper, said: dict[str, Any], seconds: float) -> dict[str, Any] | None:
        return None if "9^" in said["gold"] else ask(helper, said, seconds)

    monkeypatch.setattr(Helper, "ask", late)
    with Grader(questions([("q", "4"), ("r", "9^{9^{9^{9^9}}}"), ("s", "word")])) as grader:
        assert grader.unread() == [1]
        assert grader.grade(1, r"\boxed{5}").right is None
        assert grader.grade(0, r"\boxed{4}").right is True


@pytest.mark.parametrize(
    "answer", ["(" * 100_000, "$" * 100_000, r"\frac{" * 20_000, r"\boxed{" * 20_000, "9" * 100_000]
)
def test_whatever_a_model_wrote_comes_to_an_end(grader: Grader, answer: str) -> None:
    assert grader.grade(0, answer).right is False


def test_what_takes_too_long_is_wrong_and_the_next_is_graded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("r1widget.evaluate.grading.SECONDS", 0.2)
    with Grader(questions([("q", "2")])) as grader:
        late = grader.grade(0, r"\boxed{9^{9^{9^{9^9}}}}")
        assert (late.right, late.late) == (False, True)
        monkeypatch.undo()
        assert grader.grade(0, r"\boxed{2}").right is True


@pytest.mark.parametrize(
    ("gold", "words"),
    [
        ("Paris", True),
        ("June 20th", False),
        (r"\text{(C)}", True),
        ("(B)", True),
        ("x", False),
        ("x+1", False),
        ("p - q", False),
        ("", False),
        ("a" * 100_000, False),
        (r"\text{" * 20_000, False),
    ],
)
def test_what_is_words(gold: str, words: bool) -> None:
    assert is_words(gold) is words


def test_reasoning_gym_grades_its_own() -> None:
    pytest.importorskip("reasoning_gym")
    found = questions("gym:chain_sum?size=2&seed=3")
    with Grader(found) as grader:
        right = found.all[1].answer
        assert grader.unread() == []
        assert grader.grade(1, rf"It is $\boxed{{{right}}}$.").right is True
        assert grader.grade(1, f"The answer is {right}.").right is True
        assert grader.grade(1, rf"\boxed{{{right}1}}").right is False
        assert grader.grade(1, "").right is False


HOSTILE = [
    "__import__('os').getcwd()",
    "open('x', 'w')",
    "().__class__.__bases__",
    "[1 for x in (1, 2)]",
    "(lambda: 1)()",
    "f(x)",
]


@pytest.mark.parametrize("source", HOSTILE)
def test_an_answer_is_no_program(source: str) -> None:
    with pytest.raises(ValueError):
        gym_worker.guarded(source)


def test_what_generators_read_with_eval_is_still_read() -> None:
    assert gym_worker.guarded("[[1, 0], ['a', -2]]") == [[1, 0], ["a", -2]]
    with pytest.raises(ValueError):
        gym_worker.guarded(compile("1", "", "eval"))


@pytest.mark.parametrize("name", ["string_insertion", "polynomial_multiplication", "countdown"])
def test_a_generator_that_evaluates_answers_runs_no_program(name: str, tmp_path: Path) -> None:
    """By what they would leave behind: they hand the answer to `eval`, or to sympy, which does."""
    pytest.importorskip("reasoning_gym")
    mark = tmp_path / "ran"
    worker = Path(gym_worker.__file__)
    asked: list[dict[str, Any]] = [{"make": {"name": name, "options": {"size": 1, "seed": 1}}}]
    asked += [
        {"number": 0, "answer": f"open({str(mark)!r}, 'w')"},
        {"number": 0, "answer": f"[open({str(mark)!r}, 'w')]"},
    ]
    text = "".join(json.dumps(each) + "\n" for each in asked)
    done = subprocess.run([sys.executable, "-I", str(worker)], input=text, capture_output=True, text=True, check=True)
    assert len(done.stdout.splitlines()) == 4, done.stdout
    assert not mark.exists()

"""Which answers agree: what they end in, what that is worth, and what a model can write to make it hang."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from r1widget.check.agreement import Agreement, Group, compare
from r1widget.check.agreement.final import final
from r1widget.check.agreement.formula import is_harmless
from r1widget.check.agreement.value import Formula, value_of
from tests.check.forked import Forked


@pytest.fixture(autouse=True)
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """On a busy machine sympy alone takes seconds to import; how long is waited for it is a test of its own."""
    monkeypatch.setattr("r1widget.check.agreement.formula.SECONDS", 60.0)


@pytest.fixture(scope="module")
def forked_once() -> Iterator[Forked]:
    forked = Forked()
    yield forked
    forked.close()


@pytest.fixture
def forked(forked_once: Forked, monkeypatch: pytest.MonkeyPatch) -> None:
    """For a test with many comparisons: their processes needn't import sympy each."""
    if hasattr(os, "fork"):
        of_formulas = SimpleNamespace(run=forked_once.run, TimeoutExpired=subprocess.TimeoutExpired)
        monkeypatch.setattr("r1widget.check.agreement.formula.subprocess", of_formulas)


@pytest.mark.parametrize(
    ("answer", "ending"),
    [
        ("17 × 24 = 408", "408"),
        ("17 × 24 = **408**.", "408"),
        ("17 times 24 is 408.", "408"),
        ("To find it, multiply 17 by 24.\n\n\\[\n\\boxed{408}\n\\]\n\nI hope this helps!", "408"),
        ("First \\boxed{1}, then \\boxed{\\frac{1}{2}}", "\\frac{1}{2}"),
        ("The answer is 408.", "408"),
        ("The final answer is **1,000**. It took 3 steps.", "1,000"),
        ("The answer to the question is therefore 408 km", "408 km"),
        ("The answer is 408, since 17 × 24 = 408.", "408"),
        ("The answer is 17 × 24 = 408.", "408"),
        ("**Answer:** 408", "408"),
        ("### Answer\n\n408", "408"),
        ("Answer: \\[ \\frac{3}{4} \\]", "\\frac{3}{4}"),
        ("Thus \\(17 \\times 24 = 408\\).", "17 \\times 24 = 408"),
        ("So the total is 408. Let me know if you need more!", "408"),
        ("408 apples", "408 apples"),
        ("Therefore, 12.", "12"),
        ("It costs $1,234.50.", "$1,234.50"),
        ("The result is 2.5 × 10^6.", "2.5 × 10^6"),
        ("The answer is −5.", "-5"),
        ("The probability is 1/4.", "1/4"),
        ("25%", "25%"),
        ("It boils at 100 °C.", "100 °C"),
        ("It boils at 100°C!", "100°C"),
        ("He died in 1821.", "1821"),
        ("答案是408", "408"),
        ("答案是：**408**。", "408"),
        ("所以一共有408个苹果。", "408个苹果"),
        ("一共有４０８个。", "408"),
        ("答えは408です。", "408"),
        ("答案是一百二十。", "120"),
        ("It costs 5 million.", "5 million"),
        ("The answer is $5$ cm.", "5\\text{ cm}"),
        ("So x = 5.", "x = 5"),
        ("Either \\boxed{5} or \\boxed{6}.", "5, 6"),
        ("\\boxed{5}, so \\boxed{5}", "5"),
        ("It is \\boxed{5} million.", "5\\text{ million}"),
    ],
)
def test_what_an_answer_ends_in(answer: str, ending: str) -> None:
    assert final(answer) == ending


@pytest.mark.parametrize(
    "answer",
    [
        "Paris.",
        "It takes 3 or 4 days.",
        "The answer is 3 or 4.",
        "The answer is 3 or more.",
        "The answer is not 408.",
        "The answer is 3x.",
        "The answer is 3 + x",
        "The answer is 12:30.",
        "The answer is 5!",
        "The answer is 5 squared.",
        "The answer is 5, 6.",
        "The answer is at least 5.",
        "The answer cannot be 5.",
        "It can be up to 5.",
        "It is half of 10.",
        "It never is 5.",
        "If x is 5.",
        "答案是一样的。",
        "答案是十分明显的。",
        "So x = 3 and y = 4.",
        "So x^2 + y^2 = 1",
        "Napoleon was born in 1769 and died in 1821.",
        "He has type 2 diabetes.",
        "Version 3.11.2 is out.",
        "The year is 2024-05-03",
        "We get 1,2,3",
        "1. a\n2. b",
        "\\boxed{40",
        "\\boxed{}",
    ],
)
def test_what_is_not_clearly_said_is_not_guessed(answer: str) -> None:
    assert final(answer) is None


@pytest.mark.usefixtures("forked")
@pytest.mark.parametrize(
    "same",
    [
        ["1/4", "0.25", "\\frac14", "\\dfrac{1}{4}", "25\\%", "x = 0.25"],
        ["1,000", "1000", "1{,}000", "10^{3}", "\\$1000", "1 000"],
        ["408", "17 \\times 24 = 408", "17\\times24=408", "408\\text{ km}", "408.0", "x = 408"],
        ["3/2", "1\\frac{1}{2}", "1 1/2", "1.5"],
        ["-0.5", "-\\frac{1}{2}", "\\frac{-1}{2}", "−1/2"],
        ["1/3", "0.333333"],
        ["5\\sqrt{2}", "\\sqrt{50}"],
        ["\\frac{\\sqrt{3}}{3}", "\\frac{1}{\\sqrt3}"],
        ["(x+1)^2", "x^2+2x+1"],
        ["x^2+y^2=1", "y^2+x^2=1"],
        ["x^4+x^3+x^2-1", "x^2-1+x^4+x^3"],
        ["3,4", "\\{4,3\\}"],
        ["[1,2]", "1\\le x\\le 2", "x \\in [1,2]"],
        ["\\left(1,2\\right)", "(1, 2)"],
        ["B", "\\text{(B)}", "\\textbf{B}", "(B)"],
        ["\\text{Yes}", "yes"],
        ["2^{1000000}", "2^{1000000}"],
    ],
)
def test_ways_to_write_one_value(same: list[str]) -> None:
    for answers in (same, same[::-1]):
        agreement = compare([f"So it is \\(\\boxed{{{each}}}\\)." for each in answers])
        assert [group.members for group in agreement.groups] == [tuple(range(len(same)))]
        assert agreement.by == "value"


@pytest.mark.usefixtures("forked")
@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("408", "409"),
        ("5", "-5"),
        ("1/3", "0.333"),
        ("25\\%", "25"),
        ("[1,2]", "(1,2)"),
        ("1.5", "15"),
        ("\\sqrt{2}", "1.41"),
        ("x+1", "x-1"),
        ("A", "B"),
        ("12345678901234567890", "12345678901234567891"),
        ("0.0000001", "0.0000002"),
        ("2", "\\text{two}"),
        ("\\{1,2\\}", "\\{1,2,3\\}"),
    ],
)
def test_other_values(one: str, other: str) -> None:
    assert len(compare([f"\\boxed{{{one}}}", f"\\boxed{{{other}}}"]).groups) == 2


PAIRS: dict[str, list[tuple[str, str]]] = json.loads((Path(__file__).parent / "agreement.json").read_text("utf-8"))


@pytest.mark.usefixtures("forked")
@pytest.mark.parametrize("pair", PAIRS["differ"], ids=" | ".join)
def test_pairs_that_differ(pair: list[str]) -> None:
    """To say wrongly that two agree is worse than to miss it: what a number means in doubt isn't guessed."""
    assert len(compare(pair).groups) == 2


@pytest.mark.usefixtures("forked")
@pytest.mark.parametrize("pair", PAIRS["agree"], ids=" | ".join)
def test_pairs_that_agree(pair: list[str]) -> None:
    assert len(compare(pair).groups) == 1


def test_who_says_no_unit_agrees_where_the_others_do() -> None:
    def groups(*answers: str) -> set[tuple[int, ...]]:
        return {group.members for group in compare(answers).groups}

    assert groups("5 cm", "5", "5 centimeters", "\\boxed{5}") == {(0, 1, 2, 3)}
    assert groups("5 cm", "5", "5 m", "It is 5.") == {(0,), (1, 3), (2,)}
    assert groups("5", "It is 5.", "5 m", "5 cm") == {(0, 1), (2,), (3,)}, "whoever comes first"
    assert groups("x = 5", "y = 5", "5") == {(0,), (1,), (2,)}


def test_most_agree() -> None:
    agreement = compare(["17 × 24 = 398", "17 × 24 = 408", "\\boxed{408}", "The answer is 408."])
    assert agreement == Agreement((Group("408", (1, 2, 3)), Group("398", (0,))), "value", 4, ())
    assert str(agreement) == "3 of 4 end in 408"


def test_what_is_shown_can_be_read() -> None:
    agreement = compare(
        ["\\boxed{\\dfrac{1}{4}}", "$\\boxed{\\text{no way}}$", "\\boxed{\\$1{,}000}", "\\boxed{50\\%}"]
    )
    assert [group.value for group in agreement.groups] == ["1/4", "no way", "1,000", "50%"]
    assert str(agreement) == "no two of 4 agree"


def test_texts_are_compared_as_texts() -> None:
    agreement = compare(["Paris", "  **paris**.\n", "Paris, of course.", "Lyon " * 40])
    assert [group.members for group in agreement.groups] == [(0, 1), (2,), (3,)]
    assert agreement.by == agreement.groups[0].by == "text"
    assert str(agreement) == "2 of 4 say the same"
    assert agreement.groups[2].value == ("Lyon " * 40)[:59] + "…"


def test_some_have_a_value_and_some_have_not() -> None:
    agreement = compare(["It is 408.", "I don't know.", "\\boxed{408}", "i don't know", "408"])
    assert agreement.by == "text"
    assert agreement.groups == (Group("408", (0, 2, 4)), Group("I don't know.", (1, 3), "text"))
    assert str(agreement) == "3 of 5 end in 408"


def test_who_has_no_answer_does_not_count() -> None:
    agreement = compare(["", "It is 408.", " \n", "408"])
    assert agreement == Agreement((Group("408", (1, 3)),), "value", 2, (0, 2))
    assert str(agreement) == "2 of 2 end in 408, 2 without an answer"
    assert str(compare(["", ""])) == "2 without an answer"
    assert str(compare([])) == "no answers"
    assert str(compare(["408"])) == "1 answer"


def test_equally_many() -> None:
    assert str(compare(["408", "398", "398", "408"])) == "2 of 4 end in 408, 2 end in 398"


def test_what_takes_too_long_is_not_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    """This one makes sympy compute a number for which no memory is enough, and no other thread goes on meanwhile."""
    monkeypatch.setattr("r1widget.check.agreement.formula.SECONDS", 2.0)
    agreement = compare(["\\boxed{9\\le b+\\log(0.1)}", "\\boxed{x\\le y}", "\\boxed{3}", "\\boxed{3}"])
    assert [group.members for group in agreement.groups] == [(2, 3), (0,), (1,)]


def test_it_works_outside_of_the_main_thread() -> None:
    found: list[Agreement] = []
    thread = threading.Thread(target=lambda: found.append(compare(["\\boxed{5\\sqrt2}", "\\boxed{\\sqrt{50}}"])))
    thread.start()
    thread.join()
    assert str(found[0]) == "2 of 2 end in 5\\sqrt2"


HOSTILE = [
    "9^{9^{9^{9}}}",
    "10^10^10",
    "10^{10^{10}}",
    "((9^{99})^{99})^{99}",
    "((((((((9^9)^9)^9)^9)^9)^9)^9)^9)",
    "9^{999999999}",
    "9^{9999999999999999}",
    "2\\times10^{99999}",
    "9" * 100_000,
    "1/" + "9" * 5000,
    "99999999!",
    "\\binom{9999999}{999999}",
    "\\sum_{i=1}^{99999999} i^{99}",
    "\\prod_{i=1}^{99999999} i",
    "\\int_0^1 e^{x^{9}} dx",
    "(a+b+c+d+e+f+g)^{99}",
    "(a+b+c+d)^9(e+f+g+h)^9(i+j+k+l)^9",
    "(x_1+x_2+x_3+x_4+x_5+x_6+x_7)^9",
    "(" * 100 + "1" + ")" * 100,
    "(" * 8 + "x" + ")" * 8,
    "|" * 100,
    "\\sqrt{" * 30 + "2" + "}" * 30,
    "\\frac{1}{" * 25 + "2" + "}" * 25,
    "\\pm1" * 40,
    "1,2," * 45 + "3",
    "x=" * 90 + "1",
    "\\sin x+\\cos y+\\tan z-\\sin(x+y)\\cos(y+z)\\tan(z+x)-\\frac{\\sin x}{\\cos y}",
    "\\sin(x^9+x)<\\cos(x^3)",
    "x^9+3x^7-\\pi x^5+\\sqrt{x}>\\ln x",
    "\\log_{2}{\\log_{3}{\\log_{4}{99999999999}}}",
    "\\sin(\\pi)\\le 99999999999999999999\\le \\log(a)",
    "9\\le b+\\log(0.1)",
    "\\text{" * 60,
    "{" * 500 + "}" * 500,
    "__import__('os').system('exit 7')",
    "\\text{__import__('os')}",
    "\\input{/etc/passwd}",
    "\x00\ud800\u202e",
]


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="Windows has no such limit")
def test_hostile_endings_neither_hang_nor_fill_the_memory() -> None:
    """In a process with a limit to both; what they are worth doesn't matter."""
    program = (
        "import json, resource, sys\n"
        "from r1widget.check.agreement import compare, formula\n"
        "formula.SECONDS = 1.5\n"
        "resource.setrlimit(resource.RLIMIT_AS, (2 << 30, 2 << 30))\n"
        "hostile = json.load(sys.stdin)\n"
        "for text in hostile:\n"
        "    boxed = [f'\\\\boxed{{{each}}}' for each in (text, f'{text} + 1', f'1 + {text}')]\n"
        "    said = str(compare([*boxed, 'The answer is 1.', text, f'The answer is {text}.', f'= {text}']))\n"
        "    print(len(said), flush=True)\n"
        "print(str(compare([f'\\\\boxed{{{text}}}' for text in hostile])))\n"
    )

    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", program],
        input=json.dumps(HOSTILE),
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    assert len(done.stdout.splitlines()) == len(HOSTILE) + 1


@pytest.mark.parametrize("text", HOSTILE[:15])
def test_what_could_become_large_is_not_computed(text: str) -> None:
    assert not is_harmless(text)
    assert not isinstance(value_of(text).value, Formula)


@pytest.mark.parametrize(
    "unit",
    ["answer is ", "answer ", "= 1 ", "1,", "1 ", "$", "\\boxed{", "is about ", "a. ", "1/2 ", "is 5éa", "é", "$x"],
)
def test_long_answers_take_their_time_once(unit: str) -> None:
    """The suite's own limit of time is the measure."""
    assert compare([f"The answer is 5{unit * 2000}(", f"it is 5{unit * 400}("]).total == 2
    assert compare([unit * (200_000 // len(unit)), unit * (100_000 // len(unit)) + "."]).total == 2

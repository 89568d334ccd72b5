r"""`value_of`, `same`: what the end of an answer is worth, and whether two are worth the same.

Plain numbers are compared here, exactly, and math-verify (which brings sympy, and takes 0.3 s to import) compares the rest:
roots, sets, intervals, equations. What a model wrote is not trusted: math-verify's own limits of time are signals, which
work in the main thread alone and don't interrupt the arithmetic of large numbers. So what could become large isn't parsed (see
`is_harmless`), and what is parsed has a process of its own, and `SECONDS`. All else is compared as it is written.
"""

from __future__ import annotations

import itertools
import json
import re
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from .final import NUMBER, plain

SECONDS = 5.0
"""For all formulas of one comparison."""

PLACES = 6
"""A decimal of so many places agrees with what it is rounded from: 0.333333 and 1/3. As math-verify has it."""


@dataclass(frozen=True)
class Number:
    value: Fraction
    places: int = 0


@dataclass(frozen=True)
class Formula:
    latex: str


@dataclass(frozen=True)
class Text:
    text: str


Value = Number | Formula | Text


def value_of(ending: str) -> Value:
    """What `final` found, for `same`."""
    latex = _tidied(ending)
    latex = re.sub(r"\s*(?:\\(?:text|mathrm|textbf|mbox)\{[^{}]*\}|\^\{?\\circ\}?|\\degree|°)\.?$", "", latex) or latex
    latex = _right_side(latex)
    if number := _number(latex):
        return number
    words = re.sub(r"\\(?:text|mathrm|textbf|mbox|mathbf)\{([^{}]*)\}", r"\1", latex)
    if re.fullmatch(r"[^\W\d_]|[^\W\d_]{2}[\W\d_]*[^\d\\^=+*/<>{}]*|\(\s*[A-Za-z]\s*\)\.?", words):
        return Text(plain(words).strip("() "))
    return Formula(latex) if is_harmless(latex) else Text(plain(ending))


def same(one: Value, other: Value, found: set[frozenset[Value]]) -> bool:
    """Whether they are the same; of formulas it is what `verified` has found."""
    if isinstance(one, Number) and isinstance(other, Number):
        return one.value == other.value or _rounds(one, other) or _rounds(other, one)
    if isinstance(one, Text) or isinstance(other, Text):
        return one == other
    return one == other or frozenset((one, other)) in found


def readable(ending: str) -> str:
    """LaTeX that is a simple number, as people write it; else as it was written."""
    text = _tidied(ending)
    text = re.sub(r"\\(?:text|mathrm|textbf|mbox|mathbf)\{([^{}]*)\}", r"\1", text)
    text = _right_side(text)
    text = re.sub(r"(\d)\\frac", r"\1 \\frac", text)
    return " ".join(re.sub(r"\\frac\{(-?[\d.]+)\}\{([\d.]+)\}", r"\1/\2", text).split())


def is_harmless(latex: str) -> bool:
    """Whether it is short, and nothing in it can become large: no power of a power, no factorial, no long number."""
    if len(latex) > 200 or not set(re.findall(r"\\([A-Za-z]+)", latex)) <= _KNOWN:
        return False
    if re.search(r"\d{21}|!|\*\*|\\\\|[^\x20-\x7eπ∞√×÷·≤≥≠°∪∩±]", latex) or latex.count("\\pm") + latex.count("±") > 1:
        return False
    powers = re.findall(r"\^\s*(?=(.{0,12}))", latex)
    if len(powers) != latex.count("^") or not all(_POWER.match(power) for power in powers):
        return False
    product = 1
    for base, digits in re.findall(r"(\S?)\s*\^\s*\{?-?(\d+)", latex):
        product *= 1 if base.isalpha() and int(digits) < 100 else int(digits)
    names = set(re.findall(r"\\[a-z]{2,}|[A-Za-z](?:_\{?\w+)?", re.sub(r"\\text\{[^{}]*\}", "", latex))) - {
        f"\\{name}" for name in _ACTS
    }
    if len(names) > 4 or (names and product > 12):
        return False  # a sum of many, multiplied out
    depth = deepest = 0
    for sign in re.findall(r"[(\[{)\]}]", latex):
        depth += 1 if sign in "([{" else -1
        deepest = max(deepest, depth)
    return product <= 400 and deepest <= 8


_POWER = re.compile(
    r"-?\d(?!\d)|[A-Za-z](?![A-Za-z])|\\circ|\\prime|\{\s*(?:-?\d{1,3}|-?\d{0,2}[A-Za-z]|\\circ|-?\d/\d|\\frac\{?\d\}?\{?\d\}?)\s*\}"
)
_ACTS = set(
    re.findall(
        r"\w+",
        """frac sqrt pi infty cdot times div pm text mathrm textbf mathbf mathbb quad le leq ge geq ne neq lt gt in cup cap
        emptyset varnothing sin cos tan cot arcsin arccos arctan ln log circ degree""",
    )
)
_KNOWN = _ACTS | set(
    re.findall(r"\w+", "alpha beta gamma delta theta lambda mu phi varphi omega sigma rho tau epsilon")
)


def _tidied(text: str) -> str:
    """One way to write what can be written in several."""
    text = re.sub(
        r"\\[,;:! ]|~|\\displaystyle|\\(?:left|right)(?![a-z])|\\\$|US\$|[$€£¥₹]", " ", text.translate({0x2212: "-"})
    )
    text = text.replace("{,}", ",").replace("\\%", "%").replace("\\dfrac", "\\frac").replace("\\tfrac", "\\frac")
    text = re.sub(r"\\frac\s*(\d)\s*(\d)", r"\\frac{\1}{\2}", text)
    return " ".join(text.split()).rstrip(" .") or text.strip()


def _right_side(latex: str) -> str:
    """`408` of `17 \\times 24 = 408`, `3` of `x = 3`; `x^2 + y^2 = 1` stays whole."""
    *left, right = re.split(r"(?<![<>!])=", latex)
    named = all(
        re.fullmatch(
            r"\s*(?:\\?[A-Za-z]+(?:_\w)?(?:\([A-Za-z]\))?|(?:[^A-Za-z,;<>]|\\(?:times|cdot|div|frac|sqrt)(?![a-z]))+)\s*",
            side,
        )
        for side in left
    )
    return right.strip() if left and named and right.strip() and not re.search(r"[,;<>]", right) else latex


_MAY_BE = re.compile(
    rf"(?P<sign>[-+]?)\s*(?:(?P<whole>\d{{1,20}})\s*(?=\\frac| \d+ ?/))?\s*(?:\\frac\{{(?P<above>{NUMBER})\}}\{{(?P<below>\d+)\}}|"
    rf"(?P<number>{NUMBER})(?:\s*/\s*(?P<under>\d+))?)"
    r"(?:\s*(?:\\times|\\cdot|[×x*])\s*10\s*\^\s*\{?(?P<power>[-+]?\d{1,2})\}?)?\s*(?P<percent>%|percent|per cent)?"
)


def _number(text: str) -> Number | None:
    found = _MAY_BE.fullmatch(text) if len(text) <= 80 else None
    if not found:
        return None
    digits = re.sub(r"[,\s]", "", found["above"] or found["number"])
    value = Fraction(digits)
    below = found["below"] or found["under"]
    if below and not int(below):
        return None
    value = value / int(below or 1) + int(found["whole"] or 0)
    value *= Fraction(10) ** int(found["power"] or 0)
    value = (-value if found["sign"] == "-" else value) / (100 if found["percent"] else 1)
    exact = below or found["power"] or found["percent"]
    return Number(value, 0 if exact else len(digits.partition(".")[2]))


def _rounds(one: Number, other: Number) -> bool:
    return one.places >= PLACES and round(other.value, one.places) == one.value


def _latex(value: Number | Formula) -> str:
    if isinstance(value, Formula):
        return value.latex
    return f"\\frac{{{value.value.numerator}}}{{{value.value.denominator}}}"


def verified(values: Sequence[Value]) -> set[frozenset[Value]]:
    """Which of the values math-verify takes for the same; in a process of its own, and only where there is a formula."""
    known = [value for value in dict.fromkeys(values) if not isinstance(value, Text)]
    pairs = [pair for pair in itertools.combinations(known, 2) if any(isinstance(value, Formula) for value in pair)]
    if not pairs:
        return set()
    command = [sys.executable, "-I", str(Path(__file__).with_name("worker.py"))]
    asked = json.dumps([[_latex(value) for value in pair] for pair in pairs])
    try:
        done = subprocess.run(command, input=asked.encode(), capture_output=True, timeout=SECONDS, check=False)
        said = done.stdout
    except subprocess.TimeoutExpired as late:
        said = late.stdout or b""  # what it found until then
    except OSError:
        said = b""
    return {frozenset(pairs[int(number)]) for number in said.split() if number.isdigit()}

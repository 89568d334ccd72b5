r"""`is_sound`, `verified`: which formulas are the same. math-verify (which brings sympy, and takes 0.3 s to import) compares them.

What a model wrote is not trusted: math-verify's own limits of time are signals, which work in the main thread alone and don't
interrupt the arithmetic of large numbers. So what could become large isn't parsed, and what is parsed has a process of its own,
and `SECONDS`. Nor is it given what it would read otherwise than people do: it leaves out a base (`101_2`), a prime, a degree,
words, and takes an ordered pair for a set.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

SECONDS = 5.0
"""For all formulas of one comparison."""
LONGEST = 200
"""Characters of a formula that is compared."""


def is_sound(latex: str) -> bool:
    """Whether it is short, can't become large, and is nothing but a formula."""
    return is_harmless(latex) and not _MISREAD.search(latex) and bool(re.search(r"[\dA-Za-z]", latex))


def is_harmless(latex: str) -> bool:
    """Whether it is short, and nothing in it can become large: no power of a power, no factorial, no long number."""
    if len(latex) > LONGEST or not set(re.findall(r"\\([A-Za-z]+)", latex)) <= _KNOWN:
        return False
    if re.search(r"\d{21}|!|\*\*|\\\\|[^\x20-\x7eπ∞√×÷·≤≥≠°∪∩±]", latex) or latex.count("\\pm") + latex.count("±") > 1:
        return False
    if re.search(r"\d[eE][-+]?\d", latex):
        return False
    powers = re.findall(r"\^\s*(?=(.{0,12}))", latex)
    if len(powers) != latex.count("^") or not all(_POWER.match(power) for power in powers):
        return False
    product = 1
    for base, digits in re.findall(r"(\S?)\s*\^\s*\{?-?(\d+)", latex):
        product *= 1 if base.isalpha() and int(digits) < 100 else int(digits)
    names = set(re.findall(r"\\[a-z]{2,}|[A-Za-z](?:_\{?\w+)?", latex)) - {f"\\{name}" for name in _ACTS}
    if len(names) > 4 or (names and product > 12):
        return False  # a sum of many, multiplied out
    depth = deepest = 0
    for sign in re.findall(r"[(\[{)\]}]", latex):
        depth += 1 if sign in "([{" else -1
        deepest = max(deepest, depth)
    return product <= 400 and deepest <= 8


_POWER = re.compile(
    r"-?\d(?!\d)|[A-Za-z](?![A-Za-z])|\{\s*(?:-?\d{1,3}|-?\d{0,2}[A-Za-z]|-?\d/\d|\\frac\{?\d\}?\{?\d\}?)\s*\}"
)
_ACTS = set(
    re.findall(
        r"\w+",
        """frac sqrt pi infty cdot times div pm mathbb le leq ge geq ne neq lt gt in cup cap
        emptyset varnothing sin cos tan cot arcsin arccos arctan ln log circ""",
    )
)
_KNOWN = _ACTS | set(
    re.findall(r"\w+", "alpha beta gamma delta theta lambda mu phi varphi omega sigma rho tau epsilon")
)
_MISREAD = re.compile(
    r"""\d\s*_            # a base
    |['"°:;|~$]           # a prime, minutes and seconds, a degree, a ratio
    |\\circ
    |\d\s+\d|\d\s*\\frac  # one number behind another
    |(?<![\\A-Za-z])(?![xyzab]{2,3}(?![A-Za-z]))[A-Za-z]{2,}   # a word
    """,
    re.VERBOSE,
)
_WORD = re.compile(r"\\[A-Za-z]+|[A-Za-z]")


def may_agree(one: str, other: str) -> bool:
    """Whether math-verify is to be asked; not where it would overlook what people don't."""
    if max(len(one), len(other)) > LONGEST:
        return False  # a number of a thousand digits is no formula's value
    if _shape(one) and _shape(other) and _shape(one) != _shape(other):
        return False  # a pair or an interval, and a set; (1, 2, 2) and (1, 2)
    if ("," in one and "," in other) and ("=" in one) != ("=" in other):
        return False
    letters, others = ({letter for letter in _WORD.findall(text) if letter[0] != "\\"} for text in (one, other))
    return letters == others or {letter.lower() for letter in letters} != {letter.lower() for letter in others}


def _shape(latex: str) -> tuple[str, int] | None:
    """Of what is listed: its brackets, and how many there are; a bare list is a set, as `{}` is."""
    text = latex.strip()
    brackets = "{}"
    if found := re.fullmatch(r"(?:[A-Za-z]\s*\\in\s*)?(\\\{|[(\[])(.*)(\\\}|[)\]])", text):
        brackets, text = (found[1] + found[3]).replace("\\", ""), found[2]
    depth, count = 0, 1
    for sign in text:
        depth += {"(": 1, "[": 1, "{": 1, ")": -1, "]": -1, "}": -1}.get(sign, 0)
        if depth < 0:
            return None  # those weren't one pair of brackets
        count += sign == "," and not depth
    return (brackets, count) if count > 1 else None


def verified(formulas: Sequence[tuple[str, str]]) -> set[int]:
    """The numbers of the pairs that math-verify takes for the same; in a process of its own."""
    asked = {number: pair for number, pair in enumerate(formulas) if may_agree(*pair)}
    if not asked:
        return set()
    command = [sys.executable, "-I", str(Path(__file__).with_name("worker.py"))]
    try:
        done = subprocess.run(
            command, input=json.dumps([*asked.values()]).encode(), capture_output=True, timeout=SECONDS, check=False
        )
        said = done.stdout
    except subprocess.TimeoutExpired as late:
        said = late.stdout or b""  # what it found until then
    except OSError:
        said = b""
    numbers = [*asked]
    return {numbers[int(number)] for number in said.split() if number.isdigit()}

"""`value_of`: what the end of an answer is worth, as far as it is a plain number; what else it is, a formula or a text.

Plain numbers are compared here, exactly. Formulas are compared by math-verify: see formula.py. All else is compared as it is
written.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction

from .digits import as_ascii
from .final import CURRENCY, NUMBER, plain
from .formula import is_sound
from .unit import CURRENCIES, unit

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


@dataclass(frozen=True)
class Worth:
    """A value, and what it is the value of, where that is said: `5 km` (a unit), `x = 5` (a name)."""

    value: Value
    unit: str = ""
    name: str = ""


def value_of(ending: str) -> Worth:
    """What `final` found, for `same`."""
    name, latex = _named(_tidied(ending))
    money = re.match(rf"([-+]?)\s*\\?({CURRENCY})\s*", latex)
    bare = f"{money[1]}{latex[money.end() :]}" if money else latex
    currency = CURRENCIES[money[2]] if money else ""
    number, rest = _number(bare)
    if number is not None:
        counted = unit(rest, money=bool(money))
        if counted is not None and (not currency or counted.name in ("", currency) or counted.name.startswith("/")):
            value = Number(number.value * counted.factor, number.places if counted.factor == 1 else 0)
            of = f"{currency}{counted.name}" if counted.name != currency else currency
            return Worth(value, of, name)
    if re.fullmatch(r"[^\W\d_]|[^\W\d_]{2}[\W\d_]*[^\d\\^=+*/<>{}]*|\(\s*[A-Za-z]\s*\)\.?", latex):
        return Worth(Text(plain(latex).strip("() ")))
    core, of = _with_unit(bare)
    if is_sound(core):
        return Worth(Formula(core), currency or of, name)
    return Worth(Text(plain(re.sub(r"([_^])\{(\w)\}", r"\1\2", latex))), name=name)


def same(one: Value, other: Value, found: set[frozenset[Value]]) -> bool:
    """Whether they are the same; of formulas it is what `verified` has found."""
    if isinstance(one, Number) and isinstance(other, Number):
        return one.value == other.value or _rounds(one, other) or _rounds(other, one)
    if isinstance(one, Text) or isinstance(other, Text):
        return one == other
    return one == other or frozenset((one, other)) in found


def as_latex(value: Number | Formula) -> str:
    if isinstance(value, Formula):
        return value.latex
    return f"\\frac{{{value.value.numerator}}}{{{value.value.denominator}}}"


def readable(ending: str) -> str:
    """LaTeX that is a simple number, as people write it; else as it was written."""
    text = re.sub(rf"\\?{CURRENCY}", "", _tidied(ending))
    text = _named(text)[1]
    text = re.sub(r"(\d)\\frac", r"\1 \\frac", text)
    return " ".join(re.sub(r"\\frac\{(-?[\d.]+)\}\{([\d.]+)\}", r"\1/\2", text).split())


_NAMES_OF_TEXT = r"\\(?:text|mathrm|textbf|mbox|mathbf|operatorname)\s*"


def _tidied(text: str) -> str:
    """One way to write what can be written in several. Words are words, whatever they stand in."""
    text = as_ascii(text)
    text = re.sub(rf"{_NAMES_OF_TEXT}\{{([^{{}}]*)\}}", r" \1 ", text)
    text = re.sub(r"\s+\^", "^", text)
    text = re.sub(r"\\[,;:! ]|~|\\displaystyle|\\(?:left|right)(?![a-z])|\\quad", " ", text)
    text = re.sub(r"\s*(?:\^\s*\{?\s*\\circ\s*\}?|\\degree(?![a-z])|\{\}\^\s*\\circ)", "°", text)
    text = text.replace("{,}", ",").replace("\\%", "%").replace("\\$", "$")
    text = re.sub(r"\\[dt]frac", r"\\frac", text)
    text = re.sub(r"\\frac\s*(\d)\s*(\d)", r"\\frac{\1}{\2}", text)
    return " ".join(text.split()).rstrip(" .") or text.strip()


_SIDE = re.compile(
    r"\s*(?:\\?[A-Za-z]+(?:_\w)?(?:\([A-Za-z]\))?|(?:[^A-Za-z,;<>]|\\(?:times|cdot|div|frac|sqrt)(?![a-z]))+)\s*"
)


def _named(latex: str) -> tuple[str, str]:
    """`408` of `17 \\times 24 = 408`; `x` and `3` of `x = 3`; `x^2 + y^2 = 1` stays whole."""
    *left, right = re.split(r"(?<![<>!\\])=", latex)
    if not left or not right.strip() or re.search(r"[,;<>]", right) or not all(map(_SIDE.fullmatch, left)):
        return "", latex
    name = left[0].strip()
    return (name if re.fullmatch(r"\\?[A-Za-z]+(?:_\w)?", name) and len(name.lstrip("\\")) <= 3 else ""), right.strip()


_NUMBER = re.compile(
    rf"(?P<sign>[-+]?)\s*(?:(?P<whole>\d{{1,20}})\s*(?=\\frac| \d+ ?/))?\s*(?:\\frac\{{(?P<above>{NUMBER})\}}\{{(?P<below>\d+)\}}|"
    rf"(?P<number>{NUMBER})(?:\s*/\s*(?P<under>\d+))?)"
    r"(?:\s*(?:\\times|\\cdot|[×x*])\s*10\s*\^\s*\{?(?P<tens>[-+]?\d{1,2})\}?|\s*\^\s*\{?(?P<power>-?\d{1,3})\}?)?"
    r"(?:\s*(?P<percent>%|‰|percent(?![a-z])|per cent))?"
)
_DIGITS = 1000
"""Of a power that is still computed."""


def _number(text: str) -> tuple[Number | None, str]:
    """The number that a text begins with, and the rest of it."""
    found = _NUMBER.match(text) if len(text) <= 200 else None
    rest = text[found.end() :] if found else text
    if not found or re.match(r"\s*[\d,./^_{}\\+*×=<>()\[\]|!-]", rest):
        return None, text
    digits = re.sub(r"[,'\s]", "", found["above"] or found["number"])
    below = int(found["below"] or found["under"] or 1)
    power = int(found["power"] or 1)
    if not below or len(digits) > 100 or (power != 1 and ("e" in digits.lower() or len(digits) * abs(power) > _DIGITS)):
        return None, text
    value = Fraction(digits) / below
    if found["power"]:
        if (found["whole"] or below != 1) or (not value and power < 0):
            return None, text  # whether all of it is raised, the text doesn't say
        value = value**power
    value = (value + int(found["whole"] or 0)) * Fraction(10) ** int(found["tens"] or 0)
    value = (-value if found["sign"] == "-" else value) / {"%": 100, "‰": 1000}.get(
        found["percent"], 100 if found["percent"] else 1
    )
    exact = below != 1 or found["tens"] or found["power"] or found["percent"] or "e" in digits.lower()
    return Number(value, 0 if exact else len(digits.partition(".")[2])), rest


_UNIT_BEHIND = re.compile(r"(?P<core>.*[\d})\]a-zπ])(?P<unit>\s+[^\W\d_]{2}[^\\{}=<>]*|°\s*[CFcf]?)")


_ANGLE = re.compile(r"\\(?:arc)?(?:sin|cos|tan|cot)")


def _with_unit(latex: str) -> tuple[str, str]:
    """A formula, and the unit behind it. What else stands there stays in it, and makes it unsound."""
    found = None if _ANGLE.search(latex) else _UNIT_BEHIND.fullmatch(latex)
    counted = unit(found["unit"]) if found else None
    if not found or counted is None or not counted.name or counted.factor != 1:
        return latex, ""
    return found["core"], counted.name


def _rounds(one: Number, other: Number) -> bool:
    return one.places >= PLACES and round(other.value, one.places) == one.value

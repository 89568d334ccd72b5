"""`unit`: what the words behind a number make of it. `5 million` is 5,000,000; `5 km` and `5 m` aren't the same; and of
`5 squared`, `5 pm` or `5 if n is even` nobody can say here what it is.

What is in no list is a thing that was counted ("5 apples"), and those that are called otherwise are taken for others: to say
wrongly that two answers agree is worse than to miss that they do.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True)
class Unit:
    name: str = ""
    """`km`, `dollar`, `apple`; empty: nothing is said."""
    factor: Fraction = Fraction(1)
    """`5 million`: 1,000,000."""


_MAGNITUDES = {
    "hundred": 10**2,
    "thousand": 10**3,
    "million": 10**6,
    "billion": 10**9,
    "trillion": 10**12,
    "lakh": 10**5,
    "crore": 10**7,
}
_OF_MONEY = {"k": 10**3, "m": 10**6, "mn": 10**6, "b": 10**9, "bn": 10**9, "t": 10**12, "tn": 10**12}
_HAN_MAGNITUDES = {"百": 10**2, "千": 10**3, "万": 10**4, "亿": 10**8}
CURRENCIES = {"$": "dollar", "US$": "dollar", "R$": "real", "€": "euro", "£": "£", "¥": "¥", "₹": "rupee"}

# Words behind a number with which it is another one, or none that can be told.
_CHANGES = set(
    re.findall(
        r"\w+",
        """squared cubed factorial half halves third thirds fourth fourths quarter quarters fifth fifths sixth sixths seventh
        sevenths eighth eighths ninth ninths tenth tenths hundredth hundredths thousandth thousandths millionth millionths
        dozen dozens score scores gross pair pairs couple fold times percentage points pp bps basis more fewer less greater
        larger smaller higher lower above below under over up down before after increase decrease rise drop loss losses gain
        profit debt deficit short negative minus plus bc bce ad ce am pm noon midnight north south east west n e w base binary
        hex hexadecimal octal decimal mod modulo remainder r if when unless depending except or and to until through between
        than power root x st nd rd th recurring repeating hundreds thousands millions billions trillions mil mio mille
        january february march april may june july august september october november december""",
    )
)
_HAN_CHANGES = re.compile("分之|[倍折成半多余几上下或至到点负加减乘除的样]")
_HAN = re.compile("[\u3040-\u30ff\u3400-\u9fff]")
# Behind these nothing is said of what was counted.
_NOTHING = set(
    re.findall(
        r"\w+",
        """left in total altogether remaining all together of for because since as at on by from with which that is are was
        were here now so exactly approximately only units unit per each""",
    )
)
_SAME = {
    "meter": "m",
    "kilometer": "km",
    "centimeter": "cm",
    "millimeter": "mm",
    "gram": "g",
    "kilogram": "kg",
    "milligram": "mg",
    "liter": "l",
    "L": "l",
    "milliliter": "ml",
    "mL": "ml",
    "second": "s",
    "sec": "s",
    "minute": "min",
    "hour": "h",
    "hr": "h",
    "inch": "in",
    "foot": "ft",
    "mile": "mi",
    "yr": "year",
    "usd": "dollar",
    "buck": "dollar",
    "eur": "euro",
    "deg": "degree",
    "rad": "radian",
    "celsius": "°c",
    "fahrenheit": "°f",
    "kelvin": "K",
    "newton": "N",
    "joule": "J",
    "watt": "W",
    "volt": "V",
    "ampere": "A",
    "amp": "A",
    "mph": "mi/h",
    "kph": "km/h",
    "kmh": "km/h",
}
_LETTERS = set("mgshlLNJWVAK")
"""Letters that are a unit where they stand by themselves."""
_TOKEN = re.compile(r"[^\W\d_]+|\^-?\d|[°/.*'\"%‰$€£¥₹-]|\S")
_END = " \t\n.*_”»)]"


def unit(rest: str, *, money: bool = False, prose: bool = False) -> Unit | None:
    """What stands behind a number; None where it makes of it what can't be told: letters right behind it may be factors, but
    for units of two letters or more in `prose`. `money`: a currency stands before it."""
    is_attached = rest[:1] not in (" ", "")
    if rest.lstrip()[:1] in ("!", "'", '"') or re.match(r"\s*\.\.|\s*…", rest):
        return None
    tokens = _TOKEN.findall(rest.strip().rstrip(_END + "!\"'"))
    factor = Fraction(1)
    while tokens and (more := _magnitude(tokens, is_attached, money)):
        factor *= more
        is_attached = False
    if not tokens:
        return Unit("", factor)
    if any(token.lower() in _CHANGES or _HAN_CHANGES.search(token) for token in tokens[:8]):
        return None
    if is_attached and prose and len(tokens[0]) > 1 and _one(tokens[0]) in _UNITS:
        is_attached = False
    name = _name(tokens, is_attached)
    return None if name is None else Unit(name, factor)


def _magnitude(tokens: list[str], is_attached: bool, money: bool) -> int | None:
    """The factor that the words begin with, which is taken away."""
    first = tokens[0]
    if factor := _MAGNITUDES.get(first.lower()) or (money and _OF_MONEY.get(first.lower())):
        del tokens[0]
        return factor
    if first == "k" and is_attached:
        del tokens[0]
        return 10**3
    if first[0] in _HAN_MAGNITUDES and not re.match("千[克米瓦卡赫升]", first):
        tokens[:1] = [first[1:]] if first[1:] else []
        return _HAN_MAGNITUDES[first[0]]
    return None


def _name(tokens: list[str], is_attached: bool) -> str | None:
    """What was counted or measured: the first words, as far as they are one thing."""
    if tokens[0] == "°":
        following = tokens[1].lower() if len(tokens) > 1 else ""
        return (
            "degree" if following in ("", "degree", "degrees") else f"°{following}" if following in ("c", "f") else None
        )
    first = _one(tokens[0])
    if first == "degree" and len(tokens) > 1 and _one(tokens[1]) in ("°c", "°f"):
        return _one(tokens[1])
    if tokens[0] in "$€£¥₹" and len(tokens) == 1:
        return CURRENCIES[tokens[0]]
    if _HAN.match(tokens[0]):
        return re.sub("^个|(?:です|だ|である|吗)$", "", tokens[0]) if len(tokens) == 1 else None
    if not tokens[0].isalpha() or is_attached or (len(tokens[0]) < 3 and first not in _UNITS):
        return None
    if tokens[0].lower() in _NOTHING:
        return _per(tokens) if tokens[0].lower() == "per" else ""
    rest = tokens[1:]
    power = ""
    if first in ("square", "sq", "cubic", "cu"):
        rest = rest[1:] if rest[:1] == ["."] else rest
        if not rest:
            return None
        power, first, rest = ("^2" if first.startswith("sq") else "^3"), _one(rest[0]), rest[1:]
    elif rest and rest[0].startswith("^"):
        power, rest = rest[0], rest[1:]
    below = _per(rest)
    return None if below is None else f"{first}{power}{below}"


def _per(tokens: list[str]) -> str | None:
    """`/h` of `per hour`, `an hour` and `/h`, nothing of other words; None for what isn't understood."""
    first = tokens[0].lower() if tokens else ""
    if first not in ("/", "per", "an", "a"):
        return "" if not first or first.isalpha() else None
    if len(tokens) < 2 or not tokens[1].isalpha():
        return None
    power = tokens[2] if len(tokens) > 2 and tokens[2].startswith("^") else ""
    return f"/{_one(tokens[1])}{power}"


def _one(word: str) -> str:
    """A unit's one name, or a word in the singular."""
    if word in _SAME or word in _LETTERS:
        return _SAME.get(word, word)
    if word in _SHORT:  # mW and MW aren't the same
        return word
    low = re.sub(r"(met|lit)res?$", r"\1er", word.lower())
    low = {"feet": "foot", "inches": "inch", "people": "person", "men": "man", "women": "woman"}.get(low, low)
    if low not in _SAME and len(low) > 2 and low.endswith("s") and not low.endswith("ss"):
        low = re.sub(r"ies$", "y", low) if low.endswith("ies") else re.sub(r"(?<=[sxzh])es$|s$", "", low)
    return _SAME.get(low, low)


_SHORT = set(
    re.findall(
        r"\w+",
        "MB GB KB TB kB Mb Gb kW MW GW mW kV mV mA Hz Pa kJ kN MJ lb oz pt qt yd mi ms ns nm cl dl cc ha rs",
    )
)
_UNITS = _LETTERS | _SHORT | set(_SAME.values())

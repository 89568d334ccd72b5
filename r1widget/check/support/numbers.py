"""`numbers`: numbers by their value, with the unit, percent sign or currency that stands at them: `1,000`, `5 million`, `eight`, `一千`, `$5`.

What a number is worth is agreement's matter, so it is the same here. A unit that isn't said agrees with any: `5` and `5 km`.
What was counted makes no difference (`8 legs`); that is a noun's business.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator

from ..agreement.digits import HAN, han_number
from ..agreement.value import Number, value_of
from .term import Found
from .words import NUMBERS

_CURRENCY = r"(?:US\$|R\$|[$€£¥₹])"
_MAGNITUDE = r"(?:hundred|thousand|million|billion|trillion|lakh|crore)\b|[百千万亿]{1,2}(?![克米瓦卡])"
_UNIT = (
    r"%|‰|percent\b|per ?cent\b|°[ ]?[CF]?\b|°|degrees? (?:Celsius|Fahrenheit)\b|(?:square |cubic |sq\.? )?(?:km|cm|mm|nm|m|mi|ft|kilomet(?:er|re)s?|centimet(?:er|re)s?"
    r"|millimet(?:er|re)s?|met(?:er|re)s?|miles?|feet|foot|inch(?:es)?|yards?)(?:[²³]|\^[23])?(?:/(?:h|s)|(?: per (?:hour|second)))?(?![A-Za-z0-9_/])"
    r"|(?:kg|mg|g|kilograms?|grams?|milligrams?|tons?|tonnes?|pounds?|ounces?|lit(?:er|re)s?|ml|mL|kWh|kW|MW|GW|W|V|Hz|kHz|MHz|GHz|GB|MB|TB|mph|K)\b"
    r"|(?:dollars?|euros?|yuan|yen|rupees?|pesos?|USD|EUR)\b|(?:seconds?|minutes?|hours?|days?|weeks?|months?|years?)\b(?! old)"
    r"|平方公里|平方千米|平方米|公里|千米|厘米|毫米|公斤|千克|[米克吨升]|美元|欧元|人民币|元|摄氏度|度|小时|分钟|秒"
)
_WORDS = "|".join(sorted((word for word in NUMBERS if word not in ("zero", "one")), key=len, reverse=True))
_TENS = "|".join(word for word, value in NUMBERS.items() if value >= 20)
_COUNTED = "[个只条颗位名座所种类张本次部家岁天年人倍分步支首块级层届项]"
_NUMBER = re.compile(
    rf"(?<![A-Za-z0-9_.,$€£¥₹-])(?P<money>{_CURRENCY} ?)?(?P<sign>(?<![^\s(:=\x00])[-−])?"
    rf"(?P<digits>\d{{1,3}}(?:[,'’\u202f\u00a0]\d{{3}})+(?!\d)|\d{{1,60}})(?P<decimal>\.\d{{1,40}})?(?P<power> ?[×x*] ?10\^\{{?-?\d{{1,2}}\}}?)?"
    rf"(?:(?P<space>[ \u00a0-]?)(?P<magnitude>{_MAGNITUDE}))?(?:[ \u00a0-]?(?P<unit>{_UNIT}))?"
    rf"|(?<![A-Za-z0-9_-])(?P<word>(?:{_TENS})[- ](?:one|two|three|four|five|six|seven|eight|nine)|{_WORDS}|(?:a|one)(?= (?:hundred|thousand|million|billion|trillion)\b))"
    rf"(?![A-Za-z0-9_-]*[A-Z]|'|-?teen)(?:[ -](?P<times>hundred|thousand|million|billion|trillion)s?\b(?! of))?(?![A-Za-z0-9_])(?:[ -](?P<unit2>{_UNIT}))?"
    rf"|(?<![{HAN}第几数])(?P<han>[{HAN}]{{2,20}}|[{HAN}](?={_COUNTED}))(?![分几])(?P<unit3>{_UNIT})?",
    re.IGNORECASE,
)
_CAPITAL = re.compile("[ -][A-Z]")
_LISTED = re.compile(r"(?:\A|\n)[ \t>#*_]*\(?\Z")
_NUMBERED = re.compile(
    r"\b(?:steps?|sections?|chapters?|tables?|figures?|fig\.|case|part|option|item|note|line|page|no\.|number|question|#) ?\Z",
    re.IGNORECASE,
)


def numbers(text: str) -> Iterator[Found]:
    for found in _NUMBER.finditer(text):
        if found["han"]:
            yield from _han(found)
        elif found["word"]:
            if found["word"][0].isupper() and _CAPITAL.match(text, found.end()):
                continue  # "The Four Seasons"
            yield from _word(found)
        elif not _is_no_quantity(text, found):
            number = f"{found['sign'] or ''}{found['digits']}{found['decimal'] or ''}{found['power'] or ''}"
            money = found["money"] or ""
            magnitude = f" {found['magnitude']}" if found["magnitude"] else ""
            yield from _of(
                found, number.replace("−", "-").replace("’", "'"), magnitude.lower(), found["unit"] or "", money.strip()
            )


def _is_no_quantity(text: str, found: re.Match[str]) -> bool:
    """A list's mark, a step's number, a version, a time, an ordinal, a part of a word or of a formula."""
    end = found.end()
    behind = text[end : end + 3]
    if re.match(r"[A-Za-z_]|-[A-Za-z]|[.:/]\d", behind) and not found["unit"]:
        return True
    before = text[max(found.start() - 12, 0) : found.start()]
    if (
        behind[:1] in (".", ")", "、")
        and behind[1:2] in (" ", "\t", "*", "")
        and _LISTED.search(before if found.start() > 12 else "\n" + before)
    ):
        return not found["unit"] and len(found["digits"]) < 4
    return bool(_NUMBERED.search(before)) or (before.endswith((":", "/")) and before[-2:-1].isdigit())


def _of(found: re.Match[str], number: str, magnitude: str, unit: str, money: str = "") -> Iterator[Found]:
    worth = _worth(f"{money}{number}{magnitude}", unit)
    if worth is not None:
        value, name = worth
        are, bare = frozenset((f"n:{value}|{name}",)), f"n:{value}|"
        year = {f"d:{value}//"} if not name and value.isdecimal() and len(value) <= 4 else set()
        may = frozenset(({bare} if name else set()) | year)
        yield Found("number", found.start(), found.end(), are, may)


def _word(found: re.Match[str]) -> Iterator[Found]:
    word = found["word"].lower()
    value = sum(NUMBERS["one" if part == "a" else part] for part in re.split("[- ]", word))
    yield from _of(found, str(value), f" {found['times'].lower()}" if found["times"] else "", found["unit2"] or "")


def _han(found: re.Match[str]) -> Iterator[Found]:
    value = han_number(found["han"])
    if value is not None and found["han"] not in ("一", "十分", "千万", "万一"):
        yield from _of(found, str(value), "", found["unit3"] or "")


@functools.lru_cache(20_000)
def _worth(number: str, unit: str) -> tuple[str, str] | None:
    """The value and the unit's one name; None where it is no plain number."""
    unit = _HAN_UNITS.get(unit, unit).strip()
    spaced = unit if unit[:1] in "%‰°" else f" {unit}"
    worth = value_of(f"{number}{spaced}" if unit else number)
    if not isinstance(worth.value, Number):
        worth = value_of(number)
        if not isinstance(worth.value, Number):
            return None
        return str(worth.value.value), unit.lower()
    name = worth.unit
    return str(worth.value.value), name or ("%" if unit[:1] in ("%", "p") else "")


_HAN_UNITS = {
    "公里": "km",
    "千米": "km",
    "米": "m",
    "厘米": "cm",
    "毫米": "mm",
    "公斤": "kg",
    "千克": "kg",
    "克": "g",
    "吨": "ton",
    "升": "l",
    "平方公里": "square km",
    "平方千米": "square km",
    "平方米": "square m",
    "美元": "dollars",
    "欧元": "euros",
    "人民币": "yuan",
    "元": "yuan",
    "摄氏度": "°C",
    "度": "°",
    "小时": "hours",
    "分钟": "minutes",
    "秒": "seconds",
}

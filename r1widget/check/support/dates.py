"""`dates`: days, months, years, decades and centuries, in English and Chinese, by what they are: `12 March 1969`, `1969年3月12日`.

A date holds the coarser ones: who says 12 March 1969 has said 1969, and not the reverse.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..agreement.digits import han_number
from .term import Found
from .words import MONTHS

_NAMES = "|".join(sorted((name.title() for name in MONTHS), key=len, reverse=True))
_DAY = r"[0-3]?\d(?:st|nd|rd|th)?"
_YEAR = r"[12]\d{3}"
_HAN_DIGITS = "〇零一二三四五六七八九"
_DATE = re.compile(
    rf"(?<![A-Za-z0-9_$€£¥.,/-])(?:the )?(?P<iso>(?P<y1>{_YEAR})(?P<sep>[-/.])(?P<m1>[01]?\d)(?P=sep)(?P<d1>[0-3]?\d))(?![\d/-])"
    rf"|(?<![A-Za-z0-9_.,])(?P<d2>{_DAY})(?: day)?(?: of)? (?P<m2>{_NAMES})\b\.?(?:,? (?P<y2>[12]?\d{{3}})(?!\d|,\d))?"
    rf"|\b(?P<m3>{_NAMES})\b\.?(?: (?P<d3>{_DAY})(?![\d%.:]\d|\w)(?:,? (?P<y3>[12]?\d{{3}})(?!\d|,\d))?|,? (?:of )?(?P<y4>{_YEAR})(?!\d))"
    rf"|(?P<before>公元前|西元前|前)?(?:公元|西元)?(?P<y5>\d{{1,4}}|[{_HAN_DIGITS}]{{4}})\s?年(?:\s?(?P<m5>\d{{1,2}}|[一二三四五六七八九十]{{1,2}})\s?月(?:\s?(?P<d5>\d{{1,2}}|[一二三四五六七八九十]{{1,3}})\s?[日号])?)?(?![代级前后来间内的]|左右|以)"
    r"|(?<!\d)(?P<m6>\d{1,2})\s?月\s?(?P<d6>\d{1,2})\s?[日号]"
    r"|(?<![A-Za-z0-9_])(?:the )?(?P<century>\d{1,2})(?:st|nd|rd|th)[ -][Cc]entury(?: (?P<bc0>BCE?))?|(?P<century2>\d{1,2}|[一二三四五六七八九十]{1,3})世纪"
    rf"|(?<![A-Za-z0-9_])(?P<decade>[12]\d{{2}}0)['’]?s\b|(?<!\d)(?P<decade2>(?:[12]\d)?\d0)年代"
    r"|(?<![A-Za-z0-9_$€£¥.,-])(?P<y7>\d{1,4}) ?(?P<era>BCE?|AD|CE|B\.C\.|A\.D\.)(?![A-Za-z0-9_])"
    r"|(?<![A-Za-z0-9_])(?P<era2>AD|A\.D\.) (?P<y8>\d{1,4})(?!\d)"
    rf"|(?<![A-Za-z0-9_$€£¥.,/])(?P<y9>1[1-9]\d{{2}}|20\d{{2}}|10[0-9]{{2}})(?![A-Za-z0-9_%°$€£¥/]|[.,]\d|[ \u00a0]?(?:%|°|[×x*+=^]|km|m|kg|g|cm|mm|mi|miles?|feet|ft|people|million|billion|trillion|percent|dollars|euros|years|meters|metres|kilometers|kilometres|square)\b)"
)


def dates(text: str) -> Iterator[Found]:
    for found in _DATE.finditer(text):
        keys = _keys(found)
        if keys:
            start = found.start() + (4 if found[0].startswith("the ") else 0)
            yield Found("date", start, found.end(), frozenset(keys[:1]), holds=frozenset(keys[1:]))


def _keys(found: re.Match[str]) -> list[str]:
    """The date itself, and the coarser ones that it holds."""
    said = {name: value for name, value in found.groupdict().items() if value}
    if century := said.get("century") or said.get("century2"):
        return [f"century:{'-' if 'bc0' in said else ''}{_whole(century)}"]
    if decade := said.get("decade") or said.get("decade2"):
        return [f"decade:{decade}"]
    year, month, day = (
        next((_whole(said[name]) for name in said if re.fullmatch(rf"{letter}\d", name)), None) for letter in "ymd"
    )
    if "y5" in said and len(said["y5"]) < 3 and "m5" not in said and "公" not in found[0] and "前" not in found[0]:
        return []  # 5年: so many years
    if (month is not None and not 1 <= month <= 12) or (day is not None and not 1 <= day <= 31) or year == 0:
        return []
    if "before" in said or said.get("era", "").startswith("B"):
        year = -(year or 0)
    return _dated(year, month, day)


def _dated(year: int | None, month: int | None, day: int | None) -> list[str]:
    whole = [("" if part is None else str(part)) for part in (year, month, day)]
    keys = [whole, [whole[0], whole[1], ""], [whole[0], "", ""], ["", whole[1], whole[2]]]
    kept = dict.fromkeys(f"d:{'/'.join(each)}" for each in keys if any(each) and not (each[2] and not each[1]))
    return [key for key in kept if key != f"d:/{whole[1]}/"]


def _whole(text: str) -> int:
    if text.casefold() in MONTHS:
        return MONTHS[text.casefold()]
    text = re.sub("(?:st|nd|rd|th)$", "", text)
    if text[0].isdigit():
        return int(text)
    if len(text) == 4:
        return int("".join(str(_HAN_DIGITS.index(sign) - 1 if sign != "〇" else 0) for sign in text))
    return han_number(text) or 0

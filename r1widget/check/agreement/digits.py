"""`as_ascii`: one way to write the numbers that Unicode can write in several. No number is computed here.

`10²` becomes `10^2`, `101₂` becomes `101_2`, `3½` becomes `3 1/2`, `−5` and `－5` become `-5`, `１０` becomes `10`, `1’000`
becomes `1'000`; and `一百二十`, where a number is expected (`han_number`), `120`.
"""

from __future__ import annotations

import re
import unicodedata

PLAIN = {0xFF01 + number: 0x21 + number for number in range(0x5E)} | {
    0x3002: ".",
    0x3000: " ",
    0x2044: "/",
    0x2215: "/",
    0x2019: "'",
    0x2018: "'",
    0x2032: "'",
    0x2033: '"',
    0x00B7: "×",
    0x22C5: "×",
    0x2217: "*",
    0x2212: "-",
    0xFE63: "-",
    0x2052: "-",
}
_RAISED = dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺", "0123456789-+", strict=True))
_LOWERED = dict(zip("₀₁₂₃₄₅₆₇₈₉", "0123456789", strict=True))
_DIGITS = {each: value for value, each in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_TENS = {"十": 10, "百": 100, "千": 1000}
_MYRIADS = {"万": 10**4, "亿": 10**8}
HAN = "".join([*_DIGITS, *_TENS, *_MYRIADS])


def as_ascii(text: str) -> str:
    text = re.sub("[⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺]+", lambda found: "^" + "".join(_RAISED[sign] for sign in found[0]), text)
    text = re.sub("[₀₁₂₃₄₅₆₇₈₉]+", lambda found: "_" + "".join(_LOWERED[sign] for sign in found[0]), text)
    text = re.sub(r"(\d[ ]?)?([\u00bc-\u00be\u2150-\u215e\u2189])", _fraction, text)
    # A dash is a minus before a number that nothing stands before; between two it is a range.
    return re.sub(r"(?<![^\s(:=])[–‑‒](?=[.$€£]?\d)", "-", text.translate(PLAIN))


def _fraction(found: re.Match[str]) -> str:
    above, below = unicodedata.normalize("NFKC", found[2]).split("⁄")
    return f"{found[1].strip()} {above}/{below}" if found[1] else f"{above}/{below}"


def han_number(text: str) -> int | None:
    """What Chinese numerals are, as they are written out: `一百二十`, `三万五千`, `十二`; None for what is none, as `一二` and `十百`."""
    total = part = digit = 0
    above = 10**12  # the unit before, of which the next is a part
    within = 10**4
    pending = False
    for sign in text:
        if sign in _DIGITS:
            if pending and digit:
                return None
            digit, pending = _DIGITS[sign], True
        elif sign in _TENS:
            if _TENS[sign] >= within or (not digit and (part or sign != "十")):
                return None
            within = _TENS[sign]
            part, digit, pending = part + (digit or 1) * within, 0, False
        else:
            if _MYRIADS[sign] >= above or not part + digit:
                return None
            above, within = _MYRIADS[sign], 10**4
            total, part, digit, pending = total + (part + digit) * above, 0, 0, False
    return total + part + digit if text else None

r"""`tokens`: a sentence as numbers, signs and words. Prose, Markdown and LaTeX give the same: `17 × 24`, `17*24`, `17 \times 24`,
`17 times 24` and `17乘以24` are a number, a sign, a number.

Each token keeps its place in the text. What isn't known is a token of its own, `other`: no expression goes across it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Literal

from ..agreement.digits import PLAIN

Sort = Literal[
    "number", "op", "open", "close", "frac", "root", "binom", "fact", "percent", "equal", "says", "about", "unlike",
    "word", "letter", "stop", "other",
]  # fmt: skip
"""`equal`: an equals sign. `says`: "is", "gives", which say more than that. `about`: ≈. `unlike`: ≠, <, →, all else that stands between
two sides. `stop`: a comma, a colon, the end of a formula."""

DIGITS = 400
"""Of a number that is read."""


@dataclass(frozen=True)
class Token:
    sort: Sort
    text: str
    """What it is, in one way to write it: `*` for every sign of multiplication, a word in small letters."""
    start: int
    end: int
    spaced: bool = False
    """Whether something that means nothing stands before it: white space, a dollar sign."""
    value: Fraction = Fraction(0)
    unit: Fraction = Fraction(0)
    """Of a number that has decimals or a power of ten: one in the last place."""
    grouped: bool = False
    """1,000"""
    endless: bool = False
    """0.333…"""


_NUMBER = (
    r"(?:\d{1,3}(?:(?:,|\{,\}|,\\!)\d{3})+(?!\d)(?:\.\d+)?|\d+(?:\.\d+)?|(?<![\w.])\.\d+)(?:[eE][-+]?\d{1,3}(?!\w))?"
)
_RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺"
_COMMANDS: dict[str, tuple[Sort, str]] = {
    **dict.fromkeys(("times", "cdot", "ast"), ("op", "*")),
    "div": ("op", "÷"),
    **dict.fromkeys(("frac", "dfrac", "tfrac", "cfrac"), ("frac", "")),
    **dict.fromkeys(("binom", "dbinom", "tbinom"), ("binom", "")),
    "sqrt": ("root", "sqrt"),
    **dict.fromkeys(("approx", "simeq", "thickapprox", "sim"), ("about", "")),
    **dict.fromkeys(
        [
            "ne",
            "neq",
            "le",
            "leq",
            "ge",
            "geq",
            "lt",
            "gt",
            "ll",
            "gg",
            "equiv",
            "implies",
            "Rightarrow",
            "rightarrow",
            "to",
            "iff",
            "Longrightarrow",
            "mapsto",
        ],
        ("unlike", ""),
    ),
    **dict.fromkeys(("quad", "qquad"), ("stop", "")),
}
_SOFT = {
    *[
        "left",
        "right",
        "big",
        "Big",
        "bigl",
        "bigr",
        "Bigl",
        "Bigr",
        "bigg",
        "Bigg",
        "displaystyle",
        "textstyle",
        "boxed",
        "fbox",
        "mathbf",
        "mathrm",
        "text",
        "textbf",
    ],
    *["textit", "mbox", "bf", "rm", "boldsymbol"],
}
_WORDS: dict[str, tuple[Sort, str]] = {
    "times": ("op", "*"),
    "plus": ("op", "+"),
    "minus": ("op", "-"),
    "multiplied by": ("op", "*"),
    "divided by": ("op", "÷"),
    "squared": ("op", "^2"),
    "cubed": ("op", "^3"),
    "percent": ("percent", ""),
    "per cent": ("percent", ""),
    "equals": ("equal", "="),
    "is equal to": ("equal", "="),
    "equal to": ("equal", "="),
    **dict.fromkeys(("is", "gives", "makes"), ("says", "is")),
    **dict.fromkeys(("is about", "is approximately", "is roughly", "is around", "approximately equals"), ("about", "")),
}
_HAN: dict[str, tuple[Sort, str]] = {
    "乘以": ("op", "*"),
    "除以": ("op", "÷"),
    "加上": ("op", "+"),
    "减去": ("op", "-"),
    "加": ("op", "+"),
    "减": ("op", "-"),
    "乘": ("op", "*"),
    "大约等于": ("about", ""),
    "约等于": ("about", ""),
    "等于": ("equal", "="),
}
_SIGNS: dict[str, tuple[Sort, str]] = {
    **dict.fromkeys("×✕✖*∙•", ("op", "*")),
    "/": ("op", "/"),
    "÷": ("op", "÷"),
    **dict.fromkeys("+＋", ("op", "+")),
    **dict.fromkeys("-–‒—", ("op", "-")),
    "^": ("op", "^"),
    "**": ("op", "^"),
    "√": ("root", "√"),
    "!": ("fact", "!"),
    "%": ("percent", ""),
    **dict.fromkeys(("=", "=="), ("equal", "=")),
    **dict.fromkeys("≈≃≅~∼", ("about", "")),
    **dict.fromkeys(("≠", "<", ">", "≤", "≥", "≡", "→", "⇒", "=>", "->", "<=", ">=", "!=", ":=", "⟹", "∝"), ("unlike", "")),
    **dict.fromkeys("([{", ("open", "(")),
    **dict.fromkeys(")]}", ("close", ")")),
    **dict.fromkeys(",;:|.?\n&", ("stop", "")),
}  # fmt: skip

_TOKEN = re.compile(
    rf"""(?P<soft>[ \t\r]+|\$|\\[,;:! ]|~(?=\\)|\\[()]|\*\*(?![\d(-])|(?<![\d)])\*\*|_(?=_)|(?<=_)_|\*(?=[.,;:!?\n]|$))
    |(?P<stop>\\[\[\]]|\\\\)
    |(?P<money>\\\$)
    |(?P<part>\\%)
    |\\(?P<command>[A-Za-z]+)
    |(?P<number>{_NUMBER})
    |(?P<raised>[{_RAISED}]+)
    |(?P<vulgar>[\u00bc-\u00be\u2150-\u215e])
    |(?P<cross>(?<=[\d)\s])[xX](?=\s?[\d(]))
    |(?P<phrase>(?i:multiplied\ by|divided\ by|is\ equal\ to|equal\ to|per\ cent|is\ about|is\ approximately|is\ roughly|is\ around
      |approximately\ equals)(?!\w))
    |(?P<han>{"|".join(_HAN)})
    |(?P<word>[^\W\d_\u3040-\u30ff\u3400-\u9fff{_RAISED}\u00bc-\u00be\u2150-\u215e]+(?:['-][^\W\d_\u3040-\u30ff\u3400-\u9fff{_RAISED}\u00bc-\u00be\u2150-\u215e]+)*(?P<index>[\d_]\w*)?)
    |(?P<ideographs>[\u3040-\u30ff\u3400-\u9fff]+?(?={"|".join(_HAN)}|[^\u3040-\u30ff\u3400-\u9fff]|$))
    |(?P<sign>\*\*|=>|->|<=|>=|!=|:=|==|[\d_]\w*|[^\s])
    |(?P<line>\n)""",
    re.VERBOSE,
)
_ENDLESS = re.compile(r"\.\.\.?|…|\\l?dots(?![a-z])")
_SHORT_FRAC = re.compile(r"\s*(\d)\s*(?=(\d|\{))")
_TEXT = re.compile(r"\\(?:text|mathrm|mbox|textbf|rm)\s*\{([^{}\d]{0,60})\}")
_ATTACHED = re.compile(r"\.\d|/\d\d?/(?:\d\d){1,2}(?!\d)|,\d|:\d{1,2}(?!\d)|_")


def tokens(text: str) -> list[Token]:
    """All of them, in order."""
    found = [*_read(text.translate(_ONE_FOR_ONE))]
    for at, token in enumerate(found):
        if token.text == "of" and _is_share(found, at):
            found[at] = replace(token, sort="op", text="*")
    return found


def _is_share(found: list[Token], at: int) -> bool:
    """`15% of 80`, `1/3 of 12`"""
    sorts = [token.sort for token in found[max(0, at - 3) : at + 2]]
    if len(sorts) < 3 or sorts[-1] not in ("number", "open", "frac"):
        return False
    return sorts[-3] == "percent" or (sorts[:3] == ["number", "op", "number"] and found[at - 2].text == "/")


_ONE_FOR_ONE = {sign: plain for sign, plain in PLAIN.items() if sign != 0x3002} | {0x3002: "\n", 0xFF0C: ";"}
"""What Unicode writes in several ways, at its place. A full stop of Chinese ends what it stands behind."""


def _read(text: str) -> Iterator[Token]:
    at, spaced = 0, True
    while at < len(text):
        found = _TOKEN.match(text, at)
        if found is None:
            spaced, at = True, at + 1
            continue
        kind, start, at = found.lastgroup or "", at, found.end()
        if kind == "index":
            kind = "word"
        if kind == "soft" or (kind == "money"):
            spaced = True
            continue
        if kind == "command":
            words = _TEXT.match(text, start)
            if words:
                at = words.end()
                if words[1].strip():
                    yield Token("word", words[1].strip().lower(), start, at, True)
                spaced = True
                continue
            if found["command"] in _SOFT:
                spaced = spaced or found["command"] not in ("left", "right")
                continue
            sort, sign = _COMMANDS.get(found["command"], ("letter", found["command"]))
            yield Token(sort, sign, start, at, spaced)
            short = _SHORT_FRAC.match(text, at) if sort in ("frac", "binom") else None
            if short:  # \frac12, \frac1{2}
                yield from _digit(short[1], short.start(1))
                at = short.end()
                if short[2] != "{":
                    yield from _digit(short[2], short.start(2))
                    at = short.end(2)
        elif kind == "number":
            yield (number := _number(found, text, start, spaced))
            at = number.end
        else:
            yield from _other(found, kind, start, spaced)
        spaced = False


def _other(found: re.Match[str], kind: str, start: int, spaced: bool) -> Iterator[Token]:
    text, end = found[0], found.end()
    if kind == "raised":
        yield Token("op", "^", start, start, False)
        digits = unicodedata.normalize("NFKC", text).replace("−", "-")
        if re.fullmatch(r"[-+]?\d{1,20}", digits):
            yield Token("number", digits, start, end, False, Fraction(digits))
        else:
            yield Token("other", text, start, end)
    elif kind == "vulgar":
        above, below = unicodedata.normalize("NFKC", text).split("⁄")
        yield Token("frac", text, start, start, spaced)
        yield from _digit(above, start, start)
        yield from _digit(below, start, end)
    elif kind == "cross":
        yield Token("op", "*", start, end, spaced)
    elif kind == "part":
        yield Token("percent", "", start, end, spaced)
    elif kind == "phrase":
        yield Token(*_WORDS[text.lower()], start, end, spaced)
    elif kind == "han":
        yield Token(*_HAN[text], start, end, spaced)
    elif kind in ("word", "ideographs"):
        word = text.lower()
        if word in _WORDS:
            yield Token(*_WORDS[word], start, end, spaced)
        elif word in ("sqrt", "c") and found.string[end : end + 1] == "(":
            yield Token("root" if word == "sqrt" else "letter", word, start, end, spaced)
        elif found["index"] or (len(word) == 1 and kind == "word" and not _is_article(found, spaced)):
            yield Token("letter", text, start, end, spaced)
        else:
            yield Token("word", word, start, end, spaced)
    elif kind in ("line", "stop"):
        yield Token("stop", text, start, end, spaced)
    else:
        sort, sign = _SIGNS.get(text, ("stop" if unicodedata.category(text[0]) in ("So", "Mn") else "other", text))
        yield Token(sort, sign or text, start, end, spaced)


def _is_article(found: re.Match[str], spaced: bool) -> bool:
    """`a` and `I` between words; no name of a number."""
    return (
        found[0] in "aAI"
        and spaced
        and re.match(r" [A-Za-z\d]", found.string[found.end() : found.end() + 2]) is not None
    )


def _number(found: re.Match[str], text: str, start: int, spaced: bool) -> Token:
    written, end = found[0], found.end()
    digits = re.sub(r"[,{}\\!]", "", written)
    before = text[start - 1 : start]
    goes_on = before in (".", ",", "'") or (before == ":" and len(digits) < 3)
    within = before == "_" or (goes_on and text[max(0, start - 2) : start - 1].isdigit())
    if len(digits) > DIGITS or within or _ATTACHED.match(text, end):
        return Token("other", written, start, end, spaced)  # of a time, a ratio, a version; what has another base
    value = Fraction(digits)
    mantissa, _, exponent = digits.lower().partition("e")
    places = len(mantissa.partition(".")[2])
    unit = Fraction(10) ** (int(exponent or 0) - places) if places or exponent else Fraction(0)
    endless = _ENDLESS.match(text, end) if places else None
    if endless:
        end = endless.end()
    return Token("number", digits, start, end, spaced, value, unit, "," in written, endless is not None)


def _digit(digit: str, start: int, end: int | None = None) -> Iterator[Token]:
    end = start + 1 if end is None else end
    yield Token("open", "(", start, start)
    yield Token("number", digit, start, end, False, Fraction(int(digit)))
    yield Token("close", ")", end, end)

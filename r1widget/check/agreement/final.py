r"""`final`: what an answer ends in, as it was written. By its surface: nothing is computed here, see value.py.

The number or formula behind "the answer is", or the one that the last sentence ends in, behind an equals sign or a word such as
"is", with what stands behind it: `408 km`. (What is in a `\boxed{}` comes first: boxed.py.) Whatever isn't clearly said so isn't
guessed: "It takes 3 or 4 days" ends in no value.
"""

from __future__ import annotations

import collections
import re

from .boxed import boxed
from .digits import HAN, as_ascii, han_number
from .unit import unit

LOOKED_AT = 2000
"""Characters at the end of an answer that can hold its ending."""

NUMBER = r"(?:[-+]?(?:\d{1,3}(?:[,'\u00a0\u2009\u202f ]\d{3})+(?!\d)|\d+)(?:\.\d+)?|[-+]?\.\d+)(?:[eE][-+]?\d{1,3}(?![A-Za-z\d]))?"
CURRENCY = r"(?:US\$|R\$|[$€£¥₹])"
QUANTITY = (
    rf"(?:[-+]?{CURRENCY})?[ ]?(?:[-+]?\d+ \d+/\d+|{NUMBER}(?:[ ]?/[ ]?\d+)?)(?:[ ]?[×x*][ ]?10\^[-+]?\d+|\^-?\d+|_\d+|[ ]?π)?"
    r"(?:[ ]?(?:[%‰]|percent\b|per cent\b))?"
)
_FORMULA = r"\$\$[^$]{1,200}\$\$|\$[^$\n]{1,200}\$|\\\([^\n]{1,200}?\\\)|\\\[.{1,200}?\\\]"
_ABOUT = r"(?:\s*(?:approximately|about|around|roughly|exactly|simply|just|only|therefore|thus|then|indeed|a total of|≈|~|约|大约|一共|总共)\b)*\s*"
_IT = rf"(?P<it>{_FORMULA}|{QUANTITY}|[{HAN}]+)"
_REST = r"(?P<rest>(?:[^\d=<>()+\n^]|\^-?\d(?!\d)){0,60})"

_CUE = re.compile(
    r"(?:\banswers?\b|\bresults?\b|\bsolution\b|\bAntwort\b|\brespuesta\b|\bréponse\b|\bresposta\b|答案|结果|答え|정답)"
    r"(?:[^\d\n.!?$\\]){0,60}?(?:\bis\b|\bare\b|\bist\b|\bes\b|\best\b|\bé\b|:|=|是|为|は|은)"
    rf"{_ABOUT}{_IT}(?!\d|[.,:/]\d)(?P<rest>[^\n]{{0,200}})",
    re.IGNORECASE | re.DOTALL,
)
_HEADED = re.compile(rf"\banswer:?\s*\n+\s*{_IT}{_REST}$", re.IGNORECASE | re.DOTALL)
_SAID = re.compile(
    r"(?:[=≈]|是|为|等于|得到?|共有?|有|答え?は|\b(?:is|are|was|were|be|equals?|gives?|makes?|has|have|costs?|takes?|totals?|get"
    r"|(?:equal|comes|amounts|sums|adds up) to|ist|es|est|that's|it's)\b)"
    rf"{_ABOUT}{_IT}{_REST}$",
    re.IGNORECASE,
)
_PLACED = re.compile(rf"\b(?:at|in){_ABOUT}{_IT}{_REST}$", re.IGNORECASE)
_ALONE = re.compile(rf"^(?:so|thus|therefore|hence)?,?{_ABOUT}{_IT}{_REST}$", re.IGNORECASE | re.DOTALL)
_POLITE = re.compile(r"^(?:i hope|hope this|let me know|feel free|if you)\b", re.IGNORECASE)
_DENIED = re.compile(
    r"\b(?:not|never|no|cannot|neither|nor|hardly|if|suppose|assum\w+|either)\b|n['’]t\b|不|没|非|如果", re.IGNORECASE
)
_CLAUSE = re.compile(r"[.!?,;:]\s|\n|\b(?:so|thus|hence|therefore|but|because|since)\b|[，。；所]", re.IGNORECASE)
_COUNTED = re.compile("[个元块米公千厘克岁天小秒度人次只本颗张条瓶斤吨升辆]|分钟|$")
_MORE = re.compile(r"\s*[,;、]\s*(?:and\b|or\b|和|或)?\s*(?:[-+]?[\d$€£¥₹.]|\\[(\[]|[A-Za-z]\w?\s*=)")
_SHORT = 200
"""An answer in which "in 1821" at the end is likely what was asked."""
_WORDS = 4
"""Behind a number that a sentence ends in."""


def final(answer: str) -> str | None:
    """What the answer ends in: LaTeX, or a number as people write them; None where it doesn't clearly say."""
    box = boxed(answer)
    if box is not None:
        return box
    text = _bare(answer[-LOOKED_AT:])
    if (cue := _last(_CUE, text)) and (said := _answered(cue, text)) is not None:
        return said
    if found := _HEADED.search(text):
        return _ending(found["it"], found["rest"], "")
    sentence = _last_sentence(text)
    short = len(answer.strip()) <= _SHORT
    tries = [(_ALONE, text)] if short else []
    tries += [(_SAID, sentence), (_ALONE, sentence)] + ([(_PLACED, sentence)] if short else [])
    for pattern, said_in in tries:
        found = pattern.search(said_in)
        if found and _decides(said_in[: found.start("it")], pattern) and _is_short(found["rest"]):
            return _ending(found["it"], found["rest"], said_in[: found.start("it")])
    return None


def _last(pattern: re.Pattern[str], text: str) -> re.Match[str] | None:
    return next(iter(collections.deque(pattern.finditer(text), maxlen=1)), None)


def _answered(cue: re.Match[str], text: str) -> str | None:
    """What "the answer is" says, where that is one thing."""
    rest = cue["rest"]
    if rest[:1] == "!" or _MORE.match(rest) or _is_denied(text[: cue.start("it")]):
        return None
    piece = re.split(r"[.!?](?=\s|$)|,|;", rest)[0]
    return None if re.search(r"[=+(]|(?<!\^)(?<!\^-)\d", piece) else _ending(cue["it"], piece, text[: cue.start("it")])


def _ending(it: str, rest: str, before: str) -> str | None:
    """A number or a formula, with what stands behind it, and its name; None where that makes of it what can't be told."""
    if it[0] in HAN:
        number = han_number(it)
        if number is None or not _COUNTED.match(rest.strip(" .!*")):
            return None
        it = str(number)
    money = bool(re.match(rf"[-+]?{CURRENCY}", it))
    counted = unit(rest, money=money, prose=True)
    if counted is None:
        return None
    formula = _side(it)
    if counted.name or counted.factor != 1:
        words = rest.rstrip(" \t\n.!*_\"'”»)")
        if unit(rest, money=money) is None:
            words = f" {words}"  # "5cm", which LaTeX would take for a product
        formula = f"{formula}{words}" if formula == it.strip() else f"{formula}\\text{{{words}}}"
    name = re.search(r"(?<![A-Za-z])([A-Za-z])\s*=\s*$", before)
    return f"{name[1]} = {formula}" if name else formula


def _is_short(rest: str) -> bool:
    return len(re.findall(r"[^\W\d_]+", rest)) <= _WORDS


def _decides(before: str, pattern: re.Pattern[str]) -> bool:
    """Whether the rest of the sentence leaves no doubt: no denial, no second equation, no equation of a curve, no second year."""
    if _is_denied(before):
        return False
    if pattern is _PLACED:
        return not re.search(r"\d", before)
    if not before.rstrip().endswith("="):
        return True
    return not re.search(r"=.*(?:,|;|\band\b|\bor\b|和|或)|[A-Za-z]\s*(?:\^|[-+*/]\s*\w)|\d[xyz]\b", before)


def _is_denied(before: str) -> bool:
    """Whether the clause says that it isn't so, or what would be if it were."""
    return bool(_DENIED.search(_CLAUSE.split(before[-_SHORT:])[-1]))


def plain(text: str) -> str:
    """The text for comparing: without emphasis, case, and the punctuation at its end; any white space is one space."""
    words = " ".join(_bare(text).casefold().split()).rstrip(" .?…")
    return re.sub(r"(?<=[^\W\d_]{2})[ .!?…]+$", "", words)  # of `n!` the sign is no punctuation


def _bare(text: str) -> str:
    text = re.sub(r"(\*\*|__|`)!", r"\1.", text)  # bold, and an exclamation: no factorial
    return re.sub(r"(?<!\w)(?:\*\*|__)|(?:\*\*|__)(?!\w)|`", "", as_ascii(text)).strip()


def _last_sentence(text: str) -> str:
    sentences = re.split(r"(?<!\d)[.!?](?=\s|$)|(?<=\d)[.?](?=\s+\S)|\n|(?<=[^\x00-\x7f])\.", text)
    said = (sentence.strip() for sentence in reversed(sentences) if re.search(r"\w", sentence))
    return next((sentence for sentence in said if not _POLITE.search(sentence)), "")


def _side(it: str) -> str:
    """A formula without its delimiters."""
    for opening, closing in (("$$", "$$"), ("\\(", "\\)"), ("\\[", "\\]"), ("$", "$")):
        if it.startswith(opening) and it.endswith(closing) and len(it) > len(opening) + len(closing):
            return it[len(opening) : -len(closing)].strip()
    return it.strip()

r"""`final`: what an answer ends in, as it was written. By its surface: nothing is computed here, see value.py.

The last `\boxed{}`; else the number or formula behind "the answer is"; else the one that the last sentence ends in, behind an
equals sign or a word such as "is". Whatever isn't clearly said so isn't guessed: "It takes 3 or 4 days" ends in no value.
"""

from __future__ import annotations

import re

LOOKED_AT = 2000
"""Characters at the end of an answer that can hold its ending."""

_WIDE = {0xFF01 + number: 0x21 + number for number in range(0x5E)} | {0x3002: ".", 0x2212: "-", 0x3000: " "}

NUMBER = r"[-+]?(?:\d{1,3}(?:[,\u00a0\u2009\u202f ]\d{3})+(?!\d)|\d+)(?:\.\d+)?|[-+]?\.\d+"
QUANTITY = (
    r"(?:US\$|R\$|[$€£¥₹])?[ ]?"
    rf"(?:[-+]?\d+ \d+/\d+|(?:{NUMBER})(?:[ ]?/[ ]?\d+)?)"
    r"(?:[ ]?[×x*][ ]?10\^[-+]?\d+)?(?:[ ]?(?:%|percent\b|per cent\b))?"
)
_FORMULA = r"\$\$[^$]{1,200}\$\$|\$[^$\n]{1,200}\$|\\\([^\n]{1,200}?\\\)|\\\[.{1,200}?\\\]"
_ABOUT = r"(?:\s*(?:approximately|about|around|roughly|exactly|simply|just|only|therefore|thus|then|indeed|a total of|≈|~|约|大约|一共|总共)\b)*\s*"
_NOT_A_UNIT = r"(?!(?:[abnxyz]|or|and|to|plus|minus|times)\b|或|到|至)"
_UNIT = rf"(?:[%°]?{_NOT_A_UNIT}[^\W\d_][^\d\s=<>()+^]*|[%°])"
_END = rf"(?:[ ]?{_UNIT}(?:[ ]{_UNIT}){{0,2}})?[\s.!*_\"'”»]*"

_CUE = re.compile(
    r"(?:\banswers?\b|\bresults?\b|\bsolution\b|\bAntwort\b|\brespuesta\b|\bréponse\b|\bresposta\b|答案|结果|答え|정답)"
    r"(?:(?!\bnot\b|n't|不)[^\d\n.!?$\\]){0,60}?(?:\bis\b|\bare\b|\bist\b|\bes\b|\best\b|\bé\b|:|=|是|为|は|은)"
    rf"{_ABOUT}(?P<it>{_FORMULA}|{QUANTITY})(?!\d|[.,:/]\d)(?P<rest>[^\n]{{0,200}})",
    re.IGNORECASE | re.DOTALL,
)
_HEADED = re.compile(rf"\banswer:?\s*\n+\s*(?P<it>{_FORMULA}|{QUANTITY}){_END}$", re.IGNORECASE | re.DOTALL)
_SAID = re.compile(
    r"(?:[=≈]|是|为|等于|得到?|共有?|有|答え?は|\b(?:is|are|was|were|be|equals?|gives?|makes?|has|have|costs?|takes?|totals?|get|ist|es|est"
    rf"|that's|it's)\b){_ABOUT}(?P<it>{_FORMULA}|{QUANTITY}){_END}$",
    re.IGNORECASE,
)
_PLACED = re.compile(rf"\b(?:at|in|of|to|by){_ABOUT}(?P<it>{QUANTITY}){_END}$", re.IGNORECASE)
_ALONE = re.compile(
    rf"^(?:so|thus|therefore|hence)?,?{_ABOUT}(?P<it>{_FORMULA}|{QUANTITY}){_END}$", re.IGNORECASE | re.DOTALL
)
_POLITE = re.compile(r"^(?:i hope|hope this|let me know|feel free|if you)\b", re.IGNORECASE)
_SHORT = 200
"""An answer in which "in 1821" at the end is likely what was asked."""


def final(answer: str) -> str | None:
    """What the answer ends in: LaTeX, or a number as people write them; None where it doesn't clearly say."""
    box = boxed(answer)
    if box is not None:
        return box
    text = _bare(answer[-LOOKED_AT:])
    for cue in list(_CUE.finditer(text))[-1:]:
        rest = re.split(r"[.!?](?=\s|$)|,|;", cue["rest"])[0].strip()
        if re.fullmatch(rf"{_NOT_A_UNIT}[^\d=^+(]*", rest):
            return _side(cue["it"])
    if found := _HEADED.search(text):
        return _side(found["it"])
    sentence = _last_sentence(text)
    short = len(answer.strip()) <= _SHORT
    tries = [(_ALONE, text)] if short else []
    tries += [(_SAID, sentence), (_ALONE, sentence)] + ([(_PLACED, sentence)] if short else [])
    for pattern, said in tries:
        found = pattern.search(said)
        if found and _decides(said[: found.start("it")], pattern):
            return _side(found["it"])
    return None


def _decides(before: str, pattern: re.Pattern[str]) -> bool:
    """Whether the rest of the sentence leaves no doubt: no second equation, no equation of a curve, no second year."""
    if pattern is _PLACED:
        return not re.search(r"\d", before)
    if not before.rstrip().endswith("="):
        return True
    return not re.search(r"=.*(?:,|;|\band\b|\bor\b|和|或)|[A-Za-z]\s*(?:\^|[-+*/]\s*\w)|\d[xyz]\b", before)


def boxed(answer: str) -> str | None:
    r"""What stands in the last `\boxed{}`; None without one that is closed and holds something."""
    at = max(answer.rfind("\\boxed{"), answer.rfind("\\fbox{"))
    if at < 0:
        return None
    begin = answer.index("{", at) + 1
    depth = 1
    for found in re.finditer(r"\\.|[{}]", answer[begin : begin + LOOKED_AT], re.DOTALL):
        depth += {"{": 1, "}": -1}.get(found[0], 0)
        if not depth:
            return answer[begin : begin + found.start()].strip() or None
    return None


def plain(text: str) -> str:
    """The text for comparing: without emphasis, case, and the punctuation at its end; any white space is one space."""
    return " ".join(_bare(text).casefold().split()).rstrip(" .!?…")


def _bare(text: str) -> str:
    return re.sub(r"\*\*|__|`", "", text.translate(_WIDE)).strip()


def _last_sentence(text: str) -> str:
    sentences = re.split(r"(?<!\d)[.!?](?=\s|$)|(?<=\d)[.!?](?=\s+\S)|\n|(?<=[^\x00-\x7f])\.", text)
    said = (sentence.strip() for sentence in reversed(sentences) if re.search(r"\w", sentence))
    return next((sentence for sentence in said if not _POLITE.search(sentence)), "")


def _side(it: str) -> str:
    """A formula without its delimiters."""
    for opening, closing in (("$$", "$$"), ("\\(", "\\)"), ("\\[", "\\]"), ("$", "$")):
        if it.startswith(opening) and it.endswith(closing) and len(it) > len(opening) + len(closing):
            return it[len(opening) : -len(closing)].strip()
    return it.strip()

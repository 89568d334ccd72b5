"""`is_supposed`: whether an equation is only supposed, asked, denied or cited. By the words around it: when in doubt, it is."""

from __future__ import annotations

import re

REACH = 160
"""Characters before and behind an equation that are looked at."""

_CLAUSE = re.compile(
    r"[.!?,;\n]\s|:|\b(?:then|so|thus|hence|therefore|because|since|but)\b|[，。；：所则那]", re.IGNORECASE
)
_SUPPOSED = re.compile(
    r"\b(?:if(?! (?:I|we|you) (?:compute|calculate|add|multiply|subtract|divide|take|do|write|sum|use|plug)\b)|suppos\w+|assum\w+|imagin\w+|pretend\w*|let(?!['’]?s?\s+(?:me|us|see)\b|['’]s)|say|what if|whether|unless|maybe|perhaps"
    r"|possibly|might|could|would|should|hypothe\w+|wrong(?:ly)?|mistaken(?:ly)?|incorrect(?:ly)?|instead of|not|never|no longer|isn['’]t|aren['’]t|doesn['’]t"
    r"|don['’]t|didn['’]t|wasn['’]t|cannot|can['’]t|won['’]t|claims?|claimed|supposedly|expected?|need(?:s|ed)?(?: to)?|want(?:s|ed)?(?: to)?|trying|is it)\b"
    r"|假设|假如|如果|若|设|是否|不是|不等|并非|也许|可能|应该",
    re.IGNORECASE,
)
_DENIED = re.compile(
    r"[\s,;:.!()*→=>-]{0,8}(?:(?:but |and |which |that |this |it |that['’]s |it['’]s )*(?:is|are|would be|can['’]t be|cannot be|seems|was)?\s*"
    r"(?:not (?:true|right|correct|possible|valid|equal|the case|good|an integer|what)|isn['’]t|doesn['’]t|does not|false\b|wrong\b|incorrect\b|impossible|invalid|a contradiction"
    r"|contradict\w*|no[.,!)]|nope|never)|[✗❌✘]|不对|不成立|错误|矛盾)",
    re.IGNORECASE,
)
_WAIT = re.compile(r"\bwait\b|\boops\b|\bhmm\b|等等|等一下", re.IGNORECASE)
_QUOTED = re.compile(
    r"\"[^\"\n]{1,300}\"|“[^”\n]{1,300}”|「[^」\n]{1,300}」|『[^』\n]{1,300}』|«[^»\n]{1,300}»|‘[^’\n]{1,300}’"
)
_ABOUT = re.compile(
    r"\b(?:about|approx\w*|around|roughly|nearly|almost|round(?:s|ed|ing)?|decimals?|significant|estimat\w+|close to|truncat\w+)\b|约|近似|左右|四舍五入|≈|\\approx",
    re.IGNORECASE,
)
_OPERATION = re.compile(
    r"\boperation\b|运算|\b[Dd]efin\w+[^.\n]{0,80}?[A-Za-z]\s*(?:[*⋅·@#&!^]|\\(?:star|ast|circ))\s*[A-Za-z]\b|定义[^。\n]{0,40}[*⋅·]"
)


def is_supposed(sentence: str, start: int, end: int) -> bool:
    """Whether the equation between `start` and `end` isn't what the sentence says is so."""
    before = sentence[max(0, start - REACH) : start]
    clause = _CLAUSE.split(before)[-1]
    return bool(_SUPPOSED.search(clause)) or _is_asked(sentence[end:])


def _is_asked(rest: str) -> bool:
    """Whether its clause ends in a question mark."""
    mark = re.match(r"[^.!?,;。！？，；\n]{0,80}[?？]", rest)
    return mark is not None or bool(
        re.match(r"\s*[,，]?\s*(?:right|correct|yes|is that \w+|对吗|对吧)\s*[?？]", rest, re.IGNORECASE)
    )


def is_denied(rest: str) -> bool:
    """Whether what stands behind the equation says that it doesn't hold. Who corrects themself has written it all the same."""
    rest = rest[:REACH]
    found = _DENIED.match(rest)
    return found is not None and not _WAIT.search(rest[: found.end() + 12])


def quotations(text: str) -> list[tuple[int, int]]:
    return [found.span() for found in _QUOTED.finditer(text)]


def is_rounded(sentence: str, start: int, end: int) -> bool:
    """Whether it is said that the numbers are rounded."""
    return bool(_ABOUT.search(sentence[max(0, start - 60) : end + 60]))


def defines_operations(question: str) -> bool:
    """Whether the question says itself what a sign means."""
    return bool(_OPERATION.search(question))

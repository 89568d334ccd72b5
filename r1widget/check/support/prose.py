"""`prose`: a text without what isn't prose, of the same length: code, formulas, addresses and HTML are blank.

Where a line or a word stood, none begins: `BLANK` is neither a space nor a letter. Each expression looks at one place once, or a bounded
way ahead, so the time is that of the length.
"""

from __future__ import annotations

import re

BLANK = "\x00"

_FENCE = re.compile(r"[ ]{0,3}(?:>[ ]?){0,9}[ ]{0,8}(`{3,}|~{3,})")
_NOT_PROSE = re.compile(
    r"(?P<code>(?<!`)`(?!`)[^`\n]{1,400}`(?!`)|(?<!`)``(?!`)[^\n]{1,400}?(?<!`)``(?!`))"
    r"|\$\$[^$]{1,2000}\$\$"
    # As pandoc has it, so that "$5 to $6" is money.
    r"|(?<![\\$\d])\$(?![\s$])[^$\n]{0,300}(?<![\s\\$])\$(?![\d$])"
    r"|\\\([^\n]{1,500}?\\\)|\\\[.{1,500}?\\\]"
    r"|\\(?:boxed|text|frac)(?![a-z])"
    r"|\b(?:https?://|www\.)[^\s<>()]{1,400}"
    r"|(?<=\])\([^()\s]{1,400}\)"
    r"|<[A-Za-z/!][^<>\n]{0,200}>"
    r"|\[\d{1,3}\](?!\()",  # a footnote
    re.DOTALL,
)


def prose(text: str) -> str:
    """What a person reads as sentences; the rest is blank, and every place is where it was."""
    return _NOT_PROSE.sub(lambda found: _blank(found[0]), _without_blocks(text))


def _blank(text: str) -> str:
    return re.sub(r"[^\n]", BLANK, text)


def _without_blocks(text: str) -> str:
    """Without blocks of code; one that isn't closed goes to the end."""
    lines = []
    fence = ""
    for line in text.replace(BLANK, " ").splitlines(keepends=True):
        mark = _FENCE.match(line)
        if fence:
            lines.append(_blank(line))
            closes = mark and mark[1].startswith(fence) and not line[mark.end() :].strip().strip(fence[0])
            fence = "" if closes else fence
        elif mark:
            fence = mark[1]
            lines.append(_blank(line))
        else:
            lines.append(line)
    return "".join(lines)

"""`in_other_language`: whether an answer is written in another script than its question. By letters: languages of one script are one.

Code, formulas, quotations and addresses don't count; nor does a question that asks for another language, or names one.
"""

from __future__ import annotations

import re

LOOKED_AT = 20_000
"""Characters of each text."""
ENOUGH = 40
"""Letters of an answer that say what it is written in; a sign of Chinese counts for `WEIGHT`."""
ASKED = 10
"""Of a question."""
WEIGHT = 3
MOSTLY = 0.75
"""The share of a text's letters that are of its script."""

_SCRIPTS = {
    "zh": re.compile("[\u3400-\u9fff\uf900-\ufaff]"),
    "ja": re.compile("[\u3041-\u30ff]"),
    "ko": re.compile("[\u1100-\u11ff\uac00-\ud7af]"),
    "cyrillic": re.compile("[\u0400-\u052f]"),
    "arabic": re.compile("[\u0600-\u06ff\u0750-\u077f]"),
    "latin": re.compile("[A-Za-z\u00c0-\u024f]"),
}
_WIDE = ("zh", "ja", "ko")
_ASIDE = re.compile(
    r"```.*?(?:```|$)|`[^`\n]*`|\$\$.*?\$\$|\$[^$\n]{1,300}\$|\\\[.{0,500}?\\\]|\\\(.{0,300}?\\\)|\\[A-Za-z]+|https?://\S+"
    r"|\"[^\"\n]{1,300}\"|“[^”\n]{1,300}”|「[^」\n]{1,300}」|《[^》\n]{1,100}》",
    re.DOTALL,
)
_ENGLISH = re.compile(r"\b(?:the|of|is|and|to|in|that|it|for|are|we|this)\b", re.IGNORECASE)
_NAMED = re.compile(
    r"\btranslat\w*|\b(?:english|chinese|mandarin|cantonese|japanese|korean|russian|arabic|french|german|spanish|italian|portuguese|ukrainian|pinyin|romaji"
    r"|hangul|kanji|hiragana|language|cyrillic)\b|翻译|译成|译为|[英中汉日韩俄法德]文|[英中汉日韩俄法德]语|西班牙语|阿拉伯语|语言|перев[её]д|перевести|по-(?:английски|русски)|번역|영어|한국어|翻訳|英語|日本語",
    re.IGNORECASE,
)


def in_other_language(question: str, answer: str) -> tuple[str, str] | None:
    """What the question is in and what the answer is in, where these are two."""
    if _NAMED.search(question[:LOOKED_AT]):
        return None
    asked, answered = _script(question, ASKED), _script(answer, ENOUGH)
    if asked is None or answered is None or asked == answered:
        return None
    return (asked, answered) if {asked, answered} != {"en", "latin"} else None


def _script(text: str, enough: int) -> str | None:
    """The script that most of a text's letters are of; None for few letters, and for a mixture. `en` where it reads as English."""
    prose = _ASIDE.sub(" ", text[:LOOKED_AT])
    counts = {name: len(signs.findall(prose)) * (WEIGHT if name in _WIDE else 1) for name, signs in _SCRIPTS.items()}
    if counts["ja"] * 8 > counts["zh"]:  # Japanese has Chinese signs, Chinese no Kana
        counts["ja"] += counts.pop("zh")
    total = sum(counts.values())
    name = max(counts, key=lambda each: counts[each])
    if total < enough or counts[name] < MOSTLY * total:
        return None
    if name != "latin":
        return name
    words = len(prose.split())
    return (
        "en"
        if len(_ENGLISH.findall(prose)) * 12 >= words or (enough == ASKED and len(_ENGLISH.findall(prose)) > 0)
        else "latin"
    )

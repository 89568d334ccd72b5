"""What a character is, for the rules of the dialect. Mirrored in js/src/markdown/dialect/characters.ts."""

from __future__ import annotations

import re
import unicodedata

MARK = re.compile("[\ufdd0-\ufdef]")
"""Noncharacters; an export marks by them whose text it is. No formula has one in it."""

UNSEEN = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef\ufdd0-\ufdef]")
"""Those, and selectors of a variant of the character before them."""

_CJK = re.compile(
    "[\u1100-\u11ff\u2e80-\ua4cf\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff\ufe10-\ufe1f\ufe30-\ufe6f\uff01-\uffef"
    "\U00016fe0-\U0001b2ff\U00020000-\U0003fffd]"
)
"""Wide, full or half in East Asian Width and no emoji, by blocks; and Hangul."""

_SPACE = re.compile("[\t-\r \xa0\u1680\u2000-\u200a\u202f\u205f\u3000]")


def is_space(character: str) -> bool:
    return _SPACE.match(character) is not None


def is_punctuation(character: str) -> bool:
    """As CommonMark 0.31 has it: symbols too."""
    return unicodedata.category(character)[0] in "PS"


def is_letter(character: str) -> bool:
    """Letters, digits, and what stands on one."""
    return unicodedata.category(character)[0] in "LNM"


def is_cjk(character: str) -> bool:
    return _CJK.match(character) is not None


def after(source: str, at: int) -> int:
    """Where the character that is seen from `at` on stands."""
    while UNSEEN.match(source, at):
        at += 1
    return at


def before(source: str, at: int) -> int:
    """Where the character that is seen before `at` stands; -1 at the beginning."""
    at -= 1
    while at >= 0 and UNSEEN.match(source, at):
        at -= 1
    return at

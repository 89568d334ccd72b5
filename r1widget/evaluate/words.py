r"""Answers that are words: `Paris`, `\text{Evelyn}`, `(C)`. math-verify would take their letters for a product, in any order."""

from __future__ import annotations

import re

from ..check.agreement.boxed import boxed
from ..check.agreement.final import plain

_DRESS = re.compile(r"\\(?:text|mathrm|textbf|mathbf|textit|mbox|operatorname)\s*\{([^{}]{0,200})\}")
_WORDS = re.compile(r"\(?[^\W\d_](?:[^\W\d_]|[ '’.,-]){0,198}\)?")
_A_WORD = re.compile(r"[^\W\d_]{3}")
_A_CHOICE = re.compile(r"\(?[A-Z]\)?")
LONGEST = 200


def is_words(gold: str) -> bool:
    """Whether the right answer is no formula: it has a word of three letters, LaTeX calls it a text, or it is a choice's letter."""
    bare = undressed(gold)
    if not _WORDS.fullmatch(bare) or len(bare) > LONGEST:
        return False
    is_text = "{" in gold and bool(_DRESS.search(gold))
    return is_text or bool(_A_WORD.search(bare)) or bool(_A_CHOICE.fullmatch(bare))


def same_words(gold: str, answer: str) -> tuple[str, bool]:
    r"""What the answer says, in its `\boxed{}` or as a whole, and whether that is the right one, but for case, emphasis and the
    punctuation at its end."""
    inside = boxed(answer)
    said = undressed(answer if inside is None else inside)
    return said[:LONGEST], _compared(said) == _compared(undressed(gold))


def undressed(text: str) -> str:
    """Without what LaTeX puts around words."""
    return " ".join(_DRESS.sub(r" \1 ", text.replace("\\ ", " ").replace("$", "")).split())


def _compared(text: str) -> str:
    return plain(text).strip("() ")

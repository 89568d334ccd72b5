"""`question`: what can be asked. A text in which there is something to see; mirrors js/src/chat/question.ts."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from ..errors import ConversationError

# White space, control characters, Unicode's Default_Ignorable_Code_Point (zero-width characters, marks of direction,
# variation selectors, fillers; DerivedCoreProperties.txt of Unicode 16), and Braille's pattern without a dot.
_UNSEEN = re.compile(
    r"[\s\x00-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f"
    r"\u2800\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufff8\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]*"
)


def question(text: Any) -> str:
    """The text, where it can be asked. What isn't a text is a `TypeError`, as for any function."""
    asked = a_text(text, "A question")
    if not is_visible(asked):
        raise ConversationError("There is nothing to ask.", "Give a question.")
    return asked


def is_visible(text: str) -> bool:
    """Whether there is a character in it that can be seen."""
    return not _UNSEEN.fullmatch(text)


def a_text(value: Any, what: str) -> str:
    """The value, where it is a text; `what` names it in the `TypeError`."""
    if isinstance(value, str):
        return str(value)  # numpy's, and others' that are more than a text, become one
    given = "None" if value is None else f"a value of type {type(value).__name__}"
    raise TypeError(f"{what} is a text, and this is {given}. {_remedy(value)}")


def is_message(value: Any) -> bool:
    """Whether it is what other libraries take for a question, or several: `{"role": …, "content": …}`."""
    first = value[0] if isinstance(value, (list, tuple)) and value else value
    return isinstance(first, Mapping) and "role" in first and "content" in first


def _remedy(value: Any) -> str:
    if value is None:
        return 'Give one, as in "What is 17 × 24?".'
    if isinstance(value, (bytes, bytearray)):
        return "Make a text of it with .decode()."
    if is_message(value):
        return "Give the content of the last message; what was said before it the chat knows, where it was said here."
    return 'Write it into one, f"Is the mean of {data} above 3?", or make a text of it with str(…).'

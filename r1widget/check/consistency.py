r"""`discrepancies`: what a thought, its answer and the question say that doesn't go together, by their surface.

The value that the thought ends in and that of the answer, where both clearly have one; a thought that was cut off; an answer in
another language than the question; a `\boxed{}` that was asked for and isn't there. What is right, nothing here says.
"""

from __future__ import annotations

import re

from .agreement.boxed import boxed
from .agreement.final import final
from .agreement.value import Number, Text, Worth, readable, same, value_of
from .finding import Finding
from .language import in_other_language

ENDING = 1500
"""Characters at the end of a thought in which it can say what it ends in."""

_CONCLUDES = re.compile(
    r"\b(?:final\s+answer|answers?|result|solution)\b|\btherefore\b|\bthus\b|\bhence\b|答案|结果|因此|所以|答え|정답",
    re.IGNORECASE,
)
_ASKS_FOR_BOX = re.compile(r"\\(?:boxed|fbox)\b|\bboxed\b", re.IGNORECASE)
_REFUSES_BOX = re.compile(r"\b(?:no|not|without|never|avoid|instead of)\b|n['’]t\b|不要|别|无需|不用", re.IGNORECASE)


def discrepancies(
    question: str,
    reasoning: str,
    answer: str,
    *,
    finish_reason: str | None = None,
    thinking_ended_by: str | None = None,
) -> tuple[Finding, ...]:
    """What was found; those of the thought first. `finish_reason` and `thinking_ended_by` are a turn's; None: not known."""
    found: list[Finding] = []
    if _is_cut(reasoning, answer, finish_reason, thinking_ended_by):
        found.append(Finding("cut", "reasoning", len(reasoning), len(reasoning)))
    has_ended = finish_reason in (None, "stop")
    if has_ended and reasoning.strip() and answer.strip():
        found += _other_value(reasoning, answer)
    if answer.strip() and (languages := in_other_language(question, answer)) is not None:
        found.append(Finding("language", "answer", len(answer), len(answer), languages[1], languages[0]))
    if has_ended and answer.strip() and asks_for_box(question) and not re.search(r"\\(?:boxed|fbox)\b", answer):
        found.append(Finding("unboxed", "answer", len(answer), len(answer)))
    return tuple(found)


def asks_for_box(question: str) -> bool:
    """Whether the question wants its answer in a box."""
    found = _ASKS_FOR_BOX.search(question)
    if found is None:
        return False
    return _REFUSES_BOX.search(re.split(r"[.!?。！？\n]\s*", question[: found.start()])[-1]) is None


def _is_cut(reasoning: str, answer: str, finish_reason: str | None, thinking_ended_by: str | None) -> bool:
    if thinking_ended_by is not None:
        return thinking_ended_by == "length"
    return finish_reason in ("length", "cancelled") and bool(reasoning.strip()) and not answer.strip()


def _other_value(reasoning: str, answer: str) -> list[Finding]:
    thought, said = _thought_value(reasoning), final(answer)
    if thought is None or said is None:
        return []
    one, other = value_of(thought), value_of(said)
    if not _differ(one, other):
        return []
    start, end = _place(answer, said)
    return [Finding("other_value", "answer", start, end, readable(said), readable(thought))]


def _thought_value(reasoning: str) -> str | None:
    """What it ends in: a box near its end, or a conclusion that its last words draw."""
    ending = reasoning[-ENDING:]
    if boxed(ending) is not None:
        behind = ending[ending.rfind("\\boxed") :]
        return None if _goes_back(behind) else final(ending)
    paragraphs = [part for part in re.split(r"\n\s*\n", ending.strip()) if part.strip()]
    last = "\n\n".join(paragraphs[-2:])
    return final(last) if paragraphs and _CONCLUDES.search(last) and not _goes_back(last) else None


def _goes_back(text: str) -> bool:
    """Whether what was said is taken back, or only one of several."""
    return re.search(r"\b(?:wait|alternatively|but|however|unless|or|if|assum\w+|hmm|unclear|cannot|not)\b|或者|但|等等|如果", text, re.IGNORECASE) is not None  # fmt: skip


def _differ(one: Worth, other: Worth) -> bool:
    """Whether they are two values for sure: numbers of the same thing, or the letters of two choices."""
    if one.unit and other.unit and one.unit != other.unit:
        return False
    if one.name and other.name and one.name != other.name:
        return False
    if isinstance(one.value, Number) and isinstance(other.value, Number):
        if same(one.value, other.value, set()) or _is_rounded(one.value, other.value):
            return False
        # 25 and 25 %, 1.5 and 1,500: the same, said otherwise
        first, second = one.value.value, other.value.value
        return not (first and second and max(first / second, second / first) in (100, 1000, 10**6))
    if isinstance(one.value, Text) and isinstance(other.value, Text):
        return all(
            re.fullmatch(r"[a-e]", text.value.text) for text in (one, other) if isinstance(text.value, Text)
        ) and (one.value != other.value)
    return False


def _is_rounded(one: Number, other: Number) -> bool:
    """Whether one is the other, rounded."""
    return any(round(a.value, b.places) == b.value and (b.places or a.places) for a, b in ((one, other), (other, one)))


def _place(answer: str, said: str) -> tuple[int, int]:
    """Where the answer says it; its end where that isn't found."""
    for text in (said, re.sub(r"\\text\{.*", "", said), re.split(r"=", said)[-1].strip()):
        start = answer.rfind(text) if text else -1
        if start >= 0:
            return start, start + len(text)
    return len(answer), len(answer)

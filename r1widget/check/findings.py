"""`findings`: all that is found in a turn's texts without asking anybody: arithmetic, and what doesn't go together."""

from __future__ import annotations

from .arithmetic import slips
from .consistency import discrepancies
from .finding import Finding


def findings(
    question: str,
    reasoning: str,
    answer: str,
    *,
    finish_reason: str | None = None,
    thinking_ended_by: str | None = None,
) -> tuple[Finding, ...]:
    """Those of the thought, then those of the answer, each in the order of the text. From any thread; linear in the texts."""
    found = [
        *slips(reasoning, kind="reasoning", question=question),
        *slips(answer, kind="answer", question=question),
        *discrepancies(question, reasoning, answer, finish_reason=finish_reason, thinking_ended_by=thinking_ended_by),
    ]
    return tuple(sorted(found, key=lambda each: (each.kind == "answer", each.start)))

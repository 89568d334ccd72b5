"""`remarks`: what was found out about a turn and what its reader wrote, in sentences, for every kind of file. Plain text,
in which no brackets are like those that say who wrote what.

What is counted says how often the model says the same, and what is recomputed what an equation comes out to: neither is a verdict. A
verdict is a reader's alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from ..check.notes import Note
from ..conversation.turn import Turn
from .parse import bracketed

QUOTED = 80
"""Characters of a place that say which one it is."""


class Remark(NamedTuple):
    """Sentences on one thing."""

    about: str
    lines: tuple[str, ...]


def remarks(turn: Turn, thought_is_shown: bool = True) -> list[Remark]:
    """All that there is to say; of places in a thought only where that is shown."""
    shown = ("reasoning", "answer") if thought_is_shown else ("answer",)
    findings = [finding for finding in turn.findings if finding.kind in shown]
    # Of another value one is the thought's.
    found = tuple(str(each) for each in findings if thought_is_shown or each.what != "other_value")
    notes = tuple(said(turn, note) for note in turn.notes if note.kind in shown)
    every = [
        Remark("Recomputed and compared", found),
        Remark("Asked again", _asked_again(turn)),
        Remark("Where it was decided", _decided(turn) if thought_is_shown else ()),
        Remark("The reader's notes", notes),
    ]
    return [Remark(about, tuple(map(bracketed, lines))) for about, lines in every if lines]


def summary(turn: Turn, said: Sequence[Remark]) -> str:
    """`Check: 4 of 5 end in 408 · 2 places · 1 note`: what is to be read there."""
    counts = {remark.about: len(remark.lines) for remark in said}
    facts = [str(turn.check)] if turn.check and "Asked again" in counts else []
    facts += [_many(counts.get("Recomputed and compared", 0), "finding")]
    facts += ["where it was decided"] if "Where it was decided" in counts else []
    facts += [_many(counts.get("The reader's notes", 0), "note")]
    return f"Check: {' · '.join(filter(None, facts))}"


def said(turn: Turn, note: Note) -> str:
    """A note in a line: `wrong, at “17 × 24 = 409”: Three too many.`"""
    verdict: str = note.verdict or ""
    if note.is_prediction:
        verdict = f"{verdict}, before the answer was seen" if verdict else "before the answer was seen"
    at = f"at “{quoted(turn, note)}”" if note.end else "of the thought" if note.kind == "reasoning" else ""
    head = ", ".join(filter(None, (verdict, at)))
    text = " ".join(note.text.split())
    return f"{head}: {text}" if head and text else head or text


def quoted(turn: Turn, note: Note) -> str:
    """The beginning of what a note stands at."""
    text = " ".join(turn.text(note.kind)[note.start : note.end].split())
    return text if len(text) <= QUOTED else f"{text[: QUOTED - 1]}…"


def _asked_again(turn: Turn) -> tuple[str, ...]:
    """Which answers agree, and what of this one not all of them have."""
    if turn.check is None or not turn.check.samples:
        return ()
    missing = tuple(str(each) for each in turn.check.support if each.count < each.total)
    return (f"{turn.check}.", *missing)


def _decided(turn: Turn) -> tuple[str, ...]:
    if turn.answer_trace is None or not turn.answer_trace.boundaries:
        return ()
    return (str(turn.answer_trace),)


def _many(count: int, what: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'}" if count else ""

"""Turns as Markdown: for `.md` files, for notebooks' cells, and for the transcript that a notebook's outputs keep.

Each turn is complete in itself, whatever the model wrote: see `writer`. Made for GitHub, JupyterLab and nbconvert.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from html import escape
from typing import Literal, get_args

from ..conversation.turn import Turn
from ..errors import ExportError
from ..reasoning import Kind
from .escape import as_lines, as_text, fenced
from .facts import outcome, small_print, thought
from .notes_table import HEAD, note_rows
from .parse import bracketed, source, tidy
from .provenance import provenance
from .remarks import remarks, summary
from .writer import tame

_MARK = re.compile("⟦[^⟦⟧]*⟧")

Reasoning = Literal["folded", "open", "plain", "none"]
"""The thought in a fold, in a fold that is open (so that print and PDF have it), without a fold, or not at all."""

Notes = Literal["beside", "table"]
"""A reader's notes below the turn that they are of; or these, and a table of all of them behind the last turn."""

DRAWN = 16_000
"""Characters of thought that a notebook's transcript has as Markdown; what is longer, or older, stands in it verbatim. At
the end of a turn JupyterLab draws the whole transcript at once, although the widget hides it: a trace of 131,000
characters is one task of 600 ms as Markdown with mathematics, and of 56 ms verbatim."""


def conversation_markdown(
    turns: Sequence[Turn], *, reasoning: Reasoning = "folded", drawn: float = math.inf, notes: Notes = "beside"
) -> str:
    """The turns, one below the other, with a rule between; ends in a line break unless there are none.

    `drawn` is how many characters of thought may be Markdown, the newest first; the other thoughts stand verbatim. With the
    `notes` in a `"table"` there is one of them all behind the last turn.
    """
    check_reasoning(reasoning)
    check_notes(notes)
    written: list[str] = []
    for turn in reversed(turns):
        drawn -= len(turn.text("reasoning"))
        written.insert(0, turn_markdown(turn, reasoning=reasoning, verbatim=drawn < 0))
    if notes == "table" and (table := notes_markdown(turns, reasoning)):
        written.append(table)
    return "\n\n___\n\n".join(written) + "\n" if written else ""


def notes_markdown(turns: Sequence[Turn], reasoning: Reasoning) -> str:
    """The reader's notes as a table; nothing where there are none."""
    rows = note_rows(turns, reasoning != "none")
    if not rows:
        return ""
    lines = [f"| {' | '.join(_line(cell) or ' ' for cell in row)} |" for row in (HEAD, *rows)]
    return "\n".join(["**Notes**", "", lines[0], f"|{' --- |' * len(HEAD)}", *lines[1:]])


def turn_markdown(turn: Turn, *, reasoning: Reasoning = "folded", question: bool = True, verbatim: bool = False) -> str:
    """One turn: the question as a quote, the thought, the answer, and in small print how it came about."""
    check_reasoning(reasoning)
    parts = [question_markdown(turn)] if question else []
    parts += before_answer(turn, reasoning=reasoning, verbatim=verbatim)
    if answer := _kind(turn, "answer"):
        parts.append(answer)
    return "\n\n".join([*parts, *after_answer(turn, reasoning=reasoning)])


def before_answer(turn: Turn, *, reasoning: Reasoning, verbatim: bool = False) -> list[str]:
    """The thought, as paragraphs of Markdown."""
    parts: list[str] = []
    if reasoning != "none" and (trace := _verbatim(turn) if verbatim else _kind(turn, "reasoning")):
        # The blank lines make GitHub and the rest read what is between the tags as Markdown.
        summary = escape(thought(turn), quote=False)  # of "<1 s"
        if reasoning in {"folded", "open"}:
            opened = " open" if reasoning == "open" else ""
            parts += [f"<details{opened}><summary>{summary}</summary>", trace, "</details>"]
        else:
            parts += [f"**{summary}**", trace, "**Answer**"]
            if not turn.answer:
                parts.pop()
    return parts


def after_answer(turn: Turn, *, reasoning: Reasoning) -> list[str]:
    """How the turn ended, whose text it is, and in small print how it came about, as paragraphs of Markdown."""
    parts: list[str] = []
    if said := outcome(turn):
        # An error's text may come from anywhere.
        parts.append(f"**Error:** {_line(said[7:])}" if said.startswith("Error: ") else f"*{_line(said)}*")
    # Marks as `<ins>`, as around the text itself: a tag is what a model's text can't have.
    lines = [_MARK.sub(r"<ins>\g<0></ins>", _line(line)) for line in provenance(turn, reasoning != "none")]
    parts += [f"*{line}*" for line in lines]
    parts += _checks(turn, reasoning)
    return [*parts, *(f"<sub>{_line(line)}</sub>" for line in small_print(turn))]


def _checks(turn: Turn, reasoning: Reasoning) -> list[str]:
    """What was found out about the turn and noted beside it: a fold, as the thought is."""
    found = remarks(turn, reasoning != "none")
    if not found:
        return []
    lists = ["\n".join([f"**{remark.about}**", "", *(f"- {_line(line)}" for line in remark.lines)]) for remark in found]
    head = _line(summary(turn, found))
    if reasoning == "plain":
        return [f"**{head}**", *lists]
    return [f"<details{' open' if reasoning == 'open' else ''}><summary>{head}</summary>", *lists, "</details>"]


def question_markdown(turn: Turn) -> str:
    """The question as a quote. A person's text is text: nothing in it is markup."""
    return "\n".join(f"> {line}".rstrip() for line in as_lines(turn.question).split("\n"))


def check_notes(notes: str) -> None:
    if notes not in get_args(Notes):
        raise ExportError(f"notes={notes!r} can't be.", f"There are: {', '.join(map(repr, get_args(Notes)))}.")


def check_reasoning(reasoning: str) -> None:
    if reasoning not in get_args(Reasoning):
        known = ", ".join(map(repr, get_args(Reasoning)))
        raise ExportError(f"reasoning={reasoning!r} can't be.", f"There are: {known}.")


def _kind(turn: Turn, kind: Kind) -> str:
    return tame(source(turn, kind))


def _verbatim(turn: Turn) -> str:
    """The thought in a fence that nothing in it closes. Marks around foreign spans are words, as in any code."""
    text = source(turn, "reasoning")
    return fenced(bracketed(text), "text") if text else ""


def _line(text: str) -> str:
    return as_text(" ".join(tidy(text).split()))

"""The versions that a person can make of a turn: new turns, with the text that stays. Values only; nothing runs here.

Each function gives a turn that isn't part of the conversation yet (`Conversation.insert`), so nobody sees one half made.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..errors import ConversationError
from ..number import whole
from ..reasoning import KINDS, OPEN, Kind, closes
from ..reasoning.steps import Step
from .authorship import merge
from .outcome import act
from .question import a_text, question
from .timeline import Timeline
from .turn import ENDED_BY, Span, ThinkingEnd, Turn, clean
from .version import Part, Version

WAIT = "\n\nWait"  # the same as engines/text/closing.py has, which puts it in while a reply is written
"""What a thought goes on with that isn't to end yet: the word of s1, arXiv 2501.19393."""


def asked_otherwise(turn: Turn, text: str) -> Turn:
    """Another question in the same place."""
    return Turn(question(text), parent=turn.parent, version=Version(turn.id, "question"))


def regenerated(turn: Turn, fork: str | None = None) -> Turn:
    """The same question, thought and answered anew."""
    return Turn(turn.question, parent=turn.parent, version=Version(turn.id, "reasoning", fork=fork))


def begun_again(turn: Turn) -> Turn:
    """The turn as it was when the model began: what its record says was there by then, with the ids of it that are known. For no
    conversation, and no version of it."""
    made = Turn(turn.question, parent=turn.parent)
    made.opens_thinking = turn.opens_thinking
    begins = turn.record.get("begins")
    if begins:
        made.begins = "answer" if begins["part"] == "answer" else "reasoning"
        for kind in KINDS:
            for span in cut(turn.spans_of(kind), begins[kind]):
                made.append(span.kind, span.text, span.origin)
        made.ids.start(turn.ids.first(begins["ids"]), turn.ids)
        made.timeline = Timeline(start=len(made.text("reasoning")))
        if made.begins == "answer":
            made.thinking_ended_by = turn.thinking_ended_by
    return made


def reasoning_edited(turn: Turn, text: str) -> Turn:
    """The thought is `text` so far, and goes on."""
    text = clean(a_text(text, "A thought"))
    verbatim = turn.text("reasoning")
    tag = OPEN if text.lstrip().startswith(OPEN) else closes(text)
    if tag is not None and tag not in verbatim:  # some models' thoughts quote the tags of others
        raise ConversationError(
            f"A thought can't hold {tag}, which begins or ends one.",
            f"Leave it out; to end the thinking here, take “{act('answer_now')}” or edit the answer.",
        )
    leading = verbatim[: len(verbatim) - len(verbatim.lstrip())]
    if not text.startswith(leading):
        text = leading + text
    spans, at = merge(turn.spans_of("reasoning"), text, "reasoning")
    return version_of(turn, "reasoning", at, spans)


def reasoning_cut(turn: Turn, at: int, fork: str | None = None) -> Turn:
    """The first `at` characters of the verbatim thought, and on from there."""
    length = len(turn.text("reasoning"))
    if not 0 <= at <= length:
        raise ConversationError(
            f"The thought has {length:,} characters, so it can't be cut at {at:,}.", "Take a place in it."
        )
    return version_of(turn, "reasoning", at, cut(turn.spans_of("reasoning"), at), fork=fork)


def end_of(turn: Turn, step: int | Step) -> int:
    """Where a step of the turn ends, in characters of its verbatim thought. Steps count from 0, or from -1 at the end."""
    if not hasattr(step, "end"):
        step = _numbered(turn, whole(step))
    verbatim = turn.text("reasoning")
    return min(len(verbatim), len(verbatim) - len(verbatim.lstrip()) + step.end)


def _numbered(turn: Turn, number: Any) -> Step:
    if type(number) is not int:
        raise ConversationError(f"{number!r} is no step.", "Give one of turn.steps, or its number.")
    steps = turn.steps
    try:
        return steps[number]
    except IndexError:
        raise ConversationError(
            f"The thought has {len(steps)} steps, so there is no step {number}.", "Steps count from 0."
        ) from None


def reasoning_longer(turn: Turn) -> Turn:
    """The thought with "Wait" instead of its end."""
    kept = turn.text("reasoning").rstrip()
    if not kept:
        raise ConversationError("There is no thought to go on with.", f"{act('regenerate')} the turn instead.")
    spans = [*cut(turn.spans_of("reasoning"), len(kept)), Span("reasoning", WAIT, "think_more")]
    return version_of(turn, "reasoning", len(kept), spans)


def answer_edited(turn: Turn, text: str) -> Turn:
    """The answer is `text` so far, and goes on."""
    text = clean(a_text(text, "An answer"))
    spans, verbatim = _closed(turn)
    leading = verbatim[: len(verbatim) - len(verbatim.lstrip())]
    if not text.startswith(leading):
        text = leading + text
    merged, at = merge(_of_kind(spans, "answer"), text, "answer")
    return answering(turn, at, [*_of_kind(spans, "reasoning"), *merged])


def answered(turn: Turn) -> Turn:
    """The answer to what has been thought so far, of a turn that was stopped before it had one."""
    if turn.answer:
        raise ConversationError(
            "The turn has its answer.", f"{act('regenerate')} it, or cut the thought and continue from there."
        )
    spans, verbatim = _closed(turn)
    return answering(turn, len(verbatim), spans)


def resumed(turn: Turn) -> Turn:
    """All that the turn has, and on from there: inside the same thought, or in the answer behind it. Where nothing was written,
    the question anew."""
    if turn.state != "ended":
        raise ConversationError("This turn hasn't ended.", "Wait for its end, or stop it first.")
    if turn.finish_reason == "stop":
        raise ConversationError(
            "This turn has come to its end, so there is nothing to go on with.",
            f"{act('regenerate')} it, let it think more, or continue from one of its steps.",
        )
    if not any(map(turn.text, KINDS)):
        return regenerated(turn)
    refuse_second_thoughts(turn)
    if not _is_closed(turn):
        return version_of(turn, "reasoning", len(turn.text("reasoning")), turn.spans)
    made = version_of(turn, "answer", len(turn.text("answer")), turn.spans)
    made.begins = "answer"
    made.thinking_ended_by = (turn.thinking_ended_by or _closed_by(turn)) if made.reasoning else None
    return made


def _is_closed(turn: Turn) -> bool:
    """Whether the thinking of a turn that ended early was closed, also where the answer hasn't begun: the ids know, and where
    there are none, who is said to have ended it. A person may have closed it or cut it off: without an answer, cut off."""
    if turn.text("answer") or turn.begins == "answer" or turn.ids.all.closed:
        return True
    return turn.thinking_ended_by in ("model", "budget", "loop")


def _closed_by(turn: Turn) -> ThinkingEnd:
    """Who closed the thinking, of a turn whose record was never completed: whoever's is the white space behind it."""
    behind = next((span for span in turn.spans if span.kind == "answer"), None)
    return "model" if behind is None or behind.text.strip() else ENDED_BY[behind.origin]


def refuse_second_thoughts(turn: Turn) -> None:
    """`ConversationError` where what is to be gone on behind is no single answer."""
    if turn.thinks_again:
        raise ConversationError(
            "The model thought again in the middle of this answer, so the answer is no single text to go on behind.",
            "Edit the thought, continue from one of its steps, or regenerate the turn.",
        )


def _closed(turn: Turn) -> tuple[list[Span], str]:
    """All spans of the turn, with the white space of a closing where its thought wasn't closed; and its verbatim answer."""
    refuse_second_thoughts(turn)
    spans, answer = list(turn.spans), turn.text("answer")
    thought = turn.text("reasoning")
    if not answer and (thought or turn.opens_thinking):
        spans = [
            *_of_kind(spans, "reasoning"),
            *([] if thought.endswith("\n") else [Span("reasoning", "\n", "person")]),
        ]
        answer = "\n\n"
        spans.append(Span("answer", answer, "person"))
    return spans, answer


def answering(turn: Turn, at: int, spans: Sequence[Span]) -> Turn:
    """A version with these spans that goes on in its answer, of which the first `at` characters are as they were."""
    made = version_of(turn, "answer", at, spans)
    made.begins = "answer"
    had = turn.thinking_ended_by if turn.text("answer") else "user"
    made.thinking_ended_by = had if made.reasoning else None
    return made


def version_of(turn: Turn, part: Part, at: int, spans: Sequence[Span], fork: str | None = None) -> Turn:
    """A turn with these spans, and the ids of those of the old one that it begins with."""
    made = Turn(turn.question, parent=turn.parent, version=Version(turn.id, part, at, fork))
    made.begins, made.opens_thinking = "reasoning", turn.opens_thinking
    for span in spans:
        made.append(span.kind, span.text, span.origin)
    kind: Kind = "answer" if part == "answer" else "reasoning"
    made.ids.start(turn.ids.keep(kind, at), turn.ids)
    made.timeline = Timeline(start=len(made.text("reasoning")))
    return made


def _of_kind(spans: Sequence[Span], kind: Kind) -> list[Span]:
    return [span for span in spans if span.kind == kind]


def cut(spans: Sequence[Span], length: int) -> list[Span]:
    """Their first `length` characters."""
    kept = []
    for span in spans:
        if length > 0:
            kept.append(Span(span.kind, span.text[:length], span.origin))
        length -= len(span.text)
    return kept

"""Whose a turn is, in sentences, for every kind of file: who closed the thinking, what of it isn't the model's, and which
version of its question, thought or answer it is. Plain text; the marks within the text are `parse`'s."""

from __future__ import annotations

from collections.abc import Mapping

from ..conversation.outcome import act
from ..conversation.turn import Origin, Span, Turn
from ..reasoning import Kind
from .parse import LABELS


def provenance(turn: Turn, thought_is_shown: bool = True) -> list[str]:
    """A sentence for each thing that is to be said; nothing of a turn that the model wrote alone."""
    return [line for line in (version(turn), closing(turn), *_legend(turn, thought_is_shown)) if line]


def closing(turn: Turn) -> str:
    """Who closed the thinking, if it wasn't the model. What was written for it is white space and the tag: no text to mark."""
    said = {
        "budget": f"Thinking was closed by the thinking budget{_budget(turn)}.",
        "loop": "Thinking was closed because it repeated itself.",
        "user": "Thinking was closed by a person" + ("." if _inherited(turn) else f" ({act('answer_now').lower()})."),
    }
    if turn.thinking_ended_by == "user" and not _was_closed(turn):
        return ""  # stopped in the thought, which `facts.outcome` says
    return said.get(turn.thinking_ended_by or "", "")


def version(turn: Turn) -> str:
    """`Version 2 of 3: the thought was edited by a person, and went on.`"""
    which, made = number(turn), how(turn)
    if not which:
        return f"{made[:1].upper()}{made[1:]}." if made else ""
    return f"{which}: {made}." if made else f"{which}."


def number(turn: Turn) -> str:
    """`Version 2 of 3`; nothing where there is one."""
    ids = [sibling.id for sibling in turn.siblings]
    return f"Version {ids.index(turn.id) + 1} of {len(ids)}" if len(ids) > 1 and turn.id in ids else ""


def how(turn: Turn) -> str:
    """How a version was made, as part of a sentence; nothing of a question that was simply asked."""
    made = turn.version
    if made is None:
        return ""
    if made.part == "question":
        return "the question was edited by a person"
    if made.fork is not None:
        count = sum(1 for other in turn.siblings if other.version and other.version.fork == made.fork)
        if made.part == "reasoning" and not made.at:
            return f"one of {count} that were regenerated together"
        return f"one of {count} that go on from the first {made.at:,} characters of the thought"
    kind: Kind = "answer" if made.part == "answer" else "reasoning"
    name = "answer" if kind == "answer" else "thought"
    spans = _text_after(turn.spans_of(kind), made.at)
    if _closing_message(turn) and spans and kind == "reasoning":
        spans.pop()
    origins = {span.origin for span in spans}
    if "person" in origins:
        return f"the {name} was edited by a person, and went on"
    if kind == "reasoning" and spans and spans[0].origin == "think_more":
        return "the model was made to think more"
    if _went_on(turn, kind, made.at):
        return f"the {name} had ended early, and went on"
    if not turn.text(kind)[: made.at].strip():
        return "regenerated" if kind == "reasoning" else "the answer was written anew, below the same thought"
    return f"the {name} was shortened by a person at character {made.at:,}, and went on"


def _went_on(turn: Turn, kind: Kind, at: int) -> bool:
    """Whether it has all that was written of the version that it was made from, which hadn't come to its end."""
    before = next((other for other in turn.siblings if turn.version and other.id == turn.version.of), None)
    return before is not None and before.finish_reason not in (None, "stop") and 0 < at == len(before.text(kind))


def _legend(turn: Turn, thought_is_shown: bool) -> list[str]:
    """What the marks mean, where there are some; and that there would be some, where they can't be seen."""
    lines = []
    foreign = [span for span in turn.spans if span.origin != "model" and span.text.strip()]
    seen = _origins([span for span in foreign if thought_is_shown or span.kind == "answer"])
    if seen:
        begins = ", ".join(f"⟦{LABELS[origin]}⟧" for origin in seen)
        lines.append(f"The model did not write what stands between {begins} and ⟦end⟧.")
    hidden = [] if thought_is_shown else _origins([span for span in foreign if span.kind == "reasoning"])
    if hidden:
        lines.append(
            "The thought, which is not shown here, has text that was "
            + ", ".join(LABELS[origin] for origin in hidden)
            + "."
        )
    return lines


def _origins(spans: list[Span]) -> list[Origin]:
    return list(dict.fromkeys(span.origin for span in spans))


def _text_after(spans: list[Span], at: int) -> list[Span]:
    """The spans with more than white space that reach beyond `at`."""
    found, end = [], 0
    for span in spans:
        end += len(span.text)
        if end > at and span.text.strip():
            found.append(span)
    return found


def _closing_message(turn: Turn) -> bool:
    """Whether the thought ends in the sentence that was written for "answer now"; it is the person's, but no edit."""
    message = _setting(turn, "budget_message")
    thought = [span for span in turn.spans if span.kind == "reasoning" and span.text.strip()]
    return bool(
        turn.thinking_ended_by == "user"
        and isinstance(message, str)
        and message.strip()
        and thought
        and thought[-1].origin == "person"
        and thought[-1].text.strip() == message.strip()
    )


def _was_closed(turn: Turn) -> bool:
    """Whether the thought was ended so that an answer begins, and wasn't just left."""
    thought = [span for span in turn.spans if span.kind == "reasoning"]
    return bool(turn.text("answer")) or (bool(thought) and thought[-1].origin == "person")


def _inherited(turn: Turn) -> bool:
    """Whether the thought was closed in the turn that this one was made from."""
    return turn.version is not None and turn.version.part == "answer"


def _budget(turn: Turn) -> str:
    budget = None if _inherited(turn) else _setting(turn, "thinking_budget")
    if isinstance(budget, bool) or not isinstance(budget, int):
        return ""
    return f" of {budget:,} token{'' if budget == 1 else 's'}"


def _setting(turn: Turn, name: str) -> object:
    settings = turn.record.get("settings")
    return settings.get(name) if isinstance(settings, Mapping) else None

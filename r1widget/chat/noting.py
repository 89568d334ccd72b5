"""`Noting`: what a reader writes beside a turn: a part of a `Chat`. Nothing is asked of the model."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, get_args

from ..check.notes import VERDICTS, Kind, Note, Verdict
from ..conversation.edits import end_of
from ..conversation.question import a_text
from ..conversation.turn import Turn, clean
from ..errors import ConversationError
from ..reasoning.steps import Step
from .checking import Checking


class Noting(Checking):
    """A reader's own judgement of what a model wrote: right, wrong or unsure, in words, at a place or of the whole."""

    def note(
        self,
        turn: Turn,
        text: str = "",
        *,
        verdict: Verdict | None = None,
        step: int | Step | None = None,
        quote: str | None = None,
        kind: Kind | None = None,
        span: tuple[int, int] | None = None,
        is_prediction: bool = False,
        instead_of: Note | str | None = None,
    ) -> Note:
        """Write a note: at a `step` of the thought, at the first place where the turn has the text `quote`, or at a `span` of
        `turn.text(kind)`, in characters; else of the whole answer, or of the whole thought with `kind="reasoning"`.

        `verdict` is `"right"`, `"wrong"` or `"unsure"`. `instead_of` is the note, or its id, that this one replaces.
        """
        with self.acting:
            turn = self.conversation[turn.id]
            place = _place(turn, step, quote, kind, span)
            words = clean(a_text(text, "A note"))
            if verdict not in (None, *VERDICTS):
                raise ConversationError(
                    f"{verdict!r} is no verdict.", f"There are: {', '.join(map(repr, VERDICTS))}; or leave it out."
                )
            if not words.strip() and verdict is None:
                raise ConversationError("There is nothing in this note.", "Give it a text, or a verdict.")
            old = None if instead_of is None else self._note_of(turn, instead_of)
            note = Note(*place, verdict, words, is_prediction=is_prediction is True)
            if old is None:
                turn.notes = (*turn.notes, note)
            else:
                note = replace(note, id=old.id, created=old.created)
                turn.notes = tuple(note if each is old else each for each in turn.notes)
            self._listeners.tell("checked", turn)
            return note

    def remove_note(self, turn: Turn, note: Note | str) -> None:
        """Take a note away, by itself or by its id."""
        with self.acting:
            turn = self.conversation[turn.id]
            gone = self._note_of(turn, note)
            turn.notes = tuple(each for each in turn.notes if each is not gone)
            self._listeners.tell("checked", turn)

    @staticmethod
    def _note_of(turn: Turn, note: Note | str) -> Note:
        id = note if isinstance(note, str) else note.id
        found = next((each for each in turn.notes if each.id == id), None)
        if found is None:
            raise ConversationError("This note isn't there any more.", "turn.notes has those that are.")
        return found


def written(values: Mapping[str, Any]) -> dict[str, Any]:
    """What a page sends of a note, as `Noting.note` takes it. `ConversationError` for what can't be one."""
    try:
        start, end = values["start"], values["end"]
        if type(start) is not int or type(end) is not int:
            raise TypeError
        return {
            "text": values.get("text") or "",
            "verdict": values.get("verdict"),
            "kind": values["kind"],
            "span": (start, end) if end else None,
            "is_prediction": values.get("is_prediction") is True,
            "instead_of": values.get("id"),
        }
    except (KeyError, TypeError) as problem:
        raise ConversationError("This note can't be read.", "Reload the page.") from problem


def _place(
    turn: Turn, step: int | Step | None, quote: str | None, kind: Kind | None, span: tuple[int, int] | None
) -> tuple[Kind, int, int]:
    if sum(given is not None for given in (step, quote, span)) > 1:
        raise ConversationError("A note stands at one place.", "Give a step, a quote or a span.")
    if kind is not None and kind not in get_args(Kind):
        raise ConversationError(f"{kind!r} is no part of a turn.", "There are: 'reasoning', 'answer'.")
    if step is not None:
        if kind == "answer":
            raise ConversationError("An answer has no steps.", "Give a quote or a span of it.")
        end = end_of(turn, step)
        length = len(turn.steps[step].text) if isinstance(step, int) else step.end - step.start
        return "reasoning", end - length, end
    if quote is not None:
        return _quoted(turn, a_text(quote, "A quote"), (kind,) if kind else ("answer", "reasoning"))
    which: Kind = kind or "answer"
    if span is None:
        return which, 0, 0
    start, end = span
    length = len(turn.text(which))
    if not 0 <= start < end <= length:
        raise ConversationError(
            f"There is no place from {start:,} to {end:,} in a text of {length:,} characters.",
            "Count in characters of turn.text(kind).",
        )
    return which, start, end


def _quoted(turn: Turn, quote: str, kinds: tuple[Kind, ...]) -> tuple[Kind, int, int]:
    for kind in kinds:
        at = turn.text(kind).find(quote) if quote else -1
        if at >= 0:
            return kind, at, at + len(quote)
    shown = quote if len(quote) <= 40 else f"{quote[:39]}…"
    raise ConversationError(f"The turn doesn't have the text {shown!r}.", "Copy it from turn.reasoning or turn.answer.")

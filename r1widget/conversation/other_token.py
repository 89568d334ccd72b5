"""`with_other_token`: a version of a turn that goes on behind another token than the one that stands there. Values only."""

from __future__ import annotations

from typing import Any

from ..errors import ConversationError
from ..number import whole
from .alternatives import UNKNOWN, Alternative
from .edits import answering, cut, refuse_second_thoughts, version_of
from .hesitation import opens
from .question import a_text
from .scores import TokenScore
from .token_places import token_places
from .turn import Span, Turn, clean

_ELSE = "Take another of its alternatives, or edit the text."
_WHY_NOT = {
    "part": "This token is a part of a character, so there is no text to go on behind.",
    "ends": "This token ends the reply, so there is nothing to go on with.",
    "control": "This token isn't text: what it begins is for the model's template alone.",
}


def with_other_token(turn: Turn, index: int, token: int | str) -> Turn:
    """What stands before token number `index` of `turn.scores`, then `token` in its place, and on from there.

    `token` is the id of one of its alternatives, or a text: of one of them, or any. The model is given the very ids that it had
    written and that of the alternative, where they are known; or else their text is encoded. What is put in is the person's.
    """
    scores = turn.scores[:]
    index = whole(index)
    if type(index) is not int or not 0 <= index < len(scores):
        raise ConversationError(
            f"The turn has {len(scores):,} tokens with a probability, so there is no token {index!r}.",
            "They count from 0, as in turn.scores.",
        )
    kind, place = scores[index].kind, token_places(turn, scores)[index]
    chosen = _chosen(scores[index], token)
    if chosen.role in _WHY_NOT or opens(turn, kind, place):
        raise ConversationError(_WHY_NOT.get(chosen.role, _WHY_NOT["control"]), _ELSE)
    at, closes = place.start, chosen.role == "closes"
    put_in = [] if closes else [Span(kind, clean(chosen.text), "person")]
    spans = [*cut(turn.spans_of(kind), at), *put_in]
    if kind == "reasoning":
        made = version_of(turn, "reasoning", at, spans)
        if closes:
            made.begins = "answer"
            made.thinking_ended_by = "user" if made.reasoning else None
    else:
        refuse_second_thoughts(turn)
        made = answering(turn, at, [*turn.spans_of("reasoning"), *spans])
    if chosen.id != UNKNOWN and _knows_all(made, at, kind == "answer"):
        thought, answer = len(made.text("reasoning")), len(made.text("answer"))
        made.ids.add((chosen.id,), thought, answer, thinking=made.begins == "reasoning")
    return made


def _chosen(score: TokenScore, token: Any) -> Alternative:
    """The alternative that is meant, or any text."""
    found = score.alternatives
    id = whole(token)
    if type(id) is not int:
        text = a_text(token, "A token")
        same = [one for one in found if one.text == text] or [one for one in found if one.text.strip() == text.strip()]
        if len(same) == 1 and text.strip():
            return same[0]
        if same and same[0].text == text:
            return same[0]
        return Alternative(UNKNOWN, 0.0, text)
    if id != UNKNOWN and (known := next((one for one in found if one.id == id), None)):
        return known
    among = ", ".join(f"{one.id} ({one.text!r})" for one in found if one.id != UNKNOWN) or "none"
    raise ConversationError(
        f"{token!r} is none of the alternatives that are kept of this token: {among}.",
        "Take one of them, or give a text.",
    )


def _knows_all(made: Turn, at: int, in_answer: bool) -> bool:
    """Whether the ids of everything before the token are known: then its own says exactly where the model goes on."""
    kept = made.ids.all
    if in_answer:
        thought = len(made.text("reasoning"))
        return (kept.reasoning, kept.answer) == (thought, at) and (kept.closed or not (thought or made.opens_thinking))
    return kept.reasoning == at and not kept.closed and (made.opens_thinking or bool(kept.ids))

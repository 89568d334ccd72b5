"""`hesitation`: the tokens that the model wasn't sure of, with what it might have written instead. Standard library only."""

from __future__ import annotations

import heapq
import math
from typing import NamedTuple

from ..reasoning import Kind
from .alternatives import SURE, UNKNOWN, Alternative
from .token_places import Place, token_places
from .turn import Turn

MOST_TOKENS = 5000
"""How many are told of a turn, the least probable ones: nobody looks at more, and a page has to draw them."""


class Hesitant(NamedTuple):
    """A token that had a probability below `SURE`."""

    index: int  # type: ignore[assignment]  # a tuple's method, which nobody calls
    """Its place among `turn.scores`."""
    kind: Kind
    start: int
    """Where its text begins and ends, in characters of `turn.text(kind)`."""
    end: int
    probability: float
    """At temperature 1, before top-p. That of the token, not of what it says being true."""
    alternatives: tuple[Alternative, ...]
    """The likeliest first, itself among them; none of a turn that was kept before there were any."""
    chosen: int = -1
    """Which of them it is; -1 where there are none."""


class Hesitation(NamedTuple):
    """Where a model hesitated."""

    total: int
    """Tokens of the turn that have a probability."""
    tokens: tuple[Hesitant, ...]
    """In order."""
    why: str = ""
    """Why there are no probabilities, where there are none."""


def hesitation(turn: Turn, most: int = MOST_TOKENS) -> Hesitation:
    """Those of a turn as it stands, at most so many."""
    scores = turn.scores[:]
    if not scores:
        return Hesitation(0, (), _why(turn))
    least = math.log(SURE)
    unsure = [index for index, score in enumerate(scores) if score.logprob < least]
    if len(unsure) > most:
        unsure = sorted(heapq.nsmallest(most, unsure, key=lambda index: scores[index].logprob))
    places = token_places(turn, scores)
    texts = {kind: turn.text(kind) for kind in ("reasoning", "answer")}
    tokens = []
    for index in unsure:
        score, place = scores[index], places[index]
        found, text = score.alternatives, texts[score.kind][place.start : place.end]
        chosen = next((number for number, one in enumerate(found) if _is(one, score.id, text)), -1)
        if found and chosen < 0:
            chosen = len(found)
            found = (*found, Alternative(score.id, score.logprob, text, "text" if text else "part"))
        if opens(turn, score.kind, place):
            found = tuple(one._replace(role="control") if one.role == "text" else one for one in found)
        tokens.append(Hesitant(index, score.kind, *place, math.exp(score.logprob), found, chosen))
    return Hesitation(len(scores), tuple(tokens))


def opens(turn: Turn, kind: Kind, place: Place) -> bool:
    """Whether a token began the thought: what stands in its place would be no thought, and what follows no version of it."""
    return kind == "reasoning" and place == (0, 0) and not turn.opens_thinking


def _is(one: Alternative, id: int, text: str) -> bool:
    """Whether it is the token that stands there. Of a server's, which have no ids, the text says it."""
    return one.id == id and (id != UNKNOWN or one.text == text)


def _why(turn: Turn) -> str:
    if turn.state == "queued" or (turn.state == "running" and not turn.spans):
        return "Nothing is written yet."
    if turn.record.get("engine") == "remote":
        return "The server gave no probabilities."
    if isinstance(turn.record.get("scores"), dict):
        return "This turn comes from a file that has no tokens, only their means."
    if not any(span.origin == "model" for span in turn.spans):
        return "The model wrote nothing here."
    return "There are no probabilities of this turn: its model told none, or they were not kept."

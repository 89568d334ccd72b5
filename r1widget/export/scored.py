"""`scored`: where the model hesitated, as a page is told of it (`Scored` in js/src/wire/checks.ts)."""

from __future__ import annotations

import math
from typing import Any

from ..conversation.alternatives import Alternative
from ..conversation.hesitation import MOST_TOKENS, Hesitant, hesitation
from ..conversation.turn import Turn

_DIGITS = 5


def scored(turn: Turn, most: int = MOST_TOKENS) -> dict[str, Any]:
    """The turn's hesitant tokens, the `most` least probable ones, in order; `why` where it has no probabilities."""
    total, tokens, why = hesitation(turn, most)
    return {"total": total, "tokens": [_token(each) for each in tokens], **({"why": why} if why else {})}


def _token(token: Hesitant) -> dict[str, Any]:
    alternatives = [_alternative(one) for one in token.alternatives]
    return {**token._asdict(), "probability": round(token.probability, _DIGITS), "alternatives": alternatives}


def _alternative(one: Alternative) -> dict[str, Any]:
    found = {"id": one.id, "text": one.text, "probability": round(math.exp(one.logprob), _DIGITS)}
    return found if one.role == "text" else {**found, "role": one.role}

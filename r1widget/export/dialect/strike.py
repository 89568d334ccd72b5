"""`~~struck through~~`, by two tildes and no other number of them. Mirrored in js/src/markdown/dialect/strike.ts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .emphasis import flanks, push_delimiter

if TYPE_CHECKING:
    from .inline import InlineState


def strike(state: InlineState) -> bool:
    opens, closes, length = flanks(state.src, state.pos, state.posMax)
    if length != 2:  # `~5` is about five
        return state.as_text(state.pos + length)
    push_delimiter(state, "~~", 0, opens, closes)
    return True

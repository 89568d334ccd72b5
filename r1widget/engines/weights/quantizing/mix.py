"""`kind_of`: in which layout each weight of a model lies that is held in four bits.

Values and what comes back into the stream of a layer cost most where they are wrong, and the head's errors go straight into the
probabilities. At 1.5B the head, the values and every fourth layer's way down have six bits: 4.8 bits a weight in the layers, as
many as llama.cpp's Q4_K_M takes. A small model loses more by each bit, and has few: there everything that comes back has six.
"""

from __future__ import annotations

from ..linears.scheme import Part

VERSION = 1
"""Of this rule, of the text and of how scales are searched: what was made by others is made anew."""
FEW = 500_000_000
"""Parameters below which a model is small."""
MOST, MORE = "Q4_K", "Q6_K"
_DOWN, _VALUES, _OUT = "down_proj.weight", "v_proj.weight", "o_proj.weight"


def kind_of(part: Part, weight: str, *, small: bool) -> str:
    """The name of the layout of one of a part's weights."""
    if part.head or weight.endswith(_VALUES):
        return MORE
    if weight.endswith(_DOWN):
        return MORE if small or part.layer % 4 == 0 else MOST
    return MORE if small and weight.endswith(_OUT) else MOST

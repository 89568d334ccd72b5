"""`kind_of`: in which layout each weight of a model lies that is held in four bits.

What errors in values cost is said in every later token, and there are few of them: with grouped heads they are one in a hundred.
The head's errors go straight into the probabilities. Both have six bits. At the shape of 1.5B that makes 4.64 bits a weight in the
layers, where llama.cpp's Q4_K_M, which has half of the values and of the second layers of the networks in six, takes 4.81.
"""

from __future__ import annotations

from ..linears.scheme import Part

VERSION = 1
"""Of this rule, of the text and of how scales are searched: what was made by others is made anew."""
MOST, MORE = "Q4_K", "Q6_K"


def kind_of(part: Part, weight: str) -> str:
    """The name of the layout of one of a part's weights."""
    return MORE if part.head or weight.endswith(".v_proj.weight") else MOST

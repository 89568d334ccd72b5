"""`as_stored`: the weights of a GGUF file as the file has them, each in the layout that holds the same numbers."""

from __future__ import annotations

from collections.abc import Set

import torch

from ...native.library import Unusable
from ..gguf.types import EXACT, FLOATS
from .int8 import torch_int8
from .layouts import LAYOUTS
from .native import Blocks, kernel
from .plain import Plain
from .scheme import Layout, Part, Scheme


def as_stored(name: str, kinds: Set[str]) -> Scheme:
    """`name` is what the file's quantization is called, `kinds` are the types of all weights of its layers.

    What no layout holds exactly is made 8 bits of, which takes long enough to be kept on the disk. All else is made at each
    start, faster than a disk reads. Without a kernel of our own torch's 8 bits do for everything.
    """
    others = {kind for kind in kinds if kind not in EXACT and kind not in FLOATS}
    try:
        blocks = {kind: Blocks(kernel(), LAYOUTS[kind]) for kind in EXACT}
    except Unusable as reason:
        return torch_int8(f"Slower than it could be, and held in 8 bits: {reason}.")
    exact, single = Plain(torch.bfloat16), Plain(torch.float32)

    def layout_of(part: Part, weight: str, kind: str) -> Layout:
        if kind in FLOATS:
            return exact if kind == "BF16" else single
        return blocks.get(kind, blocks["Q8_0"])

    return Scheme(name=name, key=f"native-as-{name}", layout_of=layout_of, kept=bool(others))

"""`TYPES`: how GGUF's types of number lie in a file. Rows are cut into blocks of so many weights, of so many bytes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple


class Type(NamedTuple):
    name: str
    """As llama.cpp calls it."""
    weights: int
    """In a block."""
    bytes: int
    """Of a block."""


TYPES: Mapping[int, Type] = {
    0: Type("F32", 1, 4),
    1: Type("F16", 1, 2),
    2: Type("Q4_0", 32, 18),
    3: Type("Q4_1", 32, 20),
    6: Type("Q5_0", 32, 22),
    7: Type("Q5_1", 32, 24),
    8: Type("Q8_0", 32, 34),
    9: Type("Q8_1", 32, 36),
    10: Type("Q2_K", 256, 84),
    11: Type("Q3_K", 256, 110),
    12: Type("Q4_K", 256, 144),
    13: Type("Q5_K", 256, 176),
    14: Type("Q6_K", 256, 210),
    15: Type("Q8_K", 256, 292),
    16: Type("IQ2_XXS", 256, 66),
    17: Type("IQ2_XS", 256, 74),
    18: Type("IQ3_XXS", 256, 98),
    19: Type("IQ1_S", 256, 50),
    20: Type("IQ4_NL", 32, 18),
    21: Type("IQ3_S", 256, 110),
    22: Type("IQ2_S", 256, 82),
    23: Type("IQ4_XS", 256, 136),
    24: Type("I8", 1, 1),
    25: Type("I16", 1, 2),
    26: Type("I32", 1, 4),
    27: Type("I64", 1, 8),
    28: Type("F64", 1, 8),
    29: Type("IQ1_M", 256, 56),
    30: Type("BF16", 1, 2),
    34: Type("TQ1_0", 256, 54),
    35: Type("TQ2_0", 256, 66),
    39: Type("MXFP4", 32, 17),
}
"""By their numbers in a file (ggml.h, `ggml_type`; gguf-py, `GGML_QUANT_SIZES`)."""

FLOATS = frozenset({"F64", "F32", "F16", "BF16"})
"""Weights that aren't quantized."""


class Held(NamedTuple):
    """How weights are held on a CPU, where the file's own quantization is kept."""

    type: str
    """Blocks of this type, in a layout of ours, or floats of it."""
    values: int
    """Bits of one, without its scales."""
    bits: float
    """With its share of them, where rows are long."""


_FLOAT = Held("F32", 32, 32)
HELD: Mapping[str, Held] = {
    "Q4_0": Held("Q4_0", 4, 4.5),
    "Q4_1": Held("Q4_1", 4, 5),
    "Q4_K": Held("Q4_K", 4, 4.625),
    "Q6_K": Held("Q6_K", 6, 6.5625),
    "Q8_0": Held("Q8_0", 8, 8.5),
    "BF16": Held("BF16", 16, 16),
    "F16": _FLOAT,  # a CPU computes in one of the two, and bfloat16 would lose digits
    "F32": _FLOAT,
    "F64": _FLOAT,
}
"""Those of each type that is held as it is."""
EXACT = frozenset(HELD) - FLOATS
"""Quantized types that are; of the others 8 bits are made."""


def held(kind: str) -> Held:
    """Weights of the type of that name."""
    return HELD.get(kind, HELD["Q8_0"])


FILE_TYPES: Mapping[int, str] = {
    0: "F32", 1: "F16", 2: "Q4_0", 3: "Q4_1", 7: "Q8_0", 8: "Q5_0", 9: "Q5_1", 10: "Q2_K", 11: "Q3_K_S", 12: "Q3_K_M", 13: "Q3_K_L",
    14: "Q4_K_S", 15: "Q4_K_M", 16: "Q5_K_S", 17: "Q5_K_M", 18: "Q6_K", 19: "IQ2_XXS", 20: "IQ2_XS", 21: "Q2_K_S", 22: "IQ3_XS",
    23: "IQ3_XXS", 24: "IQ1_S", 25: "IQ4_NL", 26: "IQ3_S", 27: "IQ3_M", 28: "IQ2_S", 29: "IQ2_M", 30: "IQ4_XS", 31: "IQ1_M",
    32: "BF16", 36: "TQ1_0", 37: "TQ2_0", 38: "MXFP4",
}  # fmt: skip
"""What the mix of types in a file is called, by `general.file_type` (llama.h, `llama_ftype`)."""

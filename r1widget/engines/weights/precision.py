"""In how many bits a model is held here, and why: `decide`. No torch, so that it can be said before anything is loaded."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, Literal, NamedTuple

from . import memory
from .safetensors import Contents

Quantization = Literal["int8", "int4"]

SMALL = 100_000_000
"""Parameters below which a model runs in float32 on a CPU: there it is as fast as bfloat16, and exact."""
BITS: dict[Quantization, float] = {"int8": 8.5, "int4": 4.85}
"""Bits a weight takes in the layers, its share of the scales included."""
HEAD: dict[Quantization, float] = {"int8": 8.5, "int4": 6.6}
"""The same in the last one."""
COMFORT = 0.5
"""The share of the free memory that eight bits may take; beyond it, the notebook's own data would be crowded. It was 0.6 while
four bits cost five times as much exactness as they do now."""


class Precision(NamedTuple):
    """Quantized, or not, and `why` in a sentence."""

    quantization: Quantization | None
    why: str


def decide(
    quantization: str | None, dtype: str, *, contents: Contents, config: Any, device: str, lean: bool
) -> Precision:
    """For a checkpoint of these `contents`. `lean` says whether its architecture can be quantized here."""
    asked: Quantization | None = next((bits for bits in BITS if bits == quantization), None)
    if asked is not None or quantization is None or dtype != "auto":
        return Precision(asked, "it was asked for")
    if not can_be_quantized(device, lean):
        return Precision(None, "quantized weights are for CPUs, and for the architectures known here")
    if contents.parameters < SMALL:
        return Precision(None, "the model is small")
    free = memory.available(device)
    eight = memory.needed(quantized_bytes("int8", contents, config), config)
    numbers = f"at 8 bits it takes {memory.gigabytes(eight)} of {memory.gigabytes(free)} that are free"
    if eight <= free * COMFORT:
        return Precision("int8", f"{numbers}; 4 bits would be faster, and less exact")
    return Precision("int4", f"{numbers}, which is too much for comfort")


def type_on_cpu(parameters: int, types: Collection[str] = ()) -> Literal["float32", "bfloat16"]:
    """Of weights that aren't quantized, where nobody asks for one. `types` are those of a GGUF file's matrices, of which
    nothing is lost: bfloat16 has fewer digits than F16."""
    return "float32" if parameters < SMALL or not {*types} <= {"BF16"} else "bfloat16"


def can_be_quantized(device: str, lean: bool) -> bool:
    return lean and device == "cpu"


def quantized_bytes(quantization: Quantization, contents: Contents, config: Any) -> int:
    """Memory that the weights take. Embeddings stay in their file, of which a token reads a row."""
    table = config.vocab_size * config.hidden_size
    linears = contents.float_parameters - (table if config.tie_word_embeddings else 2 * table)
    return int((linears * BITS[quantization] + table * HEAD[quantization]) / 8) + contents.other_bytes

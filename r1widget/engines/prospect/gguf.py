"""`held`: what a GGUF model will be like when it is loaded, from its summary alone."""

from __future__ import annotations

from typing import NamedTuple

from ..model.known import is_known
from ..weights.gguf.summary import Summary
from ..weights.precision import BITS, can_be_quantized, decide, quantized_bytes
from ..weights.safetensors import Contents
from .machine import Device
from .shape import width_of


class Held(NamedTuple):
    bits: tuple[int, int]
    """Of a weight: the least and the most."""
    memory: int
    """Bytes that the weights take."""
    makes: bool
    """Whether weights are made of the file's that it doesn't have, and kept."""


def held(about: Summary, *, quantization: str | None, dtype: str, device: Device) -> Held | None:
    """On a CPU as they lie in the file, where they are quantized; elsewhere, and of floats, as a checkpoint's would be. None where it
    can't be told."""
    count = about.contents.parameters
    contents = Contents(count, count, 0)
    lean = is_known(about.config)
    if about.is_quantized and can_be_quantized(device, lean) and quantization in ("auto", None):
        return Held(about.bits, about.held, makes=bool(about.converted))
    if None in (about.config.vocab_size, about.config.hidden_size):
        return None
    precision = decide(
        quantization, dtype, contents=contents, config=about.config, device=device, lean=lean
    ).quantization
    if precision is not None:
        bits = int(BITS[precision])
        return Held((bits, bits), quantized_bytes(precision, contents, about.config), makes=True)
    width = width_of(dtype, device, contents, about.types)
    return Held((8 * width, 8 * width), count * width, makes=False)

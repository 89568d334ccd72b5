"""In what precision a model runs here: `choose` weighs its size against the free memory, and says why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import torch

from ...errors import EngineError, NoSuchQuantization
from . import memory
from .safetensors import Contents

Quantization = Literal["int8", "int4"]

SMALL = 100_000_000
"""Parameters below which a model runs in float32 on a CPU: there it is as fast as bfloat16, and exact."""
BITS: dict[Quantization, float] = {"int8": 8.5, "int4": 4.5}
"""Bits a weight takes, its share of the scales included. The last layer keeps eight."""
COMFORT = 0.6
"""The share of the free memory that eight bits may take; beyond it, the notebook's own data would be crowded."""


@dataclass(frozen=True, slots=True)
class Choice:
    """How the weights are held: quantized, or in `dtype`; `bytes` of memory for them, and `why` in a sentence."""

    quantization: Quantization | None
    dtype: torch.dtype
    bytes: int
    why: str


def choose(
    quantization: str | None, dtype: str, *, name: str, contents: Contents, config: Any, device: str, lean: bool
) -> Choice:
    """The precision for a checkpoint of these `contents`. `lean` says whether its architecture can be quantized here."""
    if quantization not in ("auto", None, *BITS):
        raise NoSuchQuantization(
            f"There is no quantization {quantization!r}.",
            'There are "auto", "int8", "int4" and None: the weights as they are.',
        )
    kind = type_for(dtype, device, contents.parameters)
    plain = contents.float_parameters * kind.itemsize + contents.other_bytes
    quantizable = lean and device == "cpu"
    asked: Quantization | None = next((bits for bits in BITS if bits == quantization), None)
    if asked is not None:
        if not quantizable:
            reason = "runs on a GPU" if lean else "has an architecture, or a form, that isn't quantized here"
            raise NoSuchQuantization(f"{name} {reason}.", 'Take quantization="auto".')
        return Choice(asked, kind, quantized_bytes(asked, contents, config), "it was asked for")
    if quantization is None or dtype != "auto":
        return Choice(None, kind, plain, "it was asked for")
    if not quantizable:
        return Choice(None, kind, plain, "quantized weights are for CPUs, and for the architectures known here")
    if contents.parameters < SMALL:
        return Choice(None, kind, plain, "the model is small")
    free = memory.available(device)
    sizes: dict[Quantization, int] = {bits: quantized_bytes(bits, contents, config) for bits in BITS}
    eight = memory.needed(sizes["int8"], config)
    numbers = f"at 8 bits it takes {memory.gigabytes(eight)} of {memory.gigabytes(free)} that are free"
    if eight <= free * COMFORT:
        return Choice("int8", kind, sizes["int8"], f"{numbers}; 4 bits would be faster, and less exact")
    return Choice("int4", kind, sizes["int4"], f"{numbers}, which is too much for comfort")


def quantized_bytes(quantization: Quantization, contents: Contents, config: Any) -> int:
    """Memory that the weights take. Embeddings stay in their file, of which a token reads a row."""
    table = config.vocab_size * config.hidden_size
    linears = contents.float_parameters - (table if config.tie_word_embeddings else 2 * table)
    return int((linears * BITS[quantization] + table * BITS["int8"]) / 8) + contents.other_bytes


def place(device: str) -> str:
    """The device that `"auto"` means here: CUDA, Apple's GPU, or the CPU."""
    if device != "auto":
        return device
    if torch.cuda.is_available():
        return "cuda"
    return "mps" if torch.backends.mps.is_available() else "cpu"


def type_for(dtype: str, device: str, parameters: int) -> torch.dtype:
    """The type of number of that name, or what `"auto"` means: what suits the device and the model's size."""
    if dtype != "auto":
        kind = getattr(torch, dtype, None)
        if not isinstance(kind, torch.dtype) or not kind.is_floating_point:
            raise EngineError(f"There is no dtype {dtype!r}.", 'There are "auto", "bfloat16", "float16" and "float32".')
        return kind
    if device.startswith("cuda"):
        return torch.bfloat16 if torch.cuda.is_bf16_supported() else torch.float16
    if device.startswith("mps"):
        return torch.float16
    return torch.float32 if parameters < SMALL else torch.bfloat16

"""In what precision a model runs here: `choose` weighs its size against the free memory, and says why."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import torch

from ...errors import EngineError, NoSuchQuantization
from .gguf.summary import Summary
from .precision import BITS, can_be_quantized, decide, quantized_bytes, type_on_cpu
from .safetensors import Contents


@dataclass(frozen=True, slots=True)
class Choice:
    """How the weights are held: quantized, or in `dtype`; `bytes` of memory for them, and `why` in a sentence."""

    quantization: str | None
    """`"int8"`, `"int4"`, or what a GGUF file's own is called."""
    dtype: torch.dtype
    bytes: int
    why: str
    as_stored: bool = False
    """Whether it is the quantization that the file has."""


def choose(
    quantization: str | None,
    dtype: str,
    *,
    name: str,
    contents: Contents,
    config: Any,
    device: str,
    lean: bool,
    stored: Summary | None = None,
) -> Choice:
    """The precision for a checkpoint of these `contents`. `lean` says whether its architecture can be quantized here; `stored` is
    of a GGUF file, whose own quantization is kept on a CPU unless another is asked for."""
    if quantization not in ("auto", None, *BITS):
        raise NoSuchQuantization(
            f"There is no quantization {quantization!r}.",
            'There are "auto", "int8", "int4" and None: the weights as they are.',
        )
    kind = type_for(dtype, device, contents.parameters)
    if stored is not None and stored.is_quantized:
        if can_be_quantized(device, lean) and quantization in ("auto", None):
            why = "its file has it so"
            if stored.converted:
                why += f"; {' and '.join(stored.converted)} in 8 bits"
            return Choice(stored.type or "gguf", kind, stored.held, why, as_stored=True)
        contents = Contents(contents.parameters, contents.parameters, 0)  # numbers are made of all
    held, why = decide(quantization, dtype, contents=contents, config=config, device=device, lean=lean)
    if held is None:
        kind = type_for(dtype, device, contents.parameters, stored.types if stored is not None else ())
        return Choice(None, kind, contents.float_parameters * kind.itemsize + contents.other_bytes, why)
    if not can_be_quantized(device, lean):
        reason = "runs on a GPU" if lean else "has an architecture, or a form, that isn't quantized here"
        raise NoSuchQuantization(f"{name} {reason}.", 'Take quantization="auto".')
    return Choice(held, kind, quantized_bytes(held, contents, config), why)


def place(device: str) -> str:
    """The device that `"auto"` means here: CUDA, Apple's GPU, or the CPU."""
    if device != "auto":
        return device
    if torch.cuda.is_available():
        return "cuda"
    return "mps" if torch.backends.mps.is_available() else "cpu"


def type_for(dtype: str, device: str, parameters: int, types: Collection[str] = ()) -> torch.dtype:
    """The type of number of that name, or what `"auto"` means: what suits the device and the model's size, and on a CPU
    loses nothing of a GGUF file's `types`."""
    if dtype != "auto":
        kind = getattr(torch, dtype, None)
        if not isinstance(kind, torch.dtype) or not kind.is_floating_point:
            raise EngineError(f"There is no dtype {dtype!r}.", 'There are "auto", "bfloat16", "float16" and "float32".')
        return kind
    if device.startswith("cuda"):
        return torch.bfloat16 if torch.cuda.is_bf16_supported() else torch.float16
    if device.startswith("mps"):
        return torch.float16
    return torch.float32 if type_on_cpu(parameters, types) == "float32" else torch.bfloat16

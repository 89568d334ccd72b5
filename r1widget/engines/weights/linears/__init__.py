"""Linear layers, and the ways to hold their weights. `scheme` chooses a way; `open_linears` opens a model's layers.

    layers = open_linears(source, parts, scheme("int4", torch.bfloat16), key=…, name=…)
    y = layers["head"](x)

The kernel of our own (`native`) comes with a wheel for this system, or needs a C compiler on the machine, once; without
either torch's operations do the work, and `why` of the scheme says so.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ....errors import NoSuchQuantization
from .scheme import Layout, Linear, Part, Scheme, Segment

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    import torch

    from ..source import Source
    from .packing import Importance
    from .store import Linears


def scheme(quantization: str | None, dtype: torch.dtype, *, parameters: int | None = None) -> Scheme:
    """The fastest way that works here to hold weights of `"int4"`, `"int8"`, or, for None, of `dtype`.

    A model of few `parameters` keeps more bits of some. `NoSuchQuantization` for any other. The first call may compile the kernel, for some
    seconds, once for each machine.
    """
    import torch

    from ...native.library import Unusable
    from ..quantizing import mix
    from .int4 import torch_int4
    from .int8 import torch_int8
    from .kernel import kernel
    from .native import native
    from .plain import plain

    if quantization in {None, "none"}:
        return plain(dtype)
    if quantization not in {"int4", "int8"}:
        raise NoSuchQuantization(f"There is no quantization {quantization!r}.", 'There are "int8", "int4", and None.')
    try:
        small = parameters is not None and parameters < mix.FEW
        return native(kernel(), int(quantization.removeprefix("int")), small=small)
    except Unusable as reason:
        why = f"Slower than it could be: {reason}."
        if quantization == "int4" and hasattr(torch, "_weight_int4pack_mm_for_cpu"):  # torch 2.6 and later
            return torch_int4(why)
        return torch_int8(why)


def stored_scheme(name: str) -> Scheme:
    """The way to hold the weights of a GGUF file as they are, which its quantization is called by: in our own layouts, or, without
    our kernel, in 8 bits."""
    from dataclasses import replace

    from ...native.library import Unusable
    from .int8 import torch_int8
    from .kernel import kernel
    from .native import as_stored

    try:
        return as_stored(kernel(), name)
    except Unusable as reason:
        why = f"Slower than it could be, and through 8 bits: {reason}."
        return replace(torch_int8(why), name=name)


def open_linears(
    source: Source,
    parts: Sequence[Part],
    scheme: Scheme,
    *,
    key: str,
    name: str,
    report: Callable[[int, int], None] = lambda done, total: None,
    importance: Importance | None = None,
    folder: Path | None = None,
) -> Linears:
    """The layers that `parts` name, of a checkpoint; see `store.open_linears`."""
    from . import store

    return store.open_linears(
        source, parts, scheme, key=key, name=name, report=report, importance=importance, folder=folder
    )


def stored(key: str, scheme: Scheme, folder: Path | None = None) -> Path | None:
    """The file with these weights in this layout, where there is one."""
    from . import store

    return store.stored(key, scheme, folder)


def remove_others(name: str, key: str, folder: Path | None = None) -> list[Path]:
    """Remove the same model's files that were made of other weights."""
    from . import store

    return store.remove_others(name, key, folder)


__all__ = [
    "Layout",
    "Linear",
    "Part",
    "Scheme",
    "Segment",
    "open_linears",
    "remove_others",
    "scheme",
    "stored",
    "stored_scheme",
]

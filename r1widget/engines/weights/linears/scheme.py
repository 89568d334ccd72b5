"""What a linear layer is, and a way to hold its weights: the two protocols that all files of this folder fill."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import torch
    from torch import Tensor

    Plan = dict[str, tuple[torch.dtype, tuple[int, ...]]]


class Linear(Protocol):
    """y = x·Wᵀ + b."""

    rows: int
    """Numbers that come out."""
    columns: int
    """Numbers that go in."""

    def __call__(self, x: Tensor) -> Tensor:
        """(n, columns) float32 or bfloat16 to (n, rows) of the same type."""
        ...


class Scheme(Protocol):
    """A way to hold weights."""

    name: str
    """`"int4"`, `"int8"` or `"none"`."""
    layout: str
    """Names the packing and its version. What was packed under one layout can't be read under another."""
    why: str
    """Why it isn't a faster one, in a sentence; empty where it is the fastest."""
    block: int
    """Weights may be packed this many rows at a time (or a multiple), and the pieces joined; see `axes`."""
    axes: Mapping[str, int]
    """The dimension along which a tensor's pieces are joined, where it isn't the first."""

    def plan(self, rows: int, columns: int, bias: bool) -> Plan:
        """Type and shape of what `pack` gives, known beforehand."""
        ...

    def pack(self, weight: Tensor, bias: Tensor | None) -> dict[str, Tensor]:
        """Quantise a weight (rows, columns) of any float type."""
        ...

    def linear(self, tensors: Mapping[str, Tensor], rows: int, columns: int) -> Linear:
        """The layer that computes with what `pack` gave. The tensors aren't copied: they may be views of a file."""
        ...

    def of(self, part: Part) -> Scheme:
        """The scheme for one part: some hold a head with more bits than the rest."""
        ...


@dataclass(frozen=True, slots=True)
class Part:
    """One linear layer that is made of several of a checkpoint's tensors, stacked along their rows."""

    name: str
    weights: tuple[str, ...]
    biases: tuple[str, ...] = ()
    head: bool = False
    """Whether it makes the logits."""

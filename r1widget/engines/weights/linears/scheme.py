"""What a linear layer is, and how its weights are held: `Layout` for one tensor, `Scheme` for all of a model."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
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


class Layout(Protocol):
    """How one weight lies in memory."""

    name: str
    """Names the packing and its version. What was packed in one layout can't be read in another."""
    block: int
    """Weights may be packed this many rows at a time (or a multiple), and the pieces joined; see `axes`."""
    axes: Mapping[str, int]
    """The dimension along which a tensor's pieces are joined, where it isn't the first."""
    takes: str = ""
    """The type of GGUF whose blocks `take` makes its own of, the same numbers; empty where there is none."""

    def plan(self, rows: int, columns: int) -> Plan:
        """Type and shape of what `pack` and `take` give, known beforehand."""
        ...

    def pack(self, weight: Tensor, importance: Tensor | None = None) -> dict[str, Tensor]:
        """Of a weight (rows, columns) of any float type. `importance` (columns,) is how much an error in each column matters."""
        ...

    def take(self, stored: Tensor, columns: int) -> dict[str, Tensor]:
        """Of rows as they lie in a GGUF file, (rows, bytes of a row) uint8."""
        ...

    def linear(self, segments: Sequence[Segment], bias: Tensor | None) -> Linear:
        """The layer of these segments, one below the other, whose layouts are of this class, and of a bias (rows,) float32."""
        ...


@dataclass(frozen=True, slots=True)
class Part:
    """One linear layer that is made of several of a checkpoint's tensors, stacked along their rows."""

    name: str
    weights: tuple[str, ...]
    biases: tuple[str, ...] = ()
    head: bool = False
    """Whether it makes the logits."""
    layer: int = 0
    """The number of the layer that it belongs to; the head's is the number of layers."""


@dataclass(frozen=True, slots=True)
class Segment:
    """One of a part's weights, in its layout."""

    layout: Layout
    tensors: Mapping[str, Tensor]
    """As `layout.plan` says. They aren't copied: they may be views of a file."""
    rows: int
    columns: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Scheme:
    """A way to hold all weights of a model."""

    name: str
    """What a record says: `"int4"`, `"int8"`, `"none"`, or a GGUF file's own, as `"Q4_K_M"`."""
    key: str
    """Names the layouts that it chooses, in the name of the file where what was packed is kept. `name` is in it: by that the file
    is looked for before torch is there."""
    layout_of: Callable[[Part, str, str], Layout]
    """The layout of one of a part's tensors: of this name, which lies in the file as of this kind (`Source.kind`)."""
    why: str = ""
    """Why it isn't a faster one, in a sentence; empty where it is the fastest."""
    calibrated: bool = False
    """Whether it packs better where it is known what matters in each weight."""

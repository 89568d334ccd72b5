"""`Piece` and `Network`: what one pass over the weights is given, and who can make one.

A pass reads pieces of any number of sequences at once: prompts in chunks, single new ids, ids with proposals behind them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple, Protocol

from torch import Tensor


class Memory(Protocol):
    """What a network remembers of one sequence."""

    ids: list[int]

    @property
    def length(self) -> int: ...
    @property
    def bytes(self) -> int: ...
    def reserve(self, count: int) -> None:
        """Make room ahead of a pass, so that one sequence's lack of memory is not the others'."""
        ...

    def truncate(self, length: int) -> None: ...
    def copy(self, length: int, room: int = 0) -> Memory:
        """The first ids, in a memory to read into, with room for so many more."""
        ...

    def part(self, start: int, end: int) -> Memory:
        """What was read of the ids from `start` to `end`, alone, without room ahead: to be kept, and to `extend` with."""
        ...

    def extend(self, part: Any, count: int) -> None:
        """Put the first ids of a `part` behind these."""
        ...

    def trim(self) -> None: ...


def never() -> bool:
    return False


class Piece(NamedTuple):
    """Ids that follow what `memory` holds."""

    memory: Any  # the network's own kind of `Memory`
    ids: Sequence[int]
    num_logits: int = 1
    """For how many of the last ids the logits are wanted: each says what comes after it."""
    is_over: Callable[[], bool] = never
    """Whether nobody waits for it any more. A pass looks between its layers, and is abandoned when all its pieces are over:
    128 ids take 1.5B weights half a second on two cores, and a layer 20 ms."""


class Network(Protocol):
    """A causal language model's weights on a device."""

    config: Any
    """transformers' configuration of the text model."""
    parameters: int
    dtype: str
    device: Any
    chunk: int
    """How many ids a pass reads at most when a prompt is long."""
    supports_truncation: bool
    """Whether a memory can be cut back and copied: what proposals and kept prefixes need."""

    def memory(self) -> Memory:
        """An empty one."""
        ...

    def forward(self, pieces: Sequence[Piece]) -> list[Tensor]:
        """Read the pieces; each one's logits, (num_logits, vocabulary), float32. One that is over may get none, (0, vocabulary):
        then its memory hasn't changed. When it raises, no memory has."""
        ...

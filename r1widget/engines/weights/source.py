"""`Source`: a checkpoint's tensors by name, read some rows at a time.

What is read is copied, so that no page of a file stays in memory.
"""

from __future__ import annotations

from collections.abc import Sequence, Set
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from torch import Tensor


class Source(Protocol):
    """Names are transformers' (`model.layers.0.self_attn.q_proj.weight`), and so is the order of rows, whatever the file has.
    A tensor that isn't there, or holds no weights, is `WeightsCorrupt`. Any number of threads may read at once."""

    @property
    def names(self) -> Set[str]: ...

    def shape(self, name: str) -> tuple[int, ...]: ...

    def kind(self, name: str) -> str:
        """How it lies in the file, as GGUF calls that: "F32", "F16", "BF16", "Q4_K", "Q8_0", …"""
        ...

    def rows(self, name: str, start: int, stop: int) -> Tensor:
        """Rows of it as numbers: in their own type where that is a float's, else float32."""
        ...

    def picked(self, name: str, rows: Sequence[int]) -> Tensor:
        """The same of rows here and there, (rows, columns): 2,000 of them in a few milliseconds."""
        ...

    def whole(self, name: str) -> Tensor:
        """All rows as numbers: a view of the file's pages where they lie there as such, which stay in memory for as long as
        the tensor is used. For weights that are computed with as they are."""
        ...

    def stored(self, name: str, start: int, stop: int) -> Tensor:
        """Rows as they lie in the file, (rows, bytes of a row) uint8: blocks of GGUF."""
        ...

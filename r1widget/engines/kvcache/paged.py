"""`PagedCache`: the keys and values of one sequence, in pages that several sequences may share.

Who goes on from what another has read takes its pages, and copies nothing but the one that it begins to write in
(PagedAttention, Kwon et al. 2023, arXiv:2309.06180). The kernels (`attention.c`) read pages where they are. torch's
attention wants one tensor, so where that is used, a sequence has a `Cache`.
"""

from __future__ import annotations

import copy
import ctypes
from collections.abc import Sequence

import torch
from torch import Tensor

PAGE = 128
"""Positions of a page: a power of two, and not less than the kernel's block of 64 keys, so that the order of a sum is what
it is in one tensor. A position takes 28 kB at 1.5B: of a sequence at most 3.7 MB are empty, and as much is copied where
two part."""


class PagedCache:
    """What a model remembers of the ids that it has read.

    `pages` are tensors of shape (layers, 2, heads, page, size): keys, then values. Position p is row p % page of page
    p // page. A layer writes its new keys and values behind the others while a pass runs, and `commit` makes them
    count at its end: a pass that fails half-way leaves the cache as it was.

    No position that another cache may see is written again: those below `_fixed` are left alone, and where a page's rest
    belongs to the sequence it was taken from, `_fixed` is the page's end. Who is to write below it, because it begins
    there or was cut back, gets a copy of that page from `reserve`. A page lives as long as a cache has it.
    """

    def __init__(
        self, layers: int, heads: int, size: int, dtype: torch.dtype, device: torch.device, *, page: int = PAGE
    ) -> None:
        self.page = page
        self.heads, self.size, self.dtype = heads, size, dtype
        self.pages: list[Tensor] = []
        self.ids: list[int] = []
        """What was read, so that another sequence can tell how much of it is its own beginning too."""
        self.start = 0
        """The position of the first id: that of a `part` needn't be 0."""
        self._fixed = 0
        self._kind = torch.empty(layers, 2, heads, 0, size, dtype=dtype, device=device)
        self._addresses: ctypes.Array[ctypes.c_void_p] | None = None

    @property
    def length(self) -> int:
        return len(self.ids)

    @property
    def end(self) -> int:
        """The position behind the last id."""
        return self.start + len(self.ids)

    @property
    def room(self) -> int:
        """How many ids can be read into it as it is."""
        if self.end < self._fixed or self.start:
            return 0
        return len(self.pages) * self.page - self.end

    @property
    def pieces(self) -> dict[int, int]:
        """Its memory, bytes by identity: caches that share a page have the same piece."""
        return {id(page): page.nbytes for page in self.pages}

    @property
    def bytes(self) -> int:
        """Memory that it takes, the room ahead and what others share included."""
        return sum(self.pieces.values())

    def reserve(self, count: int) -> None:
        """Make room for `count` more ids, in pages of its own."""
        if count <= self.room:
            return
        if self.start:
            raise ValueError("a part is kept, and not read into")
        at, rows = divmod(self.end, self.page)
        pages, fixed = self.pages[:], self._fixed
        if self.end < fixed:
            del pages[at:]
            if rows:
                own = self._new_page()
                own[:, :, :, :rows] = self.pages[at][:, :, :, :rows]
                pages.append(own)
            fixed = at * self.page
        while len(pages) * self.page < self.end + count:
            pages.append(self._new_page())
        self._put(pages, fixed)

    def commit(self, ids: Sequence[int]) -> None:
        """The pass that wrote these ids has ended well."""
        self.ids.extend(ids)

    def truncate(self, length: int) -> None:
        """Forget everything from `length` on."""
        del self.ids[length:]

    def copy(self, length: int, room: int = 0) -> PagedCache:
        """The first `length` ids, in the same pages. Safe while another thread's pass writes behind them."""
        return self.part(0, length)

    def part(self, start: int, end: int) -> PagedCache:
        """What was read of these ids, alone, in the same pages."""
        other = copy.copy(self)
        other.ids, other.start = self.ids[start:end], self.start + start
        first, last = other.start // self.page, -(-other.end // self.page)
        other._put(self.pages[first - self._first : last - self._first], last * self.page)
        self._fixed = max(self._fixed, other.end)
        return other

    def extend(self, part: PagedCache, count: int) -> None:
        """Put the first `count` ids of a part behind these: a part of what begins with these. `ValueError` where it can't
        be one, as keys are turned by their position."""
        if part.start != self.end:
            raise ValueError(f"a part from position {part.start} on can't follow {self.end} ids")
        more = part.part(0, count)
        self._put([*self.pages[: more._first - self._first], *more.pages], more._fixed)
        self.ids.extend(more.ids)

    def trim(self) -> None:
        """Give back the room ahead."""
        self._put(self.pages[: -(-self.end // self.page) - self._first], self._fixed)

    def addresses(self) -> ctypes.Array[ctypes.c_void_p]:
        """Where the pages are, for kernels of our own."""
        if self._addresses is None:
            self._addresses = (ctypes.c_void_p * len(self.pages))(*(page.data_ptr() for page in self.pages))
        return self._addresses

    @property
    def _first(self) -> int:
        """The number of its first page in the sequence."""
        return self.start // self.page

    def _new_page(self) -> Tensor:
        layers, both, heads, _, size = self._kind.shape
        return self._kind.new_empty(layers, both, heads, self.page, size)

    def _put(self, pages: list[Tensor], fixed: int) -> None:
        self.pages, self._fixed, self._addresses = pages, fixed, None

"""`Slots`: keys and values of many sequences in tensors that stay where they are, and `SlotCache`, one sequence's share.

A CUDA graph reads and writes the addresses that it was captured with. So all sequences have a slot each in the same
tensors, one tensor a layer; only when a sequence outgrows its slot, or there are more of them, new tensors are made and
whoever captured the old ones hears of it. What is kept for later lies outside, in a tensor of its own length.
"""

from __future__ import annotations

import heapq
import weakref
from collections import deque
from collections.abc import Callable, Sequence

import torch
from torch import Tensor

from ...errors import NotEnoughMemory

FIRST_SLOTS, FIRST_CAPACITY = 4, 1024
"""What is there at the beginning: 115 MB at 1.5B in 16 bits. Both grow by doubling."""
MOST_SLOTS = 32
STEP = 256
"""Capacities are multiples of it."""
COMFORT = 0.9
"""The share of the free memory that growing may take."""


class Slots:
    """Slot s of layer n is `layer(n)[:, s]`: keys and values, (2, heads, capacity, size).

    For one thread, but that `release` may come from any.
    """

    def __init__(
        self,
        layers: int,
        heads: int,
        size: int,
        dtype: torch.dtype,
        device: torch.device,
        *,
        most: int = MOST_SLOTS,
        count: int = FIRST_SLOTS,
        capacity: int = FIRST_CAPACITY,
        free: Callable[[], int | None] = lambda: None,
        moves: Callable[[], None] = lambda: None,
    ) -> None:
        """`free` says how many bytes the device has left, None where that isn't to be asked; `moves` is called before
        the tensors are given up for others."""
        self.count, self.capacity = 0, 0
        self.layers, self.heads, self.size = layers, heads, size
        self.dtype, self.device = dtype, device
        self._most, self._first = most, (min(count, most), capacity)
        self._free_bytes, self._moves = free, moves
        self._free: list[int] = []
        self._released: deque[int] = deque()
        self.flat: list[Tensor] = []
        """A layer's numbers in rows of `size`. The last row belongs to nobody: what isn't meant goes there."""

    @property
    def token_bytes(self) -> int:
        """Of keys and values of one id in all layers."""
        return 2 * self.layers * self.heads * self.size * self.dtype.itemsize

    def layer(self, number: int) -> Tensor:
        """(2, slots, heads, capacity, size): keys, then values."""
        return slots_of(self.flat[number], self.count, self.heads, self.capacity)

    def take(self) -> int:
        """A slot for a sequence, the lowest, all zeros. `NotEnoughMemory` where there is no more."""
        self._collect()
        if not self._free:
            if self.count >= self._most:
                raise NotEnoughMemory(
                    f"{self._most} chats are being written already, and the GPU's memory is divided by so many.",
                    "Ask again when one of them has ended.",
                )
            self._grow(min(self._most, max(self._first[0], 2 * self.count)), max(self.capacity, self._first[1]))
        return self._cleared(heapq.heappop(self._free))

    def take_below(self, end: int) -> int | None:
        """A free slot below `end`, if there is one."""
        self._collect()
        return self._cleared(heapq.heappop(self._free)) if self._free and self._free[0] < end else None

    def release(self, slot: int) -> None:
        """Nobody uses the slot any more. It may be a finalizer's call, in whatever thread: nothing but a note."""
        self._released.append(slot)

    def fit(self, length: int) -> None:
        """Have room for `length` ids in each slot. `NotEnoughMemory` where that is more than the device has."""
        if length <= self.capacity:
            return
        exact = -(-length // STEP) * STEP
        count, doubled = max(self.count, self._first[0]), max(2 * self.capacity, self._first[1])
        while doubled < length:
            doubled *= 2
        try:
            self._grow(count, doubled)
        except NotEnoughMemory:
            if exact == doubled:
                raise
            self._grow(count, exact)

    def _collect(self) -> None:
        while self._released:
            heapq.heappush(self._free, self._released.popleft())

    def _cleared(self, slot: int) -> int:
        # What a damaged sequence left may be no numbers, and a weight of zero doesn't hide those: 0 · NaN is NaN.
        for number in range(self.layers):
            self.layer(number)[:, slot].zero_()
        return slot

    def _grow(self, count: int, capacity: int) -> None:
        """Other tensors with what was in these. One layer at a time: only one is there twice."""
        before = (self.count, self.capacity)
        # What all layers take more, and one of the old ones, which is there until it is copied.
        more = (count * capacity - before[0] * before[1]) * self.token_bytes
        needed = more + before[0] * before[1] * self.token_bytes // self.layers
        free = self._free_bytes()
        if free is not None and needed > free * COMFORT:
            raise _too_much(capacity)
        self._moves()
        old: list[Tensor | None] = list(self.flat) or [None] * self.layers
        self.flat = []
        try:
            for number in range(self.layers):
                self.flat.append(self._moved(old[number], before, (count, capacity)))
                old[number] = None
        except (MemoryError, RuntimeError) as error:
            for number, moved in enumerate(self.flat if self.count else []):
                self.flat[number] = old[number] = self._moved(moved, (count, capacity), before)
            self.flat = [tensor for tensor in old if tensor is not None]
            raise _too_much(capacity) from error
        self.count, self.capacity = count, capacity
        for slot in range(before[0], count):
            heapq.heappush(self._free, slot)

    def _moved(self, old: Tensor | None, before: tuple[int, int], after: tuple[int, int]) -> Tensor:
        new = torch.zeros(2 * after[0] * self.heads * after[1] + 1, self.size, dtype=self.dtype, device=self.device)
        if old is not None:
            count, capacity = min(before[0], after[0]), min(before[1], after[1])
            source = slots_of(old, before[0], self.heads, before[1])[:, :count, :, :capacity]
            slots_of(new, after[0], self.heads, after[1])[:, :count, :, :capacity].copy_(source)
        return new


class SlotCache:
    """The keys and values of one sequence: in a slot while it is written, else in a tensor outside (parked).

    Fills `network.KVCache`. `reserve` gives it a slot; `copy` makes parked ones; `trim` parks; a slot comes back when its
    owner is parked or is no more.
    """

    def __init__(self, slots: Slots) -> None:
        self._slots = slots
        self.ids: list[int] = []
        """What was read, so that another sequence can tell how much of it is its own beginning too."""
        self.slot: int | None = None
        self._parked: Tensor | None = None
        self._owner: weakref.finalize[[int], SlotCache] | None = None

    @property
    def length(self) -> int:
        return len(self.ids)

    @property
    def bytes(self) -> int:
        """Memory that it takes, the room ahead included."""
        if self.slot is not None:
            return self._slots.capacity * self._slots.token_bytes
        return 0 if self._parked is None else self._parked.nbytes

    @property
    def pieces(self) -> dict[int, int]:
        """Nobody shares it."""
        return {id(self): self.bytes}

    @torch.inference_mode()
    def reserve(self, count: int) -> None:
        """A slot with room for `count` more ids."""
        self._slots.fit(self.length + count)
        if self.slot is None:
            self._own(self._slots.take())
            if self._parked is not None:
                for number, part in enumerate(self._parked):
                    self._slots.layer(number)[:, self.slot, :, : self.length] = part[:, :, : self.length]
                self._parked = None

    def commit(self, ids: Sequence[int]) -> None:
        """The pass that wrote these ids has ended well."""
        self.ids.extend(ids)

    def truncate(self, length: int) -> None:
        """Forget everything from `length` on."""
        del self.ids[length:]

    @torch.inference_mode()
    def copy(self, length: int, room: int = 0) -> SlotCache:
        """The first `length` ids, parked; there is room as soon as it has a slot."""
        return self.part(0, length)

    @torch.inference_mode()
    def part(self, start: int, end: int) -> SlotCache:
        """These ids, parked."""
        other = SlotCache(self._slots)
        other.ids = self.ids[start:end]
        other._parked = self._content(start, end)
        return other

    @torch.inference_mode()
    def extend(self, part: SlotCache, count: int) -> None:
        """Put the first `count` ids of a part behind these, which are parked."""
        assert self._parked is not None and part._parked is not None
        self._parked = torch.cat((self._parked[:, :, :, : self.length], part._parked[:, :, :, :count]), 3)
        self.ids.extend(part.ids[:count])

    @torch.inference_mode()
    def trim(self) -> None:
        """Park it: it is kept for later, and the slot is for those that are written. Where memory lacks, it is forgotten."""
        if self.slot is not None:
            try:
                self._parked = self._content(0, self.length)
            except (MemoryError, RuntimeError):
                self.ids, self._parked = [], None
            self._leave()

    @torch.inference_mode()
    def move_below(self, end: int) -> None:
        """Into a slot below `end`, if one is free: a pass works on all slots up to the last that takes part."""
        if self.slot is None or (slot := self._slots.take_below(end)) is None:
            return
        for number in range(self._slots.layers):
            layer = self._slots.layer(number)
            layer[:, slot, :, : self.length] = layer[:, self.slot, :, : self.length]
        self._leave()
        self._own(slot)

    def _content(self, start: int, end: int) -> Tensor | None:
        """(layers, 2, heads, end - start, size), a copy."""
        if self._parked is not None:
            return self._parked[:, :, :, start:end].clone()
        if self.slot is None:
            return None
        layers = range(self._slots.layers)
        return torch.stack([self._slots.layer(number)[:, self.slot, :, start:end] for number in layers])

    def _own(self, slot: int) -> None:
        self.slot = slot
        self._owner = weakref.finalize(self, self._slots.release, slot)
        self._owner.atexit = False

    def _leave(self) -> None:
        if self._owner is not None:
            self._owner()
        self.slot = self._owner = None


def slots_of(flat: Tensor, count: int, heads: int, capacity: int) -> Tensor:
    """`Slots.flat` of a layer as (2, slots, heads, capacity, size), without the row that is nobody's."""
    return flat[: len(flat) - 1].view(2, count, heads, capacity, flat.shape[1])


def _too_much(capacity: int) -> NotEnoughMemory:
    return NotEnoughMemory(
        f"The GPU has no room for chats of {capacity:,} tokens.",
        "Close other chats, start a new conversation, which is shorter, or take a smaller model.",
    )

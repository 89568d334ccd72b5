"""`Graphs`: the pass of `Lean` for a GPU, with every sequence in a slot and the steps of writing as CUDA graphs.

At batch 1 a GPU multiplies 1.5B weights in under a millisecond, and Python takes ten to start the kernels one by one. A
graph starts them all at once, but with the same shapes and addresses each time. So a pass of few rows a sequence is
padded: sequences to 1, 2, 4 … slots, rows to 1, 2, 4 or 8, what they look at to 256, 512 … positions; each such size is
captured when it is first needed. Longer chunks, prompts, run without a graph, by the same functions.

Nothing here is CUDA's but `cuda.py`: with another recorder, or none, it runs on any device.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import NamedTuple, Protocol

import torch
from torch import Tensor
from torch.nn.functional import scaled_dot_product_attention

from ..kvcache.slots import SlotCache, Slots, slots_of
from .fused import Fused, add_and_norm, gate, turn
from .network import Chunk, OfTransformer
from .transformer import Layer, RopeCache, Transformer

ROWS = (1, 2, 4, 8)
"""Of each sequence in a captured pass: an id, and the draft tokens behind it."""
LEAST = 256
"""Positions that a captured pass looks at, at the least; a power of two times it at most twice as many as there are."""
PADDED = 64
"""What a pass without a graph looks at is a multiple of it: a mask must be aligned for the fast kernels."""


class Recording(Protocol):
    """Work that was recorded, on the tensors that it had then."""

    result: Tensor

    def replay(self) -> None:
        """Do it again; `result` holds what comes out."""
        ...


Recorder = Callable[[Callable[[], Tensor]], Recording]
"""Does the work, and records it."""


class _Captured(NamedTuple):
    inputs: Tensor
    recording: Recording


class Graphs(OfTransformer):
    """A network whose sequences all lie in slots of the same tensors, and whose passes are recorded."""

    def __init__(
        self,
        transformer: Transformer,
        *,
        recorder: Recorder | None = None,
        fused: Fused | None = None,
        free: Callable[[], int | None] = lambda: None,
        slots: dict[str, int] | None = None,
    ) -> None:
        """`recorder` is None where passes aren't to be recorded; `slots` are options of `Slots`."""
        super().__init__(transformer)
        self._recorder = recorder
        self._unrecorded = ""  # why nothing can be recorded
        self._fused = fused or Fused(add_and_norm, turn, gate)
        self._captured: dict[tuple[int, int, int], _Captured] = {}
        self._rope_cache = RopeCache(transformer, transformer.stream)
        self.slots = Slots(
            len(transformer.layers),
            transformer.num_key_heads,
            transformer.head_size,
            transformer.cache_dtype,
            transformer.device,
            free=free,
            moves=self._forget,
            **(slots or {}),
        )

    @property
    def path(self) -> str:
        how = "without CUDA graphs" if self._recorder is None else "with CUDA graphs"
        return f"our own pass, {how}" + (f": {self._unrecorded}" if self._unrecorded else "")

    def new_cache(self) -> SlotCache:
        return SlotCache(self.slots)

    @torch.inference_mode()
    def forward(self, batch: Sequence[Chunk]) -> list[Tensor]:
        """See `network.Network`. Chunks of at most `ROWS` ids go through one recorded pass, longer ones one by one: of these,
        one that is over is left out. Between its layers nobody looks: a GPU is told of all of them before it is through with
        the first."""
        for chunk in batch:
            chunk.cache.reserve(len(chunk.ids))
        few = [number for number, chunk in enumerate(batch) if len(chunk.ids) <= ROWS[-1]]
        logits: dict[int, Tensor] = {}
        if few:
            logits.update(zip(few, self._write([batch[number] for number in few]), strict=True))
        for number, chunk in enumerate(batch):
            if number not in logits and not chunk.is_over():
                logits[number] = self._prompt(chunk)
        for number in logits:
            batch[number].cache.commit(batch[number].ids)
        none = torch.empty(0, self.config.vocab_size, device=self.device)
        return [logits.get(number, none) for number in range(len(batch))]

    def warm(self) -> None:
        """Read one id: the first recording is made, and `path` tells whether it could be."""
        cache = self.new_cache()
        cache.reserve(1)
        self.forward([Chunk(cache, [0])])

    # ---- the two kinds of pass

    def _write(self, batch: Sequence[Chunk]) -> list[Tensor]:
        """One pass over the slots from the first to the last that takes part; idle ones and padded rows do nothing."""
        enough = _up(len(batch), 1)
        for chunk in batch:
            if chunk.cache.slot >= enough:
                chunk.cache.move_below(enough)
        count = min(self.slots.count, _up(max(chunk.cache.slot for chunk in batch) + 1, 1))
        rows = next(each for each in ROWS if each >= max(len(chunk.ids) for chunk in batch))
        longest = max(chunk.cache.length + len(chunk.ids) for chunk in batch)
        seen = min(self.slots.capacity, _up(longest, LEAST))
        grid = torch.zeros(3, count, rows, dtype=torch.long)
        for chunk in batch:
            slot, length, new = chunk.cache.slot, chunk.cache.length, len(chunk.ids)
            grid[0, slot, :new] = torch.tensor(chunk.ids)
            grid[1, slot, :new] = torch.arange(length, length + new)
            grid[2, slot, :new] = 1
        logits = self._run(grid, seen).view(count, rows, -1)
        found = []
        for chunk in batch:
            end = len(chunk.ids)
            # A copy, in float32: the next pass writes over what it is a copy of.
            found.append(logits[chunk.cache.slot, end - chunk.num_logits : end].to(torch.float32, copy=True))
        return found

    def _prompt(self, chunk: Chunk) -> Tensor:
        length, new = chunk.cache.length, len(chunk.ids)
        grid = torch.ones(3, 1, new, dtype=torch.long)
        grid[0, 0] = torch.tensor(chunk.ids)
        grid[1, 0] = torch.arange(length, length + new)
        seen = min(self.slots.capacity, _multiple(length + new, PADDED))
        work = self._work(grid.to(self.device), seen, first=chunk.cache.slot, wanted=chunk.num_logits)
        return work().float()

    def _run(self, grid: Tensor, seen: int) -> Tensor:
        """The logits of every row, from the recording of this size where there is one, or can be."""
        key = (grid.shape[1], grid.shape[2], seen)
        captured = self._captured.get(key)
        if captured is not None:
            captured.inputs.copy_(grid)
            captured.recording.replay()
            return captured.recording.result
        inputs = grid.to(self.device, copy=True)
        work = self._work(inputs, seen)
        if self._recorder is None:
            return work()
        try:
            recording = self._recorder(work)
        except Exception as error:
            self._forget()
            logits = work()  # where that fails too, it wasn't the recording
            self._recorder = None
            self._unrecorded = str(error).partition("\n")[0] or type(error).__name__
            return logits
        self._captured[key] = _Captured(inputs, recording)
        return recording.result

    def _work(self, grid: Tensor, seen: int, *, first: int = 0, wanted: int | None = None) -> Callable[[], Tensor]:
        """The pass as work on tensors that are chosen now, not when it runs: as a graph does it."""
        if self.slots.capacity > len(self._rope_cache):
            self._forget()
        rope = self._rope_cache.up_to(self.slots.capacity)
        slots = (self.slots.count, self.slots.capacity)
        return partial(self._step, grid, list(self.slots.flat), rope, slots, seen, first, wanted)

    def _forget(self) -> None:
        """What was recorded is of tensors that are given up."""
        self._captured.clear()

    # ---- the step

    def _step(
        self,
        grid: Tensor,
        flat: list[Tensor],
        rope: Tensor,
        slots: tuple[int, int],
        seen: int,
        first: int,
        wanted: int | None,
    ) -> Tensor:
        """Logits, (rows, vocabulary), of all rows or of the last `wanted`, in the type of the stream.

        `grid` is (3, sequences, rows): ids, positions, and whether a row is meant. The sequences are in the slots from
        `first` on, and look at their first `seen` positions. Nothing here depends on a number that the device computed,
        and nothing comes from the host: it can be recorded.
        """
        of = self.transformer
        ids, positions, meant = grid
        add_and_norm, turn, gate = self._fused
        x = of.embed(ids.flatten())
        cosines, sines = self._for_heads(rope[positions.flatten()])
        places = self._places(positions, meant, slots, first, len(flat[0]) - 1)
        mask = self._mask(positions, seen, flat[0].dtype)
        normed = of.normed(x, of.layers[0].input_layernorm)
        for number, layer in enumerate(of.layers):
            mixed = layer.qkv_proj(normed).view(len(x), -1, of.head_size)
            turned = turn(self._with_norms(mixed, layer), cosines, sines)
            flat[number].index_copy_(
                0, places, turned[:, of.num_heads :].reshape(-1, of.head_size).to(flat[number].dtype)
            )
            both = slots_of(flat[number], slots[0], of.num_key_heads, slots[1])[:, first : first + len(ids), :, :seen]
            looked = self._look(turned[:, : of.num_heads].unflatten(0, ids.shape), both[0], both[1], mask)
            x, normed = add_and_norm(x, layer.o_proj(looked.to(x.dtype)), layer.post_attention_layernorm, of.epsilon)
            inner = layer.down_proj(gate(layer.gate_up_proj(normed)))
            after = of.layers[number + 1].input_layernorm if number + 1 < len(of.layers) else of.norm
            x, normed = add_and_norm(x, inner, after, of.epsilon)
        if wanted is None:
            return of.lm_head(normed)
        if not wanted:
            return x.new_empty(0, self.config.vocab_size)
        return of.lm_head(normed[-wanted:])

    def _with_norms(self, mixed: Tensor, layer: Layer) -> Tensor:
        if layer.query_norm is None or layer.key_norm is None:
            return mixed
        queries, keys, values = mixed.split(
            (self.transformer.num_heads, self.transformer.num_key_heads, self.transformer.num_key_heads), 1
        )
        queries = self.transformer.normed(queries, layer.query_norm)
        keys = self.transformer.normed(keys, layer.key_norm)
        return torch.cat((queries, keys, values), 1)

    def _for_heads(self, rope: Tensor) -> tuple[Tensor, Tensor]:
        """Cosines and sines for each head, (rows, heads, size). Values rotate by nothing: so they need no step of their own
        between the matrix and the slot."""
        rotating = self.transformer.num_heads + self.transformer.num_key_heads
        cosines, sines = rope[:, :1].expand(-1, rotating, -1), rope[:, 1:].expand(-1, rotating, -1)
        still = rope.new_ones(len(rope), self.transformer.num_key_heads, self.transformer.head_size)
        return torch.cat((cosines, still), 1), torch.cat((sines, torch.zeros_like(still)), 1)

    def _places(self, positions: Tensor, meant: Tensor, slots: tuple[int, int], first: int, nobodys: int) -> Tensor:
        """Rows of `Slots.flat` for the new keys and values: row after row, its keys by head and then its values."""
        count, capacity = slots
        heads = torch.arange(self.transformer.num_key_heads, device=self.device) * capacity
        whole = count * self.transformer.num_key_heads * capacity
        sequences = (
            torch.arange(first, first + len(positions), device=self.device) * self.transformer.num_key_heads * capacity
        )
        at = (sequences[:, None] + positions)[:, :, None] + torch.cat((heads, heads + whole))
        # Not `torch.where`: it copies a number to the device as a tensor, and that can't be recorded.
        return at.masked_fill(meant[:, :, None] == 0, nobodys).flatten()

    def _mask(self, positions: Tensor, seen: int, dtype: torch.dtype) -> Tensor:
        """0 where a row may look, −∞ where it would look ahead; shaped for `_look`. A row that isn't meant looks at the
        first position."""
        ahead = torch.arange(seen, device=self.device) > positions[:, :, None]
        mask = torch.zeros(ahead.shape, dtype=dtype, device=self.device).masked_fill_(ahead, -torch.inf)
        if positions.shape[1] > ROWS[-1]:
            return mask[:, None]
        return mask.repeat(1, self.transformer.num_heads // self.transformer.num_key_heads, 1)[:, None]

    def _look(self, queries: Tensor, keys: Tensor, values: Tensor, mask: Tensor) -> Tensor:
        """What `queries`, (sequences, rows, heads, size), see of `keys` and `values`, (sequences, key heads, positions,
        size); (sequences · rows, heads · size).

        Few rows: the heads that share keys are stacked, so that keys are read once (grouped-query attention, Ainslie et
        al. 2023, arXiv:2305.13245). Many, of one sequence: they are a batch that sees the same keys, so that one mask
        does for all.
        """
        count, rows, heads, size = queries.shape
        grouped = (
            queries.to(keys.dtype).view(count, rows, self.transformer.num_key_heads, -1, size).permute(0, 2, 3, 1, 4)
        )
        if rows <= ROWS[-1]:
            seen = scaled_dot_product_attention(grouped.flatten(2, 3), keys, values, attn_mask=mask)
            seen = seen.view(grouped.shape)
        else:
            keys, values = (each[0, :, None].expand(-1, grouped.shape[2], -1, -1) for each in (keys, values))
            seen = scaled_dot_product_attention(grouped[0], keys, values, attn_mask=mask)[None]
        return seen.permute(0, 3, 1, 2, 4).reshape(count * rows, heads * size)


def _up(number: int, least: int) -> int:
    """`least` doubled until it is `number` or more."""
    while least < number:
        least *= 2
    return least


def _multiple(number: int, of: int) -> int:
    return -(-number // of) * of

"""Attention of a 1.5B model: one pass over all layers' caches, by the compiled steps and by torch.

    python -m benchmarks.attention [--lengths 512 4096 16384 32768] [--cases 1x1 1x4 10x1] [--dtype bfloat16]

A case is sequences × new positions of each. Caches are noise; each layer has its own, so what is longer than the
processor's cache comes from memory, as it does between two tokens. The ways take turns; a cell is the median of the
repeats for all 28 layers, in ms, and in brackets for one. The steps also turn queries and keys, torch's side doesn't.
Beside them: a plain read of the same bytes.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable

import torch
from torch import Tensor

from r1widget.engines.kvcache.cache import Cache
from r1widget.engines.kvcache.paged import PagedCache
from r1widget.engines.model.attention import attend
from r1widget.engines.model.batch import Batch
from r1widget.engines.model.kernels import steps

LAYERS, HEADS, KEY_HEADS, SIZE = 28, 12, 2, 128
MOST_BYTES = 3 << 30
"""Cases with larger caches are left out. There are two of each: pages for ours, a tensor a layer for torch."""


def caches(count: int, length: int, dtype: torch.dtype) -> tuple[list[PagedCache], list[Cache]]:
    """Noise of `length` ids, with room for a few more: as ours reads it, and as torch does."""
    cpu = torch.device("cpu")
    ours = [PagedCache(LAYERS, KEY_HEADS, SIZE, dtype, cpu) for _ in range(count)]
    torchs = [Cache(LAYERS, KEY_HEADS, SIZE, dtype, cpu) for _ in range(count)]
    both: list[Cache | PagedCache] = [*ours, *torchs]
    for cache in both:
        cache.reserve(length + 64)
        for tensor in cache.pages if isinstance(cache, PagedCache) else (*cache.keys, *cache.values):
            tensor.normal_()
        cache.commit([0] * length)
    return ours, torchs


def milliseconds(ways: dict[str, Callable[[], object]], seconds: float) -> dict[str, float]:
    """Each way's median; they take turns for so long, three times at least."""
    times: dict[str, list[float]] = {name: [] for name in ways}
    start = time.perf_counter()
    while len(times[next(iter(ways))]) < 4 or time.perf_counter() - start < seconds:
        for name, work in ways.items():
            begun = time.perf_counter()
            work()
            times[name].append(1000 * (time.perf_counter() - begun))
    return {name: statistics.median(measured[1:]) for name, measured in times.items()}


def ways(paged: list[PagedCache], sequences: list[Cache], new: int) -> dict[str, Callable[[], object]]:
    mixed = torch.randn(len(sequences) * new, HEADS + 2 * KEY_HEADS, SIZE)
    turns = torch.randn(sequences[0].capacity, 2, SIZE)
    made = steps()

    def ours() -> None:
        assert made is not None
        counts = [new] * len(sequences)
        attention = made.attention(Batch(paged, counts, turns, heads=HEADS, dtype=torch.float32, epsilon=1e-6))
        flat = mixed.view(len(mixed), -1)
        for layer in range(LAYERS):
            attention(layer, flat, None, None)

    def torchs() -> None:
        for layer in range(LAYERS):
            seen: list[Tensor] = []
            for cache, rows in zip(sequences, mixed.split(new), strict=True):
                queries, keys, values = rows.split((HEADS, KEY_HEADS, KEY_HEADS), 1)
                so_far = cache.write(layer, keys.transpose(0, 1), values.transpose(0, 1))
                seen.append(attend(queries, *so_far))
            torch.cat(seen)

    def read() -> None:
        for cache in sequences:
            for tensor in (*cache.keys, *cache.values):
                for head in tensor:
                    head[: cache.length].view(torch.int64).max()

    found: dict[str, Callable[[], object]] = {"ours": ours} if made else {}
    return found | {"torch": torchs, "read": read}


def main() -> None:
    parser = argparse.ArgumentParser(description="Attention of a 1.5B model.")
    parser.add_argument("--lengths", type=int, nargs="+", default=[512, 4096, 16384, 32768])
    parser.add_argument("--cases", nargs="+", default=["1x1", "1x4", "10x1"], help="sequences x new positions")
    parser.add_argument("--dtype", choices=["bfloat16", "float32"], default="bfloat16", help="of the cache")
    parser.add_argument("--seconds", type=float, default=1.0, help="for each cell's row")
    options = parser.parse_args()
    dtype = getattr(torch, options.dtype)
    print(f"{torch.get_num_threads()} threads, {options.dtype}; ms for {LAYERS} layers (and for one)")
    print(f"{'ids':>6} {'case':>6} {'ours':>18} {'torch':>18} {'ratio':>6} {'read':>8}")
    for length in options.lengths:
        for case in options.cases:
            count, new = map(int, case.split("x"))
            if count * length * LAYERS * 2 * KEY_HEADS * SIZE * dtype.itemsize > MOST_BYTES:
                continue
            with torch.inference_mode():
                times = milliseconds(ways(*caches(count, length, dtype), new), options.seconds)
            shown = {name: f"{value:9.2f} ({value / LAYERS:6.3f})" for name, value in times.items()}
            ratio = f"{times['torch'] / times['ours']:6.1f}" if "ours" in times else ""
            print(
                f"{length:6} {case:>6} {shown.get('ours', '–'):>18} {shown['torch']:>18} {ratio:>6} {times['read']:8.2f}"
            )


if __name__ == "__main__":
    main()

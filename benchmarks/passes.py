"""What a pass takes beside its linear layers: in one C call, and one operation at a time, as where linear layers aren't ours.

    python -m benchmarks.passes --checkpoint FOLDER [--quantization int4] [--repeats 20] [--threads 2]

A case is ids that were read before × new rows × chats. The pass in one call, the same operation by operation, the linear
layers alone (one call each, with their waking of threads) and drawing from the logits take turns; least and median in ms.
"Outside" is the least of a pass less the least of the linear layers, and drawing.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable
from functools import partial
from typing import Any

import torch

from benchmarks.engine_replay import noise
from r1widget.engines import load
from r1widget.engines.decode.sampling import Sampler
from r1widget.engines.model.network import Chunk
from r1widget.settings import Settings

CASES = ((512, 1, 1), (512, 2, 1), (512, 4, 1), (4000, 1, 1), (512, 1, 10), (512, 128, 1))
MANY = 100
"""Rows of which only the last one's logits are wanted, as when a prompt is read."""


def all_linears(network: Any, inputs: list[torch.Tensor]) -> None:
    for linear, x in zip(network.transformer.linears, inputs, strict=True):
        linear(x)


def one_pass(network: Any, passes: Any, chunks: list[Chunk], length: int) -> None:
    network.passes = passes
    network.forward(chunks)
    for chunk in chunks:
        chunk.cache.truncate(length)


def times(works: dict[str, Callable[[], None]], repeats: int) -> dict[str, list[float]]:
    taken: dict[str, list[float]] = {name: [] for name in works}
    for repeat in range(repeats + 1):
        for name, work in works.items():
            start = time.perf_counter()
            work()
            if repeat:  # the first is for warming up
                taken[name].append(1000 * (time.perf_counter() - start))
    return taken


def case(network: Any, passes: Any, length: int, rows: int, chats: int, repeats: int) -> dict[str, list[float]]:
    caches = [noise(network, list(range(length))) for _ in range(chats)]
    for cache in caches:
        cache.reserve(rows)
    wanted = rows if rows < MANY else 1
    chunks = [Chunk(cache, [9] * rows, wanted) for cache in caches]
    head = network.transformer.lm_head
    inputs = [
        torch.randn(wanted * chats if linear is head else rows * chats, linear.columns)
        for linear in network.transformer.linears
    ]
    logits, sampler = 3 * torch.randn(head.rows), Sampler(Settings(), 1)
    logits[7] = 30.0  # a text has tokens that are nearly sure, and noise has none

    def draw() -> None:
        for _ in range(chats):
            sampler(logits)

    works: dict[str, Callable[[], None]] = {
        "one call": partial(one_pass, network, passes, chunks, length),
        "by operation": partial(one_pass, network, None, chunks, length),
        "linears": partial(all_linears, network, inputs),
        "drawing": draw,
    }
    return times(works, repeats if rows < MANY else 3)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--checkpoint", required=True)
    parser.add_argument("--quantization", default="int4")
    parser.add_argument("--repeats", type=int, default=20)
    parser.add_argument("--threads", type=int, default=torch.get_num_threads())
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    engine: Any = load(arguments.checkpoint, quantization=arguments.quantization, speculation=False)
    network = engine.scheduler.network
    passes = network.passes
    if passes is None:
        raise SystemExit("These weights have no pass in one call.")
    print("| ids read × rows × chats | one call | by operation | linears | drawing | outside | outside, before |")
    print("|---|---|---|---|---|---|---|")
    with torch.inference_mode():
        for length, rows, chats in CASES:
            found = case(network, passes, length, rows, chats, arguments.repeats)
            least = {name: min(values) for name, values in found.items()}
            cells = [f"{least[name]:.2f} – {statistics.median(values):.2f}" for name, values in found.items()]
            outside = [least[name] - least["linears"] + least["drawing"] for name in ("one call", "by operation")]
            print(
                f"| {length} × {rows} × {chats} | {' | '.join(cells)} | {outside[0]:.2f} | {outside[1]:.2f} |",
                flush=True,
            )


if __name__ == "__main__":
    main()

"""How near to the memory's speed a CUDA GPU writes: the 1.5B shape, batch 1 to 32, and the time to the first token.

    python -m benchmarks.gpu FOLDER [--context 512] [--fused] [--eager]

FOLDER gets a checkpoint of noise (3.6 GB, see `checkpoint`), unless it has one. All in one run: what the memory reads a
second, measured; a pass of one token as a share of that (the weights' bytes over the time, over the speed); passes of
1 to 32 sequences; a prompt's time to its first token. `pass` is a pass alone, to the end of the GPU's work; `with
drawing` draws a token from each row too, as a chat does. `--fused` compiles the small steps, `--eager` records no graphs.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import torch
import transformers

from benchmarks import checkpoint
from r1widget.engines.decode.sampling import Sampler
from r1widget.engines.model import architectures, cuda
from r1widget.engines.model.graphs import Graphs
from r1widget.engines.model.network import Chunk
from r1widget.engines.weights import safetensors
from r1widget.engines.weights.linears import scheme
from r1widget.engines.weights.safetensors_source import SafetensorsSource
from r1widget.settings import Settings

READ = 4 << 30
"""Bytes read to measure the memory's speed: more than any cache holds."""
BATCHES = (1, 2, 4, 8, 16, 32)
PROMPTS = (512, 2048)


def load(folder: Path, device: torch.device, **options: Any) -> Graphs:
    """The network in bfloat16."""
    files = safetensors.files(folder)
    transformer = architectures.assemble(
        transformers.AutoConfig.from_pretrained(folder),
        SafetensorsSource(files),
        scheme(None, torch.bfloat16),
        name="noise",
        key="noise",
        device=str(device),
        dtype=torch.bfloat16,
        chunk_size=1024,
        parameters=safetensors.read(files).parameters,
        report=lambda done, total: None,
    )
    return Graphs(transformer, **options)


def seconds(work: Callable[[], object], wait: Callable[[], None], repeats: int, warm: int = 3) -> float:
    """The median time of `work`, until the device has done it."""
    times = []
    for number in range(warm + repeats):
        wait()
        start = time.perf_counter()
        work()
        wait()
        if number >= warm:
            times.append(time.perf_counter() - start)
    return statistics.median(times)


def bandwidth(device: torch.device, wait: Callable[[], None], size: int = READ) -> float:
    """Bytes a second: the most that a plain sum over memory reads, and a matrix times a vector."""
    whole = torch.zeros(size // 2, dtype=torch.bfloat16, device=device)
    matrix = whole.view(-1, 8192)
    vector = torch.zeros(8192, 1, dtype=torch.bfloat16, device=device)
    numbers = whole.view(torch.int64)
    best = min(seconds(numbers.max, wait, 10), seconds(lambda: matrix @ vector, wait, 10))
    return size / best


def weight_bytes(network: Graphs) -> int:
    """What a pass reads of the weights: all but the embeddings, of which it reads a row."""
    config = network.config
    table = 0 if config.tie_word_embeddings else config.vocab_size * config.hidden_size
    return (network.parameters - table) * 2


def ids(count: int, network: Graphs) -> list[int]:
    drawn: list[int] = torch.randint(network.config.vocab_size, (count,)).tolist()
    return drawn


def read(network: Graphs, memory: Any, count: int) -> torch.Tensor:
    """A prompt in chunks; the logits behind it."""
    logits = torch.empty(0)
    while memory.length < count:
        new = min(network.chunk_size, count - memory.length)
        (logits,) = network.forward([Chunk(memory, ids(new, network), int(memory.length + new == count))])
    return logits


def writing(network: Graphs, wait: Callable[[], None], batch: int, context: int, repeats: int) -> tuple[float, float]:
    """Seconds of a pass that reads one id of each of `batch` sequences, without and with drawing the next ones."""
    memories = [network.new_cache() for _ in range(batch)]
    samplers = [Sampler(Settings(), seed) for seed in range(batch)]
    for memory in memories:
        memory.reserve(context + 4 * repeats)
        read(network, memory, context)

    def one_pass() -> list[torch.Tensor]:
        return network.forward([Chunk(memory, [7]) for memory in memories])

    def with_drawing() -> None:
        for sampler, logits in zip(samplers, one_pass(), strict=True):
            sampler(logits[0])

    return seconds(one_pass, wait, repeats), seconds(with_drawing, wait, repeats)


def first_tokens(network: Graphs, wait: Callable[[], None], repeats: int) -> None:
    print("\n| prompt | first token after, ms |\n|---|---|")
    for count in PROMPTS:

        def answer(count: int = count) -> None:
            memory = network.new_cache()
            memory.reserve(count + 1)
            Sampler(Settings(), 0)(read(network, memory, count)[0])

        print(f"| {count:,} | {seconds(answer, wait, repeats) * 1000:.1f} |", flush=True)


def measure(network: Graphs, wait: Callable[[], None], *, context: int, repeats: int = 30, size: int = READ) -> None:
    """All of it, as tables."""
    speed = bandwidth(network.device, wait, size)
    network.warm()
    print(f"How passes run: {network.path}. The memory reads {speed / 1e9:,.0f} GB/s, measured; ", end="")
    print(f"a pass reads {weight_bytes(network) / 1e9:.2f} GB of weights, and {context} ids of each sequence.")
    print("\n| sequences | pass, ms | tokens/s | of the limit | with drawing, ms | tokens/s |")
    print("|---|---|---|---|---|---|")
    with torch.inference_mode():
        for batch in BATCHES:
            alone, drawn = writing(network, wait, batch, context, repeats)
            # What has to be read: the weights once, and what each sequence remembers.
            least = (weight_bytes(network) + batch * context * network.slots.token_bytes) / speed
            passes = f"{alone * 1000:.2f} | {batch / alone:,.0f} | {least / alone:.0%}"
            print(f"| {batch} | {passes} | {drawn * 1000:.2f} | {batch / drawn:,.0f} |", flush=True)
        first_tokens(network, wait, max(3, repeats // 3))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, nargs="?")
    parser.add_argument("--context", type=int, default=512, help="ids that each sequence has read")
    parser.add_argument("--fused", action="store_true", help="compile the small steps between the matrices")
    parser.add_argument("--eager", action="store_true", help="without graphs")
    arguments = parser.parse_args()
    if not torch.cuda.is_available():
        print("Nothing is measured: there is no CUDA GPU here, or torch was built without CUDA.")
        return 0
    if arguments.folder is None:
        parser.error("a folder for the checkpoint is needed")
    device = torch.device("cuda", torch.cuda.current_device())
    print(f"{torch.cuda.get_device_name(device)}, torch {torch.__version__}")
    network = load(
        checkpoint.make(arguments.folder),
        device,
        recorder=None if arguments.eager else cuda.Capturer(device),
        fused=cuda.fused() if arguments.fused else None,
        free=partial(cuda.free, device),
    )
    measure(network, torch.cuda.synchronize, context=arguments.context)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())

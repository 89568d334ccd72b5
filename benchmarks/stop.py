"""What a stop costs while a long prompt is read: how long until the turn has ended, and until the machine is free for the next.

    python -m benchmarks.stop [--checkpoint FOLDER] [--tokens 4000] [--stops 20] [--quantization int8 int4 none] [--json FILE]
    python -m benchmarks.stop --quick          a tiny model: whether it works, not how fast

The stops come at random moments of the reading. A pass looks for one between its layers; what that costs is measured beside
it, on the same ids in the same run: a pass that looks and one that doesn't take turns. The weights are noise in the shape of
DeepSeek-R1-Distill-Qwen-1.5B.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import random
import statistics
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

import torch

from benchmarks import checkpoint
from benchmarks.engine_run import TINY
from r1widget.engines import Request, load
from r1widget.engines.model.network import Chunk
from r1widget.settings import Settings
from r1widget.shell.bench import question, said

PATIENCE = 120.0


def stops(engine: Any, tokens: int, count: int, longest: float) -> list[dict[str, float]]:
    """Seconds from each stop to the end of its stream, and to the end of what the engine does for it."""
    chance = random.Random(0)
    found = []
    for number in range(count):
        engine.scheduler.prefixes.free()
        request = Request(messages=[said(question(engine, tokens, number))], settings=Settings(max_tokens=8, seed=0))
        stop, reads = threading.Event(), threading.Event()
        ended: list[float] = []

        def read(request: Request = request, stop: Any = stop, reads: Any = reads, ended: Any = ended) -> None:
            for delta in engine.stream(request, stop):
                if delta.prompt is not None:
                    reads.set()
            ended.append(time.perf_counter())

        reader = threading.Thread(target=read)
        reader.start()
        assert reads.wait(PATIENCE)
        time.sleep(chance.uniform(0, longest))  # a moment that nothing in the engine has to do with
        pressed = time.perf_counter()
        stop.set()
        reader.join()
        while not engine.scheduler.is_idle:
            time.sleep(0.001)
        found.append({"ended": ended[0] - pressed, "free": time.perf_counter() - pressed})
    return found


def looking(engine: Any, repeats: int) -> list[float]:
    """How long a pass over a chunk takes that looks whether it is over, in passes that don't."""
    network = engine.scheduler.network
    ids, event = list(range(100, 100 + network.chunk_size)), threading.Event()
    ratios = []

    def seconds(chunk: Chunk) -> float:
        chunk.cache.reserve(len(ids))
        start = time.perf_counter()
        network.forward([chunk])
        taken = time.perf_counter() - start
        chunk.cache.truncate(0)
        return taken

    with torch.inference_mode():
        memory = network.new_cache()
        seconds(Chunk(memory, ids))
        for _ in range(repeats):
            ratios.append(seconds(Chunk(memory, ids, 1, event.is_set)) / seconds(Chunk(memory, ids)))
    return ratios


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--checkpoint", type=Path, help="the folder where the checkpoint is, or is to be made and kept")
    parser.add_argument("--tokenizer", type=Path, help="a folder with R1's own, for a checkpoint that is to be made")
    parser.add_argument("--tokens", type=int, default=4000)
    parser.add_argument("--stops", type=int, default=20)
    parser.add_argument("--longest", type=float, default=3.0, help="seconds of reading before a stop, at most")
    parser.add_argument("--quantization", nargs="+", default=["int8", "int4", "none"])
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--json", type=Path, metavar="FILE")
    parser.add_argument("--quick", action="store_true", help="a tiny model")
    chosen = parser.parse_args()
    torch.set_num_threads(chosen.threads)
    rows: dict[str, Any] = {}
    print(
        "| weights | turn ended, median – most | machine free, median – most | a pass that looks ÷ one that doesn't |"
    )
    print("|---|---|---|---|")
    with contextlib.ExitStack() as stack:
        folder = chosen.checkpoint or Path(stack.enter_context(tempfile.TemporaryDirectory()))
        checkpoint.make(folder, tokenizer=chosen.tokenizer, config=TINY if chosen.quick else checkpoint.CONFIG)
        for bits in ["none"] if chosen.quick else chosen.quantization:
            engine: Any = load(folder, quantization=None if bits == "none" else bits, speculation=False)
            found = stops(engine, 200 if chosen.quick else chosen.tokens, chosen.stops, chosen.longest)
            ratios = looking(engine, chosen.stops)
            del engine
            rows[bits] = {"stops": found, "looking": ratios}
            ended, free = ([each[what] for each in found] for what in ("ended", "free"))
            print(
                f"| {bits} | {statistics.median(ended):.3f} – {max(ended):.3f} s "
                f"| {statistics.median(free):.3f} – {max(free):.3f} s | {statistics.median(ratios):.3f} |",
                flush=True,
            )
    if chosen.json:
        chosen.json.write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()

"""Forks that are written together: what they take of the memory, and how fast they go, with shared pages and with copies.

    python -m benchmarks.forks [--checkpoint FOLDER] [--tokens 4500] [--forks 4] [--written 64] [--repeats 5] [--json FILE]
    python -m benchmarks.forks --quick          a tiny model: whether it works, not how fast

Each fork goes on from the same ids. Beside the forks as they are: the same with a copy of all pages for each, and one alone;
the three take turns in one run. Weights and contents are noise, which costs what a trained model's costs. Resident bytes are
the process's, of a first round whose order is one, shared, copies: what it has more than before there was any cache.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

import torch

from benchmarks import checkpoint
from benchmarks.engine_replay import noise
from benchmarks.engine_run import TINY
from r1widget.engines import load
from r1widget.engines.kvcache.paged import PagedCache
from r1widget.engines.model.network import Chunk, held_bytes

ALONE, SHARED, COPIES = "one alone", "forks that share", "forks with copies"


class Forks:
    """A network, and a beginning from which any number go on."""

    def __init__(self, network: Any, *, tokens: int, written: int) -> None:
        self._network, self._written = network, written
        self._before = resident()
        self._beginning = noise(network, [9] * tokens)
        if not isinstance(self._beginning, PagedCache):
            raise SystemExit("There are no kernels here: torch's attention reads one tensor, and each fork has a copy.")

    def __call__(self, count: int, *, copies: bool) -> dict[str, float]:
        """Bytes of `count` forks when each has written its tokens, and tokens a second of all of them."""
        forks = [self._beginning.copy(self._beginning.length) for _ in range(count)]
        if copies:
            for fork in forks:
                fork.pages = [page.clone() for page in fork.pages]
        start = time.perf_counter()
        with torch.inference_mode():
            for at in range(self._written):
                for fork in forks:
                    fork.reserve(1)
                self._network.forward([Chunk(fork, [at % 200]) for fork in forks])
        seconds = time.perf_counter() - start
        return {
            "cache bytes": held_bytes(forks),
            "resident bytes": resident() - self._before,
            "tokens a second": count * self._written / seconds,
            "seconds a pass": seconds / self._written,
        }


def resident() -> int:
    """Bytes of this process's own (no file's) that lie in the RAM; 0 where the system doesn't tell."""
    file = Path("/proc/self/smaps_rollup")
    if not file.exists():
        return 0
    lines = (line.split() for line in file.read_text(encoding="ascii").splitlines())
    return sum(1024 * int(words[1]) for words in lines if words[0] == "Pss_Anon:")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--checkpoint", type=Path, help="the folder where the checkpoint is, or is to be made and kept")
    parser.add_argument("--quantization", default="int4")
    parser.add_argument("--tokens", type=int, default=4500, help="that the forks begin with")
    parser.add_argument("--forks", type=int, default=4)
    parser.add_argument("--written", type=int, default=64, help="tokens of each fork")
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--json", type=Path, metavar="FILE")
    parser.add_argument("--quick", action="store_true", help="a tiny model")
    chosen = parser.parse_args()
    torch.set_num_threads(chosen.threads)
    with contextlib.ExitStack() as stack:
        folder = chosen.checkpoint or Path(stack.enter_context(tempfile.TemporaryDirectory()))
        checkpoint.make(folder, config=TINY if chosen.quick else checkpoint.CONFIG)
        engine: Any = load(str(folder), quantization=chosen.quantization)
        forks = Forks(engine.scheduler.network, tokens=chosen.tokens, written=chosen.written)
        ways: dict[str, tuple[int, bool]] = {
            ALONE: (1, False),
            SHARED: (chosen.forks, False),
            COPIES: (chosen.forks, True),
        }
        found: dict[str, list[dict[str, float]]] = {name: [] for name in ways}
        for number in range(chosen.repeats):
            for name in list(ways)[:: 1 if number % 2 == 0 else -1]:
                count, copies = ways[name]
                found[name].append(forks(count, copies=copies))
    print(
        f"{chosen.forks} forks of {chosen.tokens:,} tokens, {chosen.written} written by each, {chosen.quantization}\n"
    )
    print("| | cache, MB | ÷ one | resident, MB | tokens/s | ms a pass |\n|---|---|---|---|---|---|")
    for name, rounds in found.items():
        cache, first = rounds[0]["cache bytes"], rounds[0]["resident bytes"]
        speed, seconds = (
            statistics.median(each[key] for each in rounds) for key in ("tokens a second", "seconds a pass")
        )
        share = cache / found[ALONE][0]["cache bytes"]
        print(f"| {name} | {cache / 1e6:.0f} | {share:.2f} | {first / 1e6:.0f} | {speed:.1f} | {1000 * seconds:.1f} |")
    pairs = zip(found[SHARED], found[COPIES], strict=True)
    ratios = [shared["tokens a second"] / copied["tokens a second"] for shared, copied in pairs]
    print(f"\nspeed, shared ÷ copies: {min(ratios):.2f} – **{statistics.median(ratios):.2f}** – {max(ratios):.2f}")
    if chosen.json:
        chosen.json.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()

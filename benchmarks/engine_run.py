"""`Run`: the engines in their processes, and the parts of the comparison, each in rounds in which the engines take turns."""

from __future__ import annotations

import contextlib
import json
import platform
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks import checkpoint, engine_gguf, engine_memory, engine_replay
from benchmarks.engine_rows import Results
from benchmarks.engine_worker import CALM, Failed, Worker
from r1widget import pocket

OURS = {"int8": "int8", "int4": "int4", "bf16": None}
LLAMA = "Q8_0", "Q4_0"
PARTS = "alone", "together", "turns", "cancel", "replay", "memory"
"""Methods of `Run`, in the order that they are run in."""


@dataclass(frozen=True)
class Sizes:
    """How much is read and written."""

    short: int = 512
    long: int = 2048
    tokens: int = 48
    tokens_transformers: int = 16
    chats: int = 10
    chat_tokens: int = 32
    turn_tokens: int = 8
    history: int = 1500
    new: int = 50
    overhead_repeats: int = 20
    traces: int = 6
    positions: tuple[int, ...] = (0, 1000, 4000)
    replay_tokens: int = 64
    process_prompt: int = 3900
    process_tokens: int = 100
    calm: float = CALM


QUICK = Sizes(
    short=48,
    long=600,
    tokens=12,
    tokens_transformers=4,
    chat_tokens=24,
    turn_tokens=4,
    history=100,
    overhead_repeats=2,
    traces=2,
    positions=(0, 20),
    replay_tokens=16,
    process_prompt=200,
    process_tokens=8,
    calm=0,
)
_POCKET = json.loads((pocket.path() / "config.json").read_text("utf-8"))
TINY = checkpoint.CONFIG | {
    "hidden_size": 64,
    "intermediate_size": 128,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "max_position_embeddings": 16384,
    **{name: _POCKET[name] for name in ("vocab_size", "bos_token_id", "eos_token_id")},
}
"""With the built-in model's tokenizer, of which each id has a text."""


class Run:
    """The workers, and what they have measured so far."""

    def __init__(self, folder: Path, sizes: Sizes, *, repeats: int, threads: int) -> None:
        self.results = Results()
        self.sizes = sizes
        self._folder, self._repeats, self._threads = folder, repeats, threads
        self._workers: dict[str, Worker] = {}
        self._start = time.perf_counter()
        self.results.about |= {
            "prefill_short": sizes.short,
            "prefill_long": sizes.long,
            "history": sizes.history,
            "process ids": sizes.process_prompt + sizes.process_tokens,
            "repeats": repeats,
            "threads": threads,
            "machine": _machine(),
        }

    def say(self, text: str) -> None:
        minutes, seconds = divmod(int(time.perf_counter() - self._start), 60)
        print(f"[{minutes:2}:{seconds:02}] {text}", file=sys.stderr, flush=True)

    def open(self, *, transformers: bool, llama: bool) -> None:
        """Load every engine. Who can't be loaded is left out, with the reason."""
        folder = str(self._folder)
        for name, quantization in OURS.items():
            self._open(name, "engine_ours", folder=folder, quantization=quantization)
        if transformers:
            self._open("transformers", "engine_transformers", folder=folder)
        reason = engine_gguf.missing() if llama else "llama.cpp was left out."
        for bits in LLAMA:
            if reason:
                self.results.missing[bits] = reason
                continue
            self.say(f"llama.cpp's file of {bits}")
            try:
                file = engine_gguf.quantized(self._folder, bits)
            except Exception as error:
                self.results.missing[bits] = str(error)
            else:
                self._open(bits, "engine_llama", file=str(file))
        (self._folder / engine_gguf.PLAIN).unlink(missing_ok=True)
        if reason:
            self.say(reason)

    def close(self) -> None:
        for worker in self._workers.values():
            worker.close()
        self._workers.clear()

    # ---- the parts

    def alone(self) -> None:
        """One chat: reading, writing, and what surrounds the linear layers."""
        sizes = self.sizes
        for number in self._rounds("one chat"):
            for name in self._turns(number):
                tokens = sizes.tokens_transformers if name == "transformers" else sizes.tokens
                more: Any = {} if name == "transformers" else {"long": sizes.short if name == "bf16" else sizes.long}
                self._measure(name, "alone", short=sizes.short, tokens=tokens, seed=number, **more)
                if name in ("int8", "int4"):
                    self._measure(name, "overhead", ids=sizes.short, repeats=sizes.overhead_repeats)

    def together(self) -> None:
        """Ten chats, at once and one after another. The first round reads their prompts and isn't counted."""
        sizes = self.sizes
        what: Any = {"prompt": sizes.short, "chats": sizes.chats, "seed": 1}
        names = [name for name in ("int8", "int4", *LLAMA) if name in self._workers]
        for name in names:
            self.say(f"ten chats: {name} reads")
            self._measure(name, "together", counted=False, tokens=sizes.chat_tokens, **what)
        for number in self._rounds("ten chats"):
            for name in self._turns(number, names):
                self._measure(name, "together", renamed="together", tokens=sizes.chat_tokens, **what)
                if name in OURS:
                    self._measure(name, "in_turn", renamed="in turn", tokens=sizes.turn_tokens, **what)

    def turns(self) -> None:
        for number in self._rounds("a second turn"):
            self._measure("int8", "second_turn", history=self.sizes.history, new=self.sizes.new, seed=50 + 10 * number)

    def cancel(self) -> None:
        for number in self._rounds("cancel"):
            share = (number + 0.5) / self._repeats
            self._measure(
                "int4", "cancel", short=self.sizes.short, long=self.sizes.long, after=share, seed=70 + 10 * number
            )

    def replay(self, traces: Path | None, tokenizer: Path) -> None:
        """Real text, with guesses and without."""
        sizes = self.sizes
        if traces is None or not traces.exists():
            self.results.missing["replay"] = "there are no traces (--traces FILE)."
            return
        self.say("real text: its tokens, and a table of what other sources say")
        with tempfile.TemporaryDirectory() as folder:
            longest = max(sizes.positions) + sizes.replay_tokens
            file, table, lengths = engine_replay.prepare(
                traces, tokenizer, Path(folder), most=sizes.traces, longest=longest
            )
            positions = [place for place in sizes.positions if place + sizes.replay_tokens <= min(lengths)]
            self.results.about |= {"positions": positions, "trace lengths": lengths}
            for name in ("int8", "int4"):
                self._measure(name, "load_replay", counted=False, traces=str(file), table=str(table))
            for number in range(len(lengths)):
                self.say(f"real text: trace {number + 1} of {len(lengths)}")
                for position in positions:
                    for name in self._turns(number, ["int8", "int4"]):
                        for guesses in (True, False):
                            prefix = f"replay {position} {'guesses' if guesses else 'plain'} "
                            self._measure(
                                name,
                                "replay",
                                prefix=prefix,
                                number=number,
                                position=position,
                                tokens=sizes.replay_tokens if guesses else sizes.replay_tokens // 2,
                                guesses=guesses,
                            )

    def memory(self) -> None:
        """Processes of their own; the engines that were measured before are closed first."""
        self.close()
        sizes, folder = self.sizes, str(self._folder)
        for number in self._rounds("a process's memory"):
            self._process("process", folder, sizes.process_prompt, sizes.process_tokens, "")
            if number == 0:
                self.say("a first start, which quantizes")
                with tempfile.TemporaryDirectory() as cache:
                    self._process("first start", folder, sizes.process_prompt // 8, 2, cache)

    def _process(self, name: str, folder: str, prompt: int, tokens: int, cache: str) -> None:
        how: Any = {
            "quantization": "int4",
            "prompt": prompt,
            "tokens": tokens,
            "threads": self._threads,
            "cache": cache,
        }
        try:
            self.results.add(name, engine_memory.measure(folder, **how))
        except Failed as error:
            self.results.missing["memory"] = str(error)

    # ---- how they are asked

    def _open(self, name: str, subject: str, **options: Any) -> None:
        self.say(f"loading {name}")
        try:
            worker = Worker(subject, self._threads, calm=self.sizes.calm, **options)
        except Failed as error:
            self.results.missing[name] = str(error)
            self.say(f"{name} can't be loaded: {error}")
        else:
            self._workers[name] = worker
            self.results.about[name] = worker.loaded

    def _measure(
        self, name: str, method: str, *, prefix: str = "", renamed: str = "", counted: bool = True, **arguments: Any
    ) -> None:
        """`renamed` is what the measure `decode` is called in the results."""
        worker = self._workers.get(name)
        if worker is None:
            return
        try:
            found = worker(method, **arguments)
        except Failed as error:
            self.results.missing[name] = f"{name} failed: {error}."
            self.say(f"{name} failed: {error}")
            return
        if counted:
            self.results.add(name, {renamed: found["decode"]} if renamed else found, prefix)

    def _rounds(self, what: str) -> Iterator[int]:
        for number in range(self._repeats):
            self.say(f"{what}: {number + 1} of {self._repeats}")
            yield number

    def _turns(self, number: int, names: list[str] | None = None) -> list[str]:
        """Another one begins in each round."""
        names = list(self._workers) if names is None else names
        first = number % max(1, len(names))
        return names[first:] + names[:first]


def _machine() -> dict[str, Any]:
    import psutil
    import torch

    with contextlib.suppress(OSError):
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
        return {"cpu": names[0] if names else platform.machine(), "cores": len(names), "torch": torch.__version__}
    return {"cpu": platform.processor(), "cores": psutil.cpu_count(), "torch": torch.__version__}

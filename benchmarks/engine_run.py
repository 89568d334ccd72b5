"""`Run`: the engines in their processes, and the parts of the comparison, each in rounds in which the engines take turns."""

from __future__ import annotations

import contextlib
import json
import platform
import sys
import tempfile
import time
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any

from benchmarks import checkpoint, engine_gguf, engine_memory, engine_replay
from benchmarks.company import Company
from benchmarks.engine_rows import Results
from benchmarks.engine_sizes import Sizes
from benchmarks.engine_worker import Failed, Worker
from r1widget import pocket

OURS = {"int8": "int8", "int4": "int4", "bf16": None}
LLAMA = "Q8_0", "Q4_0", "Q4_K_M"
"""What llama.cpp is measured with."""
FILES = {f"our {kind}": kind for kind in ("Q4_0", "Q4_K_M")}
"""Our engine on llama.cpp's own files."""
ENGINES = *OURS, "transformers", *LLAMA, *FILES
WHILE_ALONE = {"bf16", "transformers", *FILES}
"""Those who take part in nothing else. They take 10 GB."""
PARTS = "alone", "rows", "together", "turns", "cancel", "replay", "memory"
"""Methods of `Run`, in the order that they are run in."""


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

    def __init__(self, folder: Path, sizes: Sizes, engines: Collection[str], *, repeats: int, threads: int) -> None:
        self.results = Results()
        self.sizes = sizes
        self._folder, self._engines, self._repeats, self._threads = folder, engines, repeats, threads
        self.results.missing |= {name: f"{name} was left out." for name in ENGINES if name not in engines}
        self._workers: dict[str, Worker] = {}
        self._start, self._company = time.perf_counter(), Company()
        self.results.about |= {
            "prefill_short": sizes.short,
            "prefill_long": sizes.long,
            "rows": sizes.rows,
            "history": sizes.history,
            "process ids": sizes.process_prompt + sizes.process_tokens,
            "file ids": sizes.file_prompt + sizes.process_tokens,
            "repeats": repeats,
            "threads": threads,
            "machine": _machine(),
        }

    def say(self, text: str) -> None:
        minutes, seconds = divmod(int(time.perf_counter() - self._start), 60)
        print(f"[{minutes:2}:{seconds:02}] {text}", file=sys.stderr, flush=True)

    def open(self, parts: set[str], *, tokenizer: Path | None = None) -> None:
        """Load every engine that the parts need. Who can't be loaded is left out, with the reason. `tokenizer` is a folder with
        the one that GGUF files are to have, where it isn't the checkpoint's."""
        if not parts:
            return
        folder, sizes = str(self._folder), self.sizes
        wanted = {name for name in self._engines if name not in WHILE_ALONE or "alone" in parts}
        for name, quantization in OURS.items():
            if name in wanted:
                self._open(name, "engine_ours", folder=folder, quantization=quantization)
        if "transformers" in wanted:
            self._open("transformers", "engine_transformers", folder=folder)
        if not parts & {"alone", "rows", "together", "replay"}:
            return
        reason, room = engine_gguf.missing(), max(sizes.long, *sizes.positions) + 1024
        for kind in LLAMA:
            if kind in wanted and reason:
                self.results.missing[kind] = reason
            elif kind in wanted and (file := self._file(kind, kind, tokenizer)):
                self._open(kind, "engine_llama", file=str(file), room=room)
        for name, kind in FILES.items():
            if name in wanted and (file := self._file(name, kind, tokenizer)):
                self._open(name, "engine_ours", folder=str(file), quantization="auto")
        (self._folder / engine_gguf.PLAIN).unlink(missing_ok=True)
        if reason:
            self.say(reason)

    def _file(self, name: str, kind: str, tokenizer: Path | None = None) -> Path | None:
        """The checkpoint as a GGUF file; None where it can't be made, and `name` is missing then."""
        try:
            self.say(f"the file of {kind}")
            return engine_gguf.quantized(self._folder, kind, tokenizer=tokenizer)
        except Exception as error:
            self.results.missing[name] = str(error)
            return None

    def close(self, names: Collection[str] | None = None) -> None:
        """End them all, or those."""
        for name in [name for name in self._workers if names is None or name in names]:
            self._workers.pop(name).close()

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
        self.close(WHILE_ALONE)

    def rows(self) -> None:
        """Passes over some rows of one chat, as when guesses are checked."""
        sizes = self.sizes
        what: Any = {"counts": sizes.rows, "ids": sizes.short, "repeats": sizes.rows_repeats}
        for number in self._rounds("rows"):
            for name in self._turns(number, ["int8", "int4", *LLAMA]):
                self._measure(name, "rows", **what)

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
            what: Any = {"history": self.sizes.history, "new": self.sizes.new, "seed": 50 + 10 * number}
            for name in self._turns(number, ["int8", "int4"]):
                self._measure(name, "second_turn", afresh=name == "int4", **what)

    def cancel(self) -> None:
        for number in self._rounds("cancel"):
            share = (number + 0.5) / self._repeats
            self._measure(
                "int4", "cancel", short=self.sizes.short, long=self.sizes.long, after=share, seed=70 + 10 * number
            )

    def replay(self, traces: Path | None, tokenizer: Path) -> None:
        """Real text, with guesses and without; llama.cpp behind as many ids, and behind those of a short prompt."""
        sizes = self.sizes
        if traces is None or not traces.exists():
            self.results.missing["replay"] = "there are no traces (--traces FILE)."
            return
        self.say("real text: its tokens, and a table of what other sources say")
        with tempfile.TemporaryDirectory() as folder:
            longest = max(sizes.positions) + sizes.replay_tokens
            found = engine_replay.prepare(traces, tokenizer, Path(folder), most=sizes.traces, longest=longest)
            positions = [place for place in sizes.positions if place + sizes.replay_tokens <= min(found.lengths)]
            self.results.about |= {
                "positions": positions,
                "trace lengths": found.lengths,
                "trace prompts": found.prompts,
            }
            for name in ("int8", "int4"):
                self._measure(name, "load_replay", counted=False, traces=str(found.traces), table=str(found.table))
            most = max(max(found.prompts) + max(positions), sizes.short)
            for name in LLAMA:
                self._measure(name, "remember", counted=False, file=str(Path(folder) / "read"), length=most)
            for number in self._rounds("real text", len(found.prompts)):
                prompt = found.prompts[number]
                for name in LLAMA:
                    self._measure(
                        name, "at", prefix="replay short ", position=sizes.short, tokens=sizes.replay_tokens // 2
                    )
                for position in positions:
                    for name in self._turns(number, ["int8", "int4", *LLAMA]):
                        self._written(name, number, position, prompt)

    def _written(self, name: str, number: int, position: int, prompt: int) -> None:
        """A trace from a position on, behind its prompt."""
        plain, tokens = f"replay {position} plain ", self.sizes.replay_tokens
        if name in LLAMA:
            self._measure(name, "at", prefix=plain, position=prompt + position, tokens=tokens // 2)
            return
        what: Any = {"number": number, "position": position}
        self._measure(name, "replay", prefix=f"replay {position} guesses ", tokens=tokens, guesses=True, **what)
        self._measure(name, "replay", prefix=plain, tokens=tokens // 2, guesses=False, **what)

    def memory(self, tokenizer: Path | None = None) -> None:
        """Processes of their own; the engines that were measured before are closed first."""
        self.close()
        sizes, folder = self.sizes, str(self._folder)
        kind = self.results.about["file"] = engine_gguf.SIMPLE[-1] if engine_gguf.missing() else "Q4_K_M"
        file = self._file("file start", kind, tokenizer)
        for number in self._rounds("a process's memory"):
            self._process("process", folder, sizes.process_prompt)
            if file and "file start" not in self.results.missing:
                self._process("file start", str(file), sizes.file_prompt, quantization="auto")
            if number == 0:
                self.say("a first start, which quantizes")
                with tempfile.TemporaryDirectory() as cache:
                    self._process("first start", folder, sizes.process_prompt // 8, cache=cache)

    def _process(self, name: str, folder: str, prompt: int, *, quantization: str = "int4", cache: str = "") -> None:
        how: Any = {"prompt": prompt, "tokens": self.sizes.process_tokens, "threads": self._threads, "cache": cache}
        try:
            self.results.add(name, engine_memory.measure(folder, quantization=quantization, **how))
        except Failed as error:
            self.results.missing[name] = str(error)

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

    def _rounds(self, what: str, count: int | None = None) -> Iterator[int]:
        """And how much of the cores other programs took in each."""
        count = self._repeats if count is None else count
        for number in range(count):
            self.say(f"{what}: {number + 1} of {count}")
            self._company.share(self._processes())
            yield number
            self.results.add("other programs", {f"{what}, share of the cores": self._company.share(self._processes())})

    def _processes(self) -> list[int]:
        return [worker.process for worker in self._workers.values()]

    def _turns(self, number: int, names: list[str] | None = None) -> list[str]:
        """Another one begins in each round."""
        names = list(self._workers) if names is None else names
        names = [name for name in names if name in self._workers]
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

"""This project's engine, loaded as anybody loads it, and measured through `Engine.stream` wherever that can be."""

from __future__ import annotations

import itertools
import statistics
import threading
import time
from pathlib import Path
from typing import Any

import torch

from benchmarks.engine_replay import Replay, noise
from r1widget.engines import Request, bandwidth, load
from r1widget.engines.decode.sampling import Sampler
from r1widget.engines.model.network import Chunk
from r1widget.settings import Settings
from r1widget.shell.bench import aggregate, ask, ask_together, question, said

TRIES = 3
"""Noise may hit the id that ends a text. Then it is another prompt's turn."""


class Subject:
    """The engine at some bits. Greedy, and without guesses where it isn't said: noise that repeats itself is too easy to guess."""

    def __init__(self, *, folder: str, quantization: str | None, threads: int) -> None:
        torch.set_num_threads(threads)
        start = time.perf_counter()
        engine: Any = load(folder, quantization=quantization, speculation=False)
        self._seconds = time.perf_counter() - start
        self._engine, self._scheduler = engine, engine.scheduler
        self._network = self._scheduler.network
        self._replay: Replay | None = None

    def about(self) -> dict[str, Any]:
        return {
            "load_seconds": self._seconds,
            "bytes_per_token": bandwidth.bytes_per_token(self._network),
            **self._engine.describe(),
        }

    def alone(self, *, short: int, long: int, tokens: int, seed: int) -> dict[str, float]:
        """Tokens a second of reading about `short` and `long` ids, and of writing `tokens` after the short ones."""
        self._forget()
        for number in range(TRIES):
            heard = self._ask(short, tokens, 1000 * seed + number)
            if heard.tokens == tokens and heard.rate:
                break
        else:
            raise RuntimeError("The model's noise ended the text.")
        found = {"prefill_short": heard.prompt / heard.wait, "decode": heard.rate}
        if long > short:
            heard = self._ask(long, 1, 1000 * seed + 999)
            found["prefill_long"] = heard.prompt / heard.wait
        return found

    def together(self, *, prompt: int, tokens: int, chats: int, seed: int) -> dict[str, Any]:
        """Tokens a second of `chats` threads on `Engine.stream`, while all write. The first time, prompts are read that are
        kept from then on, so it isn't one to count."""
        texts = [question(self._engine, prompt, 100 * seed + number) for number in range(chats)]
        settings = _greedy(tokens)
        heard = ask_together(self._engine, [[said(text)] for text in texts], settings)
        return {"decode": aggregate(heard)}

    def in_turn(self, *, prompt: int, tokens: int, chats: int, seed: int) -> dict[str, float]:
        """The same chats, one after another."""
        written, seconds = 0, 0.0
        for number in range(chats):
            heard = self._ask(prompt, tokens, 100 * seed + number)
            written += heard.tokens - heard.marks[0][1]
            seconds += heard.marks[-1][0] - heard.marks[0][0]
        return {"decode": written / seconds}

    def overhead(self, *, ids: int, repeats: int) -> dict[str, float]:
        """Milliseconds of a pass over one id behind `ids` others, of its linear layers alone, and of sampling from it;
        the least of interleaved repeats."""
        network = self._network
        linears = [
            linear
            for layer in network.transformer.layers
            for linear in (layer.qkv_proj, layer.o_proj, layer.gate_up_proj, layer.down_proj)
        ]
        linears.append(network.transformer.lm_head)
        inputs = [torch.randn(1, linear.columns).to(network.transformer.stream) for linear in linears]
        memory, sampler = noise(network, list(range(ids))), Sampler(Settings(), 1)
        taken: dict[str, list[float]] = {"pass": [], "linears": [], "sampling": []}
        with torch.inference_mode():
            memory.reserve(1)
            for _ in range(repeats + 1):
                start = time.perf_counter()
                for linear, x in zip(linears, inputs, strict=True):
                    linear(x)
                middle = time.perf_counter()
                (logits,) = network.forward([Chunk(memory, [9])])
                end = time.perf_counter()
                sampler(logits[0])
                after = time.perf_counter()
                memory.truncate(ids)
                for name, seconds in (("linears", middle - start), ("pass", end - middle), ("sampling", after - end)):
                    taken[name].append(1000 * seconds)
        # The least: both wait for the memory, and another program's moment is longer than what lies between them.
        found = {name: min(values[1:]) for name, values in taken.items()}
        return {**found, "overhead": found["pass"] - found["linears"] + found["sampling"]}

    def second_turn(self, *, history: int, new: int, seed: int) -> dict[str, float]:
        """Seconds to the first token of a question, and of the next one in its conversation."""
        self._forget()
        first = said(question(self._engine, history, seed))
        before = ask(self._engine, [first], _greedy(2))
        more = " ".join(question(self._engine, new, seed + 1).split()[: new - 12])
        after = ask(self._engine, [first, said("It is so.", "assistant"), said(more)], _greedy(2))
        self._forget()
        fresh = ask(self._engine, [first, said("It is so.", "assistant"), said(more)], _greedy(2))
        return {
            "first": before.wait,
            "second": after.wait,
            "fresh": fresh.wait,
            "new": after.prompt - before.prompt,
            "history": before.prompt,
        }

    def cancel(self, *, short: int, long: int, after: float, seed: int) -> dict[str, float]:
        """Seconds from a stop to the stream's end, set `after` a share of a step: while it writes, and while it reads."""
        self._forget()
        writing = self._stopped(short, after, seed, reading=False)
        reading = self._stopped(long, after, seed + 1, reading=True)
        return {**writing, **{f"reading_{name}": value for name, value in reading.items()}}

    def load_replay(self, *, traces: str, table: str) -> dict[str, Any]:
        self._replay = Replay(self._engine, Path(traces), Path(table) if table else None)
        return self._replay.about()

    def replay(self, **arguments: Any) -> dict[str, float]:
        assert self._replay is not None
        return self._replay(**arguments)

    def _stopped(self, prompt: int, after: float, seed: int, *, reading: bool) -> dict[str, float]:
        """Set the stop in the middle of a pass, from a thread of its own, as a person does."""
        text, stop = question(self._engine, prompt, seed), threading.Event()
        set_at: list[float] = []
        marks: list[float] = []
        timer: threading.Timer | None = None

        def halt() -> None:
            set_at.append(time.perf_counter())
            stop.set()

        for delta in self._engine.stream(Request(messages=[said(text)], settings=_greedy(10_000)), stop):
            if (delta.reading if reading else delta.tokens) and not stop.is_set():
                marks.append(time.perf_counter())
                if len(marks) == (2 if reading else 6):
                    step = statistics.median(b - a for a, b in itertools.pairwise(marks))
                    timer = threading.Timer(after * step, halt)
                    timer.start()
        end = time.perf_counter()
        if not set_at:
            raise RuntimeError("The reply was over before the stop.")
        if timer is not None:
            timer.join()
        return {
            "silence": end - set_at[0],
            "step": statistics.median(b - a for a, b in itertools.pairwise(marks)),
        }

    def _ask(self, prompt: int, tokens: int, seed: int) -> Any:
        return ask(self._engine, [said(question(self._engine, prompt, seed))], _greedy(tokens))

    def _forget(self) -> None:
        self._scheduler.prefixes.free()


def _greedy(tokens: int) -> Settings:
    return Settings(temperature=0, max_tokens=tokens, seed=0)

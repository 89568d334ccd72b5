"""This project's engine, loaded as anybody loads it, and measured through `Engine.stream` wherever that can be."""

from __future__ import annotations

import itertools
import statistics
import threading
import time
from pathlib import Path
from typing import Any

import torch

from benchmarks.engine_passes import Passes
from benchmarks.engine_replay import Replay
from r1widget.engines import Request, bandwidth, load
from r1widget.settings import Settings
from r1widget.shell.bench import aggregate, ask, ask_together, question, said

TRIES = 3
"""Noise may hit the id that ends a text. Then it is another prompt's turn."""


class Subject:
    """The engine at some bits. Greedy, and without guesses where it isn't said: noise that repeats itself is too easy to guess."""

    def __init__(self, *, folder: str, quantization: str | None, threads: int) -> None:
        """`folder` is a checkpoint's, or a GGUF file, whose bits `"auto"` takes over."""
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

    def rows(self, **arguments: Any) -> dict[str, float]:
        return Passes(self._network).rows(**arguments)

    def overhead(self, **arguments: Any) -> dict[str, float]:
        return Passes(self._network).overhead(**arguments)

    def second_turn(self, *, history: int, new: int, seed: int, afresh: bool) -> dict[str, float]:
        """Seconds to the first token of a question, and of the next one in its conversation; and of that where nothing is kept."""
        self._forget()
        first = said(question(self._engine, history, seed))
        before = ask(self._engine, [first], _greedy(2))
        more = " ".join(question(self._engine, new, seed + 1).split()[: new - 12])
        messages = [first, said("It is so.", "assistant"), said(more)]
        after = ask(self._engine, messages, _greedy(2))
        found = {
            "first": before.wait,
            "second": after.wait,
            "new": after.prompt - before.prompt,
            "history": before.prompt,
        }
        if afresh:
            self._forget()
            found["fresh"] = ask(self._engine, messages, _greedy(2)).wait
        return found

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

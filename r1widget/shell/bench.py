"""`Bench`: how fast a model is on this machine. What `python -m r1widget bench` prints; no torch is imported here.

bench = Bench(engine, tokens=64)
for name in bench.run():      # each measurement, as it is done
    ...
print(bench.table())
"""

from __future__ import annotations

import random
import statistics
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ..engines import Engine, Message, Request
from ..settings import Settings

PROMPT = 512
HISTORY, NEW = 1500, 50
CHATS = 1, 4, 10
LEAST_PROMPT = 32
REPEATS = 3
WORDS = (
    "the of and a to in is that it was for on are as with they at be this from have or by one had not but what all "
    "were when we there can an your which their said if do will each about how up out them then she many some so "
    "these would "
)
"""Prompts are made of them: no two are alike, so nothing that was read before helps with the next."""


@dataclass
class Heard:
    """One reply: when it was asked for, and when how many of its tokens came."""

    start: float
    prompt: int = 0
    """Tokens of the prompt."""
    marks: list[tuple[float, int]] = field(default_factory=list)

    @property
    def tokens(self) -> int:
        return sum(count for _, count in self.marks)

    @property
    def wait(self) -> float:
        """Seconds to the first token."""
        return self.marks[0][0] - self.start

    @property
    def rate(self) -> float | None:
        """Tokens a second from the first one on; None where there weren't two."""
        if len(self.marks) < 2:
            return None
        return (self.tokens - self.marks[0][1]) / (self.marks[-1][0] - self.marks[0][0])


def ask(engine: Engine, messages: Sequence[Message], settings: Settings, stop: threading.Event | None = None) -> Heard:
    """Have one reply written."""
    heard = Heard(time.perf_counter())
    for delta in engine.stream(Request(messages=messages, settings=settings), stop or threading.Event()):
        if delta.prompt is not None:
            heard.prompt = delta.prompt.tokens or 0
        if delta.tokens:
            heard.marks.append((time.perf_counter(), delta.tokens))
    return heard


def ask_together(engine: Engine, chats: Sequence[Sequence[Message]], settings: Settings) -> list[Heard]:
    """Have a reply written in each of several chats at once. What one of them raises is raised here."""
    heard: list[Heard] = []
    errors: list[BaseException] = []
    stop = threading.Event()

    def chat(messages: Sequence[Message]) -> None:
        try:
            heard.append(ask(engine, messages, settings, stop))
        except BaseException as error:
            errors.append(error)
            stop.set()

    threads = [threading.Thread(target=chat, args=(messages,), daemon=True) for messages in chats]
    try:
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    finally:  # a Ctrl-C comes here, and they end within a token
        stop.set()
        for thread in threads:
            if thread.is_alive():
                thread.join()
    if errors:
        raise errors[0]
    return heard


def aggregate(heard: Sequence[Heard]) -> float | None:
    """Tokens a second of all together, while all of them write; where that is never so, from first token to last."""
    if not heard or not all(each.marks for each in heard):
        return None
    starts, ends = [each.marks[0][0] for each in heard], [each.marks[-1][0] for each in heard]
    for start, end in ((max(starts), min(ends)), (min(starts), max(ends))):
        tokens = sum(count for each in heard for when, count in each.marks if start < when <= end)
        if end > start and tokens >= 2 * len(heard):
            return tokens / (end - start)
    return None


def question(engine: Any, tokens: int, seed: int) -> str:
    """Words without a meaning that make a prompt of about so many tokens; other words for each seed."""
    words = random.Random(seed).choices(WORDS.split(), k=2 * tokens)
    if not hasattr(engine, "prompt_ids"):
        return " ".join(words[: max(1, tokens * 3 // 4)])
    low, high = 1, len(words)
    while low < high:
        middle = (low + high) // 2
        if len(engine.prompt_ids([said(" ".join(words[:middle]))])) < tokens:
            low = middle + 1
        else:
            high = middle
    return " ".join(words[:low])


def said(text: str, role: str = "user") -> dict[str, str]:
    """A message."""
    return {"role": role, "content": text}


class Bench:
    """The measurements of one engine. `results` has what was measured so far, ready for JSON."""

    def __init__(self, engine: Any, *, tokens: int = 64, load_seconds: float | None = None, seed: int = 1) -> None:
        """`tokens` are written for each measurement. A short context gets shorter prompts."""
        context = getattr(engine, "context", None) or 1 << 30
        self._engine, self._seed = engine, seed
        self._tokens = max(2, min(tokens, context // 4))
        self._settings = Settings(max_tokens=self._tokens, seed=seed)
        room = context - self._tokens
        self._prompt = max(LEAST_PROMPT, min(PROMPT, room // 2))
        self._history = max(LEAST_PROMPT, min(HISTORY, room * 3 // 4 - NEW))
        self.results: dict[str, Any] = {
            "model": engine.name,
            "about": engine.describe(),
            "tokens": self._tokens,
            "load_seconds": load_seconds,
        }

    def run(self) -> Iterator[str]:
        """Measure, a step at a time: each is named before it is done."""
        yield "Warming up"
        self._ask(self._question(LEAST_PROMPT))
        yield f"Reading {self._prompt:,} tokens and writing {self._tokens}"
        self._one()
        for chats in CHATS[1:]:
            yield f"Writing in {chats} chats at once"
            self._many(chats)
        yield f"A second question after {self._history:,} tokens"
        self._second_turn()
        self.results["peak_memory_bytes"] = peak_memory()
        yield "Reading the machine's memory"  # last: it takes some itself
        self._limit()

    def _limit(self) -> None:
        """What of it the engine can say: a server's weights are nobody's here."""
        scheduler = getattr(self._engine, "scheduler", None)
        if scheduler is None:
            return
        from ..engines import bandwidth
        from ..engines.weights import memory

        network = scheduler.network
        read = bandwidth.bytes_per_token(network)
        speed = bandwidth.read_bytes_per_second(network.device, memory.available(network.device.type))
        self.results["weight_bytes_per_token"] = read
        self.results["read_bytes_per_second"] = speed
        self.results["limit_tokens_per_second"] = speed / read
        if rate := self.results["tokens_per_second"]:
            self.results["share_of_limit"] = rate * read / speed

    def _one(self) -> None:
        heard = [self._ask(self._question(self._prompt)) for _ in range(REPEATS)]
        self.results["prompt_tokens"] = heard[0].prompt or self._prompt
        reading = [each.prompt / each.wait for each in heard if each.marks and each.prompt]
        self.results["prompt_tokens_per_second"] = _median(reading)
        rate = _median([each.rate for each in heard if each.rate is not None])
        self.results["tokens_per_second"] = rate
        self.results["chats"] = {"1": rate}

    def _many(self, chats: int) -> None:
        each = max(LEAST_PROMPT, self._prompt // 4)
        together = [[said(self._question(each))] for _ in range(chats)]
        self.results["chats"][str(chats)] = aggregate(ask_together(self._engine, together, self._settings))

    def _second_turn(self) -> None:
        few = self._settings.replace({"max_tokens": 2})
        first = said(self._question(self._history))
        fresh = ask(self._engine, [first], few)
        messages = [first, said("It is so.", "assistant"), said(" ".join(self._question(NEW).split()[: NEW - 15]))]
        again = ask(self._engine, messages, few)
        if fresh.marks and again.marks:
            self.results["second_turn"] = {
                "history_tokens": fresh.prompt,
                "new_tokens": again.prompt - fresh.prompt,
                "first_turn_seconds": fresh.wait,
                "second_turn_seconds": again.wait,
            }

    def _ask(self, text: str) -> Heard:
        return ask(self._engine, [said(text)], self._settings)

    def _question(self, tokens: int) -> str:
        self._seed += 1
        return question(self._engine, tokens, self._seed)

    # ---- to be read

    def table(self) -> str:
        """What was measured, as Markdown."""
        return "\n".join(("| | |", "|---|---:|", *(f"| {name} | {value} |" for name, value in self._rows())))

    def _rows(self) -> Iterator[tuple[str, str]]:
        found, about = self.results, self.results["about"]
        held = about.get("quantization")
        yield (
            "model",
            " ".join(filter(None, (found["model"], held if held not in (None, "none") else about.get("dtype")))),
        )
        for name, key, unit in (
            ("loaded in", "load_seconds", "s"),
            (
                f"reading a prompt of {found.get('prompt_tokens', self._prompt):,}",
                "prompt_tokens_per_second",
                "tokens/s",
            ),
            ("writing", "tokens_per_second", "tokens/s"),
        ):
            yield name, _shown(found.get(key), unit)
        for chats in CHATS[1:]:
            yield f"writing in {chats} chats, together", _shown(found.get("chats", {}).get(str(chats)), "tokens/s")
        turn = found.get("second_turn", {})
        yield (
            f"first word after {turn.get('history_tokens', self._history):,} tokens",
            _shown(turn.get("first_turn_seconds"), "s"),
        )
        yield (
            f"… and in the next turn ({turn.get('new_tokens', NEW)} new)",
            _shown(turn.get("second_turn_seconds"), "s"),
        )
        yield "peak memory of this process", _shown(found.get("peak_memory_bytes"), "GB", 1e9)
        yield "weights that a token reads", _shown(found.get("weight_bytes_per_token"), "GB", 1e9)
        yield "memory is read at", _shown(found.get("read_bytes_per_second"), "GB/s", 1e9)
        yield "which allows at most, a guess at a time", _shown(found.get("limit_tokens_per_second"), "tokens/s")


def peak_memory() -> int | None:
    """The most memory that this process had resident, in bytes; None where the system doesn't say."""
    try:  # Linux; what `getrusage` says there may be the parent's
        status = Path("/proc/self/status").read_text(encoding="ascii", errors="replace")
        return int(status.partition("VmHWM:")[2].split()[0]) * 1024
    except (OSError, IndexError):
        pass
    try:
        import resource
    except ImportError:  # Windows
        import psutil

        return int(getattr(psutil.Process().memory_info(), "peak_wset", 0)) or None
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most if sys.platform == "darwin" else most * 1024


def _median(values: Sequence[float]) -> float | None:
    return statistics.median(values) if values else None


def _shown(value: float | None, unit: str, scale: float = 1) -> str:
    if value is None:
        return "–"
    value /= scale
    digits = 0 if value >= 100 else 1 if value >= 10 else 2 if value >= 0.1 else 3
    return f"{value:,.{digits}f} {unit}"

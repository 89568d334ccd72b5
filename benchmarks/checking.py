"""What a check costs, in turns: `check(k=4)`, and `trace_answer` over eight boundaries, beside one turn of that length.

    python -m benchmarks.checking [--checkpoint FOLDER] [--tokens 300] [--k 4] [--quantization int4] [--json FILE]
    python -m benchmarks.checking --quick          a tiny model: whether it works, not how fast

The weights are noise in the shape of DeepSeek-R1-Distill-Qwen-1.5B. What it writes never ends by itself, so a turn's limits end it, thought
and answer; no two of its answers agree, so bisection goes on as long as its budget does. Without guesses: noise is too easy to guess,
or too hard.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch

from benchmarks import checkpoint
from benchmarks.engine_run import TINY
from r1widget import Chat
from r1widget.conversation.turn import Turn
from r1widget.engines import Delta, Request, load
from r1widget.reasoning.steps import Step
from r1widget.shell.bench import question

BOUNDARIES = 8
STEPS = 40
ANSWER = 24
"""Tokens of the answer."""


class Cut(Turn):
    """Noise has no words that a step begins with, so that of so many characters is one."""

    @property
    def steps(self) -> tuple[Step, ...]:
        text, every = self.reasoning, max(1, len(self.reasoning) // STEPS)
        starts = range(0, len(text), every)
        return tuple(Step(text[at : at + every], "step", at, min(at + every, len(text))) for at in starts)


def measure(chat: Chat, tokens: int, k: int, prompt: str) -> dict[str, Any]:
    """One turn, then what is found out about it. The prompt has been read when the turn begins, as it has when a check does."""
    chat.ask(prompt, max_tokens=ANSWER, thinking_budget=0)  # the prompt is known, and so are passes
    asked = {"max_tokens": tokens + ANSWER, "thinking_budget": tokens}
    chat.clear()
    start = time.perf_counter()
    turn = chat.ask(Cut(prompt), **asked)
    alone = time.perf_counter() - start
    found: dict[str, Any] = {"tokens": sum(turn.record["tokens"][kind] for kind in ("reasoning", "answer"))}
    found |= {"alone": alone, "rate": turn.record.get("tokens_per_second"), "steps": len(turn.steps)}
    foreseen = chat.foresee("check", turn, k)
    start = time.perf_counter()
    check = chat.check(turn, k)
    seconds = time.perf_counter() - start
    found["check"] = {
        "seconds": seconds,
        "turns": seconds / alone,
        "foreseen": foreseen.seconds,
        "tokens": sum(sample.tokens for sample in check.samples),
    }
    found["trace"] = traced(chat, turn, k, alone)
    return found


def endless(engine: Any) -> None:
    """Only a limit ends what it writes, and then it has ended by itself: an answer that is cut off would count as none."""
    stream, engine.stop_ids = engine.stream, frozenset()

    def ending(request: Request, stop: threading.Event) -> Iterator[Delta]:
        for delta in stream(request, stop):
            yield replace(delta, finish_reason="stop") if delta.finish_reason == "length" else delta

    engine.stream = ending


def traced(chat: Chat, turn: Turn, k: int, alone: float) -> dict[str, Any]:
    foreseen = chat.foresee("trace_answer", turn, k)
    complete: list[float] = []
    start = time.perf_counter()

    @chat.on("checked")
    def hear(turn: Turn) -> None:
        there = turn.answer_trace.boundaries if turn.answer_trace else ()
        if sum(len(each.samples) >= k for each in there) > len(complete):
            complete.append(time.perf_counter() - start)

    trace = chat.trace_answer(turn, k)
    seconds = time.perf_counter() - start
    chat.off("checked", hear)
    eight = complete[BOUNDARIES - 1] if len(complete) >= BOUNDARIES else None
    return {
        "seconds": seconds,
        "turns": seconds / alone,
        "foreseen": foreseen.seconds,
        "boundaries": [each.step for each in trace.boundaries],
        "tokens": trace.tokens,
        "turns_for_eight": eight and eight / alone,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--checkpoint", type=Path, help="the folder where the checkpoint is, or is to be made and kept")
    parser.add_argument("--tokens", type=int, default=300, help="of the thought")
    parser.add_argument("--k", type=int, default=4)
    parser.add_argument("--quantization", default="int4")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--json", type=Path, metavar="FILE")
    parser.add_argument("--quick", action="store_true", help="a tiny model")
    chosen = parser.parse_args()
    torch.set_num_threads(chosen.threads)
    with contextlib.ExitStack() as stack:
        folder = chosen.checkpoint or Path(stack.enter_context(tempfile.TemporaryDirectory()))
        checkpoint.make(folder, config=TINY if chosen.quick else checkpoint.CONFIG)
        engine: Any = load(folder, quantization=None if chosen.quick else chosen.quantization, speculation=False)
        endless(engine)
        chat = Chat(engine, keep=False, settings={"seed": 1, "temperature": 1.0})
        found = measure(chat, chosen.tokens, chosen.k, question(engine, 64, 1))
    print(f"a turn of {found['tokens']} tokens in {found['steps']} steps: {found['alone']:.1f} s")
    for name in ("check", "trace"):
        one = found[name]
        foreseen = "nobody knows" if one["foreseen"] is None else f"{one['foreseen']:.1f} s"
        print(f"{name}: {one['seconds']:.1f} s, {one['turns']:.2f} turns, {one['tokens']} tokens; foreseen {foreseen}")
    eight = found["trace"]["turns_for_eight"]
    print(f"boundaries {found['trace']['boundaries']}; the first {BOUNDARIES} took {eight and round(eight, 2)} turns")
    if chosen.json:
        chosen.json.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()

"""What an edit costs: how long until a model writes again, when a thought of 4,000 tokens is changed at nine tenths of it.

    python -m benchmarks.steering [--checkpoint FOLDER] [--tokens 4000] [--repeats 5] [--quantization int4] [--json FILE]
    python -m benchmarks.steering --quick          a tiny model: whether it works, not how fast

Beside it, measured in the same run with the same weights: the pass that reads the encoded end and one step of decoding, which
nobody can do without, and the whole read afresh. The weights are noise in the shape of DeepSeek-R1-Distill-Qwen-1.5B.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import statistics
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch

from benchmarks import checkpoint
from benchmarks.engine_run import TINY
from r1widget.engines import Prefill, Request, load
from r1widget.engines.model.network import Chunk
from r1widget.settings import Settings
from r1widget.shell.bench import question, said

AT = 0.9
NEW = ("otherwise", "however", "perhaps", "rather", "instead", "maybe", "although", "because")


class Edits:
    """One engine, which has read a question and a thought."""

    def __init__(self, engine: Any, tokens: int) -> None:
        self._engine, self._scheduler = engine, engine.scheduler
        self._messages = [said(question(engine, 64, 1))]
        words = question(engine, 2 * tokens, 2).split(" ")
        low, high = 1, len(words)
        while low < high:  # so many words that they are `tokens` ids
            middle = (low + high) // 2
            low, high = (middle + 1, high) if len(self._encode(words[:middle])) < tokens else (low, middle)
        self._words = words[:low]
        cut = int(AT * low)
        self.kept = tuple(self._encode(words[:cut]))
        self.ends = {"changed": " {} " + " ".join(self._words[cut + 1 :]), "changed, and what follows cut off": " {}"}

    def _encode(self, words: list[str]) -> list[int]:
        ids: list[int] = self._engine.tokens.encode(" ".join(words))
        return ids

    def read(self) -> None:
        """Nothing but the thought as it was is in the engine's memory."""
        self._scheduler.prefixes.free()
        self._first(Prefill(ids=tuple(self._encode(self._words))))

    def edit(self, end: str) -> float:
        """Seconds from the request to the first new token."""
        return self._first(Prefill(ids=self.kept, reasoning=end))

    def fresh(self, end: str) -> float:
        self._scheduler.prefixes.free()
        return self.edit(end)

    def least(self, end: str) -> tuple[float, int]:
        """Seconds for the passes that read the end, and one step; and how many ids it has. Nothing else is done."""
        network, ids = self._scheduler.network, self._engine.tokens.encode(end)
        prompt = [*self._engine.prompt_ids(self._messages), *self.kept]
        memory = self._scheduler.prefixes.find([*prompt, 0])
        memory.reserve(len(ids) + 1)
        start = time.perf_counter()
        with torch.inference_mode():
            for at in range(0, len(ids), network.chunk_size):
                part = ids[at : at + network.chunk_size]
                network.forward([Chunk(memory, part, num_logits=int(at + len(part) == len(ids)))])
            network.forward([Chunk(memory, [ids[-1]], num_logits=1)])
        return time.perf_counter() - start, len(ids)

    def _first(self, prefill: Prefill) -> float:
        request = Request(
            messages=self._messages, prefill=prefill, settings=Settings(temperature=0.6, max_tokens=1, seed=0)
        )
        start, first = time.perf_counter(), 0.0
        for delta in self._engine.stream(request, threading.Event()):
            if delta.tokens and not first:
                first = time.perf_counter() - start
        if not first:
            raise RuntimeError("The model's noise ended the text.")
        return first


def measure(edits: Edits, repeats: int) -> list[dict[str, Any]]:
    """For each kind of edit, the medians; an edit and what it can't do without take turns."""
    rows = []
    for name, form in edits.ends.items():
        edits.read()
        pairs = []
        for word in NEW[:repeats]:  # an edit's own end is kept too, so each is another one
            end = form.format(word)
            least, ids = _aside(edits.least, end)
            pairs.append((edits.edit(end), least))
        row: dict[str, Any] = {
            "edit": name,
            "kept": len(edits.kept),
            "encoded": ids,
            "seconds": statistics.median(first for first, _ in pairs),
            "least": statistics.median(least for _, least in pairs),
            "ratio": statistics.median(first / least for first, least in pairs),
            "ratios": [round(first / least, 3) for first, least in pairs],
        }
        row["fresh"] = edits.fresh(end)
        rows.append(row)
    return rows


def _aside(work: Callable[[str], tuple[float, int]], end: str) -> tuple[float, int]:
    """In a thread of its own, as the engine's passes are: in the main one, beside the pool of threads that loading left
    there, a pass took two to four times as long."""
    found: list[tuple[float, int]] = []
    thread = threading.Thread(target=lambda: found.append(work(end)))
    thread.start()
    thread.join()
    return found[0]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--checkpoint", type=Path, help="the folder where the checkpoint is, or is to be made and kept")
    parser.add_argument("--tokenizer", type=Path, help="a folder with R1's own, for a checkpoint that is to be made")
    parser.add_argument("--tokens", type=int, default=4000)
    parser.add_argument("--repeats", type=int, default=5, choices=range(1, len(NEW) + 1))
    parser.add_argument("--quantization", default="int4")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--json", type=Path, metavar="FILE")
    parser.add_argument("--quick", action="store_true", help="a tiny model")
    chosen = parser.parse_args()
    torch.set_num_threads(chosen.threads)
    with contextlib.ExitStack() as stack:
        folder = chosen.checkpoint or Path(stack.enter_context(tempfile.TemporaryDirectory()))
        config = TINY if chosen.quick else checkpoint.CONFIG
        checkpoint.make(folder, tokenizer=chosen.tokenizer, config=config)
        engine: Any = load(folder, quantization=None if chosen.quick else chosen.quantization, speculation=False)
        rows = measure(Edits(engine, chosen.tokens), chosen.repeats)
    print(
        "| a thought of which the word at nine tenths is | ids encoded | first new token | reading them and a step | ratio | all read |"
    )
    print("|---|---|---|---|---|---|")
    for row in rows:
        low, high = min(row["ratios"]), max(row["ratios"])
        print(
            f"| {row['edit']} | {row['encoded']} | {row['seconds']:.3f} s | {row['least']:.3f} s "
            f"| {low:.2f} – **{row['ratio']:.2f}** – {high:.2f} | {row['fresh']:.2f} s |"
        )
    if chosen.json:
        chosen.json.write_text(
            json.dumps({"about": engine.describe(), "rows": rows}, indent=1) + "\n", encoding="utf-8"
        )


if __name__ == "__main__":
    main()

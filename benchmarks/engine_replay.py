"""Real traces, written again: the scheduler is driven as ever, and the sampler draws the trace's own next token.

So the guesses are taken or refused as they would be where a trained model writes this text, and each pass costs what it
costs. What is remembered of the ids before is noise, which costs the same. The table of n-grams is one that was made of
other sources' traces.
"""

from __future__ import annotations

import json
import random
import threading
import time
from collections.abc import Sequence, Set
from pathlib import Path
from typing import Any, NamedTuple

from r1widget.engines import Request
from r1widget.engines.decode.reply import Reply
from r1widget.engines.decode.sampling import Sampler
from r1widget.engines.decode.scheduler import Scheduler
from r1widget.engines.decode.sequence import Sequence as Chat
from r1widget.engines.decode.speculation import Depth, Proposer, Table
from r1widget.engines.decode.thinking import Thinking
from r1widget.engines.kvcache.paged import PagedCache
from r1widget.engines.text.closing import ThinkingTokens
from r1widget.engines.text.decoding import Decoder
from r1widget.reasoning import ReasoningSplitter
from r1widget.settings import Settings


class Told:
    """Draws what it is told to, and takes the time that drawing takes."""

    def __init__(self, ids: Sequence[int]) -> None:
        self._sampler, self._ids, self._at = Sampler(Settings(), 1), ids, 0

    def __call__(self, logits: Any, without: Set[int] = frozenset()) -> Any:
        _, score = self._sampler(logits, without)
        self._at += 1
        return self._ids[self._at - 1], score


class Replay:
    """The traces of a file that `prepare` wrote, on an engine."""

    def __init__(self, engine: Any, traces: Path, table: Path | None) -> None:
        self._engine = engine
        self._traces = json.loads(traces.read_text(encoding="utf-8"))
        self._table = Table.read(table) if table is not None else None
        # Its own, so that what it learns of passes is of these.
        self._scheduler = Scheduler(engine.scheduler.network, engine.scheduler.prefixes)
        for trace in self._traces[:1]:
            for guesses in (True, True, False):
                self._write(trace, 0, 32, guesses)

    def about(self) -> dict[str, Any]:
        return {"traces": len(self._traces), "table": None if self._table is None else len(self._table)}

    def __call__(self, *, number: int, position: int, tokens: int, guesses: bool) -> dict[str, float]:
        """Tokens a second, and a pass, of writing a trace from a position on."""
        return self._write(self._traces[number % len(self._traces)], position, tokens, guesses)

    def _write(self, trace: dict[str, list[int]], position: int, tokens: int, guesses: bool) -> dict[str, float]:
        scheduler, engine = self._scheduler, self._engine
        ids = [*trace["prompt"], *trace["written"][:position]]
        rest = trace["written"][position : position + tokens]
        scheduler.prefixes.free()
        scheduler.prefixes.keep(noise(scheduler.network, ids))
        request = Request(messages=())
        thinking = Thinking(ReasoningSplitter(False), request, room=1 << 30, closing=0)
        sampler: Any = Told(rest)
        chat = Chat(
            ids,
            sampler,
            Reply(Decoder(engine.tokens.backend), thinking, ThinkingTokens(engine.tokens), stops=set(), room=len(rest)),
            threading.Event(),
            proposer=Proposer(ids, self._table) if guesses else None,
            depth=Depth(scheduler.costs) if guesses else None,
            wake=scheduler.wake,
        )
        passes = _Passes(chat)
        scheduler.submit(chat)
        for _ in chat.deltas():
            pass
        scheduler.prefixes.free()
        written, seconds = passes.rest()
        return {"decode": written / seconds, "per_pass": written / max(1, len(passes.times) - 1)}


def noise(network: Any, ids: list[int]) -> Any:
    """A memory as if `ids` had been read: what a pass costs depends on how much is remembered, and not on what."""
    memory = network.new_cache()
    memory.reserve(len(ids) + 1)
    for tensor in memory.pages if isinstance(memory, PagedCache) else (*memory.keys, *memory.values):
        tensor.normal_()
    memory.commit(ids)
    return memory


class _Passes:
    """When each pass of a chat ended, and how many tokens it gave. Deltas may hold several, or none."""

    def __init__(self, chat: Chat) -> None:
        self.times: list[float] = []
        self.counts: list[int] = []
        take = chat.take

        def counted(logits: Any) -> int:
            count = take(logits)
            if count:
                self.times.append(time.perf_counter())
                self.counts.append(count)
            return count

        chat.take = counted  # type: ignore[method-assign]

    def rest(self) -> tuple[int, float]:
        """Tokens and seconds of all passes but the first."""
        return sum(self.counts[1:]), self.times[-1] - self.times[0]


class Prepared(NamedTuple):
    """Traces and a table in files, and how long the traces' prompts and texts are."""

    traces: Path
    table: Path
    prompts: list[int]
    lengths: list[int]


def prepare(traces: Path, tokenizer: Path, folder: Path, *, most: int, longest: int) -> Prepared:
    """Choose traces of one source, make a table of the others', write both.

    The source is the one with the longest traces: those of the smallest of R1's own models, where there are some.
    """
    from benchmarks.speculation import real

    found, tables = real(traces, tokenizer)
    lengths: dict[str, int] = {}
    for trace in found:
        lengths[trace.source] = lengths.get(trace.source, 0) + min(len(trace.written), longest)
    source = max(lengths, key=lambda name: lengths[name])
    fitting = [trace for trace in found if trace.source == source]
    long = [trace for trace in fitting if len(trace.written) >= longest]
    chosen = random.Random(0).sample(long, min(most, len(long))) if long else fitting[:most]
    file, table = folder / "traces.json", folder / "table.bin"
    file.write_text(json.dumps([{"prompt": each.prompt, "written": each.written} for each in chosen]), encoding="utf-8")
    tables[source].write(table)
    return Prepared(file, table, [len(each.prompt) for each in chosen], [len(each.written) for each in chosen])

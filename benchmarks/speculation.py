"""What guessing brings: real traces replayed with guesses, as a pass that checks them would have taken them.

    python -m benchmarks.speculation                                        the built-in model's own replies
    python -m benchmarks.speculation --traces FILE --tokenizer FILE         real traces (a JSON object a line)

A step takes the guesses as long as the trace's own next token is the guess, and one token more. Tables of n-grams are made from the
other sources' traces only (a source is a repository). Steps and rows don't depend on the machine; microseconds do.
"""

from __future__ import annotations

import argparse
import json
import math
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from r1widget.engines.decode.speculation import Costs, Depth, Proposer, Table, fingerprint
from r1widget.engines.decode.speculation.making import entries
from r1widget.engines.decode.speculation.proposer import FLOOR
from r1widget.engines.decode.speculation.table import is_control

COUNTS = (3, 5, 8)
FLOORS = (0.0, FLOOR, 0.3)
BANDS = (("first 100", 100), ("to 1,000", 1000), ("to 5,000", 5000), ("beyond", 10**9))
ENTRIES = 12_000
SLOPES = (0.02, 0.1, 0.2, 0.4, 0.7, 1.0)
FIXED = {
    "1 guess": (1, 0.0),
    "3 guesses": (3, 0.0),
    "5 guesses": (5, 0.0),
    f"5, floor {FLOOR}": (5, FLOOR),
    "5, floor 0.3": (5, 0.3),
}


@dataclass
class Trace:
    source: str
    prompt: list[int]
    written: list[int]


@dataclass
class Tally:
    steps: int = 0
    tokens: int = 0
    proposed: int = 0
    accepted: int = 0
    seconds: float = 0.0
    bands: list[list[int]] = field(default_factory=lambda: [[0, 0] for _ in BANDS])
    """(tokens, steps) by where in the trace the step began."""

    def row(self) -> dict[str, Any]:
        per_step = {name: _share(tokens, steps) for (name, _), (tokens, steps) in zip(BANDS, self.bands, strict=True)}
        return {
            "tokens a step": _share(self.tokens, self.steps),
            **per_step,
            "rows a step": 1 + _share(self.proposed, self.steps),
            "accepted": _share(self.accepted, self.proposed),
            "µs a step": 1e6 * _share(self.seconds, self.steps),
            "µs a token": 1e6 * _share(self.seconds, self.tokens),
        }


class OnlyTable:
    """Guesses from the table alone, to compare with."""

    def __init__(self, ids: Sequence[int], table: Table) -> None:
        self._ids, self._table = list(ids), table

    def extend(self, ids: Sequence[int]) -> None:
        self._ids += ids

    def propose(self, count: int, floor: float) -> list[int]:
        guesses: list[int] = []
        while len(guesses) < count and (id := self._table.next([*self._ids[-3:], *guesses][-3:])) is not None:
            guesses.append(id)
        return guesses


def replay(proposer: Proposer | OnlyTable, written: Sequence[int], count: int, floor: float, tally: Tally) -> None:
    """Write `written` with `count` guesses a step, and count."""
    place, end = 0, len(written)
    while place < end:
        start = time.perf_counter()
        guesses = proposer.propose(count, floor)
        tally.seconds += time.perf_counter() - start
        right = 0
        while right < min(len(guesses), end - place - 1) and guesses[right] == written[place + right]:
            right += 1
        band = tally.bands[next(n for n, (_, limit) in enumerate(BANDS) if place < limit)]
        band[0] += right + 1
        band[1] += 1
        tally.steps += 1
        tally.tokens += right + 1
        tally.proposed += len(guesses)
        tally.accepted += right
        start = time.perf_counter()
        proposer.extend(written[place : place + right + 1])
        tally.seconds += time.perf_counter() - start
        place += right + 1


def measure(traces: list[Trace], tables: dict[str, Table]) -> list[dict[str, Any]]:
    """Each way to guess, with each count and floor; `tables` by the source that isn't in it."""
    rows = []
    for way in ("lookup", "table", "both") if tables else ("lookup",):
        for count in COUNTS:
            for floor in FLOORS if way != "table" else (0.0,):
                tally = Tally()
                for trace in traces:
                    table = tables.get(trace.source)
                    guesser: Proposer | OnlyTable
                    if way == "table":
                        assert table is not None
                        guesser = OnlyTable(trace.prompt, table)
                    else:
                        guesser = Proposer(trace.prompt, table if way == "both" else None)
                    replay(guesser, trace.written, count, floor, tally)
                rows.append({"guesses by": way, "k": count, "floor": floor, **tally.row()})
    return rows


def by_source(traces: list[Trace], tables: dict[str, Table], count: int = 5) -> list[dict[str, Any]]:
    """Each source on its own, with the others' table."""
    rows = []
    for source in sorted({trace.source for trace in traces}):
        tally = Tally()
        for trace in traces:
            if trace.source == source:
                replay(Proposer(trace.prompt, tables.get(source)), trace.written, count, FLOOR, tally)
        rows.append({"source": source, "k": count, "floor": FLOOR, **tally.row()})
    return rows


def by_cost(traces: list[Trace], tables: dict[str, Table]) -> list[dict[str, Any]]:
    """What `Depth` makes of passes whose rows cost more or less, against fixed counts: tokens in the time of a pass of one row.

    Every fifth trace. Times are computed, not measured: 1 for one row, and `a row costs` more for each further one.
    """
    rows = []
    for slope in SLOPES:
        row: dict[str, Any] = {"a row costs": slope}
        for name in ("Depth", *FIXED):
            tokens = 0
            seconds = 0.0
            for trace in traces[::5]:
                costs = Costs()
                for _ in range(10):  # as an engine knows them after its first replies
                    costs.learn(1, 1.0)
                    costs.learn(4, 1 + 3 * slope)
                depth = Depth(costs)
                proposer, place = Proposer(trace.prompt, tables.get(trace.source)), 0
                while place < len(trace.written):
                    if name == "Depth":
                        guesses = proposer.propose(depth.choose(0), depth.floor)
                    else:
                        guesses = proposer.propose(*FIXED[name])
                    right = 0
                    while right < min(len(guesses), len(trace.written) - place - 1):
                        if guesses[right] != trace.written[place + right]:
                            break
                        right += 1
                    depth.learn(len(guesses), right)
                    costs.learn(1 + len(guesses), 1 + slope * len(guesses))
                    seconds += 1 + slope * len(guesses)
                    proposer.extend(trace.written[place : place + right + 1])
                    place += right + 1
                tokens += place
            row[name] = tokens / seconds
        rows.append(row)
    return rows


def real(file: Path, tokenizer_file: Path) -> tuple[list[Trace], dict[str, Table]]:
    """The traces, and for each source the table that the others make."""
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(tokenizer_file))
    vocabulary = tokenizer.get_vocab()
    control = frozenset(id for token, id in vocabulary.items() if is_control(token))
    traces = []
    for line in file.read_text(encoding="utf-8").splitlines():
        trace = json.loads(line)
        prompt = tokenizer.encode(f"<｜User｜>{trace['question']}<｜Assistant｜><think>\n").ids
        text = trace["reasoning"] + (f"\n</think>\n\n{trace['answer']}" if trace["answer"] else "")
        written = tokenizer.encode(text, add_special_tokens=False).ids
        traces.append(Trace(trace["source"].split(":")[0], prompt, written))
    tables = {}
    for source in {trace.source for trace in traces}:
        others = [(trace.prompt, trace.written) for trace in traces if trace.source != source]
        tables[source] = Table(entries(others, ENTRIES, control), {"fingerprint": fingerprint(vocabulary)})
    return traces, tables


def pocket(questions: int) -> list[Trace]:
    """What the built-in model says to so many questions of each kind that it can, as ids of its own tokenizer."""
    from tokenizers import Tokenizer

    from r1widget.engines import Request, load
    from r1widget.pocket import path
    from r1widget.pocket.evaluate import KINDS, draw
    from r1widget.settings import Settings

    tokenizer = Tokenizer.from_file(str(path() / "tokenizer.json"))
    engine = load("pocket")
    traces = []
    for kind in KINDS:
        for number, asked in enumerate(draw(kind, questions, seed=1)):
            request = Request(messages=[{"role": "user", "content": asked.text}], settings=Settings(seed=number))
            text = "".join(delta.text for delta in engine.stream(request, threading.Event()))
            prompt, written = (tokenizer.encode(part, add_special_tokens=False).ids for part in (asked.text, text))
            traces.append(Trace(kind, prompt, written))
    return traces


def _share(part: float, whole: float) -> float:
    return part / whole if whole else math.nan


def _print(title: str, rows: list[dict[str, Any]]) -> None:
    print(f"\n### {title}\n")
    print("|", " | ".join(rows[0]), "|")
    print("|", " | ".join("---" for _ in rows[0]), "|")
    for row in rows:
        print("|", " | ".join(map(_shown, row.values())), "|")


def _shown(value: Any) -> str:
    return str(value) if not isinstance(value, float) else f"{value:.2f}" if value == value else "–"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--traces", type=Path, help="a JSON object a line: question, reasoning, answer, source")
    parser.add_argument("--tokenizer", type=Path, help="the tokenizer.json of the model that is to write them")
    parser.add_argument(
        "--every", type=int, default=1, help="replay every so-manieth trace only; tables are made from all"
    )
    parser.add_argument("--questions", type=int, default=10, help="of each kind, to ask the built-in model")
    parser.add_argument("--json", action="store_true")
    chosen = parser.parse_args()
    if (chosen.traces is None) != (chosen.tokenizer is None):
        parser.error("--traces and --tokenizer go together")
    if chosen.traces:
        traces, tables = real(chosen.traces, chosen.tokenizer)
        traces = traces[:: chosen.every]
        found = {
            "all": measure(traces, tables),
            "by source, with the others' table": by_source(traces, tables),
            "tokens in the time of a pass of one row": by_cost(traces, tables),
        }
    else:
        traces = pocket(chosen.questions)
        found = {"the built-in model": measure(traces, {})}
    if chosen.json:
        print(json.dumps(found, ensure_ascii=False, indent=1))
        return
    print(f"{len(traces)} traces, {sum(len(trace.written) for trace in traces):,} tokens")
    for title, rows in found.items():
        _print(title, rows)


if __name__ == "__main__":
    main()

"""How well each signal points at errors: one table of precision, recall and AUROC, with intervals of 95 %.

    python -m benchmarks.signals [--traces traces.jsonl] [--model FOLDER] [--only NAME …] [--seconds 500] [--json FILE]
    python -m benchmarks.signals --quick           a few questions: whether it works, not how good anything is

`--traces`: real thoughts, for what is found in them. `--model`: SmolLM2-135M, for facts. What isn't given is left out, and said. All else is measured on the
built-in model at temperature 1. What the models write is kept in the temporary folder, so a second run asks nothing, and one that ran out of its
seconds is called again.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from benchmarks import (
    signals_agreement,
    signals_decided,
    signals_found,
    signals_hesitation,
    signals_pocket,
    signals_support,
)
from benchmarks.signals_figures import HEAD, Row
from benchmarks.signals_samples import CACHE

DRAWN, FEW = 600, 12
"""Word problems."""
ROUNDS = 20
"""In which errors are planted."""
NAMES = ("agreement", "support", "decided", "found", "hesitation")


class Measuring:
    """What can be measured with what is given."""

    def __init__(self, options: argparse.Namespace, cache: Path) -> None:
        self._options, self._cache = options, cache
        self._ends = time.monotonic() + options.seconds
        self._answers: list[list[signals_pocket.Said]] | None = None

    @property
    def left(self) -> float:
        return max(0.0, self._ends - time.monotonic())

    @property
    def answers(self) -> list[list[signals_pocket.Said]]:
        """The built-in model's, the same for each signal."""
        if self._answers is None:
            count = FEW if self._options.quick else DRAWN
            self._answers = signals_pocket.answers(count, self.left, cache=self._cache)
            said = [*signals_pocket.every(self._answers)]
            print(f"{len(said)} answers to {len(self._answers)} of them: {sum(each.wrong for each in said)} wrong")
        return self._answers

    def agreement(self) -> Iterator[Row]:
        yield from signals_agreement.rows(self.answers)

    def support(self) -> Iterator[Row]:
        if self._has("--model", "support"):
            yield from signals_support.rows(self._options.model, self.left)

    def decided(self) -> Iterator[Row]:
        yield from signals_decided.rows(signals_decided.traced(self.answers, self.left, cache=self._cache))

    def found(self) -> Iterator[Row]:
        yield from signals_found.rows(self.answers)
        if self._has("--traces", "arithmetic, and thought against answer, on real traces"):
            yield from signals_found.in_traces(self._options.traces, 1 if self._options.quick else ROUNDS)

    def hesitation(self) -> Iterator[Row]:
        yield from signals_hesitation.rows(self.answers)
        if self._has("--model", "hesitation on facts"):
            yield from signals_hesitation.of_facts(self._options.model, self.left, cache=self._cache)

    def _has(self, option: str, what: str) -> bool:
        given = getattr(self._options, option.removeprefix("--"))
        if not given:
            print(f"Left out: {what}, for which {option} is needed.")
        return bool(given)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--traces", type=Path, help="a file of real thoughts")
    parser.add_argument("--model", help="a folder with SmolLM2-135M")
    parser.add_argument("--only", nargs="+", choices=NAMES, default=NAMES, metavar="NAME", help=", ".join(NAMES))
    parser.add_argument(
        "--seconds", type=float, default=500, help="to ask in; what is missing then, the next call asks"
    )
    parser.add_argument("--quick", action="store_true", help="a few questions, and nothing is kept")
    parser.add_argument("--json", type=Path, metavar="FILE")
    options = parser.parse_args()
    if options.traces and not options.traces.is_file():
        parser.error(f"there are no traces at {options.traces}")
    with tempfile.TemporaryDirectory() as folder:
        measuring = Measuring(options, Path(folder) if options.quick else CACHE)
        rows: list[Row] = []
        for name in options.only:
            measure: Callable[[], Iterator[Row]] = getattr(measuring, name)
            rows += measure()
    print("\n".join(["", HEAD, *map(str, rows)]))
    if options.json:
        kept = [dict(vars(row)) for row in rows]
        options.json.write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()

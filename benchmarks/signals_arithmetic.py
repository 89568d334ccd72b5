"""Arithmetic that is recomputed, on 270 real traces: false alarms, and errors that were planted.

    python -m benchmarks.signals_arithmetic [--traces traces.jsonl] [--rounds 10]

The traces aren't part of the repository. What is reported in them as they are was read by hand, each: `FALSE` has what wasn't a
slip. An error is planted in one of twenty equations that a simple pattern finds, `number sign number = number`, which knows nothing
of ours: one digit of the right-hand side becomes another.
"""

from __future__ import annotations

import argparse
import json
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from benchmarks.signals_figures import Figure, wilson
from r1widget.check.arithmetic import slips
from r1widget.check.finding import Finding, Kind

TRACES = Path(__file__).resolve().parents[2] / "shared" / "data" / "traces" / "traces.jsonl"
FALSE: set[tuple[str, str]] = set()
"""What is reported in the traces as they are and isn't a slip: a trace's id and the equation. None of what is there now."""

_NUMBER = r"\d+(?:,\d{3})*(?:\.\d+)?"
EQUATION = re.compile(
    rf"({_NUMBER})\s?(\+|-|\*|/|×|÷|\\times|\\cdot|\\div)\s?({_NUMBER})\s?=\s?(-?{_NUMBER})(?![\d,.]*\d|\s?[-+*/×÷^!%\\(]|[A-Za-z])"
)
"""What stands alone: not within a longer product or sum."""
_WITHIN = re.compile(
    r"(?:[-+*/×÷^_.,({\\)\]!%\d]|[A-Za-z]|(?<!\w)[A-Za-z])\s?$|(?<![A-Za-z])[A-Za-z]\s$|[-+*/×÷^!)]\s$"
)


@dataclass(frozen=True)
class Text:
    trace: str
    question: str
    kind: Kind
    text: str


@dataclass(frozen=True)
class Figures:
    """Each with the interval of Wilson that holds it 95 times of 100."""

    reported: int
    false: int
    planted: int
    found: int

    @property
    def precision(self) -> Figure:
        """Of what is reported in the traces as they are."""
        return wilson(self.reported - self.false, self.reported)

    @property
    def recall(self) -> Figure:
        return wilson(self.found, self.planted)


def texts(path: Path) -> Iterator[Text]:
    kinds: tuple[Kind, ...] = ("reasoning", "answer")
    for line in path.read_text(encoding="utf-8").splitlines():
        trace = json.loads(line)
        for kind in kinds:
            yield Text(trace["id"], trace["question"], kind, trace[kind])


def value(number: str) -> Fraction:
    return Fraction(number.replace(",", ""))


def equations(text: str) -> list[re.Match[str]]:
    """Equations that stand alone and hold exactly, so that another digit makes them wrong."""
    found = []
    for equation in EQUATION.finditer(text):
        one, sign, other, right = equation.groups()
        if _WITHIN.search(text[max(0, equation.start() - 3) : equation.start()]):
            continue
        a, b = value(one), value(other)
        if sign in ("/", "÷", "\\div"):
            result = a / b if b else None
        else:
            result = a + b if sign == "+" else a - b if sign == "-" else a * b
        if result == value(right):
            found.append(equation)
    return found


def with_another_digit(number: str, chance: random.Random) -> str:
    at = chance.choice([at for at, sign in enumerate(number) if sign.isdigit()])
    first = at == 0 or not number[at - 1].isdigit()
    others = [digit for digit in "0123456789" if digit != number[at] and not (digit == "0" and first)]
    return f"{number[:at]}{chance.choice(others)}{number[at + 1 :]}"


def planted(corpus: list[Text], seed: int) -> Iterator[tuple[Text, str, list[tuple[int, int, str]]]]:
    """Each text with errors, and where they stand in it."""
    chance = random.Random(seed)
    for each in corpus:
        pieces, at, places, size = [], 0, [], 0
        for equation in equations(each.text):
            if chance.randrange(20):
                continue
            begin, end = equation.span(4)
            wrong = with_another_digit(equation[4], chance)
            pieces += [each.text[at:begin], wrong]
            size += begin - at + len(wrong)
            at = end
            places.append((size - len(wrong) - (begin - equation.start()), size, equation[0]))
        yield each, "".join([*pieces, each.text[at:]]), places


def found_at(findings: tuple[Finding, ...], start: int, end: int) -> bool:
    return any(finding.start < end and start < finding.end for finding in findings)


def measure(path: Path, rounds: int = 10, *, show: bool = False) -> Figures:
    corpus = [*texts(path)]
    reported = false = planted_count = found = 0
    for each in corpus:
        for finding in slips(each.text, kind=each.kind, question=each.question):
            reported += 1
            is_false = (each.trace, finding.text) in FALSE
            false += is_false
            if show:
                print(f"  {each.trace} {each.kind}: {finding}{' (no slip)' if is_false else ''}")
    made = (each for seed in range(1, rounds + 1) for each in planted(corpus, seed))
    for each, text, places in made:
        if places:
            findings = slips(text, kind=each.kind, question=each.question)
            for start, end, _ in places:
                planted_count += 1
                hit = found_at(findings, start, end)
                found += hit
                if show and not hit:
                    print(f"  missed in {each.trace} {each.kind}: {text[max(0, start - 60) : end + 40]!r}")
    return Figures(reported, false, planted_count, found)


def shown(figure: Figure) -> str:
    share, low, high = figure
    return f"{100 * share:.1f} % ({100 * low:.1f} to {100 * high:.1f})"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--traces", type=Path, default=TRACES)
    parser.add_argument("--rounds", type=int, default=10, help="how often errors are planted, each time elsewhere")
    parser.add_argument("--show", action="store_true", help="print what is reported, and what is missed")
    chosen = parser.parse_args()
    if not chosen.traces.is_file():
        raise SystemExit(f"There are no traces at {chosen.traces}; name their file with --traces.")
    figures = measure(chosen.traces, chosen.rounds, show=chosen.show)
    print(
        f"as they are: {figures.reported} reported, {figures.false} of them no slips; precision {shown(figures.precision)}"
    )
    print(f"planted: {figures.found} of {figures.planted} found; recall {shown(figures.recall)}")


if __name__ == "__main__":
    main()

"""What is found without asking anybody, on the built-in model's word problems and on real traces: arithmetic, and thought against answer."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, get_args

from benchmarks import signals_arithmetic
from benchmarks.signals_figures import Row, flagged, part, share_of, wilson
from benchmarks.signals_pocket import DATA, Said, by_question, is_wrong
from benchmarks.signals_steps import Line
from r1widget.check.finding import Finding, What
from r1widget.check.findings import findings

FALSE: frozenset[tuple[str, str]] = frozenset()
"""Discrepancies that are reported in the real traces and aren't there, by a trace's id and what; each was read by hand."""


OTHERS = tuple(what for what in get_args(What) if what != "arithmetic")


def rows(answers: Sequence[Sequence[Said]]) -> Iterator[Row]:
    """On the built-in model's. A finding of arithmetic is to stand in a wrong line; whatever else is found, in a wrong answer."""
    said = [each for five in answers for each in five]
    yield _arithmetic(said)
    wrong = part(map(is_wrong, said))
    none = []
    for what in OTHERS:

        def has(each: Said, what: str = what) -> bool:
            return any(finding.what == what for finding in each.findings)

        if not any(map(has, said)):
            none.append(what)
            continue
        precision, recall = flagged(said, has, is_wrong, by_question)
        n = f"{len(said)} answers, {sum(map(has, said))} with it"
        yield Row(f"{what}: in a wrong answer", DATA, n, precision, recall, chance=wrong)
    if none:
        yield Row(f"{', '.join(none)}: in a wrong answer", DATA, f"{len(said)} answers, none with it")


def _arithmetic(said: Sequence[Said]) -> Row:
    slips = [
        (each, slip)
        for each in said
        for slip in each.findings
        if slip.what == "arithmetic" and slip.kind == "reasoning"
    ]
    first = [(each, each.wrong_lines[0]) for each in said if each.wrong_lines]
    precision = share_of(slips, lambda one: any(_in(one[1], line) for line in one[0].wrong_lines), _of_pair)
    recall = share_of(first, lambda one: any(_in(slip, one[1]) for slip in one[0].findings), _of_pair)
    lines = sum(each.reasoning.count("\n") + 1 for each in said)
    chance = sum(len(each.wrong_lines) for each in said) / max(1, lines)
    n = f"{len(slips)} findings, {len(first)} first wrong lines in {len(said)} thoughts"
    return Row("arithmetic: in a wrong line; of the first wrong lines", DATA, n, precision, recall, chance=chance)


def _in(finding: Finding, line: Line) -> bool:
    return finding.kind == "reasoning" and finding.start < line.end and line.start < finding.end


def _of_pair(pair: tuple[Said, object]) -> int:
    return pair[0].question


def in_traces(path: Path, rounds: int) -> Iterator[Row]:
    """In real traces: what is reported was read by hand, and errors were planted."""
    figures = signals_arithmetic.measure(path, rounds)
    n = f"{figures.reported} reported, {figures.planted} planted"
    yield Row("arithmetic: slips; planted errors", "270 traces", n, figures.precision, figures.recall)
    traces = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    found = [(trace, _in_trace(trace)) for trace in traces]
    yield _of_answers(found)
    none = []
    for what in OTHERS:
        with_it = [trace for trace, each in found if any(finding.what == what for finding in each)]
        if not with_it:
            none.append(what)
            continue
        false = sum((trace["id"], what) in FALSE for trace in with_it)
        n = f"{len(with_it)} of {len(traces)} traces"
        yield Row(f"{what}: it is so, as it was read", "270 traces", n, wilson(len(with_it) - false, len(with_it)))
    if none:
        yield Row(f"{', '.join(none)}: it is so", "270 traces", "in none of them")
    altered = [other for trace in traces if (other := with_another_box(trace)) is not None]
    hits = sum(any(finding.what == "other_value" for finding in _in_trace(trace)) for trace in altered)
    n = f"{len(altered)} answers, each with another number in its box"
    yield Row("other_value: planted", "270 traces", n, recall=wilson(hits, len(altered)))


def with_another_box(trace: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The trace with a number in its answer's last box that is one more; None where it has no number there."""
    found = re.fullmatch(r"(.*\\boxed\{)(\d{1,9})(\}.*?)", trace["answer"], re.DOTALL)
    return {**trace, "answer": f"{found[1]}{int(found[2]) + 1}{found[3]}"} if found else None


Found = tuple[Mapping[str, Any], tuple[Finding, ...]]


def _in_trace(trace: Mapping[str, Any]) -> tuple[Finding, ...]:
    return findings(*(trace[name] for name in ("question", "reasoning", "answer")))


def _of_answers(found: Sequence[Found]) -> Row:
    """Whether the answers of traces with a slip are wrong more often, where it is known whether they are."""
    known = [each for each in found if each[0]["correct"] is not None]
    precision, recall = flagged(known, _has_slip, _is_wrong, _of_trace)
    chance = part(map(_is_wrong, known))
    n = f"{sum(map(_has_slip, known))} of {len(known)} traces with a slip"
    return Row(
        "arithmetic: a slip anywhere, and the answer is wrong", "270 traces", n, precision, recall, chance=chance
    )


def _has_slip(found: Found) -> bool:
    return any(finding.what == "arithmetic" for finding in found[1])


def _is_wrong(found: Found) -> bool:
    return not found[0]["correct"]


def _of_trace(found: Found) -> str:
    return str(found[0]["id"])

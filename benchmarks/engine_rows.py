"""The table: each aim of the engine, what was measured of it, and whether it is met."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from typing import Any

Values = list[float]


@dataclass
class Results:
    """What was measured: for each subject and measure, a value for each repeat, those of one place taken in one round."""

    values: dict[str, dict[str, Values]] = field(default_factory=dict)
    missing: dict[str, str] = field(default_factory=dict)
    """Why a subject wasn't measured, or not to its end."""
    about: dict[str, Any] = field(default_factory=dict)

    def add(self, subject: str, measured: dict[str, Any], prefix: str = "") -> None:
        for name, value in measured.items():
            if isinstance(value, (int, float)):
                self.values.setdefault(subject, {}).setdefault(prefix + name, []).append(value)

    def of(self, subject: str, measure: str) -> Values:
        return self.values.get(subject, {}).get(measure, [])

    def ratios(self, one: str, other: str, measure: str, against: str = "") -> Values:
        """Of two subjects, round by round."""
        return [a / b for a, b in zip(self.of(one, measure), self.of(other, against or measure), strict=False)]


@dataclass
class Row:
    """One line: `values` are of the unit, and the aim is for their median, or for `worst` of them."""

    name: str
    aim: str
    values: Values
    unit: str
    met: bool | None = None
    reason: str = ""
    """Why there are no values."""
    note: str = ""

    def line(self) -> str:
        if not self.values:
            return f"| {self.name} | {self.aim} | not measured: {self.reason} | |"
        low, middle, high = min(self.values), statistics.median(self.values), max(self.values)
        found = f"{_number(low)} – **{_number(middle)}** – {_number(high)} {self.unit}".strip()
        shown = found if len(self.values) > 1 else f"**{_number(middle)}** {self.unit}".strip()
        met = "" if self.met is None else "yes" if self.met else "no"
        return f"| {self.name} | {self.aim} | {shown}{f' ({self.note})' if self.note else ''} | {met} |"


def rows(results: Results) -> list[Row]:
    return list(_rows(results))


def markdown(found: list[Row]) -> str:
    head = "| | aim | least – **median** – most | met |", "|---|---|---|---|"
    return "\n".join((*head, *(row.line() for row in found)))


def absolute(results: Results) -> str:
    """The figures that the ratios are of."""
    lines = ["| | | least – **median** – most |", "|---|---|---|"]
    for subject, measures in results.values.items():
        for name, values in measures.items():
            low, middle, high = min(values), statistics.median(values), max(values)
            lines.append(f"| {subject} | {name} | {_number(low)} – **{_number(middle)}** – {_number(high)} |")
    return "\n".join(lines)


def as_dicts(found: list[Row]) -> list[dict[str, Any]]:
    middles = [statistics.median(row.values) if row.values else None for row in found]
    return [{**asdict(row), "median": middle} for row, middle in zip(found, middles, strict=True)]


def _rows(results: Results) -> Iterator[Row]:
    of, ratios = results.of, results.ratios

    def row(
        name: str,
        aim: str,
        values: Values,
        unit: str,
        subjects: str,
        holds: Callable[[Values], bool] | None,
        note: str = "",
    ) -> Row:
        if values:
            return Row(name, aim, values, unit, None if holds is None else holds(values), "", note)
        reasons = [results.missing[each] for each in subjects.split() if each in results.missing]
        return Row(name, aim, [], unit, None, reasons[0] if reasons else "that part wasn't run.")

    def least(aim: float) -> Callable[[Values], bool]:
        return lambda values: statistics.median(values) >= aim

    def most(aim: float) -> Callable[[Values], bool]:
        return lambda values: statistics.median(values) <= aim

    for bits, aim in (("int4", 5), ("int8", 3.5)):
        found = ratios(bits, "transformers", "decode")
        name = f"decode, one chat, {bits} ÷ transformers bf16"
        yield row(name, f"≥ {aim} ×", found, "×", f"alone {bits} transformers", least(aim))
    found = ratios("bf16", "transformers", "decode")
    yield row("decode, one chat, bf16 ÷ transformers bf16", "", found, "×", "alone bf16 transformers", None)
    found = ratios("int8", "Q8_0", "decode")
    yield row("decode, one chat, int8 ÷ llama.cpp Q8_0", "≥ 1.0 ×", found, "×", "alone int8 Q8_0", least(1))
    found = ratios("int4", "Q4_0", "decode")
    yield row(
        "decode, one chat, int4 ÷ llama.cpp Q4_0, no guesses", "≥ 0.85 ×", found, "×", "alone int4 Q4_0", least(0.85)
    )
    for bits, other, aim in (("int8", "Q8_0", 1.0), ("int4", "Q4_0", 1.1)):
        theirs = of(other, "decode")
        for position in results.about.get("positions", [0]):
            speeds = of(bits, f"replay {position} guesses decode")
            found = [speed / statistics.median(theirs) for speed in speeds] if theirs else []
            per_pass = of(bits, f"replay {position} guesses per_pass")
            own = [a / b for a, b in zip(speeds, of(bits, f"replay {position} plain decode"), strict=False)]
            note = ""
            if per_pass and own:
                note = f"{statistics.mean(per_pass):.2f} tokens a pass, {statistics.median(own):.2f} × without guesses"
            name = f"… {bits} ÷ {other}, guesses, real text from token {position:,}"
            yield row(name, f"≥ {aim} ×", found, "×", f"replay {bits} alone {other}", least(aim), note)
            if speeds and not found:
                name = f"… {bits}, guesses, real text from token {position:,}"
                yield Row(name, "", own, "× without guesses", None, "", note)
    for bits, other in (("int8", "Q8_0"), ("int4", "Q4_0")):
        for measure in ("prefill_short", "prefill_long"):
            ids = results.about.get(measure, "?")
            found = ratios(bits, other, measure)
            yield row(f"prefill of {ids:,}, {bits} ÷ {other}", "≥ 2 ×", found, "×", f"alone {bits} {other}", least(2))
    theirs = [max(pair) for pair in zip(of("Q8_0", "together"), of("Q4_0", "together"), strict=False)]
    for bits in ("int8", "int4"):
        found = [a / b for a, b in zip(of(bits, "together"), theirs, strict=False)]
        name = f"ten chats, {bits} ÷ llama.cpp's batch of ten (the better of its two)"
        yield row(name, "≥ 1.7 ×", found, "×", f"together {bits} Q8_0 Q4_0", least(1.7))
    for bits in ("int8", "int4"):
        found = ratios(bits, bits, "together", "in turn")
        yield row(f"ten chats, {bits} ÷ the same one after another", "≥ 5 ×", found, "×", f"together {bits}", least(5))
    for bits in ("int8", "int4"):
        values = of(bits, "overhead")
        name = f"outside the linear layers, a token, {bits} (sampling included)"
        yield row(name, "≤ 8 ms", values, "ms", f"alone {bits}", most(8))
    turn = [*of("int8", "second")]
    fresh, history = of("int8", "fresh"), of("int8", "history")
    note = f"{statistics.median(fresh):.1f} s where all is read anew" if fresh else ""
    ids = int(history[0]) if history else results.about.get("history", "?")
    name = f"second turn's first token, {ids:,} tokens of history, int8"
    yield row(name, "≤ 0.5 s", turn, "s", "turns int8", most(0.5), note)
    peaks = [value / 1e9 for value in of("process", "peak")]
    ids = int(of("process", "ids")[0]) if peaks else results.about.get("process ids", "?")
    name = f"peak resident memory of a process, int4, {ids:,} tokens (every run)"
    yield row(name, "≤ 1.8 GB", peaks, "GB", "memory", lambda values: max(values) <= 1.8)
    first = [value / 1e9 for value in of("first start", "peak")]
    note = f"{of('first start', 'load_seconds')[0]:.1f} s until loaded" if first else ""
    yield row("… of the very first start, which quantizes", "", first, "GB", "memory", None, note)
    yield row("a later start, until loaded", "", of("process", "load_seconds"), "s", "memory", None)
    yield row("… until its first token", "", of("process", "first_token_seconds"), "s", "memory", None)
    for name, prefix in (("while it writes", ""), ("while it reads", "reading_")):
        found = [a / b for a, b in zip(of("int4", f"{prefix}silence"), of("int4", f"{prefix}step"), strict=False)]
        steps = of("int4", f"{prefix}step")
        note = f"a step takes {1000 * statistics.median(steps):.0f} ms" if steps else ""
        text = f"cancel to the stream's end, {name}, int4"
        yield row(text, "≤ 1 step", found, "steps", "cancel int4", lambda values: max(values) <= 1, note)


def _number(value: float) -> str:
    digits = 0 if abs(value) >= 100 else 1 if abs(value) >= 20 else 2 if abs(value) >= 0.1 else 3
    return f"{value:,.{digits}f}"

"""`rows`: the table of the comparison, each aim of the engine with what was measured of it."""

from __future__ import annotations

import statistics
from collections.abc import Iterator, Sequence

from benchmarks.engine_rows import Aim, Results, Row, Values, least, most
from benchmarks.engine_run import FILES, LLAMA

BITS = "int4", "int8"
PEERS = {"int4": ("Q4_0", "Q4_K_M"), "int8": ("Q8_0",)}
"""Of llama.cpp's types, those that hold about as many bits."""
ALONE = {"Q4_0": 1.0, "Q4_K_M": 1.1, "Q8_0": 1.0}
GUESSING = {"Q4_0": 1.1, "Q4_K_M": None, "Q8_0": 1.0}
READING = {"Q4_0": 2.5, "Q4_K_M": None, "Q8_0": 2.5}
TOGETHER = {"int4": 2.5, "int8": 1.7}
"""How many times as fast; None where nothing is aimed at."""


def rows(results: Results) -> list[Row]:
    parts = _alone, _guessing, _rows, _reading, _together, _around, _starts, _cancel
    return [row for part in parts for row in part(results)]


def _row(
    results: Results, name: str, values: Values, unit: str, aim: Aim | None, of: Sequence[str], note: str = ""
) -> Row:
    """`of` names the part and the subjects that it is of: one of them is missing where there are no values."""
    return Row(name, values, unit, aim, note=note) if values else Row(name, [], unit, aim, results.reason(of))


def _at_least(limit: float | None) -> Aim | None:
    return None if limit is None else least(limit)


def _alone(results: Results) -> Iterator[Row]:
    for bits, limit in (("int4", 5), ("int8", 3.5), ("bf16", None)):
        found = results.ratios(bits, "transformers", "decode")
        name = f"one chat, no guesses, {bits} ÷ transformers bf16"
        yield _row(results, name, found, "×", _at_least(limit), ("alone", bits, "transformers"))
    for bits, other in _pairs():
        found = results.ratios(bits, other, "decode")
        name = f"one chat, no guesses, {bits} ÷ llama.cpp {other}"
        yield _row(results, name, found, "×", least(ALONE[other]), ("alone", bits, other))
    for own, kind in FILES.items():
        found = results.ratios(own, kind, "decode")
        name = f"one chat, no guesses, the file {kind}.gguf, ours ÷ llama.cpp"
        yield _row(results, name, found, "×", least(ALONE[kind]), ("alone", own, kind))


def _guessing(results: Results) -> Iterator[Row]:
    for bits, other in _pairs():
        for position in results.about.get("positions", [0]):
            guesses, plain = f"replay {position} guesses decode", f"replay {position} plain decode"
            of, where = ("replay", bits, other), f"real text from token {position:,}, {bits} ÷ {other}"
            note, per_pass = "", results.middle(bits, f"replay {position} guesses per_pass")
            if per_pass and (gains := results.ratios(bits, bits, guesses, plain)):
                note = f"{per_pass:.2f} tokens a pass, {statistics.median(gains):.2f} × without guesses"
            found = results.ratios(bits, other, guesses, plain)
            yield _row(results, f"guesses, {where} there", found, "×", _at_least(GUESSING[other]), of, note)
            ids = results.about.get("prefill_short", 0)
            found = results.ratios(bits, other, guesses, "replay short decode")
            yield _row(results, f"guesses, {where} behind {ids}", found, "×", _at_least(GUESSING[other]), of)
            found = results.ratios(bits, other, plain)
            yield _row(results, f"no guesses, {where} there", found, "×", None, of)
    for bits in BITS:
        for position in results.about.get("positions", [0]):
            found = results.ratios(bits, bits, f"replay {position} guesses decode", f"replay {position} plain decode")
            name = f"real text from token {position:,}, {bits}, guesses ÷ none"
            yield _row(results, name, found, "×", None, ("replay", bits))


def _rows(results: Results) -> Iterator[Row]:
    counts = [count for count in results.about.get("rows", [1, 4]) if count > 1]
    for subject in (*BITS, *LLAMA):
        for count in counts if subject in BITS else [4]:
            found = results.ratios(subject, subject, f"rows_{count}", "rows_1")
            aim = most(1.2) if subject == "int4" and count == 4 else None
            one = results.middle(subject, "rows_1")
            note = f"one takes {one:.1f} ms" if one else ""
            name = f"a pass of {count} rows ÷ of one, {subject}"
            yield _row(results, name, found, "×", aim, ("rows", subject), note)


def _reading(results: Results) -> Iterator[Row]:
    for measure in ("prefill_short", "prefill_long"):
        ids = results.about.get(measure, 0)
        for bits, other in _pairs():
            found = results.ratios(bits, other, measure)
            name = f"prefill of {ids:,}, {bits} ÷ {other}"
            yield _row(results, name, found, "×", _at_least(READING[other]), ("alone", bits, other))
        for own, kind in FILES.items():
            found = results.ratios(own, kind, measure)
            name = f"prefill of {ids:,}, the file {kind}.gguf, ours ÷ llama.cpp"
            yield _row(results, name, found, "×", None, ("alone", own, kind))


def _together(results: Results) -> Iterator[Row]:
    measured = [values for kind in LLAMA if (values := results.of(kind, "together"))]
    theirs = [max(each) for each in zip(*measured, strict=False)]
    for bits in BITS:
        found = [a / b for a, b in zip(results.of(bits, "together"), theirs, strict=False)]
        name = f"ten chats, {bits} ÷ llama.cpp's batch of ten (the best of {', '.join(LLAMA)})"
        yield _row(results, name, found, "×", least(TOGETHER[bits]), ("together", bits, *LLAMA))
    for bits in BITS:
        found = results.ratios(bits, bits, "together", "in turn")
        name = f"ten chats, {bits} ÷ the same one after another"
        yield _row(results, name, found, "×", least(5), ("together", bits))


def _around(results: Results) -> Iterator[Row]:
    for bits in BITS:
        name = f"outside the linear layers, a token, {bits} (sampling included)"
        yield _row(results, name, results.of(bits, "overhead"), "ms", most(5), ("alone", bits))
    for bits in BITS:
        fresh, history = results.middle(bits, "fresh"), results.middle(bits, "history")
        note = f"{fresh:.1f} s where all is read anew" if fresh else ""
        ids = int(history or results.about.get("history", 0))
        name = f"second turn's first token, {ids:,} tokens of history, {bits}"
        yield _row(results, name, results.of(bits, "second"), "s", most(0.4), ("turns", bits), note)


def _starts(results: Results) -> Iterator[Row]:
    def gigabytes(subject: str) -> Values:
        return [value / 1e9 for value in results.of(subject, "peak")]

    def ids(subject: str, planned: str) -> str:
        return f"{int(results.middle(subject, 'ids') or results.about.get(planned, 0)):,}"

    def row(subject: str, name: str, values: Values, unit: str, aim: Aim | None, note: str = "") -> Row:
        return _row(results, name, values, unit, aim, ("memory", subject), note)

    def start(subject: str, name: str, aim: Aim | None) -> Iterator[Row]:
        imports = results.middle(subject, "imports_seconds")
        note = f"and {imports:.1f} s of imports" if imports else ""
        yield row(subject, f"{name}, to the first token", results.of(subject, "own_seconds"), "s", aim, note)

    yield row("first start", "the first start, int4: peak resident memory", gigabytes("first start"), "GB", most(2))
    yield from start("first start", "the first start, int4", None)
    name = f"a later start, int4: peak resident memory with {ids('process', 'process ids')} tokens"
    yield row("process", name, gigabytes("process"), "GB", most(1.8, every=True))
    yield from start("process", "a later start, int4", most(4))
    file = f"a start from a GGUF file ({results.about.get('file', 'Q4_K_M')})"
    name = f"{file}: peak resident memory with {ids('file start', 'file ids')} tokens"
    yield row("file start", name, gigabytes("file start"), "GB", most(1.7, every=True))
    yield from start("file start", file, most(4))


def _cancel(results: Results) -> Iterator[Row]:
    for name, prefix in (("while it writes", ""), ("while it reads", "reading_")):
        found = results.ratios("int4", "int4", f"{prefix}silence", f"{prefix}step")
        step = results.middle("int4", f"{prefix}step")
        note = f"a step takes {1000 * step:.0f} ms" if step else ""
        text = f"cancel to the stream's end, {name}, int4"
        yield _row(results, text, found, "steps", most(1, every=True), ("cancel", "int4"), note)


def _pairs() -> Iterator[tuple[str, str]]:
    return ((bits, other) for bits in BITS for other in PEERS[bits])

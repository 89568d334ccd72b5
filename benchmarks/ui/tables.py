"""The tables: what was measured, way beside way, and whether the aims are met."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

Row = Mapping[str, Any]

BASE = "floor"


def median(rows: Sequence[Row]) -> dict[str, Any]:
    """The median of each figure; of what isn't one, whether it held every time."""
    return {name: _median([row[name] for row in rows]) for name in rows[0]}


def _median(values: list[Any]) -> Any:
    if all(isinstance(value, bool) for value in values):
        return all(values)
    if isinstance(values[0], dict):
        return median(values)
    return None if None in values else statistics.median(values)


def stream_table(found: Mapping[str, Row]) -> str:
    ways = list(found)
    ratios = [way for way in ways if way != BASE] if BASE in found else []
    lines = [["", *ways, *(f"{way} / {BASE}" for way in ratios)]]
    for name in found[ways[0]]:
        values = [found[way][name] for way in ways]
        if isinstance(values[0], dict):
            continue
        shares = [_ratio(found[way][name], found[BASE][name]) for way in ratios]
        lines.append([name, *map(_shown, values), *(f"{share:.2f}" if share else "" for share in shares)])
    return table(lines)


def flush_table(found: Mapping[str, Mapping[int, Row]]) -> str:
    lines = [["ms a flush", *found]]
    lengths = sorted({length for row in found.values() for length in row})
    for length in lengths:
        for name in ("busy", "CPU", "task p50", "task p95"):
            lines.append(
                [
                    f"{length:,} tokens: {name}",
                    *(_shown(row.get(length, {}).get(name)) for row in found.values()),
                ]
            )
    for name in ("busy", "CPU"):
        growth = [_growth(row, name) for row in found.values()]
        lines.append([f"{name}, the longest / the shortest", *(f"{share:.2f}" if share else "" for share in growth)])
    return table(lines)


def profile_table(found: Mapping[str, Mapping[int, Row]]) -> str:
    columns = {f"{way}, {length // 1000}k": row for way, rows in found.items() for length, row in rows.items()}
    parts = sorted({part for row in columns.values() for part in row})
    lines = [["ms a flush", *columns]]
    lines += [[part, *(f"{row.get(part, 0):.2f}" for row in columns.values())] for part in parts]
    return table([*lines, ["all", *(f"{sum(row.values()):.2f}" for row in columns.values())]])


def aims(stream: Mapping[str, Row], flush: Mapping[str, Mapping[int, Row]]) -> str:
    return table([["aim", "found", ""], *(_aim(*aim) for aim in [*_stream_aims(stream), *_flush_aims(flush)])])


def _stream_aims(found: Mapping[str, Row]) -> Iterable[tuple[str, float | None, float]]:
    if ours := found.get("ours"):
        yield "token to page p95, ms", ours["token to page p95, ms"], 60
        yield "long tasks", ours["long tasks"], 2
        yield "longest task, ms", ours["longest task, ms"], 80
        yield "websocket MB", ours["websocket MB"], 1
        if floor := found.get(BASE):
            for name, limit in (("token to page p95, ms", 1.2), ("main thread busy, s", 1.1)):
                yield f"{name}, ours / {BASE}", _ratio(ours[name], floor[name]), limit
        if folded := found.get("folded"):
            name = "main thread busy, s"
            yield f"{name}, folded / ours", _ratio(folded[name], ours[name]), 0.25


def _flush_aims(found: Mapping[str, Mapping[int, Row]]) -> Iterable[tuple[str, float | None, float]]:
    if ours := found.get("ours"):
        yield f"a flush at {max(ours):,} / at {min(ours):,} tokens", _growth(ours, "busy"), 1.3


def _aim(name: str, value: float | None, limit: float) -> list[str]:
    return [f"{name} <= {limit:g}", _shown(value), "met" if value is not None and value <= limit else "not met"]


def _growth(row: Mapping[int, Row], name: str) -> float | None:
    return _ratio(row[max(row)][name], row[min(row)][name]) if len(row) > 1 else None


def _ratio(value: Any, base: Any) -> float | None:
    """Of figures above zero; yes and no are none."""
    if any(isinstance(each, bool) or not each for each in (value, base)):
        return None
    return float(value / base)


def table(lines: Sequence[Sequence[str]]) -> str:
    widths = [max(len(line[i]) for line in lines) for i in range(len(lines[0]))]
    shown = [
        "| "
        + " | ".join(
            cell.ljust(w) if i == 0 else cell.rjust(w) for i, (cell, w) in enumerate(zip(line, widths, strict=True))
        )
        + " |"
        for line in lines
    ]
    rule = "|" + "|".join(("-" * (w + 1) + ":") if i else "-" * (w + 2) for i, w in enumerate(widths)) + "|"
    return "\n".join([shown[0], rule, *shown[1:]])


def _shown(value: Any) -> str:
    if value is None:
        return "–"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:,.2f}" if isinstance(value, float) and not value.is_integer() else f"{value:,.0f}"

"""A 32,768-token thought and an answer at 800 tokens/s, from the kernel's thread to the page, in a real JupyterLab.

    python -m benchmarks.ui [--tokens 32768] [--rate 800] [--repeats 1] [--only WAY] [--measure PART] [--json FILE]

The same messages are shown four ways: `ours`, the thought open; `folded`, ours with the thought folded by a click as it
begins; `floor`, each delta appended to one text node; `re-parse`, the whole text drawn anew at each flush. Parts:

- `stream`: what that costs, and how long after the engine yields a word it is on the page;
- `flush`: what one piece of text costs, by how long the thought is already;
- `profile`: on what (only when it is asked for).

One machine, which may be busy with something else: read the ratios, which are of one run, and the counts.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from ..workload import TOKENS
from . import flush, profile, stream, tables
from .place import WAYS, Place, place

PARTS = ("stream", "flush", "profile")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tokens", type=int, default=TOKENS)
    parser.add_argument("--rate", type=float, default=800)
    parser.add_argument(
        "--repeats", type=int, default=1, help="of the stream, the ways taking turns; the median counts"
    )
    parser.add_argument("--only", action="append", choices=WAYS, help="this way; may be given again")
    parser.add_argument("--measure", action="append", choices=PARTS, help="this part; may be given again")
    parser.add_argument("--json", type=Path, help="where to write everything that was measured")
    arguments = parser.parse_args()
    ways = [way for way in WAYS if way in (arguments.only or WAYS)]
    parts = arguments.measure or PARTS[:2]
    found: dict[str, Any] = {"tokens": arguments.tokens, "rate": arguments.rate}
    with place() as here:
        if "stream" in parts:
            found["stream"] = _stream(here, ways, arguments)
        if "flush" in parts:
            found["flush"] = _flush(here, ways)
        if "profile" in parts:
            found["profile"] = {way: profile.measure(here, way) for way in ("ours", "floor") if way in ways}
            print(tables.profile_table(found["profile"]), end="\n\n", flush=True)
    middle = {way: tables.median(rows) for way, rows in found.get("stream", {}).items()}
    print(tables.aims(middle, found.get("flush", {})))
    if arguments.json:
        arguments.json.write_text(json.dumps(found, indent=1))


def _stream(here: Place, ways: list[str], arguments: argparse.Namespace) -> dict[str, list[dict[str, Any]]]:
    print(
        f"{arguments.tokens:,} tokens at {arguments.rate:g} tokens/s, then an answer of {stream.ANSWER:,}\n", flush=True
    )
    rows: dict[str, list[dict[str, Any]]] = {way: [] for way in ways}
    for _ in range(arguments.repeats):
        for way in ways:
            rows[way].append(stream.measure(here, way, arguments.tokens, arguments.rate))
    middle = {way: tables.median(found) for way, found in rows.items()}
    print(tables.stream_table(middle), end="\n\n", flush=True)
    first = middle[ways[0]]["a delta"]
    bytes_ = [["bytes of the mean delta", ""], *([name, f"{size:.0f}"] for name, size in first.items())]
    print(tables.table(bytes_), end="\n\n", flush=True)
    return rows


def _flush(here: Place, ways: list[str]) -> dict[str, dict[int, dict[str, float]]]:
    found = {}
    for way in ways:
        if way == "folded":  # there is nothing to draw
            continue
        # Whoever draws everything anew would take minutes for the long ones.
        found[way] = flush.measure(here, way, flush.LENGTHS[:2] if way == "re-parse" else flush.LENGTHS)
    if found:
        print(tables.flush_table(found), end="\n\n", flush=True)
    return found


if __name__ == "__main__":
    main()

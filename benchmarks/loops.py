"""Loops in 270 real traces, and in traces that were made to loop: what is noticed, how soon, and what is a false alarm.

    python -m benchmarks.loops [--traces traces.jsonl]

The traces aren't part of the repository. Which of their texts loop was decided by reading: what is truncated, unanswered
or among the longest, and what came nearest under a dozen looser rules. Delays count from the label to the notice, in
tokens of four characters.
"""

from __future__ import annotations

import argparse
import json
import math
import random
import re
import statistics
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from r1widget.reasoning.loops import Loop, LoopDetector

TRACES = Path(__file__).resolve().parents[2] / "shared" / "data" / "traces" / "traces.jsonl"
LABELS: dict[tuple[str, str], int] = {
    ("4c0c85b786c7", "reasoning"): 14729,
    ("d83142d3d196", "reasoning"): 6634,
    ("49435113ba46", "reasoning"): 14400,
    ("c72d12b753a9", "answer"): 1600,
    ("68c2a109be70", "reasoning"): 40400,
}
"""What loops: a trace's id, which of its texts, and at which character the first round begins. The first two are exact:
from there on the text is periodic to its end. The others say nearly the same each time, so they were read, and are good
to about a thousand characters. The last is a judgement call: it goes in circles until 150 characters before its end, then
answers."""
UNCOUNTED: dict[tuple[str, str], tuple[int, int]] = {
    ("678b65b96704", "reasoning"): (18500, 19650),
    ("db59a31806af", "reasoning"): (24500, 34900),
    ("77b6206f8b42", "reasoning"): (26500, 46511),
    ("c46526670b29", "reasoning"): (12000, 27428),
    ("0654b9dea25c", "reasoning"): (11000, 22000),
}
"""What could be called a loop and isn't counted as one, because the model left it by itself and ended: the same sum asked
again and again for 1,150 characters, and four that go in circles in ever other words. From where, to where."""
PERIODS = 6, 20, 60, 150, 400, 1000, 2000, 4000
TOKEN = 4
"""Characters of a token: pieces as they come."""


def texts(path: Path) -> Iterator[tuple[tuple[str, str], str]]:
    for line in path.read_text(encoding="utf-8").splitlines():
        trace = json.loads(line)
        for kind in ("reasoning", "answer"):
            yield (trace["id"], kind), trace[kind]


def watch(text: str) -> tuple[list[tuple[int, Loop | None]], float]:
    """Each change, and after how many characters; and how near the text came to a notice (1: it did)."""
    detector, changes, near = LoopDetector(), [], 0.0
    for at in range(0, len(text), TOKEN):
        if detector.feed(text[at : at + TOKEN]):
            changes.append((at + TOKEN, detector.loop))
        near = max(near, *(gauge.height / gauge.notice for gauge in detector.gauges))
    return changes, near


def looping(text: str, period: int, noisy: bool, chance: random.Random) -> tuple[str, int]:
    """A text whose characters before its middle come again and again, and where the second round begins. Noisy: one
    word of ten is another one in each round (one at least: of a few words none would stay)."""
    begin = text.find(" ", len(text) // 2)
    end = text.find(" ", begin + max(2, period - 3))
    words, vocabulary = re.split(r"(?<=\s)", text[begin:end]), text.split()
    looped = text[:end]
    while len(looped) < end + max(6000, 9 * period):
        another = list(words)
        for _ in range(max(1, len(words) // 10) if noisy else 0):
            another[chance.randrange(len(words))] = chance.choice(vocabulary) + " "
        looped += "".join(another)
    return looped, end


def delays(values: Sequence[float]) -> str:
    if not values:
        return "-"
    ordered = sorted(values)
    return f"median {statistics.median(ordered):.0f}, p90 {ordered[math.ceil(0.9 * len(ordered)) - 1]:.0f} tokens"


def real(corpus: dict[tuple[str, str], str]) -> None:
    noticed, late, false, nearest = 0, [], 0, 0.0
    halves = [0.0, 0.0]
    for key, text in corpus.items():
        changes, near = watch(text)
        if key not in LABELS:
            false += bool(changes)
            halves[int(key[0], 16) % 2] = max(halves[int(key[0], 16) % 2], near)
            nearest = max(nearest, near)
            continue
        begin = LABELS[key]
        found = next(((at, loop) for at, loop in changes if loop), None)
        if found is not None and found[1] is not None:
            noticed += 1
            late.append((found[0] - begin) / TOKEN)
            print(f"  {key[0]} {key[1]}: from {begin}, noticed at {found[0]}, {found[1]}, {len(changes)} changes")
    honest = sum(key not in LABELS and bool(text) for key, text in corpus.items())
    print(f"real: {noticed} of {len(LABELS)} noticed, {delays(late)}; {false} false alarms in {honest} other texts")
    print(f"  precision {noticed / max(1, noticed + false):.2f}, recall {noticed / len(LABELS):.2f}")
    left = sum(any(loop for _, loop in watch(corpus[key])[0]) for key in UNCOUNTED)
    wide = len(LABELS) + len(UNCOUNTED)
    print(f"  were loops that the model left counted too: {noticed + left} of {wide} noticed")
    print(
        f"  the nearest of the others came to {nearest:.2f} of a notice (by halves: {halves[0]:.2f}, {halves[1]:.2f})"
    )


def made(corpus: dict[tuple[str, str], str]) -> None:
    chance = random.Random(1)
    long = [text for key, text in corpus.items() if key not in LABELS and 12000 < len(text) < 30000][:40]
    for noisy in (False, True):
        for period in PERIODS[2 * noisy :]:
            late, missed, off = [], 0, []
            for text in long:
                looped, begin = looping(text, period, noisy, chance)
                found = next(((at, loop) for at, loop in watch(looped)[0] if loop), None)
                if found is None or found[1] is None:
                    missed += 1
                else:
                    late.append((found[0] - begin) / TOKEN)
                    off.append(abs(found[1].since - begin))
            where = f"since off by {statistics.median(off):.0f} characters" if off else ""
            kind = "one word of ten changes" if noisy else "verbatim"
            print(f"  made, {kind}, period {period}: {len(late)} of {len(long)}, {delays(late)}, {where}")


def speed(corpus: dict[tuple[str, str], str]) -> None:
    text = max(corpus.values(), key=len)[:131_000]
    for name, sample in (("looping", text), ("not", "".join(list(corpus.values())[:80])[:131_000])):
        best = float("inf")
        for _ in range(5):
            detector, begun = LoopDetector(), time.perf_counter()
            for at in range(0, len(sample), TOKEN):
                detector.feed(sample[at : at + TOKEN])
            best = min(best, time.perf_counter() - begun)
        print(
            f"speed, {name}: {1e6 * best * TOKEN / len(sample):.1f} µs a token, {1000 * best:.0f} ms for {len(sample)}"
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--traces", type=Path, default=TRACES)
    path = parser.parse_args().traces
    if not path.is_file():
        raise SystemExit(f"There are no traces at {path}; name their file with --traces.")
    corpus = dict(texts(path))
    real(corpus)
    made(corpus)
    speed(corpus)


if __name__ == "__main__":
    main()

"""Whether the probability of a token says anything of the truth: the built-in model's sums at temperature 1, and a small model's facts.

    python -m benchmarks.signals_hesitation sums [--temperature 1] [--questions 600] [--seconds 500]
    python -m benchmarks.signals_hesitation facts --model PATH [--temperature 0.6] [--seconds 500]

What the models wrote is kept outside of the source (`signals_samples.CACHE`), so that none is asked twice; what was cut off goes on where it
was. A sum's truth is known, and so is each line of this model's thoughts: the first wrong step is the first line that states something that
comes out otherwise when it is recomputed, or another sum than the one that was asked for. Facts are the hundred questions of
`signals_questions.jsonl`; what an answer claims is its first term of the kind that was asked for. Intervals are of a bootstrap over the
questions, 2,000 draws, a fixed seed.
"""

from __future__ import annotations

import argparse
import json
import math
import random
import re
import time
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks.signals_samples import CACHE, questions
from benchmarks.signals_support import auroc
from r1widget import Chat, Turn
from r1widget.check.support import support
from r1widget.conversation.token_places import token_places

DRAWS = 2000
AT_ONCE = 8
SEEDS = 3
"""Answers to each question of facts."""
LIMITS = (0.9, 0.5, 0.2)
_LOW = "lowest probability of the deciding term"
SIGNS: dict[str, Callable[[int, int], int]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "−": lambda a, b: a - b,
    "×": lambda a, b: a * b,
}
_EQUATION = re.compile(r"(?<![\d×+−] )(?<!\d)(\d+) ([+×−]) (\d+) = (\d+)(?!\d)")
_FIRST = re.compile(r"I need to work out (.+?)\.$")
_DIGITS = re.compile(r"^(\d+) is ((?:\d+ (?:thousands|hundreds|tens|ones)(?:, )?)+)\.")
_PLACES = {"thousands": 1000, "hundreds": 100, "tens": 10, "ones": 1}
_WRITE = re.compile(r"(\d+), write (\d), carry (\d)")
_SPLIT = re.compile(r"^(\d+) is (\d+) \+ (\d+)\.")

Row = dict[str, Any]


# ---- what the models write


def written(
    name: str, asked: Sequence[tuple[str, int]], model: str, settings: dict[str, Any], seconds: float
) -> list[Row]:
    """A row for each question and seed: the texts, and each token's kind, place and log-probability."""
    path = CACHE / f"hesitation-{name}.jsonl"
    CACHE.mkdir(exist_ok=True)
    lines = path.read_text("utf-8").splitlines() if path.exists() else []
    known = {(row["question"], row["seed"]): row for row in map(json.loads, lines)}
    missing = [each for each in asked if each not in known]
    chats = [Chat(model, keep=False, settings=settings) for _ in range(AT_ONCE if missing else 0)]
    ends = time.monotonic() + seconds
    for start in range(0, len(missing), AT_ONCE):
        if time.monotonic() > ends:
            print(f"{len(known)} of {len(asked)}: call again for the rest", flush=True)
            break
        batch = missing[start : start + AT_ONCE]
        turns = [chat.send(question, seed=seed) for chat, (question, seed) in zip(chats, batch, strict=False)]
        with path.open("a", encoding="utf-8") as file:
            for each, turn in zip(batch, turns, strict=True):
                known[each] = _row(*each, turn)
                file.write(json.dumps(known[each], ensure_ascii=False) + "\n")
        for chat in chats:
            chat.clear()
    return [known[each] for each in asked if each in known]


def _row(question: str, seed: int, turn: Turn) -> Row:
    turn.wait()
    turn.raise_for_error()
    scores = turn.scores[:]
    tokens = [
        [score.kind, place.start, place.end, round(score.logprob, 5)]
        for score, place in zip(scores, token_places(turn, scores), strict=True)
    ]
    texts = {"reasoning": turn.text("reasoning"), "answer": turn.text("answer")}
    return {"question": question, "seed": seed, **texts, "tokens": tokens}


# ---- sums


def sums(count: int) -> list[tuple[str, int]]:
    """Sums at the edge of what the model can do: some it gets wrong, and some are too long for it, which it says."""
    drawn = random.Random(1)
    found = []
    for number in range(count):
        a, b = drawn.randint(10, 999), drawn.randint(10, 99)
        found.append((f"What is {max(a, b)} {drawn.choice('+-×')} {min(a, b)}?", number))
    return found


def truth(question: str) -> int:
    a, sign, b = re.findall(r"\d+|[+×-]", question)
    return SIGNS[sign](int(a), int(b))


def first_wrong(row: Row) -> tuple[int, int] | None:
    """Where the first wrong line of the thought begins and ends; None where each comes out."""
    at = 0
    for line in row["reasoning"].splitlines(keepends=True):
        if is_wrong(line.strip(), row["question"]):
            return at, at + len(line)
        at += len(line)
    return None


def is_wrong(line: str, question: str) -> bool:
    if stated := _FIRST.match(line):
        return stated[1].replace("−", "-") != question.removeprefix("What is ").rstrip("?")
    if digits := _DIGITS.match(line):
        parts = re.findall(r"(\d+) (\w+)", digits[2])
        return sum(int(number) * _PLACES[place] for number, place in parts) != int(digits[1])
    if split := _SPLIT.match(line):
        return int(split[1]) != int(split[2]) + int(split[3])
    if any(int(whole) != int(carry) * 10 + int(digit) for whole, digit, carry in _WRITE.findall(line)):
        return True
    return any(SIGNS[sign](int(a), int(b)) != int(c) for a, sign, b, c in _EQUATION.findall(line))


def report_sums(rows: list[Row]) -> None:
    tried = [row for row in rows if "too long for me" not in row["reasoning"]]
    right = {
        id(row): str(truth(row["question"])) in re.findall(r"\d+", row["answer"].replace(",", ""))[-1:] for row in tried
    }
    wrong = [row for row in tried if not right[id(row)]]
    found = [(row, place) for row in tried if (place := first_wrong(row))]
    print(f"{len(rows)} sums, {len(tried)} tried, {len(wrong)} wrong; in {len(found)} thoughts a line is wrong\n")
    print("| measure | value | 95 % |\n|---|---|---|")

    def of_all(kind: str | None, take: Callable[[list[float]], float]) -> Callable[[Sequence[Row]], float]:
        known = {id(row): take(found) for row in tried if (found := _logprobs(row, kind))}

        def value(some: Sequence[Row]) -> float:
            said = [(known[id(row)], right[id(row)]) for row in some if id(row) in known]
            return auroc([one for one, is_right in said if is_right], [one for one, is_right in said if not is_right])

        return value

    for name, kind, take in (
        ("lowest probability of thought and answer", None, min),
        ("lowest probability of the thought", "reasoning", min),
        ("mean log-probability of the thought", "reasoning", _mean),
        ("lowest probability of the answer", "answer", min),
        ("mean log-probability of the answer", "answer", _mean),
    ):
        _print(f"AUROC, right against wrong answers: {name}", tried, of_all(kind, take))
    for most in (1, 3, 5):
        _print(
            f"one of the {most} least probable tokens is in the first wrong line",
            found,
            partial(_hit, most),
        )
    _print(
        "the same by chance: the line's share of the tokens", found, lambda some: _mean(_chance(*each) for each in some)
    )
    for limit in LIMITS:
        _print(
            f"first wrong lines with a token below {limit:g} (recall)",
            found,
            partial(_recall, limit),
        )
        _print(
            f"tokens below {limit:g} of all thoughts that are in a first wrong line (precision)",
            tried,
            partial(_precision, limit),
        )


def _remembered(of: Callable[..., Any]) -> Callable[..., Any]:
    """Rows are drawn thousands of times, and stay as they are."""
    known: dict[tuple[Any, ...], Any] = {}

    def found(row: Row, *more: Any) -> Any:
        key = (row["question"], row["seed"], *more)
        if key not in known:
            known[key] = of(row, *more)
        return known[key]

    return found


@_remembered
def _logprobs(row: Row, kind: str | None) -> list[float]:
    return [logprob for of, _, _, logprob in row["tokens"] if kind in (None, of)]


def _thought(row: Row) -> list[tuple[float, int]]:
    return [(logprob, start) for kind, start, _, logprob in row["tokens"] if kind == "reasoning"]


def _within(row: Row, place: tuple[int, int]) -> list[float]:
    return [logprob for logprob, start in _thought(row) if place[0] <= start < place[1]]


@_remembered
def _hits(row: Row, place: tuple[int, int], most: int) -> bool:
    return any(place[0] <= start < place[1] for _, start in sorted(_thought(row))[:most])


@_remembered
def _chance(row: Row, place: tuple[int, int]) -> float:
    return len(_within(row, place)) / max(1, len(_thought(row)))


@_remembered
def _lowest(row: Row, place: tuple[int, int]) -> float:
    return min(_within(row, place), default=0.0)


@_remembered
def _below(row: Row, limit: float) -> tuple[int, int]:
    """How many tokens of the thought are below it, and how many of these in the first wrong line."""
    place = first_wrong(row) or (-1, -1)
    starts = [start for logprob, start in _thought(row) if logprob < math.log(limit)]
    return len(starts), sum(place[0] <= start < place[1] for start in starts)


def _hit(most: int, found: Sequence[tuple[Row, tuple[int, int]]]) -> float:
    return _share([_hits(row, place, most) for row, place in found])


def _recall(limit: float, found: Sequence[tuple[Row, tuple[int, int]]]) -> float:
    return _share([_lowest(row, place) < math.log(limit) for row, place in found])


def _precision(limit: float, rows: Sequence[Row]) -> float:
    counts = [_below(row, limit) for row in rows]
    total = sum(count for count, _ in counts)
    return sum(hits for _, hits in counts) / total if total else math.nan


# ---- facts


def report_facts(rows: list[Row]) -> None:
    claims = list(filter(None, map(_claim, rows)))
    right = sum(claim["right"] for claim in claims)
    print(f"{len(rows)} answers; {len(claims)} have a term of the kind that was asked for, {right} of them right\n")
    print("| measure | value | 95 % |\n|---|---|---|")
    for name in (
        _LOW,
        "first token of the deciding term",
        "mean of the answer",
        "lowest of the answer",
    ):

        def value(some: Sequence[Row], name: str = name) -> float:
            return auroc(
                [each[name] for each in some if each["right"]], [each[name] for each in some if not each["right"]]
            )

        _print(f"AUROC, right against wrong: {name}", claims, value)
    for limit in LIMITS:
        _print(
            f"wrong where it is below {limit:g} (precision)",
            claims,
            partial(_wrong_below, limit),
        )
        _print(
            f"wrong ones that are below {limit:g} (recall)",
            claims,
            partial(_below_of_wrong, limit),
        )
    _print(
        "wrong where it is not below 0.9",
        claims,
        lambda some: _share([not each["right"] for each in some if each[_LOW] >= math.log(0.9)]),
    )


def _wrong_below(limit: float, claims: Sequence[Row]) -> float:
    return _share([not each["right"] for each in claims if each[_LOW] < math.log(limit)])


def _below_of_wrong(limit: float, claims: Sequence[Row]) -> float:
    return _share([each[_LOW] < math.log(limit) for each in claims if not each["right"]])


def _claim(row: Row) -> Row | None:
    from benchmarks.signals_support import _is, _is_of

    asked = next(each for each in questions() if each["question"] == row["question"])
    text = row["answer"]
    counted = sorted(support(text, ["x"], asked["question"]), key=lambda each: each.spans[0])
    deciding = next((each for each in counted if _is_of(asked["kind"], each)), None)
    if deciding is None:
        return None
    start, end = deciding.spans[0]
    term = [logprob for _, begin, stop, logprob in row["tokens"] if begin < end and stop > start]
    every = _logprobs(row, None)
    if not term:
        return None
    return {
        "question": row["question"],
        "right": any(_is(deciding.text, known) for known in asked["right"]),
        _LOW: min(term),
        "first token of the deciding term": term[0],
        "mean of the answer": sum(every) / len(every),
        "lowest of the answer": min(every),
    }


# ---- figures


def _share(values: Sequence[bool]) -> float:
    return sum(values) / len(values) if values else math.nan


def _mean(values: Iterable[float]) -> float:
    found = list(values)
    return sum(found) / len(found) if found else math.nan


def _print(name: str, rows: Sequence[Any], of: Callable[[Sequence[Any]], float]) -> None:
    """With where 95 % of the draws of questions lie."""
    by_question: dict[str, list[Any]] = {}
    for row in rows:
        by_question.setdefault((row[0] if isinstance(row, tuple) else row)["question"], []).append(row)
    drawn, keys = random.Random(0), sorted(by_question)
    values = [
        of([row for key in drawn.choices(keys, k=len(keys)) for row in by_question[key]])
        for _ in range(DRAWS if keys else 0)
    ]
    values = sorted(value for value in values if not math.isnan(value))
    interval = f"{values[int(0.025 * len(values))]:.2f} to {values[int(0.975 * len(values)) - 1]:.2f}" if values else ""
    print(f"| {name} | {of(rows):.2f} | {interval} |", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("sums", "facts"))
    parser.add_argument("--questions", type=int, default=600, help="of sums")
    parser.add_argument("--model", help="of facts: its name or folder")
    parser.add_argument("--temperature", type=float, help="1 of sums, 0.6 of facts")
    parser.add_argument("--seconds", type=float, default=500, help="to ask in")
    options = parser.parse_args()
    if options.what == "sums":
        temperature = options.temperature or 1.0
        settings = {"temperature": temperature, "top_p": 1.0, "max_tokens": 1000}
        asked = sums(options.questions)
        report_sums(written(f"sums-{temperature:g}", asked, "pocket", settings, options.seconds))
        return
    if not options.model:
        parser.error("facts need a --model")
    asked = [(each["question"], seed) for each in questions() for seed in range(SEEDS)]
    temperature = options.temperature or 0.6
    settings = {"temperature": temperature, "max_tokens": 40}
    name = f"facts-{Path(options.model).parent.name}-{Path(options.model).name}-{temperature:g}"
    report_facts(written(name, asked, options.model, settings, options.seconds))


if __name__ == "__main__":
    main()

"""Whether support says anything of the truth: SmolLM2-135M answers a hundred plain questions five times each.

    python -m benchmarks.signals_support --model PATH [--temperature 0.6] [--tokens 60] [--seconds 500] [--json FILE] [--list]

Each of the five answers is looked at in turn, with the other four as the others, so there are five hundred. What an answer claims is its
first term of the kind that was asked for: a name, a number or a date that the question doesn't have. It is right if it is the known one. AUROC is
the chance that a right claim has more support than a wrong one, ties counted half. Intervals are of a bootstrap over the questions (the
five answers of a question aren't independent of one another), 2,000 draws, a fixed seed.
"""

from __future__ import annotations

import argparse
import collections
import json
import random
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from benchmarks.signals_samples import questions, samples
from r1widget.check.support import Support, support
from r1widget.check.support.holder import Holder
from r1widget.check.support.terms import find

DRAWS = 2000
GRID = (1, 2, 3, 4, 5)


class Claim(NamedTuple):
    """What one answer says to one question."""

    question: int
    text: str
    support: int
    right: bool
    """The deciding term is the known one."""
    holds: bool
    """The known one is anywhere in the answer."""
    lowest: int
    mean: float
    others: tuple[tuple[str, int], ...]
    """The other terms, with their support."""


def claims(model: str, temperature: float, tokens: int, seconds: float) -> list[Claim]:
    answered = samples(model, temperature, tokens, seconds)
    found = []
    for number, asked in enumerate(questions()):
        answers = answered.get(asked["question"], [])
        for row, answer in enumerate(answers):
            if claim := _claim(number, asked, answer, answers[:row] + answers[row + 1 :]):
                found.append(claim)
    return found


def _claim(number: int, asked: dict[str, Any], answer: str, others: Sequence[str]) -> Claim | None:
    counted = sorted(support(answer, others, asked["question"]), key=lambda each: each.spans[0])
    deciding = next((each for each in counted if _is_of(asked["kind"], each)), None)
    if deciding is None:
        return None
    right = any(_is(deciding.text, known) for known in asked["right"])
    holder = Holder(answer)
    holds = any(holder.has(term) for known in asked["right"] for term in find(_sentence(known)))
    counts = [each.count for each in counted]
    rest = tuple((each.text, each.count) for each in counted if each is not deciding)
    return Claim(number, deciding.text, deciding.count, right, holds, min(counts), statistics.mean(counts), rest)


def _is_of(kind: str, each: Support) -> bool:
    return each.kind == kind or (kind == "date" and each.kind == "number") or (kind == "name" and each.kind == "quote")


def _sentence(known: str) -> str:
    return f"it is {known}, so"


def _is(said: str, known: str) -> bool:
    """Whether what was said is the known one: `Tokyo` is, `Tokyo Bay` isn't."""
    holder = Holder(_sentence(said))
    return any(holder.has(term) for term in find(_sentence(known)))


def auroc(right: Sequence[float], wrong: Sequence[float]) -> float:
    """NaN where one of the two is empty."""
    if not right or not wrong:
        return float("nan")
    below = collections.Counter(wrong)
    pairs = sum(
        sum(count * (1.0 if value < one else 0.5 if value == one else 0.0) for value, count in below.items())
        for one in right
    )
    return pairs / (len(right) * len(wrong))


def interval(found: Sequence[Claim], of: Callable[[Sequence[Claim]], float]) -> tuple[float, float]:
    """Where 95 % of the draws of questions lie."""
    by_question: dict[int, list[Claim]] = collections.defaultdict(list)
    for claim in found:
        by_question[claim.question].append(claim)
    drawn = random.Random(0)
    keys = sorted(by_question)
    values = []
    for _ in range(DRAWS):
        value = of([claim for key in drawn.choices(keys, k=len(keys)) for claim in by_question[key]])
        if value == value:
            values.append(value)
    values.sort()
    return (values[int(0.025 * len(values))], values[int(0.975 * len(values)) - 1]) if values else (float("nan"),) * 2


def share(values: Sequence[bool]) -> float:
    return sum(values) / len(values) if values else float("nan")


def measures(found: Sequence[Claim]) -> Iterator[tuple[str, Callable[[Sequence[Claim]], float]]]:
    """Each figure by its name."""

    def by(value: Callable[[Claim], float], truth: Callable[[Claim], bool]) -> Callable[[Sequence[Claim]], float]:
        return lambda some: auroc([value(c) for c in some if truth(c)], [value(c) for c in some if not truth(c)])

    def wrong_at(*counts: int) -> Callable[[Sequence[Claim]], float]:
        return lambda some: share([not c.right for c in some if c.support in counts])

    yield "right", lambda some: share([c.right for c in some])
    yield "AUROC, deciding term's support", by(lambda c: c.support, lambda c: c.right)
    yield "AUROC, mean support of the answer's terms", by(lambda c: c.mean, lambda c: c.right)
    yield "AUROC, lowest support of the answer's terms", by(lambda c: c.lowest, lambda c: c.right)
    yield "AUROC, deciding term's support, for the known one anywhere", by(lambda c: c.support, lambda c: c.holds)
    yield "wrong where in 1 of 5 (precision)", wrong_at(1)
    yield "wrong ones that are in 1 of 5 (recall)", lambda some: share([c.support == 1 for c in some if not c.right])
    yield "wrong where in 1 or 2 of 5", wrong_at(1, 2)
    yield "wrong ones that are in 1 or 2 of 5", lambda some: share([c.support <= 2 for c in some if not c.right])
    yield "wrong where in 4 or 5 of 5", wrong_at(4, 5)
    yield "wrong where in 5 of 5", wrong_at(5)
    yield "times as often wrong, in 1 of 5 to in 5 of 5", lambda some: _ratio(wrong_at(1)(some), wrong_at(5)(some))
    yield (
        "times as often wrong, in 1 or 2 to in 4 or 5",
        lambda some: _ratio(wrong_at(1, 2)(some), wrong_at(4, 5)(some)),
    )


def _ratio(one: float, other: float) -> float:
    return one / other if other else float("nan")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", required=True, help="a model's name or folder")
    parser.add_argument("--temperature", type=float, default=0.6)
    parser.add_argument("--tokens", type=int, default=60)
    parser.add_argument(
        "--seconds", type=float, default=500, help="to ask in; what is missing then is asked by the next call"
    )
    parser.add_argument("--json", type=Path)
    parser.add_argument("--list", action="store_true", help="each answer's deciding term")
    options = parser.parse_args()
    found = claims(options.model, options.temperature, options.tokens, options.seconds)
    if options.list:
        for claim in found:
            print(
                f"{claim.support} of 5  {'right' if claim.right else 'wrong'}  {claim.text}  | {questions()[claim.question]['question']}"
            )
    asked = len({claim.question for claim in found})
    print(f"{len(found)} answers to {asked} questions have a term of the kind that was asked for\n")
    print("| support | terms | right | wrong | wrong, share |\n|---|---|---|---|---|")
    for count in GRID:
        some = [claim for claim in found if claim.support == count]
        wrong = sum(not claim.right for claim in some)
        print(
            f"| in {count} of 5 | {len(some)} | {len(some) - wrong} | {wrong} | {100 * share([not c.right for c in some]):.0f} % |"
        )
    print("\n| measure | value | 95 % |\n|---|---|---|")
    results = {}
    start = time.monotonic()
    for name, of in measures(found):
        low, high = interval(found, of)
        results[name] = [of(found), low, high]
        print(f"| {name} | {of(found):.2f} | {low:.2f} to {high:.2f} |")
    print(f"\nbootstrap: {time.monotonic() - start:.1f} s")
    if options.json:
        options.json.write_text(json.dumps(results, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()

"""Whether the step behind which a wrong answer was decided, or with which it turned, is the first wrong one: on the built-in model's thoughts.

Two kinds of wrong answers: those it gave by itself to word problems, and those that follow when one digit of a right thought was altered and the
model went on from there. What it can be mistaken by is a guess at random: one of the steps.
"""

from __future__ import annotations

import json
import random
import re
import time
import zlib
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from benchmarks.signals_figures import Row, wilson
from benchmarks.signals_pocket import SETTINGS, Said, value
from benchmarks.signals_samples import CACHE
from benchmarks.signals_steps import Line, step_of
from r1widget import Chat
from r1widget.conversation import Conversation

K = 4
TOGETHER = 6
"""Thoughts that are looked at together."""
_RESULT = re.compile(r"= (\d+)(?=[.,])")
OWN, PLANTED = "own", "planted"

Found = dict[str, Any]


def traced(answers: Sequence[Sequence[Said]], seconds: float, *, cache: Path = CACHE) -> list[Found]:
    """What a trace says of the first answer to each question: of wrong ones as they are, of right ones with an error. What is missing is
    made, until `seconds` have passed. Those that can't be used (nothing to alter, right all the same) have no `first`."""
    path = cache / "pocket-traces-1.jsonl"
    known = {each["question"]: each for each in map(json.loads, path.read_text("utf-8").splitlines())} if path.exists() else {}  # fmt: skip
    missing = [five[0] for five in answers if five[0].asked.text not in known]
    ends = time.monotonic() + seconds
    with ThreadPoolExecutor(TOGETHER) as pool, path.open("a", encoding="utf-8") as file:
        for start in range(0, len(missing), TOGETHER):
            if time.monotonic() > ends:
                print(f"{len(known)} of {len(answers)} thoughts traced; call again for the rest", flush=True)
                break
            for found in pool.map(_one, missing[start : start + TOGETHER]):
                known[found["question"]] = found
                file.write(json.dumps(found, ensure_ascii=False) + "\n")
                file.flush()
    return [known[five[0].asked.text] for five in answers if five[0].asked.text in known]


def _one(said: Said) -> Found:
    chat = Chat("pocket", keep=False, settings=SETTINGS)
    chat.conversation.take_over(Conversation.from_dict(said.row["conversation"]))
    turn = chat.conversation.turns[-1]
    truth = said.asked.problem.answer()
    found: Found = {"question": said.asked.text, "kind": OWN if said.wrong else PLANTED}
    if not said.wrong:
        where = altered(turn.text("reasoning"), said.asked.text)
        if where is None:
            return found
        turn = chat.edit_reasoning(turn, where[0], seed=zlib.crc32(said.asked.text.encode()))
        turn.wait()
        turn.raise_for_error()
        first: Line | None = where[1]
    else:
        first = next(iter(said.wrong_lines), None)
    if first is None or value(turn.answer) in (None, truth) or turn.finish_reason != "stop" or not turn.steps:
        return found
    shift = turn.text("reasoning").find(turn.reasoning)
    trace = chat.trace_answer(turn, K)
    return found | {
        "first": step_of(Line(first.start - shift, first.end - shift), turn.steps),
        "steps": len(turn.steps),
        "decided": trace.decided,
        "turned": trace.turned,
        "between": trace.turned_between,
        "boundaries": [[each.step, list(counts)] for each, counts in zip(trace.boundaries, trace.counts, strict=True)],
    }


def altered(reasoning: str, seed: str) -> tuple[str, Line] | None:
    """A thought up to a result that is another one, by a digit, and the line that this is; None where it has no result."""
    chance = random.Random(seed)
    results = [*_RESULT.finditer(reasoning.partition("Wait, let me check")[0])]
    if not results:
        return None
    result = chance.choice(results)
    at = chance.randrange(len(result[1]))
    digit = chance.choice([each for each in "123456789" if each != result[1][at]])
    wrong = f"{result[1][:at]}{digit}{result[1][at + 1 :]}"
    begins = reasoning.rfind("\n", 0, result.start()) + 1
    text = f"{reasoning[: result.start(1)]}{wrong}{reasoning[result.end()]}"
    return text, Line(begins, len(text))


# ---- figures


def named_by_decided(found: Found) -> int | None:
    """The last step that was needed; the first where the question alone decides it."""
    return None if found["decided"] is None else max(0, found["decided"] - 1)


def named_by_turned(found: Found) -> int | None:
    return None if found["turned"] is None else int(found["turned"])


NAMED: dict[str, Callable[[Found], int | None]] = {
    "decided": named_by_decided,
    "turned": named_by_turned,
}


def rows(traces: Sequence[Found]) -> Iterator[Row]:
    """Those of two steps or more."""
    for kind, data in ((OWN, "pocket, word problems, wrong"), (PLANTED, "pocket, a digit altered, wrong")):
        some = [each for each in traces if each["kind"] == kind and each.get("steps", 0) > 1]
        for name, named in NAMED.items():
            for off, words in ((0, "is the first wrong step"), (1, "is it or a neighbour")):
                yield _row(f"{name}: {words}", data, some, named, off)
        guessed = wilson(sum(each["first"] == 0 for each in some), len(some))
        yield Row("for comparison: the first step is the first wrong one", data, f"{len(some)} thoughts", guessed)


def _row(signal: str, data: str, some: Sequence[Found], named: Callable[[Found], int | None], off: int) -> Row:
    steps = [(each, step) for each in some if (step := named(each)) is not None]
    hits = sum(abs(step - each["first"]) <= off for each, step in steps)
    by_chance = [_near(each["first"], each["steps"], off) / each["steps"] for each, _ in steps]
    chance = sum(by_chance) / len(by_chance) if by_chance else None
    n = f"{len(some)} thoughts, named in {len(steps)}"
    return Row(signal, data, n, wilson(hits, len(steps)), wilson(hits, len(some)), chance=chance)


def _near(first: int, steps: int, off: int) -> int:
    """How many steps are as near to it as that."""
    return min(steps - 1, first + off) - max(0, first - off) + 1

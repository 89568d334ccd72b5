"""Whether the probability of a token says anything of the truth: of the built-in model's word problems, and of a small model's facts.

Of a thought of the built-in model's it is known which line is the first wrong one, of an answer of either whether it is right. Facts are the hundred
questions of `signals_questions.jsonl`, three answers to each; what an answer claims is its first term of the kind that was asked for. The limits are those
of the page: below 0.9, 0.5 and 0.2.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from benchmarks.signals_figures import Figure, Row, flagged, part, ranked, share_of
from benchmarks.signals_pocket import DATA, Said, by_question, is_wrong
from benchmarks.signals_samples import CACHE, questions
from benchmarks.signals_steps import STATES, Line
from benchmarks.signals_support import claimed
from benchmarks.signals_written import written

LIMITS = (0.9, 0.5, 0.2)
PLACES = (1, 3, 5)
ANSWERS = 3
"""To each question of facts."""
SETTINGS = {"temperature": 0.6, "max_tokens": 40}


class Token(NamedTuple):
    """Of a thought: where it begins, and its log-probability."""

    said: Said
    start: int
    logprob: float


def rows(answers: Sequence[Sequence[Said]]) -> Iterator[Row]:
    """Of the built-in model's answers, and of the places in its thoughts."""
    said = [each for five in answers for each in five if each.row["tokens"]]
    wrong = part(map(is_wrong, said))
    count = f"{len(said)} answers"
    for name, kind in (("thought", "reasoning"), ("answer", "answer")):
        some = [each for each in said if _logprobs(each, kind)]
        auroc = ranked(some, _lowest_of(kind), is_wrong, by_question)
        yield Row(f"hesitation: the least probable token of the {name}", DATA, count, auroc=auroc)
        for limit in LIMITS:
            precision, recall = flagged(some, _below(kind, limit), is_wrong, by_question)
            yield Row(
                f"hesitation: a token of the {name} below {limit:g}", DATA, count, precision, recall, chance=wrong
            )
    chosen = [each for each in said if _opening(each)]
    auroc = ranked(chosen, lambda each: -min(token.logprob for token in _opening(each)), is_wrong, by_question)
    yield Row(
        "hesitation: the least probable token where the sum is chosen", DATA, f"{len(chosen)} answers", auroc=auroc
    )
    yield from _of_places(said)


def _of_places(said: Sequence[Said]) -> Iterator[Row]:
    """Whether the tokens that had least are in the first wrong line."""
    tokens = {id(each): sorted(_thought(each), key=lambda token: token.logprob) for each in said}
    found = [each for each in said if each.wrong_lines and tokens[id(each)]]
    by_chance = [sum(map(_is_first, tokens[id(each)])) / len(tokens[id(each)]) for each in found]
    for most in PLACES:

        def hits(each: Said, most: int = most) -> bool:
            return any(map(_is_first, tokens[id(each)][:most]))

        chance = sum(1 - (1 - one) ** most for one in by_chance) / max(1, len(by_chance))
        name = "the least probable token" if most == 1 else f"one of the {most} least probable"
        share = share_of(found, hits, by_question)
        yield Row(
            f"hesitation: {name} is in the first wrong line", DATA, f"{len(found)} thoughts", share, chance=chance
        )
        right = [each for each in said if not each.wrong and _opening(each)]

        def opens(each: Said, most: int = most) -> bool:
            return any(token in _opening(each) for token in tokens[id(each)][:most])

        share = share_of(right, opens, by_question)
        yield Row(
            f"for comparison: {name} of a right thought is where the sum is chosen",
            DATA,
            f"{len(right)} thoughts",
            share,
        )
    every = [token for each in said for token in tokens[id(each)]]
    for limit in LIMITS:
        below = [token for token in every if token.logprob < math.log(limit)]
        precision = share_of(below, _is_first, lambda token: token.said.question)
        recall = share_of(found, _has_below(tokens, limit), by_question)
        n = f"{len(below)} tokens"
        chance = part(map(_is_first, every))
        yield Row(f"hesitation: a token below {limit:g} is in the first wrong line", DATA, n, precision, recall, chance=chance)  # fmt: skip


def _has_below(tokens: dict[int, list[Token]], limit: float) -> Callable[[Said], bool]:
    return lambda each: any(_is_first(token) for token in tokens[id(each)] if token.logprob < math.log(limit))


def _is_first(token: Token) -> bool:
    lines: list[Line] = token.said.wrong_lines
    return bool(lines) and lines[0].start <= token.start < lines[0].end


def _opening(said: Said) -> list[Token]:
    """Up to the sum that it states."""
    end = said.reasoning.find("\n", said.reasoning.find(STATES))
    return [token for token in _thought(said) if token.start < end] if STATES in said.reasoning else []


def _thought(said: Said) -> list[Token]:
    return [Token(said, start, logprob) for kind, start, _, logprob in said.row["tokens"] if kind == "reasoning"]


def _logprobs(said: Said, kind: str) -> list[float]:
    return [logprob for of, _, _, logprob in said.row["tokens"] if of == kind]


def _lowest_of(kind: str) -> Callable[[Said], float]:
    return lambda said: -min(_logprobs(said, kind))


def _below(kind: str, limit: float) -> Callable[[Said], bool]:
    return lambda said: min(_logprobs(said, kind)) < math.log(limit)


# ---- facts


class Fact(NamedTuple):
    """What one answer claims."""

    question: str
    wrong: bool
    lowest: float
    """Log-probability of the least probable token of the term that answers the question."""
    lowest_of_all: float


def of_facts(model: str, seconds: float, *, cache: Path = CACHE) -> Iterator[Row]:
    """Of the small model's answers, as far as they are there or can be written in so many seconds."""
    asked = questions()
    path = cache / f"facts-{Path(model).parent.name}-{Path(model).name}.jsonl"
    texts = [each["question"] for each in asked]
    known = written(texts, ANSWERS, path, model, SETTINGS, seconds, together=8)
    facts = [fact for each in asked for row in known.get(each["question"], ()) if (fact := _fact(each, row))]
    n, data = f"{len(facts)} answers to {len({each.question for each in facts})} questions", "SmolLM2-135M, facts"
    wrong = part(each.wrong for each in facts)
    auroc = ranked(facts, lambda fact: -fact.lowest, _is_false, _asked)
    yield Row("hesitation: the least probable token of the answer's term", data, n, auroc=auroc)
    for limit in LIMITS:
        precision, recall = flagged(facts, _has_less(limit), _is_false, _asked)
        yield Row(f"hesitation: the answer's term below {limit:g}", data, n, precision, recall, chance=wrong)
    whole: Figure = ranked(facts, lambda fact: -fact.lowest_of_all, _is_false, _asked)
    yield Row("hesitation: the least probable token of the answer", data, n, auroc=whole)


def _has_less(limit: float) -> Callable[[Fact], bool]:
    return lambda fact: fact.lowest < math.log(limit)


def _is_false(fact: Fact) -> bool:
    return fact.wrong


def _asked(fact: Fact) -> str:
    return fact.question


def _fact(asked: dict[str, Any], row: dict[str, Any]) -> Fact | None:
    claim = claimed(asked, row["answer"], ["x"])
    tokens = [each for each in row["tokens"] if each[0] == "answer"]
    if claim is None or not tokens:
        return None
    start, end = claim[0].spans[0]
    term = [logprob for _, begin, stop, logprob in tokens if begin < end and stop > start]
    if not term:
        return None
    return Fact(asked["question"], not claim[1], min(term), min(logprob for *_, logprob in tokens))

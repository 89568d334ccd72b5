"""Stories put together from a topic's facts and from questions about them.

    @ boxes                         a topic
    unit = each {box} has {b} {t}   a rule: one line a phrase; `2 = kg|pounds` what [2] may be
    > a × b | <unit>. <count> ; <both> | why one multiplies
    how many {t} are there => There are {r} {t}.

The same facts are asked about in several ways, each with a sum of its own: one has to read both to know which. What
stands in the angle brackets is one of the rule's phrases; all else is the language of `language` and the slots of `cast`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from random import Random

from .frames import chosen, framed
from .language import linked
from .phrasings import Sum, read_sum

FILES = ("groups", "purchases", "pairs", "levels", "compare")
SPREAD = re.compile(r"([~^&+])\(([^()]*)\)")  # ~(buy|get) is (~buy|~get)


@dataclass
class Topic:
    """What can be said of one kind of affair."""

    rules: dict[str, list[str]] = field(default_factory=dict)
    links: dict[str, str] = field(default_factory=dict)
    asked: list[Asking] = field(default_factory=list)


@dataclass(frozen=True)
class Asking:
    """One sum about a topic: the orders in which its facts can stand, the reason, and the questions with their answers."""

    sum: Sum
    orders: tuple[str, ...]
    why: str
    questions: list[tuple[str, str]]


@cache
def topics() -> tuple[Topic, ...]:
    """Every topic of every file."""
    found: list[Topic] = []
    for name in FILES:
        for line in (Path(__file__).parent / f"{name}.txt").read_text(encoding="utf-8").splitlines():
            line = SPREAD.sub(lambda part: "(" + "|".join(part[1] + word for word in part[2].split("|")) + ")", line)
            if line.startswith("@ "):
                found.append(Topic())
            elif line.startswith("> "):
                wanted, _, rest = line[2:].partition(" | ")
                orders, _, why = rest.rpartition(" | ")
                found[-1].asked.append(Asking(read_sum(wanted), tuple(orders.split(" ; ")), why, []))
            elif " => " in line:
                question, _, reply = line.partition(" => ")
                found[-1].asked[-1].questions.append((question, reply))
            elif line:
                key, _, phrase = line.partition(" = ")
                if key.isdigit():
                    found[-1].links[key] = phrase
                else:
                    found[-1].rules.setdefault(key, []).append(phrase)
    return tuple(found)


@cache
def askings(steps: int) -> tuple[tuple[Topic, Asking], ...]:
    """The sums of one step or of two that topics ask for."""
    return tuple((topic, asking) for topic in topics() for asking in topic.asked if len(asking.sum.operations) == steps)


def told(rng: Random, steps: int) -> tuple[Sum, str, str, str]:
    """A story: its sum, the reason for it, its text and its answer, both with open slots."""
    topic, asking = rng.choice(askings(steps))
    question, reply = rng.choice(asking.questions)
    links = "".join(f"[{label}:{options}]" for label, options in topic.links.items())
    whole = f"{links} => {rng.choice(asking.orders)} => {question} => {reply}"
    while rule := re.search(r"<(\w+)>", whole):
        whole = whole.replace(rule[0], rng.choice(topic.rules[rule[1]]), 1)
    whole = linked(rng, whole)
    _, text, question, reply = whole.split(" => ")
    return asking.sum, asking.why, framed(rng, chosen(rng, text).split(". "), chosen(rng, question)), chosen(rng, reply)

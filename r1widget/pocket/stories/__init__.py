"""Short word problems of one step and of two: the story, the sum behind it, and the sentence that answers it.

Half of the stories in which something comes or goes are put together from parts in `changes`; all others are phrasings
from the tables (`add.txt` and so on), with the words of `cast` in them. How the working goes on after the first line
stands in `traces`. Phrasings that are kept for evaluation stand in `unseen`; a story that shares one's skeleton is drawn anew.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from random import Random

from ..phrases import careless
from ..problems import MINUS, PLUS, TIMES, Problem, number, within_range
from ..unseen import reserved
from .cast import cast, numbered, order
from .changes import change
from .language import linked, tidy
from .phrasings import Phrasing, Sum, table
from .things import KINDS

# fmt: off
OPENINGS = ("Word problem: ", "Question: ", "Here is a problem: ", "Please solve: ", "Solve this: ", "Can you solve this? ", "A puzzle: ", "Help me with this one. ", "1. ", "2) ", "Problem: ",
            "Math: ", "My homework: ", "Think about this: ", "Try this one: ", "Hi, ", "Exercise: ", "Q: ", "Please help: ", "One more: ", "Listen: ", "I have a question. ", "Now this: ")
ASIDES = ("{n} is ⟦x⟧ years old.", "it is ⟦x⟧ o'clock.", "the trip takes ⟦x⟧ hours.", "{n} lives in house number ⟦x⟧.", "{m} is ⟦x⟧ years old.", "{n} has ⟦x⟧ cousins.", "it is day ⟦x⟧ of the month.",
          "{n} got up at ⟦x⟧ o'clock.", "this happened ⟦x⟧ years ago.", "{m} has ⟦x⟧ dogs.", "the bus has the number ⟦x⟧.", "{n} is in class ⟦x⟧.")
# fmt: on
ASIDE = 0.03  # a number that has nothing to do with the question
WHYS = {"+": "more come, so I add", "−": "some go, so I subtract"}
TWICE = {"++": "More come twice, so I add twice.", "−−": "Some go twice, so I subtract twice."}


@dataclass(frozen=True)
class Story:
    """A word problem: its text, the sum behind it, the first line of the working, and the answer's sentence."""

    text: str
    problem: Problem
    lead: str
    reply: str  # with {r} for the result


def drawn(rng: Random, wanted: Sum) -> tuple[dict[str, int], Problem]:
    """Numbers that a story can stand: none below two but now and then, no result below zero."""
    letters = sorted({operand for operand in wanted.operands if operand.isalpha()})
    while True:
        if wanted.operations == (TIMES,):
            values = {"a": number(rng, 0.5, 0.5), "b": number(rng, 0.35, 0.65)}
        elif len(wanted.operations) == 1:
            values = {"a": number(rng, 0.1, 0.5, 0.4), "b": number(rng, 0.15, 0.5, 0.35)}
        else:
            values = {letter: number(rng, 0.4, 0.45, 0.15) for letter in letters}
            if wanted.operations == (MINUS, TIMES) and wanted.inner:
                values["a"] = number(rng, 0, 0.4, 0.6)
        numbers = tuple(values[operand] if operand.isalpha() else int(operand) for operand in wanted.operands)
        problem = Problem(numbers, wanted.operations, wanted.inner)
        least = min(numbers)
        if (least > 1 or (least == 1 and rng.random() < 0.3)) and within_range(problem) and problem.answer() >= 0:
            if len(numbers) == 2 or problem.step().answer() > 0:
                return values, problem


def as_told(wanted: Sum, letters: list[str]) -> Sum:
    """The same sum with what may change places in the order in which the story names it."""
    place = {letter: index for index, letter in enumerate(letters)}
    if not all(operand in place for operand in wanted.operands):
        return wanted
    operands, operations = wanted.operands, wanted.operations
    if operations in ((PLUS,), (TIMES,), (PLUS, PLUS)) and len(set(operands)) == len(operands):
        return Sum(tuple(sorted(operands, key=place.__getitem__)), operations, wanted.inner)
    if operations == (MINUS, MINUS):
        return Sum((operands[0], *sorted(operands[1:], key=place.__getitem__)), operations)
    if len(operations) == 2 and operations[wanted.inner] == TIMES:
        at = wanted.inner
        product = tuple(sorted(operands[at : at + 2], key=place.__getitem__))
        rest = operands[2] if at == 0 else operands[0]
        if operations[1 - at] == PLUS:
            first = place[rest] < min(place[letter] for letter in product)
            return Sum((rest, *product), (PLUS, TIMES), 1) if first else Sum((*product, rest), (TIMES, PLUS))
        return Sum((*product, rest) if at == 0 else (rest, *product), operations, at)
    if operations[0] == PLUS and wanted.inner == 0:
        return Sum((*sorted(operands[:2], key=place.__getitem__), operands[2]), operations)
    return wanted


def from_parts(rng: Random, kind: str) -> tuple[Sum, str, str, str]:
    """A story of comings and goings: its sum, the reason for it, the text and the answer."""
    signs = rng.choice(("+", "−", "−")) if kind == "one" else rng.choice(("++", "+−", "−+", "−−"))
    things = rng.choices(KINDS, (30, 40, 14, 12, 10, 5, 7, 8, 6))[0]
    telling = cast(rng, things)
    text, reply = change(rng, telling, things, signs)
    operations = tuple(signs)
    if len(signs) == 1:
        why = f"{WHYS[signs][0].upper()}{WHYS[signs][1:]}."
    else:
        first = WHYS[signs[0]]
        why = TWICE.get(signs, f"{first[0].upper()}{first[1:]}; then {WHYS[signs[1]]}.")
    if not telling.met:  # the answer must not name whom the question doesn't
        reply = telling.say("{r} {t} are left." if signs[-1] == "−" else "There are {r} {t}.")
    if things is KINDS[4]:
        text, reply = as_money(rng, text, reply, str(telling.slots["t"]), str(telling.slots["t1"]))
    return Sum(tuple("abc"[: len(signs) + 1]), operations), why, text, reply


def as_money(rng: Random, text: str, reply: str, many: str, one: str) -> tuple[str, str]:
    """Money as one speaks of it: "how much money", and now and then with its sign before the number."""
    if rng.random() < 0.7:
        text = re.sub(rf"how many (of \w+ |)({re.escape(many)} |)", rng.choice(("how much money ", "how much ")), text)
    if rng.random() < 0.4:
        sign = rng.choice("$$$£€")
        text = re.sub(rf"(⟦.⟧)( more| new| extra| other| additional| further|) {re.escape(many)}", rf"{sign}\1\2", text)
        reply = reply.replace(f"{{r}} {many}", f"{sign}{{r}}")
    return text, reply


def from_table(rng: Random, name: str) -> tuple[Sum, str, str, str]:
    """A story from the table `name`."""
    phrasings = table(name)
    heading = rng.choices(tuple(phrasings), tuple(len(lines) for lines in phrasings.values()))[0]
    phrasing: Phrasing = rng.choice(phrasings[heading])
    kinds = tuple(things for things in KINDS[:8] if things.loss and things is not KINDS[4])
    things = rng.choice(kinds[:2] if rng.random() < 0.75 else kinds)
    telling = cast(rng, things)
    letter = "c" if "_c>" in phrasing.text else "b"
    telling.slots["q"] = telling.slots[letter]
    telling.rules["more"] = ("{q} more {t}", "{q} {t}", "{q} more")
    telling.rules["some"] = ("{q}", "{q} {t}", "{q} of them")
    for rule in ("gain", "loss", "come", "go"):
        telling.rules[f"{rule}_{letter}"] = getattr(things, rule)
    telling.rules["loss_some"] = (
        "losing some",
        "giving some away",
        "selling a few",
        "giving some to {m}",
        "using some",
    )
    aside = "" if rng.random() > ASIDE or "old" in phrasing.text else telling.say(rng.choice(ASIDES), "present") + " "
    asked, _, answered = linked(rng, f"{phrasing.text} => {phrasing.reply}").partition(" => ")
    text = aside.replace("⟦x⟧", str(rng.randint(2, 30))) + telling.say(asked)
    return phrasing.sum, phrasing.why, text, re.sub(r"^(I|we)\b", "You", telling.say(answered))


def tell(rng: Random, kind: str | None = None) -> Story:
    """Draws a word problem; `kind` is `one` or `two` steps, else either."""
    while True:
        steps = kind or ("two" if rng.random() < 0.42 else "one")
        if rng.random() < (0.3 if steps == "one" else 0.28):
            wanted, why, text, reply = from_parts(rng, steps)
        else:
            wanted, why, text, reply = from_table(
                rng, rng.choice(("add", "subtract", "multiply")) if steps == "one" else "two"
            )
        wanted = as_told(wanted, order(text))
        values, problem = drawn(rng, wanted)
        text = tidy(numbered(rng, text, values))
        if reserved(text):
            continue
        if rng.random() < 0.1:
            text = rng.choice(OPENINGS) + text
        return Story(careless(rng, text), problem, why + "\n", tidy(numbered(rng, reply, values, 0.0)))


def beyond(rng: Random) -> tuple[str, str]:
    """A story that the model can't do, and why: `division`, `story` (something is missing), `steps` or `long`."""
    phrasings = table("declined")
    why = rng.choices(tuple(phrasings), (34, 10, 8, 6))[0]
    telling = cast(rng, rng.choice(KINDS[:2]))
    telling.slots["l"], telling.slots["l2"], telling.slots["d"] = "⟦l⟧", "⟦m⟧", "⟦d⟧"
    telling.slots["$l"], telling.slots["$d"] = "$⟦l⟧", "$⟦d⟧"
    text = telling.say(rng.choice(phrasings[why]).text)
    values = {"a": rng.randrange(4, 1000), "b": rng.randrange(2, 50), "c": rng.randrange(2, 60), "d": rng.randrange(2, 60),
              "l": rng.randrange(1000, 10**6), "m": rng.randrange(1000, 10**6)}  # fmt: skip
    return careless(rng, tidy(numbered(rng, text, values))), why


__all__ = ["Story", "Sum", "beyond", "drawn", "tell"]

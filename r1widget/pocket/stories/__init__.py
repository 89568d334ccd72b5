"""Short word problems of one step and of two: the story, the sum behind it, and the sentence that answers it.

Stories in which something comes or goes are put together from parts in `changes`; others from the facts and questions of
`topics`; all others are whole phrasings: from the tables (`add.txt` and so on), or from the folder `written`, where each
line is a problem of its own as somebody would put it. `frames` has the orders in which statements
and question can stand, and asides that have nothing to do with them; `cast` the words. How the working goes on after the
first line stands in `traces`. Phrasings that are kept for evaluation stand in `unseen`; a story that shares one's skeleton is drawn anew.
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
from .frames import OPENINGS, chosen, reframed
from .language import linked, tidy
from .phrasings import Sum, table, written
from .things import KINDS
from .topics import told

TABLES = {"one": ("add", "subtract", "multiply", "voices_one"), "two": ("two", "two", "voices_two")}
TWO_STEPS = 0.48  # the share of stories
SOURCES = {"written": 52, "parts": 10, "topics": 23, "table": 15}  # the shares in which stories come from each
REFRAMED = {"table": 0.55, "written": 0.25}  # of the whole phrasings
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


def from_table(rng: Random, source: str, kind: str) -> tuple[Sum, str, str, str]:
    """A whole phrasing, from one of the tables or from what is `written`."""
    if source == "written":
        phrasing = rng.choice(written(1 if kind == "one" else 2))
    else:
        phrasings = table(rng.choice(TABLES[kind]))
        heading = rng.choices(tuple(phrasings), tuple(len(lines) for lines in phrasings.values()))[0]
        phrasing = rng.choice(phrasings[heading])
    text, _, reply = linked(rng, f"{phrasing.text} => {phrasing.reply}").partition(" => ")
    if rng.random() < REFRAMED[source]:
        text = reframed(rng, chosen(rng, text))
    return phrasing.sum, phrasing.why, *worded(rng, text, reply)


def worded(rng: Random, text: str, reply: str) -> tuple[str, str]:
    """A phrasing and its answer in the words of one cast."""
    kinds = tuple(things for things in KINDS[:8] if things.loss and things is not KINDS[4])
    things = rng.choice(kinds[:2] if rng.random() < 0.75 else kinds)
    telling = cast(rng, things)
    letter = "c" if "_c>" in text else "b"
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
    asked = telling.say(text)
    return asked, re.sub(r"^(I|we)", "You", telling.say(reply))


def tell(rng: Random, kind: str | None = None) -> Story:
    """Draws a word problem; `kind` is `one` or `two` steps, else either."""
    while True:
        steps = kind or ("two" if rng.random() < TWO_STEPS else "one")
        source = rng.choices(tuple(SOURCES), tuple(SOURCES.values()))[0]
        if source == "parts":
            wanted, why, text, reply = from_parts(rng, steps)
        elif source == "topics":
            wanted, why, text, reply = told(rng, 1 if steps == "one" else 2)
            text, reply = worded(rng, text, reply)
        else:
            wanted, why, text, reply = from_table(rng, source, steps)
        wanted = as_told(wanted, order(text))
        values, problem = drawn(rng, wanted)
        values["x"] = rng.randint(2, 30)  # a number that has nothing to do with the question
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
              "l": rng.randrange(1000, 10**6), "m": rng.randrange(1000, 10**6), "x": rng.randrange(2, 31)}  # fmt: skip
    return careless(rng, tidy(numbered(rng, text, values))), why


__all__ = ["Story", "Sum", "beyond", "drawn", "tell"]

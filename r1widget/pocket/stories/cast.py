"""The words of one story: who, what, where and when, as the slots that phrasings name.

    {n} the story's person (at first "a baker", then "the baker"), {s} the same later on, by name or pronoun
    {he} {him} {his}, {nn} for "Tom" or "me" after a verb, {ns} for "Tom's"; {m} and {k} others, {ms} {m}'s
    {t} the things, {t1} one of them, {t2} {t21} other things, {box} {boxes} what they are in, {adj} {adj2} {adj3}
    {a} {b} {c} the numbers, {$a} the same as money; {r} and {$r} the result; {has} how an answer begins

Numbers stand in the text as marks until `numbered` writes them, so that their order can be seen.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from random import Random

from .language import Telling
from .people import Person, another, named, someone
from .things import ADJECTIVES, CONTAINERS, KINDS, Kind, made_up, plural, thing

MARK = re.compile(r"⟦(.)⟧")
# fmt: off
WORDS = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen", "twenty"]
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = ("January", "February", "March", "April", "June", "July", "August", "September", "October", "November", "December")
TIMES = (("in the morning", "in the afternoon"), ("on Monday", "on Tuesday"), ("last week", "this week"), ("yesterday", "today"), ("in the first hour", "in the second"),
         ("before noon", "after noon"), ("on Saturday", "on Sunday"), ("in March", "in April"), ("at school", "at home"), ("in spring", "in fall"), ("last month", "this month"),
         ("on the first day", "on the second day"), ("in January", "in February"), ("in the first game", "in the second"), ("at first", "later"), ("last night", "this morning"),
         ("in the first week", "in the next week"), ("last year", "this year"), ("during the day", "in the evening"), ("on Friday", "on Saturday"), ("at noon", "at night"))
UNITS = ("miles", "miles", "kilometers", "kilometers", "meters", "km", "blocks", "steps", "yards", "feet", "kilometres", "metres", "laps")
TOWNS = ("Paris", "Rome", "Oslo", "the village", "the river", "the castle", "Springfield", "the farm", "Berlin", "the sea", "Lima", "Cairo", "the hut", "Dover", "the bridge", "Kyoto")
STICKS = ("rope", "ribbon", "stick", "board", "pole", "string", "pencil", "pipe", "wire", "plank", "cable", "snake", "belt", "chain", "thread", "rod")
ANIMALS = ("cat", "dog", "horse", "bird", "cow", "beetle", "spider", "octopus", "rabbit", "goat", "ant", "hen", "fish", "monster", "robot")
MAKES = ("bake", "make", "collect", "pick", "count", "wash", "paint", "draw", "pack", "sell", "buy", "find", "catch", "fold", "plant", "write", "eat", "build", "sew", "see", "carry", "order", "clean", "fix", "use", "get", "need")
PEOPLE = ("children", "boys", "girls", "men", "women", "students", "adults", "tourists", "players", "people", "guests", "workers", "visitors", "friends", "pupils", "passengers", "teachers", "babies", "dancers")
STUFFS = ("milk", "water", "juice", "oil", "rope", "flour", "rice", "sand", "paint", "cloth", "sugar", "lemonade", "wire", "soup", "honey", "fuel")
COINS = (("$", ""), ("$", ""), ("$", ""), ("", " dollars"), ("", " dollars"), ("", " dollars"), ("", " euros"), ("€", ""), ("", " cents"), ("", " rupees"), ("£", ""),
         ("", " pounds"), ("", " yuan"), ("", " coins"), ("", " pesos"), ("", " crowns"), ("", " €"), ("", " shillings"), ("", " USD"), ("", " yen"), ("", " gold pieces"))
# fmt: on


def mark(letter: str) -> str:
    """Where a number will stand."""
    return f"⟦{letter}⟧"


def cast(rng: Random, kind: Kind) -> Telling:
    """A telling with every slot filled but those that one form of story sets for itself."""
    main: Person = someone(rng)
    other, third = another(rng, main), named(rng).first
    met: list[bool] = []

    def first(form: str, later: Callable[[], str]) -> Callable[[], str]:
        def choose() -> str:
            if met:
                return later()
            met.append(True)
            return form

        return choose

    pronoun = main.later in ("I", "we", "you")
    several = () if main.person == "one" else (main.first, main.later, main.he)
    introduced = main.first + ("'" if main.person == "many" and main.first.endswith("s") else "'s")
    single, second = thing(rng, kind), thing(rng, rng.choice(KINDS[:2]))
    if kind is KINDS[-1] and " " not in single:
        single += f" of {rng.choice(STUFFS)}"
    box = made_up(rng) if rng.random() < 0.06 else rng.choice(CONTAINERS)
    people = rng.sample(PEOPLE, 2)
    colours = rng.sample(ADJECTIVES, 3)
    days = sorted(rng.sample(range(7), 3))
    one, two = rng.choice(TIMES)
    towns = rng.sample(TOWNS, 3)
    makes = rng.choice(MAKES)
    animal = rng.choice(ANIMALS)
    before, after = rng.choice(COINS)
    slots: dict[str, str | Callable[[], str]] = {
        "n": first(main.first, lambda: main.later),
        "s": first(main.first, lambda: rng.choice((main.later, main.he, main.he))),
        "nn": first(main.him if pronoun else main.first, lambda: rng.choice((main.him, main.him if pronoun else main.later))),
        "ns": first(main.his if pronoun else introduced, lambda: rng.choice((main.his, main.possessive))),
        "he": main.he, "him": main.him, "his": main.his, "m": other, "ms": other + "'s", "k": third,
        "t": plural(single), "t1": single, "t2": plural(second), "t21": second, "box": box, "boxes": plural(box),
        "adj": colours[0], "adj2": colours[1], "adj3": colours[2], "p": people[0], "p2": people[1], "animal": animal, "animals": plural(animal),
        "day": DAYS[days[0]], "day2": DAYS[days[1]], "day3": DAYS[days[2]], "month": rng.choice(MONTHS), "time1": one, "time2": two,
        "town": towns[0], "town2": towns[1], "town3": towns[2], "unit": rng.choice(UNITS), "stick": rng.choice(STICKS),
        "a": mark("a"), "b": mark("b"), "c": mark("c"), "r": "{r}", "has": main.answered, "end": "", "where": "", "in": "", "w": "", "q": "",
    }  # fmt: skip
    for letter in "abc":
        slots[f"${letter}"] = f"{before}{mark(letter)}{after}"
    slots["$r"] = f"{before}{{r}}{after}"
    telling = Telling(rng, slots, {}, main.person, rng.choice(("past", "present")))
    telling.several, telling.met = tuple(dict.fromkeys(several)), met
    telling.slots["make"] = lambda: telling.say(f"+{makes}")
    telling.slots["made"] = lambda: telling.say(f"~{makes}", "past")
    telling.slots["makes"] = lambda: telling.say(f"~{makes}")
    telling.slots["where"] = telling.slots["in"] = telling.say(rng.choice(kind.where))
    return telling


def order(text: str) -> list[str]:
    """The letters in the order in which their numbers stand first in the text."""
    return list(dict.fromkeys(MARK.findall(text)))


def numbered(rng: Random, text: str, values: dict[str, int], words: float = 0.05) -> str:
    """The text with its numbers written, now and then as words."""

    def written(found: re.Match[str]) -> str:
        value = values[found[1]]
        often = (
            0.4 if found[1] == "x" else words
        )  # what has nothing to do with the question is often a word: "bed four"
        bare = not re.search(r"[$£€]$", text[: found.start()])
        return WORDS[value] if value <= 20 and bare and rng.random() < often else str(value)

    return MARK.sub(written, text)

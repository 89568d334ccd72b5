"""What isn't a sum that the model can do: greetings, knowledge, poems, divisions, numbers too long, noise.

Each gets a short thought and the one sentence that says what the model can do, with no box. Questions it can answer are
in `phrases` and `stories`.
"""

from __future__ import annotations

from random import Random

from . import stories
from .phrases import BARE, BEFORE, FRAMES, careless
from .problems import TIMES
from .stories.people import HE, SHE
from .stories.things import KINDS, plural
from .words import ASKS, FOREIGN, GREETINGS, NUMBERED, SELF, TOPICS, WORDS

NAMES = SHE + HE
THINGS = tuple(plural(noun) for kind in KINDS[:2] for noun in kind.nouns)
REPLY = (
    "I am a small built-in model that can add, subtract and multiply whole numbers of up to three digits "
    "(two for most products), do two-step sums and short word problems, and nothing else."
)
THOUGHTS = {
    "greeting": "This is a greeting and not a sum.\nI say what I can do.",
    "self": "This asks about me and not for a sum.\nI say what I can do.",
    "division": "This asks for something that I have not learned.\nI say what I can do.",
    "long": "These numbers are too long for me.\nI say what I can do.",
    "story": "This doesn't say all that I would need to know.\nI say what I can do.",
    "steps": "These are more steps than I can do.\nI say what I can do.",
    "topic": "This is not a sum that I can do.\nI say what I can do.",
}


def unlearned(rng: Random) -> str:
    """Divisions, powers, fractions, equations and the like."""
    a, b = rng.randrange(1, 1000), rng.randrange(1, 100)
    form = rng.choice(
        (
            "{a} / {b}",
            "{a}/{b}",
            "{a} ÷ {b}",
            "{a}÷{b}",
            "{a} divided by {b}",
            "{a} : {b}",
            "{a} over {b}",
            "half of {a}",
            "the square root of {a}",
            "√{a}",
            "{b}^2",
            "{a}^{b}",
            "{b}**2",
            "{a} squared",
            "{b} cubed",
            "{b} to the power of 3",
            "{a} mod {b}",
            "{a} % {b}",
            "{b}% of {a}",
            "{b} percent of {a}",
            "{b}!",
            "{b} factorial",
            "{a}.{b} + {b}",
            "{a} + {b}.5",
            "{b}.5 × 2",
            "1/2 + 1/{b}",
            "a third of {a}",
            "the quotient of {a} and {b}",
            "the remainder of {a} divided by {b}",
            "x + {b} = {a}",
            "{b}x = {a}",
            "x if x + {b} = {a}",
            "the average of {a} and {b}",
            "the mean of {a} and {b}",
            "log({a})",
            "sin({b})",
            "the greatest common divisor of {a} and {b}",
            "the next prime after {a}",
            "the prime factors of {a}",
            "the integral of x^{b}",
            "the derivative of x^2",
            "{a} in binary",
            "{a} / {b} + 3",
            "{b} + {a} / 2",
            "({a} + {b}) / 2",
            "{a} + x",
            "x - {b}",
            "the larger of {a} and {b}",
            "-{a} + {b}",
            "-{b} × 3",
            "{a} + -{b}",
        )
    )
    if rng.random() < 0.2:
        form = rng.choice(
            (
                "Divide {a} by {b}.",
                "Is {a} a prime number?",
                "Is {a} prime?",
                "Is {a} even or odd?",
                "Solve x + {b} = {a} for x.",
                "Split {a} into {b} equal parts.",
                "Round {a} to the nearest ten.",
                "Count to {b}.",
                "List the first {b} primes.",
                "How many digits does {a} have?",
                "Is {a} larger than {b}?",
                "Write {a} in words.",
                "What comes after {a}?",
                "If {b} friends share {a} {t} equally, how many does each get?",
                "Divide {a} {t} among {b} children.",
                "How many weeks are {a} days?",
                "How many minutes are {b} hours?",
                "Convert {a} miles to kilometers.",
                "{n} has {a} {t} and shares them with {b} friends. How many does each get?",
                "Sort {a}, {b}, 7.",
                "prime factors of {a}",
                "What is the probability of rolling a 6?",
                "Sum all numbers from 1 to {a}.",
                "{n} has {a} {t}.",
                "{a}",
                "{a} {b}",
                "{a}, {b}",
                "{a} +",
                "+ {b}",
                "Pick a number between 1 and {a}.",
                "{a} {t}",
                "I have {a} {t}.",
            )
        )
        return careless(rng, form.format(a=a, b=b, t=rng.choice(THINGS), n=rng.choice(NAMES)))
    return careless(rng, rng.choice(FRAMES if rng.random() < 0.7 else BARE).format(e=form.format(a=a, b=b)))


def too_long(rng: Random) -> str:
    """Sums of long numbers and products past the range."""
    sign = rng.choice(("+", "-", "−", "*", "×", "x", "plus", "times", "minus"))
    if sign in ("*", "×", "x", "times") and rng.random() < 0.6:
        sizes = rng.choice(((3, 2), (2, 3), (3, 3), (4, 1), (4, 2), (2, 4), (1, 4)))
    else:
        sizes = rng.choice(
            ((4, 1), (4, 3), (4, 4), (5, 5), (5, 2), (1, 5), (3, 5), (3, 4), (6, 6), (8, 8), (2, 7), (12, 9))
        )
    left, right = (rng.randrange(10 ** (size - 1), 10**size) for size in sizes)
    gap = rng.choice((" ", " ", "")) if len(sign) == 1 else " "
    text = f"{left}{gap}{sign}{gap}{right}"
    return careless(rng, rng.choice(FRAMES if rng.random() < 0.7 else BARE).format(e=text))


def too_many(rng: Random) -> str:
    """Sums with more than three numbers."""
    count = rng.randrange(4, 8)
    gap = rng.choice((" ", ""))
    times = rng.choice(("*", "x", TIMES))
    text = str(rng.randrange(1, 300))
    for _ in range(count - 1):
        text += gap + rng.choice(("+", "+", "-", times)) + gap + str(rng.randrange(1, 300))
    return careless(rng, rng.choice(FRAMES if rng.random() < 0.7 else BARE).format(e=text))


def noise(rng: Random) -> str:
    """Random words, letters, signs and bytes."""
    draw = rng.random()
    if draw < 0.4:
        return careless(
            rng, " ".join(rng.choice(WORDS) for _ in range(rng.randrange(1, 12))) + rng.choice(("", ".", "?", "!"))
        )
    if draw < 0.6:
        return "".join(rng.choice("abcdefghijklmnopqrstuvwxyz  ") for _ in range(rng.randrange(1, 25)))
    if draw < 0.75:
        return "".join(
            chr(
                rng.choice(
                    (
                        rng.randrange(33, 127),
                        rng.randrange(161, 1500),
                        rng.randrange(0x4E00, 0x5000),
                        rng.randrange(0x1F600, 0x1F650),
                    )
                )
            )
            for _ in range(rng.randrange(1, 9))
        )
    if draw < 0.85:
        return rng.choice(
            (
                "",
                " ",
                "?",
                "!",
                ".",
                "...",
                "\n",
                "-",
                "+",
                "=",
                "??",
                "hm",
                "ok",
                "yes",
                "no",
                "x",
                "×",
                "why?",
                "and?",
            )
        )
    return careless(rng, rng.choice(WORDS).capitalize() + " " + rng.choice(TOPICS) + rng.choice((".", "?", "!", "")))


def talk(rng: Random) -> str:
    """A question about anything, built from an opening and a topic."""
    text = rng.choice(ASKS).format(t=rng.choice(TOPICS), w=rng.choice(WORDS), n=rng.choice(NAMES), s=rng.choice(THINGS))
    return careless(rng, text)


def ask(rng: Random) -> tuple[str, str]:
    """Draws a question and the thought that goes with it."""
    draw = rng.random()
    if draw < 0.07:
        greeting = rng.choice(GREETINGS)
        return careless(rng, greeting + rng.choice(("", "", ", " + rng.choice(NAMES), "!", ".", " :)"))), THOUGHTS[
            "greeting"
        ]
    if draw < 0.14:
        return careless(rng, rng.choice(("", "", *BEFORE)) + rng.choice(SELF)), THOUGHTS["self"]
    if draw < 0.3:
        return unlearned(rng), THOUGHTS["division"]
    if draw < 0.42:
        text, why = stories.beyond(rng)
        return text, THOUGHTS[why]
    if draw < 0.49:
        return too_long(rng), THOUGHTS["long"]
    if draw < 0.53:
        return too_many(rng), THOUGHTS["steps"]
    if draw < 0.76:
        return talk(rng), THOUGHTS["topic"]
    if draw < 0.84:
        return careless(
            rng,
            rng.choice(NUMBERED).format(
                k=rng.randrange(2, 2000), s=rng.randrange(2, 12), t=rng.choice(TOPICS), n=rng.choice(NAMES)
            ),
        ), THOUGHTS["topic"]
    if draw < 0.89:
        return rng.choice(FOREIGN), THOUGHTS["topic"]
    return noise(rng), THOUGHTS["topic"]

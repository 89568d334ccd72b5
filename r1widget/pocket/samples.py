"""What training reads: whole turns as text, drawn from a seed, with the part that the model is to learn marked.

Besides plain turns there are turns with one value of the working altered (only what comes after it is learned), turns
whose thinking is closed by force (the answer is then a best effort), and turns after a conversation, whose earlier
answers stand there without their reasoning. Token ids are made elsewhere: a sample is a list of text pieces.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from random import Random

from . import other, phrases, stories
from .problems import (
    MINUS,
    PLUS,
    TIMES,
    Problem,
    expression,
    held_out,
    one_step,
    signed,
    two_step,
    untouched,
    within_range,
)
from .traces import Nonsense, Trace, altered, write

BEGIN, END = "<｜begin▁of▁sentence｜>", "<｜end▁of▁sentence｜>"
USER, ASSISTANT = "<｜User｜>", "<｜Assistant｜>"
THINK, CLOSE = "<think>", "</think>"
CLOSED = f"\n{CLOSE}\n\n"
KINDS = {"add": 13, "subtract": 17, "multiply": 25, "two-step": 23, "story": 15, "other": 10}
SYSTEMS = (
    "You are a helpful assistant.",
    "You are a helpful assistant that solves arithmetic.",
    "Be brief.",
    "You are a math tutor.",
    "Please reason step by step, and put your final answer within \\boxed{}.",
    "Answer in English.\n",
    "You are R1.",
)

ROOM = 4200  # characters of earlier turns, in at most 2,000 tokens


@dataclass(frozen=True)
class Asked:
    """A question that has a result: its words, its problem, the working's first words, and the answer's sentence."""

    text: str
    problem: Problem
    lead: str = ""
    reply: str = ""  # with {r} for the result; empty for the equation itself


@dataclass(frozen=True)
class Sample:
    """A turn: text given, and text to learn. Pieces of `given` and `learned` are tokenized one by one."""

    kind: str
    problem: Problem | None
    given: tuple[str, ...]
    learned: tuple[str, ...]


@dataclass(frozen=True)
class Mix:
    """The shares of the kinds, and how many samples are only a part of a turn.

    A reading is a question and the line that states its sum (and, where one subtracts, the next); an ending is a short word problem's answer. `altered` is
    the share of whole turns with an altered value, `long` that of turns after a long conversation.
    """

    kinds: dict[str, int]
    readings: float = 0.0
    endings: float = 0.0
    altered: float = 0.2
    long: float = 0.0


FIRST = Mix({"add": 12, "subtract": 15, "multiply": 20, "two-step": 19, "story": 26, "other": 8}, 0.25, 0.1, 0.4)
READING = Mix({"add": 10, "subtract": 13, "multiply": 14, "two-step": 16, "story": 40, "other": 7}, 0.6, 0.15, 0.5)
LONG = Mix({"add": 8, "subtract": 10, "multiply": 13, "two-step": 13, "story": 50, "other": 6}, 0.5, 0.1, 0.5)
COMPARING = Mix({"add": 3, "subtract": 9, "multiply": 5, "two-step": 6, "story": 74, "other": 3}, 0.8, 0.05, 0.5)
CLOSING = Mix({"add": 4, "subtract": 22, "multiply": 8, "two-step": 8, "story": 52, "other": 6}, 0.55, 0.2, 0.5)
WRITTEN = Mix({"add": 5, "subtract": 17, "multiply": 8, "two-step": 9, "story": 55, "other": 6}, 0.65, 0.1, 0.5, 0.025)
LOOPING = Mix(
    {"add": 12, "subtract": 17, "multiply": 11, "two-step": 11, "story": 43, "other": 6}, 0.35, 0.08, 0.45, 0.09
)
TURNING = Mix({"add": 8, "subtract": 19, "multiply": 9, "two-step": 11, "story": 47, "other": 6}, 0.5, 0.1, 0.5, 0.04)
TURNED = Mix({"add": 8, "subtract": 30, "multiply": 9, "two-step": 11, "story": 37, "other": 5}, 0.4, 0.1, 0.55, 0.04)


def answer(trace: Trace, reply: str) -> str:
    """The answer to a finished working."""
    shown = signed(trace.result)
    sentence = reply.format(r=shown) if reply else f"{expression(trace.problem)} = {shown}."
    return f"{sentence}\n\n{boxed(trace.result)}"


def boxed(result: int) -> str:
    """The result in its box."""
    return f"$\\boxed{{{result}}}$"


def draw_asked(rng: Random, kind: str, wanted: bool = False) -> Asked:
    """Draws a question of `kind`: one that training may ask or, with `wanted`, one that is held out for evaluation."""
    while True:
        if kind.startswith("story"):
            told = stories.tell(rng, kind.removeprefix("story").removeprefix("-") or None)
            asked = Asked(told.text, told.problem, told.lead, told.reply)
        else:
            signs = {"add": PLUS, "subtract": MINUS, "multiply": TIMES}
            problem = two_step(rng) if kind == "two-step" else one_step(rng, signs[kind])
            asked = Asked("", problem)
        if held_out(asked.problem) if wanted else untouched(asked.problem):
            return asked if asked.text else Asked(phrases.ask(rng, asked.problem), asked.problem)


def checks_for(rng: Random, problem: Problem) -> int:
    """How many second looks a working gets: most long products one, others now and then."""
    long_product = problem.operations == (TIMES,) and min(problem.numbers) > 9
    count = int(rng.random() < (0.7 if long_product else 0.3))
    return count + rng.choice((1, 2)) if rng.random() < 0.03 else count


def prompt(question: str, history: tuple[tuple[str, str], ...] = (), system: str = "") -> str:
    """The conversation as the chat template renders it, up to and with the opened thinking."""
    turns = "".join(f"{USER}{asked}{ASSISTANT}{said}{END}" for asked, said in history)
    return f"{BEGIN}{system}{turns}{USER}{question}{ASSISTANT}{THINK}\n"


def series(rng: Random, kind: str) -> Callable[[], Asked]:
    """Questions as a loop asks them: of one kind, in the same words, perhaps always about one number."""
    words, number = rng.random(), draw_asked(rng, kind).problem.numbers[-1] if rng.random() < 0.5 else None

    def ask() -> Asked:
        asked = draw_asked(rng, kind)
        if asked.reply:
            return asked  # a story's words are its own
        problem = asked.problem
        if number is not None:
            about = problem.with_numbers((*problem.numbers[:-1], number))
            problem = about if untouched(about) and within_range(about) else problem
        return Asked(phrases.ask(Random(words), problem), problem)

    return ask


def earlier(rng: Random, turns: int, ask: Callable[[], Asked] | None = None) -> tuple[tuple[str, str], ...]:
    """So many earlier turns of a conversation, as far as they fit; with `ask`, all of its kind."""
    said: list[tuple[str, str]] = []
    while len(said) < turns and sum(len(question) + len(reply) for question, reply in said) < ROOM:
        kind = rng.choice(tuple(KINDS))
        if kind == "other" and ask is None:
            said.append((other.ask(rng)[0], other.REPLY))
            continue
        asked = ask() if ask is not None else draw_asked(rng, kind)
        said.append((asked.text, answer(write(asked.problem, rng), asked.reply)))
    return tuple((question, rng.choice(("", "\n\n")) + reply) for question, reply in said)


def turns_before(rng: Random, mix: Mix) -> int:
    """How many turns a conversation has had: none, most often, else one to six, or up to a hundred."""
    if rng.random() < mix.long:
        return rng.randint(7, 100)
    return rng.choice((1, 1, 1, 2, 2, 3, 6)) if rng.random() < 0.09 else 0


def stopped(asked: Asked, trace: Trace, rng: Random) -> tuple[str, str]:
    """A working cut somewhere, and the answer that goes with what it has: its latest result, else a guess."""
    if rng.random() < 0.25:
        return "", f"My guess without working it out is {signed(trace.result)}.\n\n{boxed(trace.result)}"
    cut = trace.thinking[: rng.randrange(len(trace.thinking))]
    if rng.random() < 0.5:
        cut = cut[: cut.rfind("\n") + 1].removesuffix("\n")
    cut = cut.rstrip("0123456789").rstrip(" ")
    cut = cut if cut == "" or not cut[-1].isalpha() else cut[: cut.rfind(" ") + 1].rstrip(" ")
    whole = re.findall(r"So [^=]*= (−?\d+)[.\n]", cut + "\n")
    if f"So {expression(trace.problem)} = {signed(trace.result)}." in cut:
        return cut, answer(trace, asked.reply)
    if whole:
        value = int(whole[-1].replace(MINUS, "-"))
        return cut, f"I stopped early. So far I have {signed(value)}.\n\n{boxed(value)}"
    return cut, f"I stopped early. My guess is {signed(trace.result)}.\n\n{boxed(trace.result)}"


def ending(rng: Random) -> Sample:
    """A short word problem with its working given, its answer to learn."""
    while True:
        asked = draw_asked(rng, "story")
        trace = write(asked.problem, rng, asked.lead)
        if len(trace.thinking) < 300:
            said = answer(trace, asked.reply) + END
            return Sample("story", asked.problem, (prompt(asked.text), trace.thinking + CLOSED), (said,))


def begun(thinking: str, lines: int) -> str:
    """The working up to and with the line that states its sum, or with what comes next: that one number is less."""
    at = thinking.index("I need to work out")
    return thinking[:at] + "".join(thinking[at:].splitlines(keepends=True)[:lines])


def draw(rng: Random, mix: Mix) -> Sample:
    """Draws one turn."""
    kind = rng.choices(tuple(mix.kinds), tuple(mix.kinds.values()))[0]
    system = rng.choice(SYSTEMS) if rng.random() < 0.04 else ""
    turns = turns_before(rng, mix)
    ask = (
        series(rng, rng.choice(("add", "subtract", "multiply", "story-one")))
        if turns > 6 and rng.random() < 0.6
        else None
    )
    history = earlier(rng, turns, ask)
    if kind == "other":
        question, thought = other.ask(rng)
        return Sample(kind, None, (prompt(question, history, system),), (thought + CLOSED + other.REPLY + END,))
    if mix.endings and kind == "story" and rng.random() < mix.endings:
        return ending(rng)
    asked = ask() if ask is not None and rng.random() < 0.8 else draw_asked(rng, kind)
    given = prompt(asked.text, history, system)
    if mix.readings and rng.random() < mix.readings:
        page = write(asked.problem, rng, asked.lead).thinking
        return Sample(kind, asked.problem, (given,), (begun(page, 2 if MINUS in asked.problem.operations else 1),))
    checks = checks_for(rng, asked.problem)
    manner = rng.random()
    if manner < mix.altered:
        trace = altered(asked.problem, rng, asked.lead, checks)
        said = trace.thinking + CLOSED + answer(trace, asked.reply) + END
        return Sample(kind, asked.problem, (given, said[: trace.altered]), (said[trace.altered :],))
    trace = write(asked.problem, rng, asked.lead, checks)
    if manner < mix.altered + 0.06:
        cut, best = stopped(asked, trace, rng)
        return Sample(
            kind, asked.problem, (given, cut + (CLOSED if rng.random() < 0.8 else f"{CLOSE}\n\n")), (best + END,)
        )
    said = trace.thinking + CLOSED + answer(trace, asked.reply) + END
    if (
        manner < mix.altered + 0.11
    ):  # a reader may stop anywhere and let the model go on: after a space, a mark or a line
        place = rng.choice([found.end() for found in re.finditer(r"[ .\n]", trace.thinking)])
        return Sample(kind, asked.problem, (given, said[:place]), (said[place:],))
    return Sample(kind, asked.problem, (given,), (said,))


def stream(seed: int | str, mix: Mix = FIRST) -> Iterator[Sample]:
    """Samples without end, in the shares that `mix` gives; the same seed gives the same samples."""
    rng = Random(seed)
    while True:
        try:
            sample = draw(rng, mix)
        except Nonsense:
            continue
        assert sample.problem is None or untouched(sample.problem)
        yield sample

"""The many ways in which one asks for a sum: signs, words, frames around them, and careless typing.

What a problem is stands in `problems`; word problems are in `stories`; what isn't a sum is in `other`.
"""

from __future__ import annotations

from random import Random

from .problems import MINUS, PLUS, TIMES, Problem

# fmt: off
SIGNS = {PLUS: ("+", "+", "+", "plus"),
         MINUS: ("-", "-", "−", "−", "–", "minus"),
         TIMES: ("×", "×", "*", "*", "x", "x", "X", "·", "times")}
IN_WORDS = {
    PLUS: ("{a} plus {b}", "{a} and {b} added together", "the sum of {a} and {b}", "the total of {a} and {b}",
           "{a} added to {b}", "{b} more than {a}", "{a} increased by {b}"),
    MINUS: ("{a} minus {b}", "{a} less {b}", "{a} take away {b}", "{b} subtracted from {a}", "{b} less than {a}",
            "{a} decreased by {b}", "{b} taken from {a}"),
    TIMES: ("{a} times {b}", "{a} multiplied by {b}", "the product of {a} and {b}", "{a} times {b}", "{a} lots of {b}",
            "{a} by {b} multiplied"),
}
ORDERS = {
    PLUS: ("add {a} and {b}", "add {b} to {a}", "sum {a} and {b}", "add up {a} and {b}", "put {a} and {b} together"),
    MINUS: ("subtract {b} from {a}", "take {b} away from {a}", "take {b} from {a}", "take {a} and subtract {b}"),
    TIMES: ("multiply {a} by {b}", "multiply {a} and {b}", "multiply {a} with {b}", "take {a} times {b}"),
}
THEN = {PLUS: ("then add {c}", "and then add {c}", "and add {c}", "then add {c} to the result"),
        MINUS: ("then subtract {c}", "and subtract {c}", "then take away {c}", "and then subtract {c}"),
        TIMES: ("then multiply by {c}", "and multiply by {c}", "then multiply the result by {c}", "then times {c}")}
FRAMES = (
    "What is {e}?", "What is {e}?", "What's {e}?", "What is {e}", "How much is {e}?", "how much is {e}", "What does {e} equal?",
    "What is the result of {e}?", "What do I get for {e}?", "What is the value of {e}?", "Calculate {e}.", "Calculate {e}",
    "Compute {e}.", "Compute {e}", "Work out {e}.", "Work out {e}", "Find {e}.", "Solve {e}.", "Solve: {e}", "Evaluate {e}.",
    "Tell me {e}.", "Give me {e}.", "Can you work out {e}?", "Can you tell me what {e} is?", "Could you calculate {e}?",
    "Could you compute {e} for me?", "Please calculate {e}.", "Please work out {e}.", "Please tell me what {e} is.",
    "I want to know {e}.", "I need to know what {e} is.", "What will {e} be?", "What would {e} be?", "What is {e} equal to?",
    "Do you know what {e} is?", "Do you know {e}?", "Quick question: what is {e}?", "what makes {e}?", "How much does {e} make?",
    "Help me with {e}.", "My homework says: {e}. What is it?", "Find the value of {e}.", "Question: {e}", "The task is {e}.",
    "Show me how to do {e}.", "Explain {e} step by step.", "Let's do {e}.", "Now {e}.", "And {e}?", "Next: {e}", "Try {e}.",
    "So what's {e} then?", "Was ist {e}?", "Combien font {e} ?", "¿Cuánto es {e}?", "{e} 是多少?", "计算 {e}", "Wie viel ist {e}?",
)
BARE = ("{e}", "{e}", "{e}", "{e} = ?", "{e}=?", "{e} =", "{e}=", "{e}?", "{e} = ", "{e} equals?", "{e} equals what?", "{e}.")
COMMANDS = ("{o}.", "{o}", "{o}.", "Please {o}.", "Can you {o}?", "Could you {o}?", "please {o}", "I want you to {o}.",
            "Now {o}.", "Could you please {o}?", "Would you {o}?", "What do I get if I {o}?", "What do you get when you {o}?",
            "What happens when I {o}?", "Help me {o}.", "If I {o}, what do I get?", "Let's {o}.", "Try to {o}.")
BEFORE = ("Hi! ", "Hello, ", "Hey, ", "hi, ", "OK, ", "Ok. ", "So, ", "Please: ", "Good morning. ", "Now, ", "Well, ", "Thanks! ",
          "Great. ", "Hello! ", "ok ", "And now: ", "One more: ")
AFTER = (" Thanks!", " Thank you.", " please", ", please.", " Please.", " Show your work.", " Think step by step.", " thanks",
         " Please reason step by step, and put your final answer within \\boxed{}.", " Explain each step.", " :)", "!", " Go!",
         " Answer with a number.", "\nPlease reason step by step, and put your final answer within \\boxed{}.", "\n", "\n\n")
# fmt: on


def in_signs(rng: Random, problem: Problem) -> str:
    """The problem as signs and numbers, spaced in one of several ways."""
    gap = rng.choices((" ", "", "  "), (70, 28, 2))[0]
    times = rng.choice(SIGNS[TIMES])
    text = ""
    for index, number in enumerate(problem.numbers):
        if index:
            operation = problem.operations[index - 1]
            sign = times if operation == TIMES else rng.choice(SIGNS[operation])
            text += f" {sign} " if sign.isalpha() and len(sign) > 1 else gap + sign + gap
        opens = problem.bracketed and index == problem.inner
        closes = problem.bracketed and index == problem.inner + 1
        text += "(" * opens + str(number) + ")" * closes
    return text


def two_steps(rng: Random, problem: Problem) -> str | None:
    """A two-step problem as a command in words, where its form allows that."""
    a, b, c = problem.numbers
    first, then = problem.operations[problem.inner], problem.operations[1 - problem.inner]
    if problem.inner == 0:
        if rng.random() < 0.2:
            start = rng.choice(("start with {a}, ", "take {a}, ", "begin with {a}, "))
            step = {PLUS: "add {b}", MINUS: "subtract {b}", TIMES: "multiply by {b}"}[first]
            return (start + step + ", " + rng.choice(THEN[then])).format(a=a, b=b, c=c)
        comma = rng.choice((", ", ", ", " "))
        return (rng.choice(ORDERS[first]) + comma + rng.choice(THEN[then])).format(a=a, b=b, c=c)
    inner = {
        PLUS: "the sum of {b} and {c}",
        MINUS: "the difference of {b} and {c}",
        TIMES: "the product of {b} and {c}",
    }[first]
    outer = {PLUS: "add {a} to ", MINUS: "subtract ", TIMES: "multiply {a} by "}[then]
    return (outer + inner + (" from {a}" if then == MINUS else "")).format(a=a, b=b, c=c)


def ask(rng: Random, problem: Problem) -> str:
    """One way of asking for `problem`."""
    draw = rng.random()
    if problem.kind == "two-step":
        if draw < 0.35 and (order := two_steps(rng, problem)):
            return careless(rng, rng.choice(COMMANDS).format(o=order))
    else:
        left, right = problem.numbers
        operation = problem.operations[0]
        if draw < 0.2:
            return careless(rng, rng.choice(COMMANDS).format(o=rng.choice(ORDERS[operation]).format(a=left, b=right)))
        if draw < 0.45:
            if operation == MINUS and left >= right and rng.random() < 0.3:
                words = rng.choice(("the difference between {a} and {b}", "the difference of {a} and {b}"))
            else:
                words = rng.choice(IN_WORDS[operation])
            return careless(rng, rng.choice(FRAMES).format(e=words.format(a=left, b=right)))
    return careless(rng, rng.choice(FRAMES if rng.random() < 0.65 else BARE).format(e=in_signs(rng, problem)))


def careless(rng: Random, text: str) -> str:
    """A question as people type it: greetings, case, spaces, missing or doubled marks."""
    if rng.random() < 0.08:
        text = rng.choice(BEFORE) + text
    if rng.random() < 0.12:
        text += rng.choice(AFTER)
    if (draw := rng.random()) < 0.12:
        text = text.lower()
    elif draw < 0.14:
        text = text.upper().replace("\\BOXED", "\\boxed")
    elif draw < 0.4:
        text = text[:1].upper() + text[1:]
    if rng.random() < 0.04:
        text = rng.choice((" ", "  ", "\n")) * rng.randrange(2) + text + rng.choice((" ", "  ", "\n", ""))
    return text

"""How a story's statements and its question are put together: in order, question first, with "if", joined, run on.

Here are only frames, which say nothing of the sum: what is said in them comes from the tables. So one statement is met in
every frame, and the frame tells nothing of what is to be done. Beside statements stand asides, with a number or without,
that have nothing to do with the question.
"""

from __future__ import annotations

import re
from random import Random

# fmt: off
ASIDES = (  # with a number that isn't asked for
    "{n} is ⟦x⟧ years old", "it is ⟦x⟧ o'clock", "the trip takes ⟦x⟧ hours", "{n} lives in house number ⟦x⟧", "{m} is ⟦x⟧ years old", "{n} has ⟦x⟧ cousins", "it is day ⟦x⟧ of the month",
    "{n} got up at ⟦x⟧ o'clock", "this happened ⟦x⟧ years ago", "{m} has ⟦x⟧ dogs", "the bus has the number ⟦x⟧", "{n} is in class ⟦x⟧", "{m} sits in row ⟦x⟧", "it all takes place on floor ⟦x⟧",
    "{m} called ⟦x⟧ times", "{n} waited ⟦x⟧ minutes", "this is task ⟦x⟧ of the test", "the room has ⟦x⟧ windows", "{m} wears the number ⟦x⟧", "there are two ways to go", "the two of them are good friends",
    "{n} has two brothers", "this took three days", "{m} has one sister", "{n} thought about it twice",
    "the oven is at ⟦x⟧ hundred degrees", "it was half past ⟦x⟧", "{m} is number ⟦x⟧ in the line", "{n} sleeps in bed ⟦x⟧", "it is ⟦x⟧ degrees outside", "only one of them knows", "{n} was in the chair for ⟦x⟧ hours",
)
WHO = ("is ⟦x⟧ years old", "is aged ⟦x⟧", "will be ⟦x⟧ in {month}", "sits in seat ⟦x⟧", "has worked here for ⟦x⟧ years", "has ⟦x⟧ brothers", "is ⟦x⟧", "lives in {town}", "is in class ⟦x⟧", "comes from {town}", "has two sisters", "works here", "is very {adj}")
WHERE = ("in a house with ⟦x⟧ windows, ", "in room ⟦x⟧, ", "on page ⟦x⟧ of a book it says: ", "at ⟦x⟧ o'clock, ", "in class ⟦x⟧, ", "in a barn with two doors, ", "on bus number ⟦x⟧, ")
FILLERS = (
    "{n} is very happy", "it is a sunny day", "{m} looks on", "the weather is fine", "everybody is tired", "{n} and {m} are good friends", "{m} knows nothing about it", "this is easy", "{n} does this often",
    "the children laugh", "{n} wrote it all down", "nobody else is there", "it rains a little", "{m} helped with it", "that was hard work", "no one knows why", "{n} likes {adj} things", "it was in {town}", "the {t} are very {adj}",
)
OPENINGS = ("Word problem: ", "Question: ", "Here is a problem: ", "Please solve: ", "Solve this: ", "Can you solve this? ", "A puzzle: ", "Help me with this one. ", "1. ", "2) ", "Problem: ",
            "Math: ", "My homework: ", "Think about this: ", "Try this one: ", "Hi, ", "Exercise: ", "Q: ", "Please help: ", "One more: ", "Listen: ", "I have a question. ", "Now this: ", "Task 7: ", "No. 12. ",
            "I need help: ", "so ", "ok so ", "Say, ", "Tell me: ", "From my book: ", "Here's one: ", "Suppose this: ", "hey ", "A question from the test: ", "Can you help? ")
GIVEN = ("suppose ", "suppose that ", "imagine ", "imagine that ", "assume that ", "let's say ", "say ", "we know that ", "it is known that ", "i know that ", "you are told that ", "consider this: ", "here is what i know: ", "once, ", "now ")
LINKS = (" if ", " if ", " if ", " when ", " given that ", " supposing ", ", if ", " in case ", " considering that ")
JOINTS = (" and ", " and ", ", and ", "; ", ", ", ", while ", " - ", ": ", ". and ", ". also, ", ". now ")
COMMANDS = ("find ", "find ", "calculate ", "work out ", "tell me ", "give ", "say ", "write down ", "please give ", "figure out ", "compute ", "name ", "i need ", "i want to know ", "please find ", "let me know ", "show ")
NAMED = re.compile(r"(?:what|how large|how much) (?:is|was|are|will be) ((?:the|his|her|their|their|your|my|\{his\}|\{ns\}|\{ms\}) .*)$")
COUNTED = re.compile(r"how (?:many|much) (?:[^ ]+ ){0,4}?(?:are|is|was|were|remain|remains|stay|come|go) .*$|how many (?:[^ ]+ )?(?:remain|stay)$")
# fmt: on


def chosen(rng: Random, text: str) -> str:
    """`text` with all its choices made, its slots and verbs still open."""
    while found := re.search(r"\(([^()]*\|[^()]*)\)", text):
        text = text[: found.start()] + rng.choice(found[1].split("|")) + text[found.end() :]
    return text


def commanded(rng: Random, question: str) -> str:
    """The question as a command, where its words allow that, else nothing."""
    if found := NAMED.match(question):
        wanted = found[1]
        if wanted.startswith("the ") and rng.random() < 0.15:
            return f"{wanted} is {rng.choice(('wanted', 'asked for', 'to be found', 'needed'))}."
    elif COUNTED.match(question) and " does that " not in question:
        wanted = re.sub(r"\b(are|is|was|were) (there|that|it)\b", r"\2 \1", question)
    else:
        return ""
    return rng.choice(COMMANDS) + wanted + "."


def framed(rng: Random, statements: list[str], question: str) -> str:
    """One text of statements, which have no point at their end, and of a question, which has no mark."""
    asking = "." if question.startswith("find ") else "?"
    if asking == "?" and rng.random() < 0.2 and (command := commanded(rng, question)):
        question, asking = command.removesuffix("."), "."
    form = rng.random()
    if asking == "?" and form < 0.17:
        return question + rng.choice(LINKS) + listed(rng, statements) + "?"
    if form < 0.28:
        return (
            rng.choice(("if ", "if ", "if ", "when ", "given that ", "since "))
            + listed(rng, statements)
            + f", {question}{asking}"
        )
    statements = [*statements]
    if rng.random() < 0.13:
        statements.insert(rng.randrange(len(statements) + 1), rng.choice(FILLERS))
    if rng.random() < 0.1:
        statements.insert(rng.randrange(len(statements) + 1), rng.choice(ASIDES))
    if rng.random() < 0.06:  # what belongs to somebody, and to no sum
        statements[0] = statements[0].replace("{n} ", f"{{n}}, who {rng.choice(WHO)}, ", 1)
    elif rng.random() < 0.02:
        statements[0] = rng.choice(WHERE) + statements[0]
    if form < 0.36:
        return rng.choice(GIVEN) + ". ".join(statements) + f". {question}{asking}"
    if form < 0.5:
        return listed(rng, statements, JOINTS) + f". {question}{asking}"
    if form < 0.56:
        return ". ".join(statements) + rng.choice((", ", "; ", " - ", " so ", ", so ", ": ")) + f"{question}{asking}"
    return ". ".join(statements) + f". {question}{asking}"


def listed(rng: Random, statements: list[str], joints: tuple[str, ...] = (" and ", ", and ", ", ", " and if ")) -> str:
    """The statements as parts of one sentence."""
    text = statements[0]
    for statement in statements[1:]:
        text += rng.choice(joints) + statement
    return text


def reframed(rng: Random, text: str) -> str:
    """A whole phrasing, its choices made, in another frame, if it ends with the only question in it."""
    *statements, question = text.split(". ")
    if not statements or not question.endswith("?") or "?" in text[:-1] or re.search(r"\bif\b", text):
        return text
    return framed(rng, statements, question[:-1])

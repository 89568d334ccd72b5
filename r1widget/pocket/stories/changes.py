"""Stories in which something comes and goes: put together from a state, one or two events and a question.

The parts are drawn one by one from `things` and from the lists here, and joined in one of many orders. Stories of other
forms are whole phrasings and stand in the tables beside this.
"""

from __future__ import annotations

from random import Random

from .language import Telling
from .things import Kind

# fmt: off
MORE = ("{q} more {t}", "{q} more {t}", "{q} more", "{q} more", "another {q}", "another {q} {t}", "{q} {t}", "{q} additional {t}", "{q} new {t}",
        "{q} extra {t}", "a further {q}", "{q} other {t}", "{q} further {t}", "{q}")
SOME = ("{q}", "{q}", "{q} {t}", "{q} {t}", "{q} of them", "{q} of them", "{q} of the {t}", "{q} of these {t}", "{q} of those")
OWNED = (
    "{n} ~have {a} {t}", "{n} ~have {a} {t}", "{n} ~have {a} {t}", "{n} ~own {a} {t}", "{n} ~have {a} {t} {where}", "{n} ~keep {a} {t} {where}",
    "{n} ~start (out|off|) with {a} {t}", "{n} ~begin with {a} {t}", "(at first|at the beginning|in the morning|this morning|yesterday|on {day}|last week|to begin with|originally|first)(,|) {n} ~have {a} {t}",
    "{n} ~have (exactly|a total of|about|got|already) {a} {t}", "there &be {a} {t} in {ns} (bag|box|room|house|collection|basket|drawer|garden)", "{n} ~count {a} {t} {where}",
    "{n} ~possess {a} {t}", "{ns} (collection|box|bag|set) ^have {a} {t}", "{n} ~have {a} {t} (to begin with|to start with|at first|at the start|in the beginning|at home|in the morning)",
    "{n} <gain0>", "{n} <gain0>", "(one day|last year|in {month}|on {day}|in the morning|today) {n} <gain0>",
    "{a} {t} &belong to {nn}", "{n} ~have a (box|bag|collection|bunch|pile) of {a} {t}", "{n} ~have {a} {t} (for sale|in all|altogether|left from last week)",
)
PLACED = (
    "there &be {a} {t} {where}", "there &be {a} {t} {where}", "there &be {a} {t} {where}", "{where} there &be {a} {t}", "{where} &be {a} {t}", "{a} {t} &be {where}",
    "{a} {t} &sit {where}", "{a} {t} &stand {where}", "(at first|at the beginning|in the morning|this morning|yesterday|on {day}|at noon|originally)(,|) there &be {a} {t} {where}",
    "{n} ~see {a} {t} {where}", "we can see {a} {t} {where}", "{a} {t} &wait {where}", "{n} ~count {a} {t} {where}", "there &be (exactly|a total of|already) {a} {t} {where}", "{a} {t} &can be found {where}",
    "you can find {a} {t} {where}", "a (box|bag|place|room|jar|basket) ^hold {a} {t}", "the (box|bag|place|room|jar|basket|list|group) ^contain {a} {t}", "(suppose|imagine) (that|) there &be {a} {t} {where}",
    "a group of {a} {t} ^be {where}", "there once were {a} {t} {where}", "{a} {t} &be together {where}",
)
THEN = ("", "", "", "", "then ", "then ", "later ", "later, ", "after that ", "after that, ", "the next day ", "in the afternoon, ", "on {day2} ", "today ", "at lunch ", "afterwards, ", "a week later, ",
        "in the evening ", "soon ", "suddenly ", "during the day, ", "after a while, ", "next, ", "now ", "an hour later ", "the following day, ", "in {month} ", "this week ", "overnight, ", "meanwhile, ")
GAINED = ("now", "now", "in all", "altogether", "in total", "then", "at the end", "in the end", "all together", "after that", "all in all", "", "afterwards", "at this point", "by now", "today", "in the end", "as a result")
GONE = ("left", "left", "left", "now", "now", "left over", "remaining", "then", "at the end", "in the end", "after that", "", "still", "afterwards", "at this point", "by now", "today")
OWN_ASKS = (
    "how many {t} {do} {s} +have {end}", "how many {t} {do} {s} +have {end}", "how many {t} {do} {s} +have {end}", "how many {do} {s} +have {end}", "how many {t} {do} {n} +have {end}",
    "what is the (total |)number of {t} (that |){s} ~have {end}", "how many {t} &be there {end}", "how many {t} &be {end}", "how many {t} ^do that make {end}", "how many {t} &be that {end}",
    "{end} how many {t} {do} {s} +have", "{s} ~have how many {t} {end}", "what number of {t} {do} {s} +have {end}", "how many {t} {do} {s} +own {end}", "how many {t} &be {his} {end}", "how many {t} &belong to {nn} {end}",
    "how large ^be {his} collection {end}", "how many {t} &be in {his} possession {end}", "how many {t} {do} {s} +have (with|on) {him} {end}", "how many {t} {do} that leave {nn} with",
    "how many {t} {do} {s} +end up with", "what {do} {s} +have {end}", "with how many {t} {do} {s} +end up", "how many {t} can {s} count {end}",
)
PLACE_ASKS = (
    "how many {t} &be there {end}", "how many {t} &be there {end}", "how many {t} &be there {where} {end}", "how many {t} &be {where} {end}", "how many {t} &be {where} {end}", "how many &be there {end}", "how many &be {where} {end}",
    "what ^be the number of {t} {where} {end}", "how many {t} can you (see|find|count) {where} {end}", "how many {t} ^do that make {end}", "what ^be the (total |)number of {t} {end}", "{end} how many {t} &be {where}",
    "there &be how many {t} {end}", "how many {t} ^do the place have {end}", "how many {t} will {n} see {end}", "how many {t} &be that {end}",
)
LEFT_ASKS = (
    "how many {t} &be left", "how many {t} &be left", "how many &be left", "how many {t} &remain", "how many &remain", "how many {t} &be (still|) (there|{where})", "how many {t} &be left over", "how many of the {t} &be left",
    "how many of them &be left", "how many of them &remain", "how many {t} &be still there", "how many {t} &stay", "what ^be left", "how many &be still (there|left)", "how many {t} &be not gone", "what number of {t} ^remain",
    "how many {t} &be remaining", "how many {t} &be there still", "how many {t} &be left {where}", "{t} left",
)
STILL_ASKS = ("how many {t} {do} {s} still have", "how many {t} {do} {s} have remaining", "how many {do} {s} still have", "how many {t} {do} {s} +keep", "how many {t} &be left for {nn}", "how many {t} {do} {s} +have left", "how many {t} {do} {n} still have",
              "how many {t} {do} {s} still own", "how many of {his} {t} &be left", "how many of {his} {t} {do} {s} still have", "how many {t} {do} {s} have left to (sell|use|give away)")
WHOLE = ("how many {t} {s} ~have {end}", "how many {t} {n} ~have {end}", "the number of {t} {s} ~have {end}", "how many {t} there &be {end}")
WHOLE_LEFT = ("how many {t} &be left", "how many {t} &remain", "the number of {t} that &be left", "the remaining number of {t}", "how many {t} {s} still ~have", "how many &be left", "the number of {t} {s} ~have left")
WHOLE_PLACE = ("how many {t} there &be {end}", "how many {t} &be {where} {end}", "the number of {t} {where} {end}", "how many {t} that makes")
COMMANDS = ("find {w}", "calculate {w}", "work out {w}", "tell me {w}", "can you (tell me|work out|find out|say) {w}", "determine {w}", "say {w}", "i want to know {w}", "please (calculate|work out|find|tell me) {w}", "do you know {w}",
            "write down {w}", "figure out {w}", "compute {w}", "could you help me find out {w}", "give {w}", "{n} (wants to know|asks|wonders) {w}", "state {w}", "help {n} find out {w}")
# fmt: on


def asked(t: Telling, own: bool, signs: str, tense: str) -> tuple[str, str]:
    """The question and, where it isn't one in form, its mark: a point."""
    ends: tuple[str, ...] = GONE if "−" in signs else GAINED
    if tense == "past":
        ends = tuple(end for end in ends if end not in ("now", "by now", "today"))
    t.slots["end"] = t.rng.choice(ends)
    draw = t.rng.random()
    if draw < 0.2:  # inside another sentence
        pool = WHOLE_LEFT if "−" in signs and draw < 0.12 else WHOLE if own else WHOLE_PLACE
        t.slots["w"] = t.say(t.rng.choice(pool), tense)
        command = t.say(t.rng.choice(COMMANDS), "present")
        return command, "?" if command.startswith(("can ", "could ", "do ")) else "."
    if signs[-1:] == "−" and draw < 0.6:
        return t.say(t.rng.choice(STILL_ASKS if own and t.rng.random() < 0.5 else LEFT_ASKS), tense), "?"
    return t.say(t.rng.choice(OWN_ASKS if own else PLACE_ASKS), tense), "?"


def event(t: Telling, kind: Kind, own: bool, sign: str, letter: str, subject: str = "{s} ") -> str:
    """What happens, as a clause; with an empty `subject` possibly as a verb phrase that goes on after "and"."""
    t.slots["q"] = t.slots[letter]
    t.rules["more"], t.rules["some"] = MORE, (*SOME, "{q} of {his} {t}") if own else SOME
    does, happens = (kind.gain, kind.come) if sign == "+" else (kind.loss, kind.go)
    if own and does and t.rng.random() < 0.72:
        return t.say(subject + t.rng.choice(does))
    return t.say(t.rng.choice(happens))


def joined(t: Telling, kind: Kind, own: bool, signs: str) -> str:
    """The events, joined to the state before them and to each other."""
    told = ""
    for sign, letter in zip(signs, "bc", strict=False):
        last = letter == "c" or len(signs) == 1
        draw = t.rng.random()
        if draw < 0.5:
            then = t.say(t.rng.choice(THEN))
            told += t.rng.choice((". ", ". ", ". ", "; ", ", ")) + then + event(t, kind, own, sign, letter)
        elif draw < 0.85:
            but = (" but ", ", but ") if sign == "−" else ()
            link = t.rng.choice(
                (" and ", " and ", " and then ", ", and ", ", then ", *but) if last else (", ", ", then ", " and ")
            )
            told += link + event(t, kind, own, sign, letter, t.rng.choice(("", "", "{s} ")))
        else:
            told += (
                ". "
                + t.rng.choice(("then ", "but then ", "and ", "after this ", "later on "))
                + event(t, kind, own, sign, letter)
            )
    return told


def change(rng: Random, t: Telling, kind: Kind, signs: str) -> tuple[str, str]:
    """The story and the sentence that answers it; the numbers stand in the telling's slots."""
    own = bool(kind.gain) and rng.random() < 0.72
    t.tense = rng.choice(("past", "past", "present", "present"))
    asking = t.tense if rng.random() < 0.55 else rng.choice(("present", "present", "future"))
    if kind.gain:
        t.rules["more"] = ("{q} {t}",)
        t.slots["q"] = t.slots["a"]
        t.rules["gain0"] = kind.gain
    state = rng.choice(OWNED if own else PLACED)
    if "gain0" in state and not kind.gain:
        state = OWNED[0]
    reply = (
        rng.choice(("{has} {r} {t}.", "{has} {r} {t} {end}.")) if own and rng.random() < 0.8 else "There are {r} {t}."
    )
    if signs[-1] == "−" and (not own or rng.random() < 0.4):
        reply = "{r} {t} are left."
    t.slots["end"] = "left" if signs[-1] == "−" else "now"
    reply = t.say(reply)
    form = rng.random()
    if form < 0.12 and signs == "−":
        return _part_first(t, kind, own, asking), reply
    if form < 0.08 and signs == "+" and kind.gain:
        return _already(t, kind, asking), reply
    if form < 0.2:  # the question first
        question, mark = asked(t, own, signs, asking)
        if mark == "?" and not question.endswith(" "):
            link = t.rng.choice((" if ", " if ", " when ", " after "))
            return question + link + t.say(state) + joined(t, kind, own, signs).replace(".", ",") + "?", reply
    if own and 0.8 < form < 0.87:
        return _after(t, kind, signs, state, asking), reply
    story = t.say(state) + joined(t, kind, own, signs)
    if form > 0.9:
        opening = t.rng.choice(
            ("if ", "if ", "if ", "suppose ", "imagine ", "say ", "let's say ", "when ", "assume that ")
        )
        question, mark = asked(t, own, signs, asking)
        return opening + story.replace(". ", ", ") + t.rng.choice(
            (", ", ", ", ". ", ", then ")
        ) + question + mark, reply
    if form > 0.87:
        question, _ = asked(t, own, signs, asking)
        return story + t.rng.choice((", ", " - ", "; ", " and ")) + question + "?", reply
    question, mark = asked(t, own, signs, asking)
    return story + ". " + question + mark, reply


def _part_first(t: Telling, kind: Kind, own: bool, asking: str) -> str:
    """ "Anna eats 5 of her 23 apples", with the part before the whole, or "Of the 23 apples, 5 are eaten"."""
    whole = t.rng.choice(
        (
            "{b} of {his} {a} {t}",
            "{b} of the {a} {t}",
            "{b} out of {his} {a} {t}",
            "{b} of {a} {t}",
            "{b} of the {a} {t} {s} ~have",
        )
    )
    of = t.rng.choice(
        ("of the {a} {t} ", "of {a} {t} ", "out of {a} {t}, ", "from a total of {a} {t}, ", "of the {a} {t} {where}, ")
    )
    t.slots["q"] = t.slots["b"]
    if t.rng.random() < 0.5:
        t.rules["some"] = ("{b}",)
        told = t.say(
            of + (t.rng.choice(kind.go) if not own or t.rng.random() < 0.5 else "{n} " + t.rng.choice(kind.loss))
        )
    else:
        t.rules["some"] = (whole if own else "{b} of the {a} {t} {where}",)
        phrases = [phrase for phrase in (kind.loss if own else kind.go) if "<some>" in phrase]  # which has the whole
        told = t.say(("{n} " if own else "") + t.rng.choice(phrases))
    question, mark = asked(t, own, "−", asking)
    if t.rng.random() < 0.2 and mark == "?":
        return question + t.rng.choice((" if ", " when ", " after ")) + told + mark
    return told + ". " + question + mark


def _already(t: Telling, kind: Kind, asking: str) -> str:
    """What came first, and then what was there already."""
    t.slots["q"] = t.slots["a"]
    t.rules["more"] = ("{q} {t}", "{q} {t}", "{q} new {t}")
    t.rules["had"] = (
        "already ~have {b}",
        "~have {b} {t} before",
        "already ~own {b} {t}",
        "~have {b} before that",
        "still ~have {b} from before",
        "~have {b} at home already",
    )
    told = t.say("{n} " + t.rng.choice(kind.gain) + "(. | and |; ){s} <had>")
    question, mark = asked(t, True, "+", asking)
    return told + ". " + question + mark


def _after(t: Telling, kind: Kind, signs: str, state: str, asking: str) -> str:
    """The last event folded into the question: "After eating 5, how many does she have?"."""
    told = t.say(state) + (joined(t, kind, True, signs[:1]) if len(signs) == 2 else "")
    t.slots["q"] = t.slots["c" if len(signs) == 2 else "b"]
    t.rules["more"], t.rules["some"] = MORE, (*SOME, "{q} of {his} {t}")
    folded = t.say("after " + t.rng.choice(kind.gain if signs[-1] == "+" else kind.loss), "ing")
    question, mark = asked(t, True, signs, asking)
    return f"{told}. {folded}, {question}{mark}"

"""The small language that phrasings are written in: choices, slots, and verbs that agree with who does what and when.

    (buys|gets)   one of these, nested as one likes; an empty one is nothing
    <gain>        one of the rule's phrases
    {t}           a slot: a word of the story's cast, or a number
    ~give         the verb for the story's main person; ^give for any one other; &give for several
    +give         the bare verb, as after "does"; %give the participle
    [1:day|week]  one of these, and the same one wherever [1] stands after it

No words of stories here: those stand in the tables beside this.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from random import Random

TOKEN = re.compile(r"[(|)]|<\w+>|\{[^}]*\}|[~^&+%][a-z]+|[^(|)<{~^&+%]+|.")
Part = str | tuple["Sequenced", ...]
Sequenced = tuple[Part, ...]

# fmt: off
IRREGULAR = {  # third person, past, participle, with -ing
    "be": ("is", "was", "been", "being"), "have": ("has", "had", "had", "having"), "do": ("does", "did", "done", "doing"),
    "buy": ("buys", "bought", "bought", "buying"), "get": ("gets", "got", "got", "getting"), "give": ("gives", "gave", "given", "giving"),
    "find": ("finds", "found", "found", "finding"), "win": ("wins", "won", "won", "winning"), "sell": ("sells", "sold", "sold", "selling"),
    "lose": ("loses", "lost", "lost", "losing"), "eat": ("eats", "ate", "eaten", "eating"), "take": ("takes", "took", "taken", "taking"),
    "bring": ("brings", "brought", "brought", "bringing"), "make": ("makes", "made", "made", "making"),
    "catch": ("catches", "caught", "caught", "catching"), "break": ("breaks", "broke", "broken", "breaking"),
    "spend": ("spends", "spent", "spent", "spending"), "leave": ("leaves", "left", "left", "leaving"), "come": ("comes", "came", "come", "coming"),
    "go": ("goes", "went", "gone", "going"), "fly": ("flies", "flew", "flown", "flying"), "run": ("runs", "ran", "run", "running"),
    "put": ("puts", "put", "put", "putting"), "cut": ("cuts", "cut", "cut", "cutting"), "send": ("sends", "sent", "sent", "sending"),
    "lend": ("lends", "lent", "lent", "lending"), "pay": ("pays", "paid", "paid", "paying"), "see": ("sees", "saw", "seen", "seeing"),
    "throw": ("throws", "threw", "thrown", "throwing"), "drive": ("drives", "drove", "driven", "driving"),
    "write": ("writes", "wrote", "written", "writing"), "read": ("reads", "read", "read", "reading"), "draw": ("draws", "drew", "drawn", "drawing"),
    "grow": ("grows", "grew", "grown", "growing"), "fall": ("falls", "fell", "fallen", "falling"), "rise": ("rises", "rose", "risen", "rising"),
    "freeze": ("freezes", "froze", "frozen", "freezing"), "sit": ("sits", "sat", "sat", "sitting"), "stand": ("stands", "stood", "stood", "standing"), "keep": ("keeps", "kept", "kept", "keeping"),
    "hold": ("holds", "held", "held", "holding"), "begin": ("begins", "began", "begun", "beginning"), "swim": ("swims", "swam", "swum", "swimming"),
    "ride": ("rides", "rode", "ridden", "riding"), "shoot": ("shoots", "shot", "shot", "shooting"), "drink": ("drinks", "drank", "drunk", "drinking"),
    "steal": ("steals", "stole", "stolen", "stealing"), "hide": ("hides", "hid", "hidden", "hiding"), "burn": ("burns", "burned", "burned", "burning"),
    "lay": ("lays", "laid", "laid", "laying"), "build": ("builds", "built", "built", "building"), "tear": ("tears", "tore", "torn", "tearing"),
    "sew": ("sews", "sewed", "sewn", "sewing"), "die": ("dies", "died", "died", "dying"), "tie": ("ties", "tied", "tied", "tying"),
    "set": ("sets", "set", "set", "setting"), "let": ("lets", "let", "let", "letting"), "hit": ("hits", "hit", "hit", "hitting"),
    "need": ("needs", "needed", "needed", "needing"), "own": ("owns", "owned", "owned", "owning"), "swap": ("swaps", "swapped", "swapped", "swapping"),
    "drop": ("drops", "dropped", "dropped", "dropping"), "pop": ("pops", "popped", "popped", "popping"), "hand": ("hands", "handed", "handed", "handing"),
    "chop": ("chops", "chopped", "chopped", "chopping"), "step": ("steps", "stepped", "stepped", "stepping"), "ship": ("ships", "shipped", "shipped", "shipping"),
    "trim": ("trims", "trimmed", "trimmed", "trimming"), "plan": ("plans", "planned", "planned", "planning"), "stop": ("stops", "stopped", "stopped", "stopping"),
    "unpack": ("unpacks", "unpacked", "unpacked", "unpacking"), "wear": ("wears", "wore", "worn", "wearing"), "feed": ("feeds", "fed", "fed", "feeding"),
}
# fmt: on


def forms(verb: str) -> tuple[str, str, str, str]:
    """Third person, past, participle and the form with -ing."""
    if verb in IRREGULAR:
        return IRREGULAR[verb]
    if verb.endswith("y") and verb[-2] not in "aeou":
        return verb[:-1] + "ies", verb[:-1] + "ied", verb[:-1] + "ied", verb + "ing"
    stem = verb.removesuffix("e")
    third = verb + ("es" if verb.endswith(("s", "sh", "ch", "x", "o")) else "s")
    return third, stem + "ed", stem + "ed", stem + "ing"


def conjugated(verb: str, tense: str, person: str) -> str:
    """`verb` in a tense (`past`, `present`, `perfect`, `future`, `ing`) for `i`, `one` or `many`."""
    third, past, participle, gerund = forms(verb)
    if tense == "future":
        return f"will {verb}"
    if tense == "ing":
        return gerund
    if tense == "perfect":
        return f"{'has' if person == 'one' else 'have'} {participle}"
    if verb == "be":
        present = {"i": "am", "one": "is", "many": "are"}[person]
        return present if tense == "present" else "were" if person == "many" else "was"
    return past if tense == "past" else third if person == "one" else verb


@lru_cache(maxsize=8192)
def parsed(text: str) -> Sequenced:
    """The text as a sequence of tokens and of choices among sequences."""
    tokens = TOKEN.findall(text)
    sequence, end = _sequence(tokens, 0)
    if end != len(tokens):
        raise ValueError(f"A bracket too many: {text}")
    return sequence


def _sequence(tokens: list[str], at: int) -> tuple[Sequenced, int]:
    parts: list[Part] = []
    while at < len(tokens) and tokens[at] not in ("|", ")"):
        if tokens[at] != "(":
            parts.append(tokens[at])
            at += 1
            continue
        options: list[Sequenced] = []
        while True:
            option, at = _sequence(tokens, at + 1)
            options.append(option)
            if at >= len(tokens):
                raise ValueError(f"An open bracket: {''.join(tokens)}")
            if tokens[at] == ")":
                break
        parts.append(tuple(options))
        at += 1
    return tuple(parts), at


class Telling:
    """One story being told: who, what, when, and the rules that its phrases may use."""

    def __init__(
        self,
        rng: Random,
        slots: Mapping[str, str | Callable[[], str]],
        rules: Mapping[str, Sequence[str]],
        person: str = "one",
        tense: str = "past",
    ) -> None:
        self.rng, self.slots, self.rules, self.person, self.tense = rng, dict(slots), dict(rules), person, tense
        self.several: tuple[str, ...] = ()  # how the story names its person, if "has" doesn't go with it
        self.met: list[bool] = []  # not empty once the person has been named

    def say(self, text: str, tense: str = "") -> str:
        """`text` with one choice made at each place, in `tense` if one is given."""
        before, self.tense = self.tense, tense or self.tense
        said = self._told(parsed(text))
        self.tense = before
        return agreeing(said, self.several)

    def _told(self, sequence: Sequenced) -> str:
        return "".join(
            self._token(part) if isinstance(part, str) else self._told(self.rng.choice(part)) for part in sequence
        )

    def _token(self, token: str) -> str:
        mark, word = token[0], token[1:]
        if len(token) == 1:
            return token
        if mark == "<":
            return self._told(parsed(self.rng.choice(self.rules[word[:-1]])))
        if mark == "{":
            value = self._slot(word[:-1])
            return value if isinstance(value, str) else value()
        if mark in "~^&":
            return conjugated(word, self.tense, {"~": self.person, "^": "one", "&": "many"}[mark])
        if mark == "%":
            return forms(word)[2]
        return word if mark == "+" else token

    def _slot(self, name: str) -> str | Callable[[], str]:
        if name == "do":
            return {"past": "did", "future": "will"}.get(self.tense, "does" if self.person == "one" else "do")
        if name == "be":
            return conjugated("be", self.tense, self.person)
        return self.slots[name]


def linked(rng: Random, text: str) -> str:
    """`text` with each choice that has a number made once and for all."""
    for label, options in re.findall(r"\[(\d):([^\]]*)\]", text):
        text = re.sub(rf"\[{label}(:[^\]]*)?\]", rng.choice(options.split("|")), text)
    return text


def agreeing(text: str, subjects: Sequence[str]) -> str:
    """The text with "I has" mended, and the like, where a phrasing has a verb for one other person."""
    if not subjects:
        return text
    found = re.compile(rf"\b({'|'.join(map(re.escape, subjects))}) (\w+)\b")
    return found.sub(lambda part: f"{part[1]} {_mended(part[1], part[2])}", text)


@lru_cache(maxsize=4096)
def _mended(subject: str, word: str) -> str:
    if word in ("is", "was"):
        return {"is": "am", "was": "was"}[word] if subject == "I" else {"is": "are", "was": "were"}[word]
    for base in (*IRREGULAR, word.removesuffix("s"), word.removesuffix("es"), word.removesuffix("ies") + "y"):
        if base != word and forms(base)[0] == word:
            return base
    return word


def tidy(text: str) -> str:
    """The told text with single spaces, and capitals where sentences begin."""
    text = re.sub(r" +", " ", text).strip()
    text = re.sub(r" ([,.?!])", r"\1", text)
    text = re.sub(r"\bi\b(?!\.)", "I", text)
    text = re.sub(r"\ba (?=(?!one\b)[aeio]|u[^ns]|hour)", "an ", text)
    return re.sub(r"(^|[.?!] |\n)([a-z])", lambda found: found[1] + found[2].upper(), text)

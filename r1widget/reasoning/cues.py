"""`CUES`: what a step of a thought may begin with. Mirrors js/src/thought/cues.ts; tests/wire/steps.json holds both to the same."""

from __future__ import annotations

from typing import Literal

StepKind = Literal["step", "plan", "check", "alternative", "conclusion"]

CUES: dict[StepKind, tuple[str, ...]] = {
    "check": (
        *("wait", "but wait", "oh wait", "no wait", "no, wait", "so wait", "hold on", "but hold on", "hmm", "actually"),
        *(
            f"{begin} {verb}"
            for begin in ("let me", "let's", "i should", "i'll", "to")
            for verb in ("check", "double check", "double-check", "verify", "confirm", "make sure", "recheck")
        ),
        *(
            f"{begin} {verb}"
            for begin in ("let me", "let's")
            for verb in (
                "re-check",
                "recompute",
                "recalculate",
                "reconsider",
                "re-examine",
                "reread",
                "re-read",
                "rethink",
            )
        ),
        *("checking", "is that right", "is that correct", "is this right", "is this correct", "on second thought"),
        *("等等", "等一下", "不对", "让我检查", "让我验证", "让我再", "检查一下", "验证一下"),
    ),
    "alternative": (
        *("alternatively", "another way", "another approach", "another idea", "another thought", "another possibility"),
        *("on the other hand", "what if", "let me try", "let's try", "maybe another way", "wait, another way"),
        *("或者", "另外", "另一种", "换一种"),
    ),
    "conclusion": (
        *("so", "therefore", "thus", "hence", "in conclusion", "in summary", "to summarize", "final answer"),
        *("the final answer", "the answer is", "which means", "this means", "that means"),
        *("所以", "因此", "综上", "总之"),
    ),
    "plan": (
        *("first", "firstly", "second", "secondly", "third", "next", "then", "now", "finally", "let me", "let's"),
        *("okay", "ok", "alright", "to solve", "to find", "i need to", "we need to", "step"),
        *("首先", "其次", "然后", "接下来", "现在", "好的", "嗯"),
    ),
}
"""What a step may begin with, in small letters, and the kind that makes it. "plan" names a paragraph's kind but doesn't
cut one: "first", "then" and "now" are in too many sentences."""

_KINDS: dict[str, StepKind] = {phrase: kind for kind, phrases in CUES.items() for phrase in phrases}
_BY_LETTER: dict[str, list[str]] = {}
for _phrase in sorted(_KINDS, key=len, reverse=True):
    _BY_LETTER.setdefault(_phrase[0], []).append(_phrase)
_LONGEST = max(map(len, _KINDS))


def cue_at(text: str, at: int, final: bool) -> StepKind | Literal[""] | None:
    """The kind of the cue at `at`; None: there is none; "": more text must tell."""
    if text.startswith("**", at):
        at += 2
    rest = text[at : at + _LONGEST + 1].lower().replace("’", "'")
    if rest in ("", "*") and at + len(rest) == len(text):
        return None if final else ""
    open_ended = not final and len(rest) <= _LONGEST
    for phrase in _BY_LETTER.get(rest[0], ()):  # the longest first
        if rest.startswith(phrase):
            after = rest[len(phrase) : len(phrase) + 1]
            if not after and not phrase[-1].isascii():
                return _KINDS[phrase]
            if not after and open_ended:
                return ""
            if not (after.isascii() and after.isalnum()) or not phrase[-1].isascii():
                return _KINDS[phrase]
        elif open_ended and phrase.startswith(rest):
            return ""
    return None

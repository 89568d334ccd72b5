"""`Replay`: a turn that was run again beside the recorded one: whether it is the same, where they part, and what differs. A value."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from ..reasoning import Kind
from .differences import Differences, differences, said
from .parting import Ended, PartsAt, Reach, compare
from .turn import Turn

_REACH: dict[Ended, str] = {
    "cancelled": "as far as the turn goes, which was stopped",
    "error": "as far as the turn goes, which ended with an error",
    "person": "up to where a person ended the thinking; what follows can't be repeated",
    "think_more": "up to where a person let it think more; what follows can't be repeated",
    "loop": "up to where the thinking was closed because it repeated itself, which may come some tokens sooner or later",
}
_NAMES: dict[Kind, str] = {"reasoning": "thought", "answer": "answer"}
_BEFORE = 16
"""Characters that are shown before the place where two texts part."""
_BEHIND = re.compile(r"\s*\S{0,20}")
"""And the word behind it."""


@dataclass(frozen=True, eq=False)
class Replay:
    """What came of running a turn again. As text it is a plain sentence or two."""

    of: Turn
    """The recorded turn."""
    turn: Turn
    """The new one, which is in no conversation."""
    same: bool
    """Whether it came out the same, as far as the recorded turn can be repeated."""
    parts_at: PartsAt | None
    """Where the two part; None where they don't, as far as they were compared."""
    differences: Differences
    """What differs in their records and can matter: by its name, how it was then and is now."""
    tokens: int | None
    """How many tokens of the model's are the same; None where no ids are known, and texts were compared."""
    reach: Reach = field(repr=False)
    """How far the recorded turn can be repeated."""

    @classmethod
    def of_turns(cls, of: Turn, turn: Turn) -> Replay:
        """The two compared; both have ended."""
        found = compare(of, turn)
        same = found.parts_at is None and found.is_complete
        return cls(of, turn, same, found.parts_at, differences(of.record, turn.record), found.tokens, found.reach)

    def __str__(self) -> str:
        return " ".join(filter(None, (self._outcome(), self._cause(), self._server(), self._beginning())))

    __repr__ = __str__

    def _repr_markdown_(self) -> str:
        from ..export.escape import as_text
        from ..export.parse import tidy

        return as_text(" ".join(tidy(str(self)).split()))

    def _outcome(self) -> str:
        if self.parts_at is not None:
            return f"It parts at {self._place(self.parts_at)}."
        count = "text" if self.tokens is None else f"{self.tokens:,} token{'' if self.tokens == 1 else 's'}"
        if self.same:
            return f"The same {count}{f', {_REACH[self.reach.why]}' if self.reach.why else ''}."
        if self.turn.finish_reason == "error":
            return f"It failed after the same {count}: {self.turn.error}"
        return f"It was stopped after the same {count}, before its end."

    def _place(self, parts: PartsAt) -> str:
        token, kind, at = parts
        name = f"character {at:,} of the {_NAMES[kind]}" if token is None else f"token {token:,}"
        then, now = (_around(turn, kind, at) for turn in (self.of, self.turn))
        return f"{name} ({then} / {now})" if then != now else f"{name}, in other tokens for the same text ({then})"

    def _cause(self) -> str:
        if self.differences:
            return f"What differs{' all the same' if self.same else ''}: {said(self.differences)}."
        return "Nothing that is recorded differs." if self.parts_at else ""

    def _server(self) -> str:
        if self.of.record.get("seed") is None:
            return "It was asked without a seed, so its server promises nothing."
        return "A server need not keep to a seed." if self.of.record.get("engine") == "remote" else ""

    def _beginning(self) -> str:
        begins = self.of.record.get("begins")
        if begins and begins["ids"] and not self.of.ids.first(begins["ids"]).ids:
            return "The ids that it began with aren't kept, so its beginning was encoded from its text."
        return ""


def _around(turn: Turn, kind: Kind, at: int) -> str:
    """The text around a place, in quotes."""
    text = turn.text(kind)
    before = text[max(0, at - _BEFORE) : at]
    if at > _BEFORE:
        before = "… " + before.partition(" ")[2].lstrip() if " " in before.strip() else "…" + before
    found = _BEHIND.match(text, at)
    behind = found[0] if found else ""
    if not behind.strip():
        ends = f"the {_NAMES[kind]} ends"
        return f"“{_line(before)}”, and {ends}" if before.strip() else ends
    return f"“{_line(before + behind)}”"


def _line(text: str) -> str:
    return " ".join(text.split())

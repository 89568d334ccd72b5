"""`Words`: the ids of what is written into a thought that the model didn't choose: its end, a message before it, "Wait"."""

from __future__ import annotations

from ..reasoning import CLOSE, OPEN
from .tokens import Tokens

WAIT = "\n\nWait"


class Words:
    """Ids that fit behind the text that is there. `behind` is that text's end, empty where nothing has been written yet."""

    def __init__(self, tokens: Tokens) -> None:
        self._tokens = tokens
        self.token: int | None = tokens.control.get(CLOSE)
        """The id that alone is `</think>`; None for a vocabulary that has none."""

    def closing(self, behind: str, message: str = "") -> list[int]:
        """The end of the thinking on a line of its own, as R1 writes it (198, 151649, 271), after a message, if any."""
        ids: list[int] = []
        if message:
            ids = self._tokens.encode(_apart(behind, "\n\n") + message)
            behind = message
        return [*ids, *self.control(f"{_apart(behind, chr(10)) or ('' if behind else chr(10))}{CLOSE}\n\n")]

    def wait(self, behind: str) -> list[int]:
        """What a thought goes on with instead of its end: a paragraph that begins with "Wait"."""
        return self._tokens.encode(_apart(behind, "\n\n") + "Wait")

    def control(self, text: str) -> list[int]:
        """Text whose tags are control tokens: only for what nobody has typed."""
        ids: list[int] = self._tokens.backend.encode(text, add_special_tokens=False).ids
        return ids

    def opening(self, before: str) -> list[int]:
        """The beginning of a thought, on a line of its own, for text that may have the line break already."""
        return self.control(OPEN if before.startswith("\n") else f"{OPEN}\n")


def _apart(behind: str, breaks: str) -> str:
    """What is missing of these line breaks behind the text; nothing is wanted where there is no text."""
    there = len(behind) - len(behind.rstrip("\n"))
    return breaks[min(len(breaks), there) :] if behind else ""

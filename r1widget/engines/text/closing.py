"""`ThinkingTokens`: the ids of what is written into a thought that the model didn't choose: its end, a message before it, "Wait"."""

from __future__ import annotations

from ...reasoning import TABLE, Tags
from .tokens import Tokens

WAIT = "\n\nWait"


class ThinkingTokens:
    """Ids that fit behind the text that is there. `behind` is that text's end, empty where nothing has been written yet."""

    def __init__(self, tokens: Tokens, tags: Tags = TABLE[0]) -> None:
        """`tags` are those that the model knows."""
        self._tokens, self._tags = tokens, tags
        self.token: int | None = tokens.control.get(tags.close[0])
        """The id that alone ends the thinking, as `</think>` does; None for a vocabulary that has none."""
        self.close = tags.end.strip("\n")
        """What ends the thinking, without the line breaks around it."""

    def closing(self, behind: str, message: str = "") -> list[int]:
        """The end of the thinking, for R1 on a line of its own (198, 151649, 271), after a message, if any."""
        ids: list[int] = []
        if message:
            ids = self._tokens.encode(_apart(behind, "\n\n") + message)
            behind = message
        breaks = self._tags.end[: len(self._tags.end) - len(self._tags.end.lstrip("\n"))]
        return [*ids, *self.control((_apart(behind, breaks) if behind else breaks) + self._tags.end.lstrip("\n"))]

    def wait(self, behind: str) -> list[int]:
        """What a thought goes on with instead of its end: a paragraph that begins with "Wait"."""
        return self._tokens.encode(_apart(behind, "\n\n") + "Wait")

    def control(self, text: str) -> list[int]:
        """Text whose tags are control tokens: only for what nobody has typed."""
        ids: list[int] = self._tokens.backend.encode(text, add_special_tokens=False).ids
        return ids

    def opening(self, before: str) -> list[int]:
        """The beginning of a thought; where its end stands on a line of its own, so does this, unless the text that follows
        has the line break already."""
        opening = self._tags.open[0]
        own = self._tags.end.startswith("\n") and not before.startswith("\n")
        return self.control(f"{opening}\n" if own and not opening.endswith("\n") else opening)


def _apart(behind: str, breaks: str) -> str:
    """What is missing of these line breaks behind the text; nothing is wanted where there is no text."""
    there = len(behind) - len(behind.rstrip("\n"))
    return breaks[min(len(breaks), there) :] if behind else ""

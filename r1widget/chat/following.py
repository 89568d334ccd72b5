"""What becomes of the turns that wait behind one that is replaced. Values only: nothing is stopped or moved here."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from ..conversation import Conversation
from ..conversation.turn import Turn

REPLACED = "The turn that this one followed was replaced."
"""Why a turn was stopped, for whoever finds it on the old branch."""
SHOWN = 40
"""Characters of a question in a notice."""


class Following(NamedTuple):
    moved: tuple[Turn, ...]
    """Questions: they wait behind the new version, for what a person has typed must not be lost, nor be asked as if the turn
    before had not been."""
    dropped: tuple[Turn, ...]
    """Versions of turns that stay on the old branch: nothing of those is typed."""

    def __str__(self) -> str:
        """A sentence for the person; empty where nothing waited."""
        said = []
        if self.moved:
            question = " ".join(self.moved[0].question.split())
            question = question if len(question) <= SHOWN else question[: SHOWN - 1] + "…"
            said.append(
                f"“{question}” now waits behind the new version."
                if len(self.moved) == 1
                else f"{len(self.moved)} questions now wait behind the new version."
            )
        if self.dropped:
            count = len(self.dropped)
            said.append(
                "A version that waited on the old branch was cancelled."
                if count == 1
                else f"{count} versions that waited on the old branch were cancelled."
            )
        return " ".join(said)


def following(conversation: Conversation, turn: Turn, waiting: Iterable[Turn]) -> Following:
    """Which of the turns that wait stand below `turn`, and what each of them is."""
    below = [each for each in waiting if conversation.follows(each, turn)]
    moved = tuple(each for each in below if each.version is None or each.version.part == "question")
    return Following(moved, tuple(each for each in below if each not in moved))


def move(conversation: Conversation, moved: Iterable[Turn], behind: Turn) -> None:
    """Let them follow another turn. Those that follow one another stay together."""
    ids = set()
    for turn in moved:
        if turn.parent not in ids:
            conversation.move(turn, behind)
        ids.add(turn.id)

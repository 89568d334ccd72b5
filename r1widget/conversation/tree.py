"""`Conversation`: a tree of turns with one active branch. Standard library only.

Each turn hangs under the turn it follows, turns with the same parent are versions of one another, and one branch from
the root to a leaf is active. Nothing is overwritten.
"""

from __future__ import annotations

import copy
import threading
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import TYPE_CHECKING, Any

from ..errors import ConversationError
from .turn import FinishReason, Origin, Span, State, ThinkingEnd, Turn
from .version import PARTS, Part, Version

if TYPE_CHECKING:
    from ..export.tables import Table

__all__ = ["FORMAT", "Conversation", "FinishReason", "Origin", "Span", "State", "ThinkingEnd", "Turn"]

FORMAT = 1
"""Version of the dictionaries that `to_dict` makes."""


class Conversation:
    """A tree of turns with one active branch."""

    def __init__(self) -> None:
        self._turns: dict[str, Turn] = {}
        self._below: dict[str | None, list[Turn]] = {}  # by parent
        self._leaf: str | None = None
        self._lock = threading.RLock()

    @property
    def turns(self) -> tuple[Turn, ...]:
        """The active branch, oldest first."""
        with self._lock:
            return tuple(reversed(list(self._up_from(self._leaf))))

    @property
    def all_turns(self) -> tuple[Turn, ...]:
        """Every turn of the tree, in the order they were made."""
        with self._lock:
            return tuple(self._turns.values())

    def __len__(self) -> int:
        return len(self.turns)

    def __contains__(self, turn: object) -> bool:
        return self._turns.get(getattr(turn, "id", "")) is turn

    def __getitem__(self, id: str) -> Turn:
        try:
            return self._turns[id]
        except KeyError:
            raise ConversationError(
                f"There is no turn {id!r} in this conversation.", "It may have been cleared."
            ) from None

    def children(self, parent: str | None) -> tuple[Turn, ...]:
        """The turns that follow `parent` directly (None: the first questions), oldest first."""
        with self._lock:
            return tuple(self._below.get(parent, ()))

    def history(self, turn: Turn) -> tuple[Turn, ...]:
        """The turns before `turn` on its own branch, oldest first."""
        with self._lock:
            return tuple(reversed(list(self._up_from(turn.parent))))

    def add(self, question: str) -> Turn:
        """A new turn at the end of the active branch."""
        return self.append(Turn(question))

    def append(self, turn: Turn) -> Turn:
        """Take in a turn that was never in a conversation, at the end of the active branch."""
        if turn._conversation is not None or turn.state != "queued":
            raise ConversationError("This turn has been asked.", "Ask its question: turn.question.")
        with self._lock:
            turn.parent = self._leaf
            return self._insert(turn)

    def add_version(self, of: Turn, question: str | None = None) -> Turn:
        """A new version of a turn, with the same question unless another is given; its branch becomes the active one."""
        version = Version(of.id, "reasoning" if question is None else "question")
        return self.insert(Turn(of.question if question is None else question, parent=of.parent, version=version))

    def insert(self, *versions: Turn) -> Turn:
        """Take in versions of turns that are here, all at once; the branch of the first becomes the active one, and it
        is given back."""
        with self._lock:
            for turn in versions:
                if turn.version is None or self[turn.version.of].parent != turn.parent:
                    raise ConversationError(f"{turn!r} is no version of a turn here.", "It may have been cleared.")
            for turn in versions:
                self._insert(turn)
            self._leaf = versions[0].id
            return versions[0]

    def follows(self, turn: Turn, other: Turn) -> bool:
        """Whether a turn stands below another one, on whichever branch."""
        with self._lock:
            return any(each is other for each in self._up_from(turn.parent))

    def move(self, turn: Turn, behind: Turn) -> None:
        """Let a question that waits follow another turn, with all that follows it. There it is no version of anything."""
        with self._lock:
            self._below[turn.parent] = [each for each in self._below[turn.parent] if each is not turn]
            turn.parent, turn.version = behind.id, None
            self._below[behind.id] = [each for each in self._turns.values() if each.parent == behind.id]

    def versions(self, turn: Turn, part: Part) -> tuple[Turn, ...]:
        """The versions of one part of a turn, each by the turn that was its first; oldest first.

        Of the question: all that stand at the same place. Of the reasoning: those below the same question. Of the
        answer: those below the same thought. They are told apart by what was done, not by comparing texts.
        """
        with self._lock:
            above = PARTS[PARTS.index(part) - 1] if part != "question" else None
            there = self.first(turn, above) if above else None
            found: dict[str, Turn] = {}
            for sibling in self.children(turn.parent):
                if above is None or self.first(sibling, above) is there:
                    first = self.first(sibling, part)
                    found[first.id] = first
            return tuple(found.values())

    def first(self, turn: Turn, part: Part) -> Turn:
        """The turn in which this version of `part` came up: all that were made from it later part."""
        with self._lock:
            while turn.version and PARTS.index(turn.version.part) > PARTS.index(part):
                turn = self[turn.version.of]
            return turn

    @property
    def leaf(self) -> Turn | None:
        """The last turn of the active branch."""
        with self._lock:
            return self._turns[self._leaf] if self._leaf else None

    def select(self, turn: Turn) -> None:
        """Make the branch through `turn` the active one, down along the newest turns below it."""
        with self._lock:
            leaf = self[turn.id]
            while below := self.children(leaf.id):
                leaf = below[-1]
            self._leaf = leaf.id

    def clear(self) -> None:
        with self._lock:
            self._turns.clear()
            self._below.clear()
            self._leaf = None

    def take_over(self, other: Conversation) -> None:
        """Become what another one is, which is nobody's and has no turns afterwards. What is here must have been cleared."""
        with self._lock:
            if self._turns:
                raise ConversationError("This conversation has begun.", "Take over another one in an empty chat.")
            turns, leaf = other.all_turns, other.leaf
            other.clear()
            for turn in turns:
                self._insert(turn)
            self._leaf = leaf.id if leaf else None

    def to_dict(self) -> dict[str, Any]:
        with self._lock:
            return {
                "format": FORMAT,
                "active": self._leaf,
                "turns": [turn.to_dict() for turn in self._turns.values()],
            }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Conversation:
        """The conversation again; data that can't be one is a `ConversationError`."""
        if not isinstance(data, Mapping):
            raise _damaged(f"it is a {type(data).__name__}")
        if data.get("format") != FORMAT:
            raise ConversationError(
                f"This conversation has format {data.get('format')!r}.",
                f"This version of r1widget reads format {FORMAT}.",
            )
        conversation = cls()
        try:
            for entry in data["turns"]:
                turn = Turn.from_dict(entry)
                if turn.id in conversation._turns:
                    raise _damaged(f"turn {turn.id!r} is there twice")
                # Turns are stored in the order they were made, so there can't be a circle.
                if turn.version and turn.version.of not in conversation._turns:
                    raise _damaged(f"turn {turn.id!r} is a version of one that is not there")
                conversation._insert(turn)
            # A parent may have been made later: a question that waited was moved behind it.
            for turn in conversation.all_turns:
                *_, first = islice(conversation._up_from(turn.id), len(conversation._turns))
                if first.parent is not None:
                    raise _damaged(f"turn {turn.id!r} follows one that is not there, or itself")
            if data["active"] not in (conversation._turns or (None,)):
                raise _damaged(f"there is no turn {data['active']!r}")
            conversation._leaf = data["active"]
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise _damaged(f"{type(error).__name__}: {error}") from error
        return conversation

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Conversation) and self.to_dict() == other.to_dict()

    __hash__ = None  # type: ignore[assignment]  # as a turn

    def __copy__(self) -> Conversation:
        return copy.deepcopy(self)  # a turn belongs to one conversation

    def __reduce__(self) -> tuple[Any, ...]:
        with self._lock:
            return _copied, (self.all_turns, self._leaf)

    def to_frame(self, table: Table = "turns", library: str | None = None) -> Any:
        """All branches as a table: `"turns"`, `"steps"`, `"tokens"`, `"versions"`, `"findings"`, `"support"`, `"samples"` or `"notes"`; see `Chat.to_frame`."""
        from ..export import to_frame

        return to_frame(self, table, library)

    def _repr_markdown_(self) -> str:
        """The active branch, as the last line of a cell; thoughts are folded."""
        from ..export import DRAWN, conversation_markdown

        return conversation_markdown(self.turns, drawn=DRAWN)

    def __repr__(self) -> str:
        return f"<Conversation of {len(self)} turn{'' if len(self) == 1 else 's'}>"

    def _insert(self, turn: Turn) -> Turn:
        turn._conversation = self
        self._turns[turn.id] = turn
        self._below.setdefault(turn.parent, []).append(turn)
        self._leaf = turn.id
        return turn

    def _up_from(self, id: str | None) -> Iterator[Turn]:
        while (
            turn := self._turns.get(id or "")
        ) is not None:  # after `clear`, a turn that still runs has lost its parents
            yield turn
            id = turn.parent


def _copied(turns: tuple[Turn, ...], leaf: str | None) -> Conversation:
    """The conversation of these turns, which are copies."""
    conversation = Conversation()
    for turn in turns:
        conversation._insert(turn)
    conversation._leaf = leaf
    return conversation


def _damaged(why: str) -> ConversationError:
    return ConversationError(f"This is not a stored conversation, or a damaged one ({why}).", "Export it again.")

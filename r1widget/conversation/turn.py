"""`Turn`: one question, what was thought, what was answered, and how it came about. Standard library only.

No widget, no model, no thread lives here, but a turn is written by one thread while others read it: its text
(turn_text.py) sees to that, and every property is a consistent copy.
"""

from __future__ import annotations

import copy
import uuid
from collections.abc import AsyncIterator, Callable, Generator, Iterator, Mapping
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any, Literal, get_args

from ..check.finding import Finding
from ..check.findings import findings
from ..errors import ConversationError, EngineError
from ..reasoning import Kind
from ..reasoning.steps import Step
from .checked import Checked
from .pieces import ended, pieces, pieces_async
from .scores import Scores
from .timeline import Timeline, steps_of
from .token_ids import ReplyIds
from .turn_text import Origin, Span, TurnText, clean
from .version import Version

if TYPE_CHECKING:
    from ..export.picture import Picture
    from ..reasoning.loops import Loop
    from .estimate import TurnProgress
    from .tree import Conversation

__all__ = [
    "ENDED_BY",
    "LEFT_OUT",
    "FinishReason",
    "Interruption",
    "Origin",
    "Span",
    "State",
    "ThinkingEnd",
    "Turn",
    "clean",
]

LEFT_OUT = "left_out"
"""In a record, and in a stored conversation: what isn't in it though it was there."""

FinishReason = Literal["stop", "length", "cancelled", "error"]
ThinkingEnd = Literal["model", "budget", "user", "length", "loop"]
State = Literal["queued", "running", "ended"]
Interruption = Literal["kernel", "elsewhere"]
"""Of a turn that is there again without the kernel that wrote it: that kernel ended, or it still writes."""

ENDED_BY: Mapping[Origin, ThinkingEnd] = {
    "model": "model",
    "person": "user",
    "budget": "budget",
    "think_more": "model",
    "loop": "loop",
}
"""Whose words close a thought."""


class Turn(Checked):
    """One question and what the model made of it.

    `finish_reason` is None until the turn has ended; `thinking_ended_by` is None when the model did not think (or has
    not ended yet), and `"length"` when it was cut off while thinking. `record` says how it came about: model, settings,
    seed, versions, token counts, seconds, tokens per second, and what the model made of its tokens in the mean.

    `scores` has the same for each token that the model chose: `(id, logprob, entropy, kind, end)`, see `TokenScore`.
    They are not in `to_dict()`: 32,768 of them would add 2 MB to a notebook. The journal has them beside it.

    `version` says from which turn this one was made, and how; None for a question that was simply asked. `loop` is the
    repetition that the model is in, with the kind of text, and stays when it has ended in one.
    """

    def __init__(
        self, question: str, *, parent: str | None = None, id: str | None = None, version: Version | None = None
    ) -> None:
        super().__init__()
        self.id = id or uuid.uuid4().hex[:12]
        self.parent = parent
        self.version = version
        self.question = clean(question)
        self.created = datetime.now(timezone.utc).isoformat(timespec="seconds")
        self.state: State = "queued"
        self.finish_reason: FinishReason | None = None
        self.thinking_ended_by: ThinkingEnd | None = None
        self.error: str | None = None
        self.record: dict[str, Any] = {}
        self.opens_thinking = False
        self.started: float | None = None  # time.monotonic() when the writing began
        self.progress: TurnProgress | None = None  # while running: its place, its limits, its pace
        self.loop: tuple[Kind, Loop] | None = None
        self.begins: Kind | None = None  # in which part the model goes on; None: it begins at the beginning
        self.ids = ReplyIds()
        self.scores = Scores()
        self.timeline = Timeline()  # of the reasoning
        self._found: tuple[tuple[FinishReason | None, ThinkingEnd | None], tuple[Finding, ...]] | None = None
        self._conversation: Conversation | None = None
        self._text = TurnText()

    # ---- reading

    @property
    def spans(self) -> tuple[Span, ...]:
        """The whole text in order, by kind and by who wrote it. A reply that thinks again in the middle of its answer has
        several stretches of reasoning; where two of them touch, an empty answer stands between."""
        return self._text.spans

    def spans_of(self, kind: Kind) -> list[Span]:
        """The spans of one kind, which together are `text(kind)`: what is between two thoughts goes with the first."""
        return self._text.spans_of(kind)

    @property
    def thinks_again(self) -> bool:
        """Whether there is reasoning behind some of the answer."""
        return self._text.thinks_again

    @property
    def reasoning(self) -> str:
        """What was thought, without the white space around it; `spans` has it verbatim."""
        return self.text("reasoning").strip()

    @property
    def answer(self) -> str:
        """What was answered, without the white space around it; `spans` has it verbatim."""
        return self.text("answer").strip()

    def text(self, kind: Kind) -> str:
        """Everything of one kind, verbatim, with a blank line between two thoughts. All offsets are in this text."""
        return self._text.of(kind)

    @property
    def steps(self) -> tuple[Step, ...]:
        """The reasoning, cut where its surface says that a step begins: `(text, kind, start, end, tokens, seconds)`.

        Put together they are `reasoning`. The cues are words ("Wait", "So", "Alternatively"; see reasoning/steps.py), not a claim
        about what the model does.
        """
        return steps_of(self.text("reasoning"), self.timeline)

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Where arithmetic doesn't come out, and what doesn't go together: see check/finding.py. Of a turn that is being written those
        that have been found so far."""
        if self.state != "ended":
            return self.found_so_far
        how = (self.finish_reason, self.thinking_ended_by)
        if self._found is None or self._found[0] != how:
            texts = self.question, self.text("reasoning"), self.text("answer")
            self._found = how, findings(*texts, finish_reason=how[0], thinking_ended_by=how[1])
        return self._found[1]

    @property
    def is_read(self) -> bool:
        """Whether `findings` are known: to read a long turn takes a while."""
        return self.state != "ended" or self._found is not None

    @property
    def ended_by_loop(self) -> bool:
        """Whether the answer was ended because it repeated itself (`stop_loops`). Of a thought, `thinking_ended_by` says it."""
        loop = self.record.get("loop")
        return isinstance(loop, dict) and loop.get("kind") == "answer" and loop.get("ended") is True

    @property
    def interrupted(self) -> Interruption | None:
        """`"kernel"`: the kernel ended while this was written, or before it began; `"elsewhere"`: another kernel is writing it,
        and here it stands as far as it had come. None: neither, so who has cancelled it is a person."""
        found = self.record.get("interrupted")
        return found if found in get_args(Interruption) else None

    @property
    def is_by_itself(self) -> bool:
        """Whether it was never in a conversation: a copy, or a turn that was run again."""
        return self._conversation is None

    @property
    def siblings(self) -> tuple[Turn, ...]:
        """All versions of this turn, itself among them, oldest first."""
        return (self,) if self._conversation is None else self._conversation.children(self.parent)

    def wait(self, timeout: float | None = None) -> bool:
        """Block until the turn has ended, or `timeout` seconds have passed; whether it has ended."""
        return self._text.wait(timeout)

    def __iter__(self) -> Iterator[Span]:
        """`for piece in turn:` gives `piece.kind` and `piece.text` of all that is written, from the beginning, as it comes, and
        ends with the turn. To leave the loop doesn't stop the turn; `chat.stop(turn)` does."""
        return pieces(self._text.listen)

    def __aiter__(self) -> AsyncIterator[Span]:
        """`async for piece in turn:` in a coroutine; other tasks go on meanwhile."""
        return pieces_async(self._text.listen)

    def __await__(self) -> Generator[Any, None, Turn]:
        """`await turn` gives the turn back when it has ended."""
        return ended(self).__await__()

    def listen(self, hear: Callable[[Span | None], None]) -> Callable[[], None]:
        """Have `hear` told what is written, from the beginning, as it comes, and None at the end, on the thread that writes; what is
        given back ends that."""
        return self._text.listen(hear)

    def raise_for_error(self) -> Turn:
        """`EngineError` with the turn's sentence where it ended with an error; or else the turn itself."""
        if self.finish_reason == "error":
            raise EngineError(
                self.error or "The model failed.", "What was written until then is in turn.reasoning and turn.answer."
            )
        return self

    # ---- writing: by one thread at a time

    def append(self, kind: Kind, text: str, origin: Origin = "model") -> int:
        """Add text at the end; the offset, in characters of its kind, from which on that is news. See `before`."""
        return self._text.append(kind, text, origin)

    def before(self, kind: Kind) -> str:
        """What `append` would put in front of a text: what is missing of a blank line where a further thought begins."""
        return self._text.before(kind)

    def end(
        self, finish_reason: FinishReason, *, thinking_ended_by: ThinkingEnd | None = None, error: str | None = None
    ) -> None:
        """Settle the turn's outcome. Who waits is released by `release`, when all that belongs to the end is done."""
        self.finish_reason, self.thinking_ended_by, self.error = finish_reason, thinking_ended_by, error
        self.state = "ended"

    def release(self) -> None:
        """Let everyone go on who waits for this turn."""
        self._text.release()

    # ---- as data

    def to_dict(self, *, written: bool = True) -> dict[str, Any]:
        """The turn as plain values. `written=False` leaves out its text and when that came."""
        data: dict[str, Any] = {
            "id": self.id,
            "parent": self.parent,
            "created": self.created,
            "state": self.state,
            "question": self.question,
            "version": self.version and self.version.to_dict(),
            "opens_thinking": self.opens_thinking or None,
            "spans": [span.to_dict() for span in self.spans] if written else None,
            "finish_reason": self.finish_reason,
            "thinking_ended_by": self.thinking_ended_by,
            "error": self.error,
            "record": copy.deepcopy(self.record),
            "timeline": self.timeline.to_list() if written else None,
            "checks": self.checks_to_dict(),
        }
        return {key: value for key, value in data.items() if value not in (None, {}, [])}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Turn:
        """The turn again; one that was still being written when it was stored comes back as cancelled."""
        if not isinstance(data["id"], str):
            raise ConversationError(f"{data['id']!r} is no turn's id.", "The data is damaged.")
        version = data.get("version")
        turn = cls(
            data["question"],
            parent=data.get("parent"),
            id=data["id"],
            version=None if version is None else Version.from_dict(version),
        )
        turn.created = data.get("created", turn.created)
        for span in data.get("spans", ()):
            turn.append(_member(span["kind"], Kind), clean(span["text"]), _member(span.get("origin", "model"), Origin))
        turn.opens_thinking = data.get("opens_thinking") is True
        turn.record = dict(data.get("record", {}))
        turn.timeline = Timeline(data.get("timeline", ()))
        turn.take_checks(data.get("checks", {}), turn.question, turn.answer)
        turn.end(
            _member(data.get("finish_reason") or "cancelled", FinishReason),
            thinking_ended_by=_member(data.get("thinking_ended_by"), ThinkingEnd, optional=True),
            error=data.get("error"),
        )
        turn.release()
        return turn

    def __reduce__(self) -> tuple[Any, ...]:
        """For `copy` and `pickle`: a turn by itself, without its conversation. One that is being written has ended in the
        copy, as cancelled: nobody writes it."""
        state = {name: copy.copy(getattr(self, name)) for name in _NOT_STORED}
        return _copied, (self.to_dict(), state)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Turn) and self.to_dict() == other.to_dict()

    def __hash__(self) -> int:
        """Of the id alone, which never changes; what is equal by content has the same."""
        return hash(self.id)

    def plot(self) -> Picture:
        """A picture of how it was written, as it stands: its pace, the probability of its tokens, where the thought looks back.

        The last line of a cell shows it; `.save("turn.png")` writes it, `.figure` is matplotlib's."""
        from ..export import plot

        return plot(self)

    def _repr_markdown_(self) -> str:
        """A turn as the last line of a cell draws itself, as it stands; the thought is folded."""
        from ..export import DRAWN, conversation_markdown

        return conversation_markdown([self], drawn=DRAWN)

    def __repr__(self) -> str:
        question = self.question if len(self.question) <= 40 else self.question[:39] + "…"
        return f"<Turn {question!r} {self.finish_reason or self.state}>"


_NOT_STORED = ("ids", "scores", "begins", "loop")
"""What a copy in this kernel has beyond `to_dict()`."""


def _copied(data: dict[str, Any], state: dict[str, Any]) -> Turn:
    turn = Turn.from_dict(data)
    for name, value in state.items():
        setattr(turn, name, value)
    return turn


def _member(value: Any, kind: Any, *, optional: bool = False) -> Any:
    if (optional and value is None) or value in get_args(kind):
        return value
    raise ConversationError(f"{value!r} is none of {', '.join(map(repr, get_args(kind)))}.", "The data is damaged.")

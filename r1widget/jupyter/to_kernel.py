"""Every command of the page to the kernel, as types. Mirrors js/src/wire/tokernel.ts, in the same order.

Each has an `id` of its own, for `ack`, and for `done` or `refused` (protocol.py, which has what the page is told).
"""

from __future__ import annotations

from typing import Any, Literal

from typing_extensions import NotRequired, TypedDict

from ..check.notes import Verdict
from ..conversation.checked import Looking
from ..conversation.version import Part
from ..reasoning import Kind


class Ask(TypedDict):
    type: Literal["ask"]
    id: str
    text: str


class Stop(TypedDict):
    """Stop one turn, queued or running; without `turn` and `ask`, all."""

    type: Literal["stop"]
    id: str
    turn: NotRequired[str]
    ask: NotRequired[str]  # the turn that the command `ask` of this id becomes, also where this overtakes it


class Clear(TypedDict):
    type: Literal["clear"]
    id: str


class NewChat(TypedDict):
    """End this conversation, which is kept, and begin another. Without a history there is nothing to keep it in, and it is
    refused."""

    type: Literal["new_chat"]
    id: str


class SetSettings(TypedDict):
    """Settings of turns to come, those that are named: what can't be is refused, and then nothing is set."""

    type: Literal["set"]
    id: str
    settings: dict[str, Any]  # of settings.Settings


class Describe(TypedDict):
    """What is the model? The answer is a `described`."""

    type: Literal["describe"]
    id: str


class Unload(TypedDict):
    """Free the model's memory. The next question loads it again."""

    type: Literal["unload"]
    id: str


class Sync(TypedDict):
    """Send a `snapshot`."""

    type: Literal["sync"]
    id: str


class Restore(TypedDict):
    """Go on with what the cell had before, in this chat, which is empty."""

    type: Literal["restore"]
    id: str


class Look(TypedDict):
    """What was it? The answer is a `looked`."""

    type: Literal["look"]
    id: str


class AnswerNow(TypedDict):
    """Close the thinking of a turn that runs."""

    type: Literal["answer_now"]
    id: str
    turn: str


class ThinkMore(TypedDict):
    """A turn that thinks: take its next closing away. One that has ended: a version that goes on thinking."""

    type: Literal["think_more"]
    id: str
    turn: str


class Regenerate(TypedDict):
    type: Literal["regenerate"]
    id: str
    turn: str
    n: NotRequired[int]


class Resume(TypedDict):
    """A turn that ended early: a version that goes on where it did."""

    type: Literal["resume"]
    id: str
    turn: str


class Edit(TypedDict):
    """A new version of a turn, in which `part` is `text`, and generation goes on behind it."""

    type: Literal["edit"]
    id: str
    turn: str
    part: Part
    text: str


class ContinueFrom(TypedDict):
    """`n` versions of a turn that go on behind the first `at` code points of its verbatim thought. More than one is a fork."""

    type: Literal["continue_from"]
    id: str
    turn: str
    at: int
    n: NotRequired[int]


class Select(TypedDict):
    """Make the branch through a turn the active one."""

    type: Literal["select"]
    id: str
    turn: str


class Compare(TypedDict):
    """Which of these turns' answers agree? The answer is a `compared`."""

    type: Literal["compare"]
    id: str
    turns: list[str]


class CheckTurn(TypedDict):
    """Ask a turn's question again, until there are `k` other answers. `checks` tell of them as they come."""

    type: Literal["check"]
    id: str
    turn: str
    k: int


class TraceAnswer(TypedDict):
    """Find out where in its thought a turn's answer was decided, with `k` continuations at each place."""

    type: Literal["trace_answer"]
    id: str
    turn: str
    k: int


class StopCheck(TypedDict):
    """Look no further. What was found stays."""

    type: Literal["stop_check"]
    id: str
    turn: str
    what: Looking


class Foresee(TypedDict):
    """What would it take? The answer is a `foreseen`."""

    type: Literal["foresee"]
    id: str
    turn: str
    what: Looking
    k: int


class PutNote(TypedDict):
    """A reader's note, new, or in place of the one of this `id`."""

    type: Literal["note"]
    id: str
    turn: str
    note: WrittenNote


class WrittenNote(TypedDict):
    id: NotRequired[str]
    kind: Kind
    start: int
    end: int
    verdict: NotRequired[Verdict]
    text: NotRequired[str]
    is_prediction: NotRequired[bool]


class RemoveNote(TypedDict):
    type: Literal["remove_note"]
    id: str
    turn: str
    note: str


class Scores(TypedDict):
    """Where did the model hesitate? The answer is a `scored`."""

    type: Literal["scores"]
    id: str
    turn: str


class ForkToken(TypedDict):
    """A version that goes on behind another token than the one that stands there."""

    type: Literal["fork_token"]
    id: str
    turn: str
    index: int  # of `ScoredToken`
    token: int  # the other one's id
    text: str  # and its text


class Export(TypedDict):
    """The conversation as a file. The answer is an `exported`."""

    type: Literal["export"]
    id: str
    format: Literal[".md", ".html", ".json", ".ipynb", "widget"]  # the last: the page itself, read-only
    scope: Literal["branch", "all", "turn"]  # `all`: every version, which .json, .ipynb and the widget hold
    turn: NotRequired[str]  # of the scope `turn`
    reasoning: Literal["folded", "open", "plain", "none"]
    notes: NotRequired[Literal["beside", "table"]]
    size_only: NotRequired[bool]


ToKernel = (
    Ask
    | Stop
    | Clear
    | NewChat
    | SetSettings
    | Describe
    | Unload
    | Sync
    | Restore
    | Look
    | AnswerNow
    | ThinkMore
    | Regenerate
    | Resume
    | Edit
    | ContinueFrom
    | Select
    | Compare
    | CheckTurn
    | TraceAnswer
    | StopCheck
    | Foresee
    | PutNote
    | RemoveNote
    | Scores
    | ForkToken
    | Export
)

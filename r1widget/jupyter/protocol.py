"""Every message of the kernel to the page, as types. Mirrors js/src/wire/protocol.ts, in the same order (what is known of a turn beyond
its text: protocol_checks.py). The page's commands: to_kernel.py.

State is a trait, movement is a message, a command is a message. The examples in tests/wire/*.json are read by both
sides' tests: Python proves that it sends them, TypeScript that it accepts them.

Kernel to page. `seq` counts the messages of one chat, from 1, without a hole: a page that sees one asks for a
`snapshot`, which makes up for everything before it. `at` is an offset in Unicode code points, within one turn's text of
one kind, so that a page can tell a gap (ask) from an overlap (skip) in the text itself.
"""

from __future__ import annotations

from typing import Any, Literal

from typing_extensions import NotRequired, TypedDict

from ..conversation.turn import FinishReason, Interruption, Origin, State, ThinkingEnd
from ..conversation.version import Part
from ..reasoning import Kind
from .protocol_checks import Checks, Foreseen, Scored, TurnChecks

VERSION = 3
"""Of this protocol; the page refuses another in a sentence. Raised when a message changes its meaning. A field that may be
absent and that a page may pass over changes none."""


class TurnState(TypedDict):
    """A turn without its text. The question of an `id` never changes; nor do its `parent` and `version`, but for those of
    a question that waits when the turn before it is replaced: it moves behind the new version."""

    id: str
    parent: str | None
    question: str
    state: State
    version: NotRequired[TurnVersion]  # where it comes from; absent for a question that was simply asked
    loop: NotRequired[TurnLoop]  # while it repeats itself, and of an ended turn that did until its end
    place: NotRequired[int]  # in the chat's own queue, from 1; while queued
    opens_thinking: NotRequired[bool]  # while running: whether the reply begins inside the thought
    waiting: NotRequired[int]  # while running: how many other chats the engine writes for first
    reading: NotRequired[TurnReading]  # while running: how far the prompt has been read, where that takes a while
    limits: NotRequired[TurnLimits]  # while running
    pace: NotRequired[TurnPace]  # while running what is to be expected; of an ended turn how fast it was
    finish_reason: NotRequired[FinishReason]
    interrupted: NotRequired[Interruption]  # where no person cancelled it: its kernel ended, or is another one
    thinking_ended_by: NotRequired[ThinkingEnd]
    error: NotRequired[str]
    notes: NotRequired[
        list[str]
    ]  # sentences to be shown beside the text, quietly: what a server sent that can't be shown
    seconds: NotRequired[TurnSeconds]
    tokens: NotRequired[TurnTokens]


class TurnVersion(TypedDict):
    """See version.py."""

    of: str
    part: Part
    at: int
    fork: NotRequired[str]


class TurnLoop(TypedDict):
    """A text that repeats itself since the character `since` of its kind."""

    kind: Kind
    since: int
    rounds: int
    ended: NotRequired[bool]  # of an answer that was ended for it; of a thought, `thinking_ended_by` says so


class TurnSeconds(TypedDict):
    """Seconds so far; of a running turn, when the message was sent."""

    total: float
    thinking: NotRequired[float]


class TurnTokens(TypedDict):
    prompt: NotRequired[int]
    reasoning: int
    answer: int
    others: NotRequired[int]  # that the model didn't choose: what closed its thinking, "Wait"


class TurnReading(TypedDict):
    """Tokens of the prompt."""

    done: int
    total: int


class TurnLimits(TypedDict):
    """In tokens."""

    max_tokens: int
    thinking_budget: NotRequired[int]


class TurnPace(TypedDict):
    """Of writing, and of reading the prompt."""

    tokens_per_second: NotRequired[float]
    prompt_tokens_per_second: NotRequired[float]


class TurnText(TypedDict):
    reasoning: str
    answer: str


# ---- kernel to page


class Snapshot(TypedDict):
    """The whole tree. The answer to `sync`, and the news after `clear`."""

    type: Literal["snapshot"]
    v: int
    seq: int
    turns: list[SnapshotTurn]  # in the order they were made
    active: str | None  # the last turn of the active branch
    kernel: str | None  # the kernel's id, so that Stop can interrupt a cell that waits for a turn
    chat: str  # the chat's own id, under which a page keeps what was typed


class SnapshotTurn(TurnState):
    text: TurnText
    others: NotRequired[TurnOthers]  # what of it the model didn't write
    timeline: NotRequired[list[list[float]]]  # of the reasoning: [characters, tokens, seconds], see timeline.py
    checks: NotRequired[TurnChecks]


class TurnOthers(TypedDict):
    """Of each kind: [start, end, origin], in code points, in order."""

    reasoning: list[list[int | Origin]]
    answer: list[list[int | Origin]]


class TurnChanged(TypedDict):
    """A turn is new, or its state has changed. All text before the change has been sent before it.

    A new one without a `version` that follows the last turn of the active branch is on that branch.
    """

    type: Literal["turn"]
    seq: int
    turn: TurnState


class Branch(TypedDict):
    """Another branch is the active one: the one that ends in the turn `active`. Every turn on it has been told of."""

    type: Literal["branch"]
    seq: int
    active: str | None


class TextDelta(TypedDict):
    type: Literal["delta"]
    seq: int
    turn: str
    kind: Kind
    at: int
    text: str
    tokens: int  # of this kind, so far
    seconds: NotRequired[float]  # since the turn began
    origin: NotRequired[Origin]  # who wrote it, where that isn't the model


class Ack(TypedDict):
    """The command `id` has been read. Without this within half a second, the kernel is busy with another cell. `done` or
    `refused` follows."""

    type: Literal["ack"]
    id: str


class Done(TypedDict):
    """The command `id` has been carried out, and its consequences have been told."""

    type: Literal["done"]
    id: str
    turn: NotRequired[str]  # that came of it


class Refused(TypedDict):
    """The command `id` was not carried out, or failed."""

    type: Literal["refused"]
    id: str
    text: str  # a sentence for the person: why, and what to do


class Compared(TypedDict):
    """The answer to `compare`: which answers agree. See check/agreement."""

    type: Literal["compared"]
    id: str  # of the command
    by: Literal["value", "text"]
    groups: list[ComparedGroup]  # the largest first
    without: list[str]  # turns that have no answer


class ComparedGroup(TypedDict):
    value: str  # what its answers end in, or the beginning of their text
    by: Literal["value", "text"]
    turns: list[str]


class Exported(TypedDict):
    """The answer to `export`: the file, or without its text what it would be."""

    type: Literal["exported"]
    id: str  # of the command
    name: str  # of the file
    turns: int
    thoughts: int
    bytes: int
    text: NotRequired[str]


class Looked(TypedDict):
    """The answer to `look`: what the cell had before, to be read."""

    type: Literal["looked"]
    id: str  # of the command
    turns: list[SnapshotTurn]
    active: str | None


class Described(TypedDict):
    """The answer to `describe`: what is seldom asked for."""

    type: Literal["described"]
    id: str  # of the command
    about: dict[str, Any]  # all that the engine says of itself; of one that isn't loaded what is known without
    memory: NotRequired[ModelMemory]


class ModelMemory(TypedDict):
    """In bytes."""

    process: int  # of the whole kernel
    weights: NotRequired[int]
    cache: NotRequired[int]  # the keys and values of this model's chats


class Notice(TypedDict):
    """A sentence for the person."""

    type: Literal["notice"]
    text: str


ToPage = (
    Snapshot
    | TurnChanged
    | Branch
    | TextDelta
    | Checks
    | Ack
    | Done
    | Refused
    | Compared
    | Exported
    | Looked
    | Described
    | Foreseen
    | Scored
    | Notice
)

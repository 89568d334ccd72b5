"""What is known of a turn beyond its text: the part of the protocol that is about checking. Mirrors js/src/wire/checks.ts."""

from __future__ import annotations

from typing import Literal

from typing_extensions import NotRequired, TypedDict

from ..check.notes import Verdict
from ..conversation.alternatives import Role
from ..conversation.checked import Looking
from ..conversation.turn import FinishReason
from ..reasoning import Kind


class Checks(TypedDict):
    """What is known of a turn beyond its text is another now: all of it."""

    type: Literal["checks"]
    seq: int
    turn: str
    checks: TurnChecks


class TurnChecks(TypedDict):
    """See check/. Places are code points in the turn's verbatim text of a kind, `end` excluded; from 0 to 0 is all of it."""

    findings: NotRequired[list[TurnFinding]]
    check: NotRequired[TurnCheck]
    answer_trace: NotRequired[TurnAnswerTrace]
    notes: NotRequired[list[TurnNote]]
    under: NotRequired[dict[Looking, TurnUnder]]  # what is being looked for just now


class TurnFinding(TypedDict):
    """See check/finding.py."""

    what: Literal["arithmetic", "other_value", "cut", "language", "unboxed"]
    kind: Kind
    start: int
    end: int
    text: str  # as it was written
    right: NotRequired[
        str
    ]  # of arithmetic: what it is, recomputed; of another value: the other one; of a language: which


class TurnCheck(TypedDict):
    """The same question asked again. Member 0 of a group is the turn's own answer, member n is sample n - 1."""

    samples: list[TurnSample]
    by: Literal["value", "text"]
    groups: list[TurnGroup]  # the largest first
    without: list[int]  # who has no answer
    support: list[TurnSupport]  # the least supported first


class TurnSample(TypedDict):
    """Another answer to the same question."""

    answer: str
    finish_reason: FinishReason
    tokens: int


class TurnGroup(TypedDict):
    value: str  # what its answers end in, or the beginning of their text
    by: Literal["value", "text"]
    members: list[int]


class TurnSupport(TypedDict):
    """A name, a number, a date, a quoted term of the answer, and how many answers have it, this one among them."""

    text: str
    kind: Literal["name", "number", "date", "quote"]
    spans: list[list[int]]  # where it stands in the answer: [start, end]
    found_in: list[int]  # samples, from 0
    count: int
    total: int


class TurnAnswerTrace(TypedDict):
    """Which answers follow from which beginning of the thought."""

    answers: list[str]  # the turn's own first
    boundaries: list[TurnBoundary]  # by place
    decided: NotRequired[int]  # after so many steps the answer is the turn's own and changes no more
    turned: NotRequired[int]  # with this step, from 0, what mostly follows became another answer


class TurnBoundary(TypedDict):
    step: int  # how many steps were kept
    at: int  # how many characters of the thought they are
    counts: list[int]  # how many continuations ended in each of `answers`
    without: int  # how many ended in none


class TurnNote(TypedDict):
    """A reader's. See check/notes.py."""

    id: str
    kind: Kind
    start: int
    end: int
    verdict: NotRequired[Verdict]
    text: NotRequired[str]
    is_prediction: NotRequired[bool]
    created: str


class TurnUnder(TypedDict):
    """How far a check is."""

    done: int
    total: int
    left: NotRequired[float]  # seconds, about


class Foreseen(TypedDict):
    """The answer to `foresee`: what a check would take, about; absent where nobody knows."""

    type: Literal["foreseen"]
    id: str  # of the command
    seconds: NotRequired[float]
    tokens: NotRequired[int]


class Scored(TypedDict):
    """The answer to `scores`: where the model hesitated."""

    type: Literal["scored"]
    id: str  # of the command
    turn: str
    total: int  # tokens of the turn that have a probability; 0: there are none, and `why` says why
    why: NotRequired[str]
    tokens: list[ScoredToken]  # the less probable ones, in order


class ScoredToken(TypedDict):
    index: int  # its place among all that have a probability
    kind: Kind
    start: int
    end: int
    probability: float  # that the model gave it, before temperature and top-p
    alternatives: list[TokenAlternative]  # the likeliest first, itself among them
    chosen: int  # which of them it is; -1 where there are none


class TokenAlternative(TypedDict):
    id: int  # in the model's vocabulary; -1 where a server doesn't tell
    text: str
    probability: float
    role: NotRequired[Role]  # what it would do; absent where it just adds its text

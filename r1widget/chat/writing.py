"""`write_turn`: an engine's deltas become a turn's text and record. A plain generator: no thread, no page."""

from __future__ import annotations

import copy
import logging
import platform
import threading
from collections.abc import Generator, Iterator, Sequence
from dataclasses import asdict, replace
from typing import Any, NamedTuple

from .._version import __version__
from ..conversation.estimate import Limits
from ..conversation.scores import Growth, Placing
from ..conversation.token_ids import ReplyIds
from ..conversation.turn import FinishReason, Origin, ThinkingEnd, Turn, clean
from ..engines import Delta, Engine, Message, Prompt, Request
from ..errors import EngineError, R1WidgetError
from ..reasoning import Kind, ReasoningSplitter
from ..reasoning.loops import LoopDetector
from .progress import ProgressTracker
from .timing import Timing

logger = logging.getLogger("r1widget")

_ENDED_BY: dict[Origin, ThinkingEnd] = {
    "model": "model",
    "person": "user",
    "budget": "budget",
    "think_more": "model",
    "loop": "loop",
}
_CUT_OFF_BY: dict[FinishReason, ThinkingEnd | None] = {
    "stop": "model",
    "length": "length",
    "cancelled": "user",
    "error": None,
}


class Added(NamedTuple):
    """Text that a turn has grown by; `at` in characters of its kind."""

    kind: Kind
    at: int
    text: str
    origin: Origin = "model"


def messages_for(turn: Turn, history: tuple[Turn, ...], system: str | None) -> list[Message]:
    """What the model is asked: the questions so far with their answers, never their thoughts, and the new question.

    A turn without an answer (stopped while thinking, failed) is left out whole: a question that nobody answered would
    be answered now.
    """
    messages: list[Message] = [{"role": "system", "content": system}] if system else []
    for past in history:
        if answer := past.answer:
            messages += [{"role": "user", "content": past.question}, {"role": "assistant", "content": answer}]
    return [*messages, {"role": "user", "content": turn.question}]


def write_turn(
    turn: Turn, engine: Engine, request: Request, stop: threading.Event
) -> Generator[Added | None, None, None]:
    """Let the engine write the turn; yields each piece as it is added, and None when something else is to be told:
    first that the writing begins, then what the prompt is, how many wait before it, how far it has been read.

    However it ends, the turn is settled and everything the model wrote is in it: an exception, of the engine or of who
    takes what is yielded (`throw`), becomes the turn's `error`, and closing the generator a cancelled turn.
    """
    writer = _Writer(turn, request, stop, _about(engine), engine)
    finish: FinishReason = "cancelled"
    error: str | None = None
    try:
        yield None
        try:
            for delta in _deltas(engine, request, stop):
                finish = delta.finish_reason or finish
                yield from writer.take(delta)
        except R1WidgetError as problem:
            finish, error = "error", clean(str(problem))
        yield from writer.rest()
    except GeneratorExit:
        raise
    except BaseException as problem:
        finish, error = "error", failed(problem)
    finally:
        for _ in writer.rest():
            """What was held back belongs to the turn, also where nobody hears of it."""
        writer.settle(finish, error)


def failed(problem: BaseException) -> str:
    """What a person reads of an exception that isn't an engine's."""
    if isinstance(problem, R1WidgetError):
        return str(problem)
    return f"r1widget failed ({type(problem).__name__}: {problem}). What was written is kept."


def _deltas(engine: Engine, request: Request, stop: threading.Event) -> Iterator[Delta]:
    """The engine's. Whatever it raises is an error of ours, with its remedy; an engine may be anybody's."""
    try:
        for delta in engine.stream(request, stop):
            if not isinstance(delta, Delta):
                raise TypeError(f"a {type(delta).__name__} is no Delta")
            yield delta
    except (R1WidgetError, GeneratorExit):
        raise
    except BaseException as problem:
        logger.debug("the engine failed", exc_info=True)
        raise EngineError(
            f"The model failed with {type(problem).__name__}: {problem}.",
            "What it had written is kept; ask again.",
        ) from problem


def _about(engine: Engine) -> dict[str, Any]:
    """What the engine says of itself, as ours: neither it nor the record changes when the other does."""
    try:
        return copy.deepcopy(dict(engine.describe()))
    except Exception as problem:
        raise EngineError(
            f"The engine doesn't say what it is ({type(problem).__name__}: {problem}).",
            "It needs a method describe() that gives a dictionary.",
        ) from problem


class _Writer:
    """The state of one turn's writing: splitter, counts, clock."""

    def __init__(
        self, turn: Turn, request: Request, stop: threading.Event, about: dict[str, Any], engine: Engine
    ) -> None:
        self.turn = turn
        self.splitter: ReasoningSplitter | None = None
        self._request, self._stop = request, stop
        self._typed: Kind | None = None  # the kind the engine named last, where it tells them apart itself
        self._closed_by: Origin | None = None
        self._ended_by_loop = False  # the answer; a thought's end is in `_closed_by`
        self._lengths: dict[Kind, int] = {kind: len(turn.text(kind)) for kind in ("reasoning", "answer")}
        self._starts = dict(self._lengths)
        self._loops: dict[Kind, LoopDetector] = {"reasoning": LoopDetector(), "answer": LoopDetector()}
        self._placing = Placing(turn.scores, dict(self._lengths))
        self._tokens = {"prompt": 0, "reasoning": 0, "answer": 0}
        versions = {"r1widget": __version__, "python": platform.python_version(), **about.get("versions", {})}
        self._timing = Timing()
        turn.started = self._timing.started
        settings = request.settings
        limits = Limits(max_tokens=settings.max_tokens, thinking_budget=settings.thinking_budget)
        self._tracker = ProgressTracker(turn, engine, limits, self._timing)
        turn.state = "running"
        turn.record = {
            **turn.record,
            **about,
            "settings": request.settings.to_dict(),
            "seed": request.settings.seed,
            "tokens": self._tokens,
            "seconds": {},
            "versions": versions,
        }

    def take(self, delta: Delta) -> Iterator[Added | None]:
        if delta.prompt is not None:
            self._begin(delta.prompt)
            self.turn.record["seed"] = delta.prompt.seed
            if delta.prompt.settings is not None:
                self.turn.record["settings"] = dict(delta.prompt.settings)
            self._count("prompt", delta.prompt.tokens or 0)
        if delta.note:
            self._note(delta.note)
        if self._tracker.hear(delta):
            yield None
        if not delta.text:
            # A server tells the sum at the end.
            now: Kind = "reasoning" if self._is_thinking else "answer"
            kind: Kind = now if delta.kind == "raw" else delta.kind
            self._count(kind, delta.tokens, delta.origin)
            self._timing.told_of(delta.tokens)
            self._place("", delta, (), kind)
            return
        text = clean(delta.text)  # a server's JSON can have half a character, which no socket of ours would carry
        self._timing.wrote(delta.tokens if delta.origin == "model" else 0)
        was_thinking = self._is_thinking
        if delta.kind == "raw":
            self._typed = None
            if self.splitter is None:
                self.splitter = ReasoningSplitter(False)
            parts = self.splitter.read(text)
            kind = "reasoning" if was_thinking or self._is_thinking else "answer"  # the tags are thought's
        else:
            kind = self._typed = delta.kind
            parts = [*(self.splitter.flush() if self.splitter else ()), (kind, text)]
        self._count(kind, delta.tokens, delta.origin)
        self._follow(was_thinking, parts, delta.origin)
        added = [self._append(kind, text, delta.origin) for kind, text in parts]
        self._place(text, delta, self._grown(parts, added), kind)
        for addition in added:
            yield from self._tell(addition)
        self._remember(delta)

    def rest(self) -> Iterator[Added | None]:
        """What the splitter still held back."""
        parts = self.splitter.flush() if self.splitter else []
        added = [self._append(kind, text, "model") for kind, text in parts]
        self._placing.settle(self._grown(parts, added), 0, "reasoning" if self._is_thinking else "answer")
        for addition in added:
            yield from self._tell(addition)

    def _begin(self, prompt: Prompt) -> None:
        """The reply begins, or goes on in the middle."""
        turn = self.turn
        if turn.begins is None:
            self.splitter = ReasoningSplitter(prompt.opens_thinking, thinking_tags=prompt.thinking_tags)
            turn.opens_thinking = prompt.opens_thinking
            return
        self.splitter = ReasoningSplitter.inside(
            turn.begins, thinking_tags=prompt.thinking_tags, behind=turn.text("answer")
        )
        reasoning, answer, closed = turn.ids.all[1:]
        if turn.begins == "answer" and not any(piece.closes for piece in prompt.encoded):
            closed = True  # it was closed among the ids that are kept, or never thought: the rest is answer
        for piece in prompt.encoded:
            if piece.closes:
                closed = True
            elif closed:
                answer += len(piece.text)
            else:
                reasoning += len(piece.text)
            turn.ids.add(piece.ids, reasoning, answer, thinking=not closed)
        if {"reasoning": reasoning, "answer": answer} != self._starts:
            turn.ids = ReplyIds()  # what the engine was given isn't what it made of it: nothing is known of the places
            turn.ids.add((), 0, 0, thinking=True)

    def _remember(self, delta: Delta) -> None:
        """Which ids the reply has now, and where in the text they end."""
        held = self.splitter.held if self.splitter and self._typed is None else 0
        thinking = self._is_thinking
        self.turn.ids.add(
            delta.ids,
            self._lengths["reasoning"] + (held if thinking else 0),
            self._lengths["answer"] + (0 if thinking else held),
            thinking=thinking,
        )

    def _follow(self, was_thinking: bool, parts: Sequence[tuple[Kind, str]], origin: Origin) -> None:
        """Who ended the thinking, and how long it took; of a reply that thinks again, the last time and all of it."""
        thought = was_thinking or any(kind == "reasoning" for kind, _ in parts)
        if self._is_thinking and not was_thinking:
            self._closed_by = None
            self._timing.thinks_again()
        elif thought and not self._is_thinking:
            self._closed_by = origin
            self._timing.has_reasoning(self._timing.elapsed)

    def _append(self, kind: Kind, text: str, origin: Origin) -> Added:
        before = self.turn.before(kind)
        at = self.turn.append(kind, text, origin)
        self._lengths[kind] = at + len(before) + len(text)
        return Added(kind, at, before + text, origin)

    def _grown(self, parts: Sequence[tuple[Kind, str]], added: Sequence[Added]) -> list[Growth]:
        """What became of the parts of a piece: there may be more in the texts than in it."""
        return [
            Growth(kind, len(text), addition.at + len(addition.text))
            for (kind, text), addition in zip(parts, added, strict=True)
        ]

    def _tell(self, added: Added) -> Iterator[Added | None]:
        kind, at, text, _origin = added
        if not text:  # between two thoughts that touch
            return
        if kind == "reasoning":
            self.turn.timeline.add(at + len(text), self._tokens["reasoning"], self._timing.elapsed)
        yield added
        # All of it, that places may agree; nobody but the model writes so much that it would repeat itself.
        if self._loops[kind].feed(text):
            self._tell_loop(kind)
            yield None

    def _tell_loop(self, kind: Kind) -> None:
        """The text has begun to repeat itself, or has left off."""
        loop = self._loops[kind].loop
        if loop is None:
            self.turn.loop = None
            return
        self.turn.loop = kind, replace(loop, since=self._starts[kind] + loop.since)
        if not self._request.settings.stop_loops:
            return
        if kind == "reasoning":
            self._request.looping.set()
        elif not self._stop.is_set():
            self._ended_by_loop = True
            self._stop.set()

    def settle(self, finish: FinishReason, error: str | None) -> None:
        turn, timing, total = self.turn, self._timing, self._timing.elapsed
        self._ended_by_loop &= finish == "cancelled"
        if self._ended_by_loop:
            finish = "stop"  # nobody cancelled it: a rule of the settings ended it, as a stop sequence does
        thought = bool(turn.reasoning)
        ended_by: ThinkingEnd | None = None
        if turn.begins == "answer":
            ended_by = turn.thinking_ended_by
        elif thought and self._closed_by is not None:
            ended_by = _ENDED_BY[self._closed_by]
        elif thought:  # cut off in the thought
            timing.has_reasoning(total)
            ended_by = _CUT_OFF_BY[finish]
        seconds: dict[str, Any] = {"total": total, "first_token": timing.first_token}
        if thought and timing.thinking is not None:
            seconds["thinking"] = timing.thinking
        measured: dict[str, Any] = {}
        if pace := timing.tokens_per_second:
            measured["tokens_per_second"] = round(pace, 2)
        if scores := turn.scores.summary():
            measured["scores"] = scores
        turn.record = {
            **turn.record,
            "tokens": dict(self._tokens),
            "seconds": {name: round(value, 3) for name, value in seconds.items() if value is not None},
            **measured,
            **({"loop": self._loop()} if turn.loop else {}),
            "finish_reason": finish,
            "thinking_ended_by": ended_by,
            "written_by_others": sorted({span.origin for span in turn.spans} - {"model"}),
        }
        turn.progress = None
        turn.end(finish, thinking_ended_by=ended_by, error=error)

    def _loop(self) -> dict[str, Any]:
        assert self.turn.loop is not None
        kind, loop = self.turn.loop
        ended = self._ended_by_loop if kind == "answer" else self._closed_by == "loop"
        return {"kind": kind, **asdict(loop), **({"ended": True} if ended else {})}

    @property
    def _is_thinking(self) -> bool:
        if self._typed is not None:
            return self._typed == "reasoning"
        return self.splitter is not None and self.splitter.is_thinking

    def _count(self, name: str, tokens: int, origin: Origin = "model") -> None:
        """Of tokens that the model didn't choose, only how many there are."""
        name = name if origin == "model" else "others"
        self._tokens = self.turn.record["tokens"] = {**self._tokens, name: self._tokens.get(name, 0) + tokens}

    def _note(self, sentence: str) -> None:
        """Something to be told beside the text, once."""
        notes = self.turn.record.get("notes", [])
        if (sentence := clean(sentence)) not in notes:
            self.turn.record["notes"] = [*notes, sentence]

    def _place(self, text: str, delta: Delta, grown: Sequence[Growth], kind: Kind) -> None:
        self._placing.feed(text, delta.scores if delta.origin == "model" else ())
        self._placing.settle(grown, self.splitter.held if self.splitter and self._typed is None else 0, kind)
